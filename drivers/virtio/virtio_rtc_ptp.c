// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PTP clocks.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/module.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/slab.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_cross.h"
#include "virtio_rtc_internal.h"

/**
 * struct viortc_ptp - a PTP clock
 * @info: what the PTP core knows of it
 * @ptp: what the PTP core made of it
 * @clock: the clock below
 * @counter: the counter that can be read together with it, or NULL
 */
struct viortc_ptp {
	struct ptp_clock_info info;
	struct ptp_clock *ptp;
	struct viortc_clock *clock;
	const struct viortc_counter *counter;
};

static struct viortc_ptp *to_viortc_ptp(struct ptp_clock_info *info)
{
	return container_of(info, struct viortc_ptp, info);
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

	err = viortc_read(ptp->clock, &reading, sts);
	if (err)
		return err;

	ts->tv_sec = div_u64_rem(reading, NSEC_PER_SEC, &nsec);
	ts->tv_nsec = nsec;

	return 0;
}

/*
 * The system's clock and the counter are taken before the request and after
 * the answer; the counter value that came with the reading lies between them,
 * or is none of this system's.
 */
static int viortc_ptp_getcrosststamp(struct ptp_clock_info *info,
				     struct system_device_crosststamp *cts)
{
	clockid_t clock_id = viortc_crosststamp_clock_id(cts);
	struct viortc_ptp *ptp = to_viortc_ptp(info);
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
	cts->sys_systime = at.systime;
	cts->sys_monoraw = at.monoraw;

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

/* Find out whether the clock can be read together with the system's counter. */
static int viortc_ptp_init_cross(struct viortc_ptp *ptp)
{
	const struct viortc_counter *counter = viortc_get_counter();
	struct viortc_instant now;
	bool capable;
	int err;

	if (!counter || viortc_instant_now(counter, CLOCK_REALTIME, &now))
		return 0;

	/* Without an answer at all, nothing else will do any better. */
	err = viortc_cross_cap(ptp->clock, counter->hw_counter, &capable);
	if (err == -ETIMEDOUT || err == -ERESTARTSYS)
		return err;
	if (err || !capable)
		return 0;

	ptp->counter = counter;
	ptp->info.getcrosststamp = viortc_ptp_getcrosststamp;

	return 0;
}

int viortc_ptp_register(struct viortc_clock *clock)
{
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

	ptp->ptp = ptp_clock_register(&ptp->info, clock->dev);
	if (IS_ERR(ptp->ptp)) {
		err = PTR_ERR(ptp->ptp);
		goto err_free;
	}

	/* Without the PTP core in the kernel there is just no PTP clock. */
	if (!ptp->ptp)
		goto err_free;

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

#if IS_ENABLED(CONFIG_VIRTIO_RTC_KUNIT_TEST)
#include "virtio_rtc_tests/ptp_test.c"
#endif
