// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's TAI.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <sys/timex.h>
#include <time.h>

#include "host_tai.h"
#include "leap.h"

#define NSEC	1000000000ULL

static uint64_t host_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * NSEC + now.tv_nsec;
}

/* From a second before a leap second to a second after it */
static bool host_near_leap(const struct leap_table *table, uint64_t utc)
{
	unsigned int i;

	for (i = table->num; i; i--) {
		uint64_t boundary = table->second[i - 1].boundary * NSEC;

		if (utc >= boundary + NSEC)
			return false;
		if (utc >= boundary - NSEC)
			return true;
	}
	return false;
}

/*
 * A second that UTC shows twice is told apart by the kernel's state of its leap
 * second. This reads both at one instant, where clock_gettime() may also be a
 * tick late with the step.
 */
static uint64_t host_tai_near_leap(const struct leap_table *table)
{
	struct timex now = { .modes = 0 };
	int state = adjtimex(&now);
	uint64_t utc = now.time.tv_sec * NSEC;

	utc += now.time.tv_usec * (now.status & STA_NANO ? 1 : 1000);
	return leap_reached(table, LEAP_UTC, utc) + (state == TIME_OOP ? NSEC : 0);
}

uint64_t host_tai_ns(const struct leap_table *table)
{
	uint64_t tai = host_clock(CLOCK_TAI);
	uint64_t utc = host_clock(CLOCK_REALTIME);

	/* Without an offset they are the same clock, and what is read later is not less. */
	if (utc < tai)
		return tai;
	if (host_near_leap(table, utc))
		return host_tai_near_leap(table);
	return leap_reached(table, LEAP_UTC, utc);
}
