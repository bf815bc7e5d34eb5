// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RTC class devices, with alarms.
 *
 * An RTC is expected to show UTC and never to step by itself, so only a
 * smeared clock makes one.  The RTC core hands its callbacks the parent of
 * the RTC and nothing else; each clock therefore has a device of its own
 * between the virtio device and the RTC, which also holds the wakeup settings.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/pm_wakeup.h>
#include <linux/property.h>
#include <linux/rtc.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_gone.h"
#include "virtio_rtc_internal.h"

static bool rtc_may_step;
module_param(rtc_may_step, bool, 0444);
MODULE_PARM_DESC(rtc_may_step,
		 "also make an RTC of a UTC clock that may step at leap seconds (default N)");

/*
 * How often the RTC core is told again to look for expired alarms when it
 * could not read the clock, and how long it is left alone in between: twice as
 * long each time, half a minute in all.
 */
#define VIORTC_ALARM_RETRIES	8
#define VIORTC_ALARM_RETRY_MS	120

/* So often in succession it has no reason to read the clock. */
#define VIORTC_ALARM_READINGS	64

/* A system's clock that is as near to the reading as this needs no setting. */
#define VIORTC_SETTLED_NS	(2 * (s64)NSEC_PER_SEC)

/**
 * struct viortc_class - an RTC
 * @dev: parent of the RTC
 * @clock: the clock below
 * @rtc: the RTC; its ops_lock protects the alarm's state here
 * @alarm_time: alarm time last set, in ns of the clock
 * @alarm_enabled: whether the alarm was last enabled
 * @retry: tells the RTC core again that an alarm may have expired
 * @retries: how often that was done since the clock was last read; under
 *	ops_lock
 * @readings: how often the RTC core read the clock, to see which alarms expired,
 *	since it began to
 * @last_s: what it was last read as, in s
 * @registrar: the task that registers the RTC, if it must not set the
 *	system's clock by it
 */
struct viortc_class {
	struct device dev;
	struct viortc_clock *clock;
	struct rtc_device *rtc;
	u64 alarm_time;
	bool alarm_enabled;
	struct delayed_work retry;
	unsigned int retries;
	unsigned int readings;
	u64 last_s;
	struct task_struct *registrar;
};

static struct viortc_class *to_viortc_class(struct device *dev)
{
	return container_of(dev, struct viortc_class, dev);
}

static void viortc_class_retry(struct work_struct *work)
{
	struct viortc_class *class = container_of(to_delayed_work(work),
						  struct viortc_class, retry);

	rtc_update_irq(class->rtc, 1, RTC_AF | RTC_IRQF);
}

/*
 * The RTC core looks again when an alarm's time comes while it is set, and keeps the RTC
 * locked meanwhile: with readings that go to and fro a device has it look for ever.
 * Anybody else's reading says that it came to an end, as an alarm does that it sets for
 * later.
 */
static bool viortc_class_looks_for_ever(struct viortc_class *class)
{
	unsigned int readings = READ_ONCE(class->readings) + 1;

	if (!class->clock->has_alarm)
		return false;

	if (current_work() != &class->rtc->irqwork)
		readings = 0;
	WRITE_ONCE(class->readings, readings);
	if (readings <= VIORTC_ALARM_READINGS)
		return false;

	if (readings == VIORTC_ALARM_READINGS + 1)
		dev_err_ratelimited(&class->dev,
				    "alarm lost: the clock goes to and fro\n");
	pm_relax(&class->dev);

	return true;
}

/*
 * The RTC core reads the clock to see which alarms expired.  If that fails it
 * forgets about them and keeps the system awake for ever: have it look again,
 * and let the system sleep when that is of no use.
 */
static void viortc_class_read_failed(struct viortc_class *class, int err)
{
	if (current_work() != &class->rtc->irqwork)
		return;

	if (err != -ENODEV && class->retries < VIORTC_ALARM_RETRIES) {
		schedule_delayed_work(&class->retry,
				      msecs_to_jiffies(VIORTC_ALARM_RETRY_MS <<
						       class->retries));
		class->retries++;
		return;
	}

	dev_err_ratelimited(&class->dev,
			    "alarm lost: the clock cannot be read: error %d\n",
			    err);
	class->retries = 0;
	pm_relax(&class->dev);
}

