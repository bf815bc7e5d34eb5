// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PTP clocks.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/slab.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_cross.h"
#include "virtio_rtc_internal.h"
#include "virtio_rtc_offer.h"

/**
 * struct viortc_ptp - a PTP clock
 * @info: what the PTP core knows of it
 * @ptp: what the PTP core made of it
 * @clock: the clock below
 * @counter: the counter that can be read together with it, or NULL
 * @offer: whether they are read together at this time
 */
struct viortc_ptp {
	struct ptp_clock_info info;
	struct ptp_clock *ptp;
	struct viortc_clock *clock;
	const struct viortc_counter *counter;
	struct viortc_offer offer;
};

static struct viortc_ptp *to_viortc_ptp(struct ptp_clock_info *info)
{
	return container_of(info, struct viortc_ptp, info);
}

/*
 * The system's clock and the counter are taken before the request and after
 * the answer; the counter value that came with the reading lies between them,
 * or is none of this system's.  @refused tells the -EOPNOTSUPP of a device from
 * that of the system's clock.
 */
static int viortc_ptp_take(struct viortc_ptp *ptp,
			   struct system_device_crosststamp *cts, bool *refused)
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
	*refused = err == -EOPNOTSUPP;
	if (err)
		return err;

	err = viortc_instant_now(ptp->counter, clock_id, &after);
	if (err)
		return err;

	err = viortc_instant_between(&before, &after, &at);
	/* Once it is known that there are none one line has said so. */
	if (err == -ERANGE && !viortc_offer_is_lost(&ptp->offer))
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
static void viortc_ptp_tell(struct viortc_ptp *ptp, bool has_cross)
{
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

	if (!has_cross)
		cross[sizeof(cross) - 2] = '0';
	kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, envp);
	put_device(dev);
}

static void viortc_ptp_say(struct viortc_ptp *ptp,
			   enum viortc_offer_change change, int err)
{
	struct viortc_instant now;

	if (change == VIORTC_OFFER_SAME)
		return;

	if (change == VIORTC_OFFER_REGAINED)
		dev_info(ptp->clock->dev, "clock %u: cross-timestamps again\n",
			 ptp->clock->id);
	else if (viortc_instant_now(ptp->counter, CLOCK_REALTIME, &now))
		dev_warn(ptp->clock->dev,
			 "clock %u: no cross-timestamps: the system's clock does not run on the counter\n",
			 ptp->clock->id);
	else
		dev_warn(ptp->clock->dev,
			 "clock %u: no cross-timestamps: error %d\n",
			 ptp->clock->id, err);
	viortc_ptp_tell(ptp, change == VIORTC_OFFER_REGAINED);
}

/*
 * While there are none: is it for this task to try one?  Not while the device owes answers
 * of this kind for which there is no more room; with the answer to a reading those are taken
 * that came when nobody listened.
 */
static bool viortc_ptp_may_try(struct viortc_ptp *ptp)
{
	u64 reading;

	if (!viortc_offer_take_turn(&ptp->offer))
		return false;

	return !viortc_offer_is_silent(&ptp->offer) ||
	       (!viortc_read_brief(ptp->clock, &reading, NULL) &&
		viortc_has_room(ptp->clock));
}

static enum viortc_attempt viortc_ptp_attempt(struct viortc_ptp *ptp)
{
	if (viortc_offer_is_lost(&ptp->offer)) {
		if (viortc_ptp_may_try(ptp))
			return VIORTC_ATTEMPT_TRY;

		return viortc_offer_is_silent(&ptp->offer) ?
		       VIORTC_ATTEMPT_NONE : VIORTC_ATTEMPT_BESIDES;
	}

	/* It is left alone for a while when it owes an answer, which may come. */
	if (viortc_offer_is_in_doubt(&ptp->offer) &&
	    !viortc_is_put_off(ptp->clock))
		return VIORTC_ATTEMPT_IN_DOUBT;

	return VIORTC_ATTEMPT_USUAL;
}

/* A device that refuses is believed no sooner than one that fails. */
static int viortc_ptp_cross(struct viortc_ptp *ptp,
			    struct system_device_crosststamp *cts,
			    enum viortc_attempt attempt)
{
	bool refused = false;
	int err = viortc_ptp_take(ptp, cts, &refused);

	viortc_ptp_say(ptp, viortc_offer_note(&ptp->offer, attempt,
					      refused ? -EIO : err), err);

	return err;
}

static int viortc_ptp_getcrosststamp(struct ptp_clock_info *info,
				     struct system_device_crosststamp *cts)
{
	struct viortc_ptp *ptp = to_viortc_ptp(info);
	enum viortc_attempt attempt = viortc_ptp_attempt(ptp);
	u64 reading;
	int err;

	if (attempt == VIORTC_ATTEMPT_NONE)
		return -EOPNOTSUPP;

	/* Does the clock fail as a whole? */
	if (attempt == VIORTC_ATTEMPT_IN_DOUBT) {
		err = viortc_read_brief(ptp->clock, &reading, NULL);
		if (err)
			return err;
	}

	return viortc_ptp_cross(ptp, cts, attempt);
}

/* While there are none one is tried now and then when somebody reads the clock without. */
static void viortc_ptp_retry_cross(struct viortc_ptp *ptp)
{
	struct system_device_crosststamp cts = {};

	if (viortc_ptp_may_try(ptp))
		viortc_ptp_cross(ptp, &cts, VIORTC_ATTEMPT_TRY);
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

	if (unlikely(viortc_offer_is_lost(&ptp->offer)))
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

	err = clock->no_cross_cap ? -ETIMEDOUT :
	      viortc_cross_cap(clock, counter->hw_counter, &capable);
	if (err == -ERESTARTSYS)
		return err;
	clock->no_cross_cap = err == -ETIMEDOUT;
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
		viortc_ptp_say(ptp, viortc_offer_lose(&ptp->offer, err), err);

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

	return viortc_offer_is_lost(&ptp->offer) ? "failing" : "yes";
}

#if IS_ENABLED(CONFIG_VIRTIO_RTC_KUNIT_TEST)
#include "virtio_rtc_tests/ptp_test.c"
#endif
