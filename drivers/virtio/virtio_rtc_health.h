/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a device still works, and what is done when it does not.
 *
 * One that needs a reset, that somebody else has reset, or that broke a ring is reset; one
 * that has not said which clocks it still has is asked again.  Works do that, which
 * are frozen while the system sleeps and leave alone what is not in use.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_HEALTH_H_
#define _VIRTIO_RTC_HEALTH_H_

#include <linux/jiffies.h>

struct viortc_dev;

/* A device that needs a reset gets it at once, and then no more often. */
#define VIORTC_RESET_INTERVAL	(60 * HZ)

/**
 * viortc_health_init() - prepare to look after a device
 * @viortc: device, not in use
 */
void viortc_health_init(struct viortc_dev *viortc);

/**
 * viortc_health_begin() - look after a device from now on
 * @viortc: device, in use
 *
 * Context: Process context, with @lifecycle held.
 */
void viortc_health_begin(struct viortc_dev *viortc);

/**
 * viortc_health_check() - look soon whether a device still works
 * @viortc: device
 * @delay: when at the latest, in jiffies
 *
 * Context: Any.
 */
void viortc_health_check(struct viortc_dev *viortc, unsigned long delay);

/**
 * viortc_health_end() - look after a device no more
 * @viortc: device, not in use, whose virtqueues have gone
 *
 * Context: Process context, may sleep, but for no answer of the device.
 */
void viortc_health_end(struct viortc_dev *viortc);

#endif /* _VIRTIO_RTC_HEALTH_H_ */
