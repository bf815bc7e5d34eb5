// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is left of an RTC when its clock has gone.
 *
 * While a file is still open the RTC core would look into ops that are not there for
 * ioctls that it does not know.  These know no device.
 *
 * The kernel's alarm timers never let an RTC go that they have chosen, and the
 * system does not sleep if they cannot set an alarm of it.  While the system goes
 * to sleep it has one, which does not ring.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/rtc.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>

#include "virtio_rtc_gone.h"

static bool viortc_is_going_to_sleep(void)
{
	return pm_suspend_target_state != PM_SUSPEND_ON;
}

int viortc_gone_read_time(struct device *dev, struct rtc_time *tm)
{
	if (!viortc_is_going_to_sleep())
		return -ENODEV;

	rtc_time64_to_tm(ktime_get_real_seconds(), tm);

	return 0;
}

static int viortc_gone_set_time(struct device *dev, struct rtc_time *tm)
{
	return -ENODEV;
}

static int viortc_gone_read_alarm(struct device *dev, struct rtc_wkalrm *alarm)
{
	return -ENODEV;
}

int viortc_gone_set_alarm(struct device *dev, struct rtc_wkalrm *alarm)
{
	if (!viortc_is_going_to_sleep())
		return -ENODEV;

	pr_warn("virtio_rtc: the RTC that was to wake the system is gone: it will not\n");

	return 0;
}

static int viortc_gone_irq_enable(struct device *dev, unsigned int enabled)
{
	return -ENODEV;
}

static int viortc_gone_ioctl(struct device *dev, unsigned int cmd,
			     unsigned long arg)
{
	return -ENODEV;
}

static int viortc_gone_param(struct device *dev, struct rtc_param *param)
{
	return -ENODEV;
}

const struct rtc_class_ops viortc_gone_ops = {
	.ioctl = viortc_gone_ioctl,
	.read_time = viortc_gone_read_time,
	.set_time = viortc_gone_set_time,
	.read_alarm = viortc_gone_read_alarm,
	.set_alarm = viortc_gone_set_alarm,
	.alarm_irq_enable = viortc_gone_irq_enable,
	.param_get = viortc_gone_param,
	.param_set = viortc_gone_param,
};