static int viortc_class_read_time(struct device *dev, struct rtc_time *tm)
{
	struct viortc_class *class = to_viortc_class(dev);
	u64 reading;
	int err;

	if (READ_ONCE(class->registrar) == current)
		return -EBUSY;

	if (viortc_class_looks_for_ever(class))
		return -EIO;

	err = viortc_read(class->clock, &reading, NULL);
	if (err) {
		viortc_class_read_failed(class, err);
		/* The alarm timers may have chosen it. */
		return err == -ENODEV ? viortc_gone_read_time(dev, tm) : err;
	}

	class->retries = 0;
	class->last_s = div_u64(reading, NSEC_PER_SEC);

	rtc_time64_to_tm(class->last_s, tm);

	return 0;
}

static int viortc_class_read_alarm(struct device *dev, struct rtc_wkalrm *alarm)
{
	struct viortc_class *class = to_viortc_class(dev);
	u64 alarm_time;
	bool enabled;
	int err;

	err = viortc_read_alarm(class->clock, &alarm_time, &enabled);
	if (err)
		return err;

	rtc_time64_to_tm(div_u64(alarm_time, NSEC_PER_SEC), &alarm->time);
	alarm->enabled = enabled;

	return 0;
}

static int viortc_class_set_alarm(struct device *dev, struct rtc_wkalrm *alarm)
{
	struct viortc_class *class = to_viortc_class(dev);
	u64 alarm_s = rtc_tm_to_time64(&alarm->time);
	u64 alarm_time = alarm_s * NSEC_PER_SEC;
	int err;

	err = viortc_set_alarm(class->clock, alarm_time, alarm->enabled);
	if (err)
		return err == -ENODEV ? viortc_gone_set_alarm(dev, alarm) : err;

	class->alarm_time = alarm_time;
	WRITE_ONCE(class->alarm_enabled, alarm->enabled);
	/* Of one that is a second ahead at most the RTC core asks once more. */
	if (alarm_s > class->last_s + 1)
		WRITE_ONCE(class->readings, 0);

	return 0;
}

static int viortc_class_alarm_irq_enable(struct device *dev,
					 unsigned int enabled)
{
	struct viortc_class *class = to_viortc_class(dev);
	int err;

	/* Whatever the device says, the RTC core has nobody left to tell. */
	if (!enabled) {
		WRITE_ONCE(class->alarm_enabled, false);
		WRITE_ONCE(class->readings, 0);
	}

	err = viortc_set_alarm_enabled(class->clock, enabled);
	if (err)
		return err;

	WRITE_ONCE(class->alarm_enabled, enabled);

	return 0;
}

static const struct rtc_class_ops viortc_class_ops = {
	.read_time = viortc_class_read_time,
	.read_alarm = viortc_class_read_alarm,
	.set_alarm = viortc_class_set_alarm,
	.alarm_irq_enable = viortc_class_alarm_irq_enable,
};

static bool viortc_class_wants(const struct viortc_clock *clock)
{
	switch (clock->type) {
	case VIRTIO_RTC_CLOCK_UTC_SMEARED:
		return true;
	case VIRTIO_RTC_CLOCK_UTC:
	case VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED:
		return rtc_may_step;
	default:
		return false;
	}
}

/*
 * Most transports switch the device off while the system sleeps.  Where the
 * device tree says so its interrupt wakes the system.
 */
static bool viortc_class_can_wake(const struct viortc_clock *clock)
{
	return device_property_read_bool(clock->dev->parent, "wakeup-source");
}

static int viortc_class_init_rtc(struct viortc_class *class)
{
	struct rtc_device *rtc;
	int err;

	rtc = devm_rtc_allocate_device(&class->dev);
	if (IS_ERR(rtc))
		return PTR_ERR(rtc);

	rtc->ops = &viortc_class_ops;
	rtc->range_max = div_u64(U64_MAX, NSEC_PER_SEC);

	/*
	 * Update interrupts by alarm expire once for each second that the
	 * reading has jumped, with the RTC locked.  A reading may jump by any
	 * number of years: programs are to poll.
	 */
	clear_bit(RTC_FEATURE_UPDATE_INTERRUPT, rtc->features);

	if (!class->clock->has_alarm)
		clear_bit(RTC_FEATURE_ALARM, rtc->features);
	else if (viortc_class_can_wake(class->clock))
		device_init_wakeup(&class->dev, true);

	class->rtc = rtc;
	err = devm_rtc_register_device(rtc);
	WRITE_ONCE(class->registrar, NULL);

	return err;
}

/*
 * Let the RTC go.  A file that is still open keeps it but not its parent, which
 * RTC_SET_TIME would use all the same.
 */
