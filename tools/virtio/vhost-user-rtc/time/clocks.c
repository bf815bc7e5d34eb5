// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's clocks.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>

#include "base/log.h"
#include "clocks.h"
#include "host_time.h"

/* How often clock and counter are read together, to find the closest pair */
#define CROSS_TRIES	5

uint64_t clocks_now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

void clocks_start_at(struct clocks *c, uint64_t utc)
{
	c->started = true;
	/* UTC shows 0 up to its offset; a clock that stood still would not run from there. */
	c->start_tai = utc ? leap_reached(&c->leap, LEAP_UTC, utc) :
			     LEAP_FIRST_OFFSET * UINT64_C(1000000000);
	c->start_boottime = clocks_now(CLOCK_BOOTTIME);
}

void clocks_begin(struct clocks *c)
{
	int err = c->started ? 0 : host_tells_leap_state();

	if (err)
		log_warning("smeared clocks may be 1 s off in leap seconds, adjtimex is refused: %s",
			    strerror(-err));
	clocks_check(c);
}

void clocks_check(struct clocks *c)
{
	int32_t kernel, table;

	if (c->started)
		return;
	kernel = host_kernel_offset();
	table = leap_offset(&c->leap, host_utc_to_tai(&c->leap, host_utc_now()));
	if (kernel != c->odd_offset && kernel && kernel != table)
		log_warning("TAI - UTC is %d s for the kernel, %d s in the table: TAI follows the %s",
			    kernel, table, host_offset_possible(kernel) ? "kernel" : "table");
	c->kernel_offset = kernel;
	c->odd_offset = kernel == table ? 0 : kernel;
}

bool clocks_are_checked(const struct clocks *c, struct clocks_scale scale)
{
	return c->started || scale.monotonic || scale.leap != LEAP_TAI ||
	       host_kernel_offset() == c->kernel_offset;
}

/* What is read of the host for a scale: UTC, or an instant of TAI or CLOCK_BOOTTIME. */
static uint64_t host_now(const struct clocks *c, struct clocks_scale scale)
{
	if (scale.monotonic)
		return clocks_now(CLOCK_BOOTTIME);
	if (c->started)
		return c->start_tai + (clocks_now(CLOCK_BOOTTIME) - c->start_boottime);
	switch (scale.leap) {
	case LEAP_TAI:
		return host_tai_now(&c->leap);
	case LEAP_UTC:
		return host_utc_now().ns;
	default:
		return host_utc_to_tai(&c->leap, host_utc_now());
	}
}

/* Whether a scale shows just what is read of the host. */
static bool is_hosts(const struct clocks *c, struct clocks_scale scale)
{
	return scale.monotonic || (!c->started && scale.leap == LEAP_UTC);
}

/* What @scale shows when @host is what is read. */
static uint64_t to_scale(const struct clocks *c, struct clocks_scale scale, uint64_t host)
{
	return is_hosts(c, scale) ? host : leap_reading(&c->leap, scale.leap, host);
}

uint64_t clocks_read(const struct clocks *c, struct clocks_scale scale)
{
	return to_scale(c, scale, host_now(c, scale));
}

void clocks_read_cross(const struct clocks *c, struct clocks_scale scale, uint64_t *reading,
		       uint64_t *cycles)
{
	uint64_t best_host = 0, best_counter = 0, best_width = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < CROSS_TRIES; i++) {
		uint64_t before = c->counter.read();
		uint64_t host = host_now(c, scale);
		uint64_t width = c->counter.read() - before;

		if (width < best_width) {
			best_width = width;
			best_host = host;
			best_counter = before + width / 2;
		}
	}
	*reading = to_scale(c, scale, best_host);
	*cycles = counter_to_guest(&c->counter, best_counter);
}

clockid_t clocks_timer(const struct clocks *c, struct clocks_scale scale, uint64_t time,
		       uint64_t *when)
{
	uint64_t base, from, reached, now;
	clockid_t clock;

	if (is_hosts(c, scale)) {
		*when = time;
		return scale.monotonic ? CLOCK_BOOTTIME : CLOCK_REALTIME;
	}
	if (c->started) {
		clock = CLOCK_BOOTTIME;
		base = c->start_boottime;
		from = c->start_tai;
	} else {
		/* In this order the timer can only be early, which does no harm. */
		clock = CLOCK_REALTIME;
		base = clocks_now(CLOCK_REALTIME);
		from = host_now(c, scale);
	}
	reached = leap_reached(&c->leap, scale.leap, time);
	/* UTC repeats a second: when the first time is over there is the second one. */
	if (c->started && scale.leap == LEAP_UTC) {
		now = host_now(c, scale);
		if (reached <= now && leap_reading(&c->leap, LEAP_UTC, now) < time)
			reached += UINT64_C(1000000000);
	}
	if (reached <= from)
		*when = base;
	else if (reached - from > UINT64_MAX - base)
		*when = UINT64_MAX;
	else
		*when = base + (reached - from);
	return clock;
}
