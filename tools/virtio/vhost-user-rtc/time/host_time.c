// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's UTC and TAI.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdbool.h>
#include <sys/timex.h>
#include <time.h>

#include "host_time.h"
#include "leap.h"

#define NSEC	1000000000ULL
#define DAY	(86400 * NSEC)

/* The step of a leap second, and what can be late with it, is nearer to midnight. */
#define NEAR	(2 * NSEC)

static uint64_t host_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * NSEC + now.tv_nsec;
}

/*
 * Whether the kernel inserts or removes a second about now. It tells by its state or,
 * while its clock is not synchronised, only by what it was asked to do.
 */
static bool host_leaps(int state, int status)
{
	if (state == TIME_ERROR)
		return status & (STA_INS | STA_DEL);
	return state != TIME_OK;
}

struct host_utc host_utc_now(void)
{
	struct host_utc utc = { .ns = host_clock(CLOCK_REALTIME) };
	struct timex now = { .modes = 0 };
	int state;

	if (utc.ns % DAY >= NEAR && utc.ns % DAY < DAY - NEAR)
		return utc;
	state = adjtimex(&now);
	if (state < 0 || !host_leaps(state, now.status))
		return utc;
	/* The kernel takes the time, then the state: the step may be in between, but once. */
	state = adjtimex(&now);
	utc.ns = now.time.tv_sec * NSEC;
	utc.ns += now.time.tv_usec * (now.status & STA_NANO ? 1 : 1000);
	utc.again = state == TIME_OOP;
	if (state == TIME_ERROR && now.status & STA_INS)
		utc.offset = now.tai;
	return utc;
}

uint64_t host_utc_to_tai(const struct leap_table *table, struct host_utc utc)
{
	uint64_t tai = leap_reached(table, LEAP_UTC, utc.ns);
	/* The kernel's offset changes with the second pass. */
	bool again = utc.again || (utc.offset && utc.offset == leap_offset(table, tai + NSEC));

	/* Unless the table does not know that the second is repeated */
	if (again && leap_reading(table, LEAP_UTC, tai + NSEC) == utc.ns)
		tai += NSEC;
	return tai;
}

/* What is read later is not less, so it is never more than the offset. */
static uint64_t host_tai_ahead(uint64_t *tai)
{
	uint64_t utc;

	*tai = host_clock(CLOCK_TAI);
	utc = host_clock(CLOCK_REALTIME);
	return *tai > utc ? *tai - utc : 0;
}

uint64_t host_tai_now(const struct leap_table *table)
{
	uint64_t tai;
	uint64_t ahead = host_tai_ahead(&tai);

	if (host_offset_possible((ahead + NSEC / 2) / NSEC))
		return tai;
	return host_utc_to_tai(table, host_utc_now());
}

int32_t host_kernel_offset(void)
{
	uint64_t tai;

	return (host_tai_ahead(&tai) + NSEC / 2) / NSEC;
}

bool host_offset_possible(int32_t offset)
{
	return offset >= LEAP_FIRST_OFFSET;
}

int host_tells_leap_state(void)
{
	struct timex now = { .modes = 0 };

	return adjtimex(&now) < 0 ? -errno : 0;
}
