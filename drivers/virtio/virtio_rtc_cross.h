/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cross-timestamps: what the system's clock showed when a counter did.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_CROSS_H_
#define _VIRTIO_RTC_CROSS_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct system_time_snapshot;
struct viortc_counter;

/**
 * struct viortc_instant - a counter value and the system time that belongs to it
 * @cycles: counter value
 * @systime: time of the clock that was asked for
 * @monoraw: raw monotonic time that goes with that clock
 * @clock_was_set_seq: changes when the system's clock is set
 * @cs_was_changed_seq: changes with the clocksource
 */
struct viortc_instant {
	u64 cycles;
	ktime_t systime;
	ktime_t monoraw;
	u32 clock_was_set_seq;
	u8 cs_was_changed_seq;
};

/**
 * viortc_instant_now() - take system time and counter at one instant
 * @counter: the counter that the system time shall be based on
 * @clock_id: CLOCK_REALTIME, or another clock that the kernel takes here
 * @now: system time and counter
 *
 * Context: Any context, but not while timekeeping is suspended.
 * Return: 0, -ENODEV when there is no such clock, or -EOPNOTSUPP when the
 *	system's clock does not run on @counter.
 */
int viortc_instant_now(const struct viortc_counter *counter, clockid_t clock_id,
		       struct viortc_instant *now);

/**
 * viortc_instant_between() - find the system time of a counter value
 * @before: before the counter was read
 * @after: after it was read
 * @at: in: @cycles; out: the rest of it
 *
 * The system's clock runs evenly from one instant to the other, but for
 * changes of its frequency; where it does, the result is right to a
 * nanosecond, however long the time between.
 *
 * Context: Any context.
 * Return: 0, -ERANGE when the counter was not read between the two instants,
 *	or -EAGAIN when the clock was set or the clocksource changed in
 *	between.
 */
int viortc_instant_between(const struct viortc_instant *before,
			   const struct viortc_instant *after,
			   struct viortc_instant *at);

#endif /* _VIRTIO_RTC_CROSS_H_ */
