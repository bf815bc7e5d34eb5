// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PTP clocks.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/slab.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_cross.h"
#include "virtio_rtc_deadline.h"
#include "virtio_rtc_internal.h"

/*
 * Where there are no cross-timestamps, one is tried now and then when somebody
 * reads the clock without.
 */
#define VIORTC_CROSS_INTERVAL	(10 * HZ)

/* As many failures in succession are no accident, nor is one without an answer. */
#define VIORTC_CROSS_FAILURES	8

/* How long a device is left alone that gave no answer */
#define VIORTC_CROSS_PAUSE	(4 * HZ)

/*
 * A request without an answer keeps its slot, and readings need slots, too: none is tried
 * while the device owes more answers about the clock than that.
 */
#define VIORTC_CROSS_OWED	2

/* Bits: there are no cross-timestamps at this time, and that was by silence. */
#define VIORTC_CROSSLESS	0
#define VIORTC_SILENT		1

/**
 * struct viortc_ptp - a PTP clock
 * @info: what the PTP core knows of it
 * @ptp: what the PTP core made of it
 * @clock: the clock below
 * @counter: the counter that can be read together with it, or NULL
 * @state: VIORTC_CROSSLESS, VIORTC_SILENT
 * @cross_failures: how many have failed since the last one that did not
 * @next_cross: when to try one again while there are none, in jiffies
 */
struct viortc_ptp {
	struct ptp_clock_info info;
	struct ptp_clock *ptp;
	struct viortc_clock *clock;
	const struct viortc_counter *counter;
	unsigned long state;
	unsigned int cross_failures;
	unsigned long next_cross;
};

static struct viortc_ptp *to_viortc_ptp(struct ptp_clock_info *info)
{
	return container_of(info, struct viortc_ptp, info);
}

/*
 * The system's clock and the counter are taken before the request and after
 * the answer; the counter value that came with the reading lies between them,
 * or is none of this system's.
 */
static int viortc_ptp_cross(struct viortc_ptp *ptp,
			    struct system_device_crosststamp *cts)
{
	clockid_t clock_id = viortc_crosststamp_clock_id(cts);
	struct viortc_instant before, at, after;
	u64 reading;
	int err;

	err = viortc_instant_now(ptp->counter, clock_id, &before);
	if (err)
		return err;

	err = viortc_read_cross(ptp->clock, ptp->counter->hw_counter, &reading,
				&at.cycles);
	if (err)
		return err;

	err = viortc_instant_now(ptp->counter, clock_id, &after);
	if (err)
		return err;

	err = viortc_instant_between(&before, &after, &at);
	if (err == -ERANGE)
		dev_warn_ratelimited(ptp->clock->dev,
				     "clock %u: counter 0x%llx is not between 0x%llx and 0x%llx\n",
				     ptp->clock->id, at.cycles, before.cycles,
				     after.cycles);
	if (err)
		return err;

	if (reading > KTIME_MAX)
		return -EOVERFLOW;

	cts->device = reading;
	viortc_crosststamp_set_counter(cts, ptp->counter->cs_ids[0], at.cycles);
	cts->sys_systime = at.systime;
	cts->sys_monoraw = at.monoraw;

	return 0;
}

/* Tell those who may want to read the clock in another way from now on. */
static void viortc_ptp_tell(struct viortc_ptp *ptp)
{
	bool crossless = test_bit(VIORTC_CROSSLESS, &ptp->state);
	char cross[] = "CROSS_TIMESTAMPS=1";
	char *envp[2] = { cross };
	char name[PTP_CLOCK_NAME_LEN];
	struct device *dev;

	/* The PTP core may not have returned it yet. */
	if (!READ_ONCE(ptp->ptp))
		return;

	snprintf(name, sizeof(name), "ptp%d", ptp_clock_index(ptp->ptp));
	dev = device_find_child_by_name(ptp->clock->dev, name);
	if (!dev)
		return;

	if (crossless)
		cross[sizeof(cross) - 2] = '0';
	kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, envp);
	put_device(dev);
}

static void viortc_ptp_lose_cross(struct viortc_ptp *ptp, int err)
{
	struct viortc_instant now;

	WRITE_ONCE(ptp->next_cross, jiffies + VIORTC_CROSS_INTERVAL);
	assign_bit(VIORTC_SILENT, &ptp->state, err == -ETIMEDOUT);
	if (test_and_set_bit(VIORTC_CROSSLESS, &ptp->state))
		return;

	if (viortc_instant_now(ptp->counter, CLOCK_REALTIME, &now))
		dev_warn(ptp->clock->dev,
			 "clock %u: no cross-timestamps: the system's clock does not run on the counter\n",
			 ptp->clock->id);
	else
		dev_warn(ptp->clock->dev,
			 "clock %u: no cross-timestamps: error %d\n",
			 ptp->clock->id, err);
	viortc_ptp_tell(ptp);
}

static void viortc_ptp_regain_cross(struct viortc_ptp *ptp)
{
	WRITE_ONCE(ptp->cross_failures, 0);
	if (!test_and_clear_bit(VIORTC_CROSSLESS, &ptp->state))
		return;

	dev_info(ptp->clock->dev, "clock %u: cross-timestamps again\n",
		 ptp->clock->id);
	viortc_ptp_tell(ptp);
}