static void viortc_class_release_rtc(struct viortc_class *class)
{
	struct rtc_device *rtc = class->rtc;

	if (!rtc) {
		devres_release_group(&class->dev, class);
		return;
	}

	get_device(&rtc->dev);
	/*
	 * The RTC core would do this with the RTC locked, and wait for those who read
	 * such a file, who may be waiting for the lock.
	 */
	if (device_is_registered(&rtc->dev)) {
		sysfs_remove_groups(&rtc->dev.kobj, rtc->dev.groups);
		rtc->dev.groups = NULL;
	}
	devres_release_group(&class->dev, class);
	rtc_lock(rtc);
	rtc->ops = &viortc_gone_ops;
	rtc->dev.parent = NULL;
	rtc_unlock(rtc);
	/* From here on nothing starts it again. */
	cancel_delayed_work_sync(&class->retry);
	put_device(&rtc->dev);
}

static void viortc_class_release(struct device *dev)
{
	kfree(to_viortc_class(dev));
}

int viortc_class_register(struct viortc_clock *clock)
{
	struct viortc_class *class;
	u64 reading;
	int err;

	if (!viortc_class_wants(clock))
		return 0;

	/* The RTC core would register an RTC that cannot be read, too. */
	err = viortc_read(clock, &reading, NULL);
	if (err)
		return err;

	class = kzalloc_obj(*class);
	if (!class)
		return -ENOMEM;

	class->clock = clock;
	INIT_DELAYED_WORK(&class->retry, viortc_class_retry);
	/*
	 * The RTC core sets the system's clock by the first RTC, to half a
	 * second.  That is for one that has not been set yet.
	 */
	if (abs((s64)(reading - ktime_get_real_ns())) < VIORTC_SETTLED_NS)
		class->registrar = current;
	class->dev.parent = clock->dev;
	class->dev.release = viortc_class_release;
	device_initialize(&class->dev);

	err = dev_set_name(&class->dev, "%s.clock%u", dev_name(clock->dev),
			   clock->id);
	if (err)
		goto err_put;

	err = device_add(&class->dev);
	if (err)
		goto err_put;

	/* The group lets the RTC go before its parent does. */
	if (!devres_open_group(&class->dev, class, GFP_KERNEL)) {
		err = -ENOMEM;
		goto err_del;
	}
	err = viortc_class_init_rtc(class);
	if (err)
		goto err_release;
	devres_close_group(&class->dev, class);

	WRITE_ONCE(clock->rtc, class);

	return 0;

err_release:
	viortc_class_release_rtc(class);
err_del:
	device_del(&class->dev);
err_put:
	put_device(&class->dev);

	return err;
}

void viortc_class_unregister(struct viortc_clock *clock)
{
	struct viortc_class *class = clock->rtc;

	if (!class)
		return;

	WRITE_ONCE(clock->rtc, NULL);
	viortc_class_release_rtc(class);
	device_unregister(&class->dev);
}

void viortc_class_alarm(struct viortc_clock *clock)
{
	struct viortc_class *class = READ_ONCE(clock->rtc);

	/* Of a clock that is gone nobody could find out what expired. */
	if (!class || READ_ONCE(clock->gone))
		return;

	/* A suspend under way would not wait for the RTC core: end it. */
	pm_wakeup_hard_event(&class->dev);
	/* It begins to look, unless it has not come to the end of that. */
	if (!(work_busy(&class->rtc->irqwork) & WORK_BUSY_RUNNING))
		WRITE_ONCE(class->readings, 0);
	rtc_update_irq(class->rtc, 1, RTC_AF | RTC_IRQF);
}

bool viortc_class_may_wake(struct viortc_clock *clock)
{
	struct viortc_class *class = clock->rtc;

	return class && READ_ONCE(class->alarm_enabled) &&
	       device_may_wakeup(&class->dev);
}

int viortc_class_restore(struct viortc_clock *clock)
{
	struct viortc_class *class = clock->rtc;
	int err;

	if (!class || !clock->has_alarm)
		return 0;

	/* The device may have kept another state: set it in any case. */
	rtc_lock(class->rtc);
	err = viortc_set_alarm(clock, class->alarm_time, class->alarm_enabled);
	rtc_unlock(class->rtc);

	return err;
}

int viortc_class_index(const struct viortc_clock *clock)
{
	return clock->rtc ? clock->rtc->rtc->id : -1;
}
