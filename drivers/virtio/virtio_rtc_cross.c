// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cross-timestamps: what the system's clock showed when a counter did.
 *
 * The kernel has get_device_system_crosststamp() for this.  It looks at one
 * snapshot before the request and at the timekeeper's present interval; a
 * second snapshot after the request does as well, on every kernel and for
 * clocksources that are derived from the counter, so there is one mechanism
 * for all of them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/errno.h>
#include <linux/math64.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_cross.h"
#include "virtio_rtc_internal.h"

static bool viortc_counter_has(const struct viortc_counter *counter,
			       enum clocksource_ids cs_id)
{
	const enum clocksource_ids *id;

	for (id = counter->cs_ids; *id != CSID_GENERIC; id++)
		if (*id == cs_id)
			return true;

	return false;
}

int viortc_instant_now(const struct viortc_counter *counter, clockid_t clock_id,
		       struct viortc_instant *now)
{
	struct system_time_snapshot snapshot;

	ktime_get_snapshot_id(clock_id, &snapshot);
	if (!snapshot.valid)
		return -ENODEV;

	/* A clocksource may be the counter, or be derived from it. */
	if (viortc_counter_has(counter, snapshot.cs_id))
		now->cycles = snapshot.cycles;
	else if (viortc_counter_has(counter, snapshot.hw_csid))
		now->cycles = snapshot.hw_cycles;
	else
		return -EOPNOTSUPP;

	now->systime = snapshot.systime;
	now->monoraw = snapshot.monoraw;
	now->clock_was_set_seq = snapshot.clock_was_set_seq;
	now->cs_was_changed_seq = snapshot.cs_was_changed_seq;

	return 0;
}

/* Time at @part of @total cycles from one time to another, to the nearest ns */
static ktime_t viortc_time_between(ktime_t before, ktime_t after, u64 part,
				   u64 total)
{
	u64 halves = 2 * (u64)ktime_sub(after, before);

	if (!total)
		return before;

	return ktime_add_ns(before,
			    (mul_u64_u64_div_u64(part, halves, total) + 1) / 2);
}

int viortc_instant_between(const struct viortc_instant *before,
			   const struct viortc_instant *after,
			   struct viortc_instant *at)
{
	/* Differences, since the counter may wrap around. */
	u64 total = after->cycles - before->cycles;
	u64 part = at->cycles - before->cycles;

	if (before->clock_was_set_seq != after->clock_was_set_seq ||
	    before->cs_was_changed_seq != after->cs_was_changed_seq)
		return -EAGAIN;

	/* No more than half of the counter's range: time does not go back. */
	if (part > total || total > S64_MAX)
		return -ERANGE;

	if (ktime_before(after->systime, before->systime) ||
	    ktime_before(after->monoraw, before->monoraw))
		return -EAGAIN;

	at->systime = viortc_time_between(before->systime, after->systime,
					  part, total);
	at->monoraw = viortc_time_between(before->monoraw, after->monoraw,
					  part, total);
	at->clock_was_set_seq = after->clock_was_set_seq;
	at->cs_was_changed_seq = after->cs_was_changed_seq;

	return 0;
}