/*
 * While there are none: is it time to try one, and for this task?  Not as often as a
 * device may have some and have none.
 */
static bool viortc_ptp_may_try_cross(struct viortc_ptp *ptp)
{
	unsigned long next = READ_ONCE(ptp->next_cross);
	u64 reading;

	if (viortc_is_before(next, VIORTC_CROSS_INTERVAL) ||
	    cmpxchg(&ptp->next_cross, next, jiffies + VIORTC_CROSS_INTERVAL) !=
	    next)
		return false;

	/* With its answer those are taken that came when nobody listened. */
	return !test_bit(VIORTC_SILENT, &ptp->state) ||
	       (!viortc_read_brief(ptp->clock, &reading, NULL) &&
		READ_ONCE(ptp->clock->share.in_flight) <= VIORTC_CROSS_OWED);
}

/* Is that a failure which says something of the device? */
static bool viortc_ptp_is_failure(int err)
{
	switch (err) {
	case -EIO:
	case -EPROTO:
	case -EINVAL:
	case -ERANGE:
	case -EOVERFLOW:
	case -ETIMEDOUT:
		return true;
	default:
		return false;
	}
}

static void viortc_ptp_count_failure(struct viortc_ptp *ptp, int err)
{
	unsigned int failures = READ_ONCE(ptp->cross_failures) + 1;

	if (err == -ETIMEDOUT) {
		failures = VIORTC_CROSS_FAILURES;
		WRITE_ONCE(ptp->next_cross, jiffies + VIORTC_CROSS_PAUSE);
	}
	WRITE_ONCE(ptp->cross_failures, failures);
}

/*
 * Have several failed in succession, so that the clock is to be asked whether it fails as
 * a whole?  Not while it is known to be silent: an answer may be there by now.
 */
static bool viortc_ptp_is_in_doubt(struct viortc_ptp *ptp)
{
	return READ_ONCE(ptp->cross_failures) >= VIORTC_CROSS_FAILURES &&
	       !(READ_ONCE(ptp->clock->share.stalled) &&
		 viortc_is_before(READ_ONCE(ptp->next_cross),
				  VIORTC_CROSS_PAUSE));
}

static int viortc_ptp_getcrosststamp(struct ptp_clock_info *info,
				     struct system_device_crosststamp *cts)
{
	struct viortc_ptp *ptp = to_viortc_ptp(info);
	bool crossless = test_bit(VIORTC_CROSSLESS, &ptp->state);
	bool may_try = crossless && viortc_ptp_may_try_cross(ptp);
	bool doubt = !crossless && viortc_ptp_is_in_doubt(ptp);
	u64 reading;
	int err;

	if (crossless && !may_try && test_bit(VIORTC_SILENT, &ptp->state))
		return -EOPNOTSUPP;
	if (doubt) {
		err = viortc_read_brief(ptp->clock, &reading, NULL);
		if (err)
			return err;
	}

	err = viortc_ptp_cross(ptp, cts);
	if (!err && may_try)
		viortc_ptp_regain_cross(ptp);
	else if (!err && !crossless)
		WRITE_ONCE(ptp->cross_failures, 0);
	else if (err == -EOPNOTSUPP || (doubt && viortc_ptp_is_failure(err)))
		viortc_ptp_lose_cross(ptp, err);
	else if (!crossless && viortc_ptp_is_failure(err))
		viortc_ptp_count_failure(ptp, err);

	return err;
}

static void viortc_ptp_retry_cross(struct viortc_ptp *ptp)
{
	struct system_device_crosststamp cts = {};
	int err;

	if (!viortc_ptp_may_try_cross(ptp))
		return;

	err = viortc_ptp_cross(ptp, &cts);
	if (!err)
		viortc_ptp_regain_cross(ptp);
	else if (err == -ETIMEDOUT)
		set_bit(VIORTC_SILENT, &ptp->state);
}

/* Readings are unsigned: they reach beyond what a ktime_t can hold. */
static int viortc_ptp_gettimex64(struct ptp_clock_info *info,
				 struct timespec64 *ts,
				 struct ptp_system_timestamp *sts)
{
	struct viortc_ptp *ptp = to_viortc_ptp(info);
	u64 reading;
	u32 nsec;
	int err;

	err = viortc_read_brief(ptp->clock, &reading, sts);
	if (err)
		return err;

	ts->tv_sec = div_u64_rem(reading, NSEC_PER_SEC, &nsec);
	ts->tv_nsec = nsec;

	if (unlikely(test_bit(VIORTC_CROSSLESS, &ptp->state)))
		viortc_ptp_retry_cross(ptp);

	return 0;
}

/* The clock is the host's: it can be read but not be changed. */

static int viortc_ptp_settime64(struct ptp_clock_info *info,
				const struct timespec64 *ts)
{
	return -EOPNOTSUPP;
}

static int viortc_ptp_adjtime(struct ptp_clock_info *info, s64 delta)
{
	return -EOPNOTSUPP;
}

