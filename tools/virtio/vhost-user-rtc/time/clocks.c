// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's clocks.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "clocks.h"
#include "host_tai.h"

/* How often clock and counter are read together, to find the closest pair */
#define CROSS_TRIES	5

uint64_t clocks_now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static uint64_t tai_now(const struct clocks *c)
{
	if (c->started)
		return c->start_tai + (clocks_now(CLOCK_BOOTTIME) - c->start_boottime);
	return host_tai_ns(&c->leap);
}

void clocks_start_at(struct clocks *c, uint64_t utc)
{
	c->started = true;
	c->start_tai = leap_reached(&c->leap, LEAP_UTC, utc);
	c->start_boottime = clocks_now(CLOCK_BOOTTIME);
}

/* What @scale shows when its host clock, TAI or CLOCK_BOOTTIME, shows @host. */
static uint64_t to_scale(const struct clocks *c, struct clocks_scale scale, uint64_t host)
{
	return scale.monotonic ? host : leap_reading(&c->leap, scale.leap, host);
}

static uint64_t host_now(const struct clocks *c, struct clocks_scale scale)
{
	return scale.monotonic ? clocks_now(CLOCK_BOOTTIME) : tai_now(c);
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
	uint64_t base, tai_base, tai;
	clockid_t clock;

	if (scale.monotonic) {
		*when = time;
		return CLOCK_BOOTTIME;
	}
	if (c->started) {
		clock = CLOCK_BOOTTIME;
		base = c->start_boottime;
		tai_base = c->start_tai;
	} else {
		/* In this order the timer can only be early, which does no harm. */
		clock = CLOCK_REALTIME;
		base = clocks_now(CLOCK_REALTIME);
		tai_base = tai_now(c);
	}
	tai = leap_reached(&c->leap, scale.leap, time);
	if (tai <= tai_base)
		*when = base;
	else if (tai - tai_base > UINT64_MAX - base)
		*when = UINT64_MAX;
	else
		*when = base + (tai - tai_base);
	return clock;
}
