/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's clocks: the host's time in each timescale.
 *
 * UTC is the host's (host_time.h), its smeared variants come from that and the
 * leap seconds, TAI is the kernel's or comes from there too; or they all run
 * from a start time that was given. A clock that may smear or not is like UTC.
 * MONOTONIC is CLOCK_BOOTTIME, which goes on while the host is suspended.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef CLOCKS_H
#define CLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "counter.h"
#include "leap.h"

/* What a clock shows; those of UTC's kind have an enum leap_timescale. */
struct clocks_scale {
	bool monotonic;
	enum leap_timescale leap;
};

/**
 * struct clocks - how time is known
 * @leap: The leap seconds.
 * @counter: The guest's counter.
 * @started: Time runs from a start time, not with the host's clock.
 * @start_tai: The start time, in ns of TAI.
 * @start_boottime: CLOCK_BOOTTIME at that time, in ns.
 * @kernel_offset: TAI - UTC of the kernel, in s, that clocks_check() last found.
 * @odd_offset: TAI - UTC of the kernel, in s, that clocks_check() last found to
 *	be another than the table's; otherwise 0.
 */
struct clocks {
	struct leap_table leap;
	struct counter counter;
	bool started;
	uint64_t start_tai;
	uint64_t start_boottime;
	int32_t kernel_offset;
	int32_t odd_offset;
};

/**
 * clocks_now - read one of the host's clocks
 * @clock: CLOCK_*.
 *
 * Return: ns.
 */
uint64_t clocks_now(clockid_t clock);

/**
 * clocks_start_at - have time run from a start time, from now on
 * @c: The clocks, whose leap seconds are known.
 * @utc: The start time, in ns of UTC.
 */
void clocks_start_at(struct clocks *c, uint64_t utc);

/**
 * clocks_begin - see what the host's kernel tells
 * @c: The clocks, which are about to be used.
 *
 * What is missing is logged.
 */
void clocks_begin(struct clocks *c);

/**
 * clocks_check - see whether kernel and table agree on TAI
 * @c: The clocks.
 *
 * To be called each time that the host's clock, the kernel's offset or the table
 * was set. A disagreement is logged, once.
 */
void clocks_check(struct clocks *c);

/**
 * clocks_are_checked - whether the kernel has the offset of TAI of the last clocks_check()
 * @c: The clocks.
 * @scale: What was read.
 *
 * The kernel tells nobody when it is told another one.
 *
 * Return: Whether it has; true as well when the scale does not depend on it.
 */
bool clocks_are_checked(const struct clocks *c, struct clocks_scale scale);

/**
 * clocks_read - read a clock
 * @c: The clocks.
 * @scale: The clock's scale.
 *
 * Return: ns.
 */
uint64_t clocks_read(const struct clocks *c, struct clocks_scale scale);

/**
 * clocks_read_cross - read a clock and the guest's counter at one instant
 * @c: The clocks, of which the counter is known.
 * @scale: The clock's scale.
 * @reading: Receives the reading in ns.
 * @cycles: Receives the counter.
 *
 * The instant is known to half of the time that reading the clock takes.
 */
void clocks_read_cross(const struct clocks *c, struct clocks_scale scale, uint64_t *reading,
		       uint64_t *cycles);

/**
 * clocks_timer - when a clock will show a time, as a timer can be set to it
 * @c: The clocks.
 * @scale: The clock's scale.
 * @time: The time, in ns.
 * @when: Receives the time of the host's clock, in ns; %UINT64_MAX for never.
 *
 * Return: The host's clock, CLOCK_REALTIME or CLOCK_BOOTTIME.
 */
clockid_t clocks_timer(const struct clocks *c, struct clocks_scale scale, uint64_t time,
		       uint64_t *when);

#endif /* CLOCKS_H */