static int viortc_ptp_adjfine(struct ptp_clock_info *info, long scaled_ppm)
{
	return -EOPNOTSUPP;
}

static int viortc_ptp_enable(struct ptp_clock_info *info,
			     struct ptp_clock_request *request, int on)
{
	return -EOPNOTSUPP;
}

static const struct ptp_clock_info viortc_ptp_info = {
	.owner = THIS_MODULE,
	.gettimex64 = viortc_ptp_gettimex64,
	.settime64 = viortc_ptp_settime64,
	.adjtime = viortc_ptp_adjtime,
	.adjfine = viortc_ptp_adjfine,
	.enable = viortc_ptp_enable,
};

/*
 * The name is what udev rules go by, so it is never cut short.  It fits for
 * every type that gets a PTP clock; a type and a variant of three digits each
 * would make it one character too long.
 */
static int viortc_ptp_name(char name[PTP_CLOCK_NAME_LEN], u8 type, u8 smearing)
{
	int len = snprintf(name, PTP_CLOCK_NAME_LEN,
			   "Virtio PTP type %u, variant %u", type, smearing);

	return len < PTP_CLOCK_NAME_LEN ? 0 : -ENAMETOOLONG;
}

/* The unit of a clock of another type may be anything. */
static bool viortc_ptp_type_is_known(u8 type)
{
	return type <= VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED;
}

/*
 * Find out whether the clock can be read together with the system's counter.
 * That the device cannot say so at this time, or that the system's clock runs on
 * something else, is no verdict: cross-timestamps are offered, and refused until
 * there are any.
 */
static int viortc_ptp_init_cross(struct viortc_ptp *ptp)
{
	const struct viortc_counter *counter = viortc_get_counter();
	struct viortc_clock *clock = ptp->clock;
	struct viortc_instant now;
	bool capable = true;
	int err;

	if (!counter) {
		dev_info(clock->dev,
			 "clock %u: no cross-timestamps: this kernel has no counter for them\n",
			 clock->id);
		return 0;
	}

	/* Without an answer at all, nothing else will do any better. */
	err = viortc_cross_cap(clock, counter->hw_counter, &capable);
	if (err == -ETIMEDOUT || err == -ERESTARTSYS)
		return err;
	if (!capable) {
		dev_info(clock->dev,
			 "clock %u: no cross-timestamps: the device has none\n",
			 clock->id);
		return 0;
	}

	ptp->counter = counter;
	ptp->info.getcrosststamp = viortc_ptp_getcrosststamp;
	if (!err)
		err = viortc_instant_now(counter, CLOCK_REALTIME, &now);
	if (err)
		viortc_ptp_lose_cross(ptp, err);

	return 0;
}

int viortc_ptp_register(struct viortc_clock *clock)
{
	struct ptp_clock *registered;
	struct viortc_ptp *ptp;
	int err;

	if (!viortc_ptp_type_is_known(clock->type)) {
		dev_info(clock->dev,
			 "clock %u: no PTP clock for unknown type %u\n",
			 clock->id, clock->type);
		return 0;
	}

	ptp = kzalloc_obj(*ptp);
	if (!ptp)
		return -ENOMEM;

	ptp->clock = clock;
	ptp->info = viortc_ptp_info;
	err = viortc_ptp_name(ptp->info.name, clock->type, clock->smearing);
	if (err)
		goto err_free;

	err = viortc_ptp_init_cross(ptp);
	if (err)
		goto err_free;

	registered = ptp_clock_register(&ptp->info, clock->dev);
	if (IS_ERR(registered)) {
		err = PTR_ERR(registered);
		goto err_free;
	}

	/* Without the PTP core in the kernel there is just no PTP clock. */
	if (!registered)
		goto err_free;

	WRITE_ONCE(ptp->ptp, registered);
	clock->ptp = ptp;

	return 0;

err_free:
	kfree(ptp);

	return err;
}

void viortc_ptp_unregister(struct viortc_clock *clock)
{
	struct viortc_ptp *ptp = clock->ptp;

	if (!ptp)
		return;

	ptp_clock_unregister(ptp->ptp);
	clock->ptp = NULL;
	kfree(ptp);
}

int viortc_ptp_index(const struct viortc_clock *clock)
{
	return clock->ptp ? ptp_clock_index(clock->ptp->ptp) : -1;
}

const char *viortc_ptp_cross_word(const struct viortc_clock *clock)
{
	const struct viortc_ptp *ptp = clock->ptp;
	struct viortc_instant now;

	if (!ptp)
		return "no-ptp";
	if (!viortc_get_counter())
		return "no-counter";
	if (!ptp->counter)
		return "no-device";
	if (viortc_instant_now(ptp->counter, CLOCK_REALTIME, &now))
		return "no-clocksource";

	return test_bit(VIORTC_CROSSLESS, &ptp->state) ? "failing" : "yes";
}

#if IS_ENABLED(CONFIG_VIRTIO_RTC_KUNIT_TEST)
#include "virtio_rtc_tests/ptp_test.c"
#endif
