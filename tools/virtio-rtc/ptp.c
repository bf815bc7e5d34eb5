// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a PTP clock can do, and what it shows.
 *
 * Copyright The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "facts.h"

#define NSEC_PER_SEC	1000000000ll
/* Of so many readings the one with the narrowest window counts. */
#define SAMPLES		11
/* What interpolation between two snapshots costs */
#define CROSS_UNCERTAINTY_NS	1

static int open_clock(const struct clock *clock)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/ptp%d", clock->ptp);

	return open(path, O_RDONLY | O_CLOEXEC);
}

static int64_t ns_of(const struct ptp_clock_time *time)
{
	return time->sec * NSEC_PER_SEC + time->nsec;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The offset of the system's clock is told against what it should show. */
static void set_offset(const struct facts *facts, const struct clock *clock,
		       struct reading *reading, int64_t system, int64_t shown)
{
	if (clock->type == TYPE_TAI)
		shown -= facts->tai_offset * NSEC_PER_SEC;
	reading->offset_ns = system - shown;
	reading->has_offset = clock->type >= 0 &&
			      clock->type <= TYPE_MAYBE_SMEARED &&
			      clock->type != TYPE_MONOTONIC;
}

static int read_cross(const struct facts *facts, const struct clock *clock,
		      int fd, struct reading *reading)
{
	struct ptp_sys_offset_precise precise = { 0 };

	if (ioctl(fd, PTP_SYS_OFFSET_PRECISE, &precise))
		return errno;

	set_offset(facts, clock, reading, ns_of(&precise.sys_realtime),
		   ns_of(&precise.device));
	reading->crossed = true;
	reading->uncertainty_ns = CROSS_UNCERTAINTY_NS;

	return 0;
}

static int read_extended(const struct facts *facts, const struct clock *clock,
			 int fd, struct reading *reading)
{
	struct ptp_sys_offset_extended extended = { .n_samples = SAMPLES };
	int64_t windows[SAMPLES], before, after, best = INT64_MAX;
	unsigned int n;

	if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &extended))
		return errno;

	for (n = 0; n < SAMPLES; n++) {
		before = ns_of(&extended.ts[n][0]);
		after = ns_of(&extended.ts[n][2]);
		windows[n] = after - before;
		if (windows[n] >= best)
			continue;
		best = windows[n];
		set_offset(facts, clock, reading, before + best / 2,
			   ns_of(&extended.ts[n][1]));
		reading->uncertainty_ns = (best + 1) / 2;
	}
	qsort(windows, SAMPLES, sizeof(windows[0]), by_size);
	reading->answer_ns = windows[0];
	reading->answer_median_ns = windows[SAMPLES / 2];
	reading->answer_max_ns = windows[SAMPLES - 1];

	return 0;
}

void ptp_read(const struct facts *facts, struct clock *clock)
{
	struct reading reading = { 0 };
	int fd = open_clock(clock);

	if (fd < 0) {
		reading.error = errno;
	} else {
		reading.error = read_extended(facts, clock, fd, &reading);
		if (!reading.error && clock->cross_cap)
			clock->cross_error = read_cross(facts, clock, fd,
							&reading);
		close(fd);
	}
	clock->reading = reading;
}

static enum cross cross_of(const struct facts *facts, const struct clock *clock)
{
	if (clock->caps_error)
		return CROSS_UNKNOWN;
	if (clock->reading.crossed)
		return CROSS_YES;
	if (!facts->wanted_clocksource)
		return CROSS_NO_COUNTER;
	if (!clock->cross_cap)
		return CROSS_NO_DEVICE;
	if (!facts->right_clocksource)
		return CROSS_NO_CLOCKSOURCE;
	if (clock->cross_error)
		return CROSS_FAILED;

	return CROSS_YES;
}

void ptp_gather(const struct facts *facts, struct clock *clock)
{
	struct ptp_clock_caps caps = { 0 };
	int fd = open_clock(clock);

	if (fd < 0 || ioctl(fd, PTP_CLOCK_GETCAPS, &caps))
		clock->caps_error = errno;
	clock->cross_cap = caps.cross_timestamping;
	if (fd >= 0)
		close(fd);

	ptp_read(facts, clock);
	clock->cross = cross_of(facts, clock);
}
