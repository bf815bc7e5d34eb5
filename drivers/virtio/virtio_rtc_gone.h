/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is left of an RTC when its clock has gone.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_GONE_H_
#define _VIRTIO_RTC_GONE_H_

struct device;
struct rtc_class_ops;
struct rtc_time;
struct rtc_wkalrm;

/*
 * For an RTC that is unregistered and still open.  No member looks at the RTC's parent,
 * which may be NULL.
 */
extern const struct rtc_class_ops viortc_gone_ops;

/**
 * viortc_gone_read_time() - read an RTC whose clock has gone
 * @dev: anything
 * @tm: what the system's clock shows, if there is an error not to be
 *
 * Context: Any context.
 * Return: -ENODEV, or 0 while the system goes to sleep.
 */
int viortc_gone_read_time(struct device *dev, struct rtc_time *tm);

/**
 * viortc_gone_set_alarm() - set an alarm of an RTC whose clock has gone
 * @dev: anything
 * @alarm: the alarm, which will not ring
 *
 * Context: Any context.
 * Return: -ENODEV, or 0 while the system goes to sleep, with a line in the log.
 */
int viortc_gone_set_alarm(struct device *dev, struct rtc_wkalrm *alarm);

#endif /* _VIRTIO_RTC_GONE_H_ */
