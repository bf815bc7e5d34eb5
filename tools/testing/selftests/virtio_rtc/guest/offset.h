/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the system's clock is off a PTP clock.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef OFFSET_H
#define OFFSET_H

#include <linux/ptp_clock.h>
#include <sys/ioctl.h>
#include <time.h>

#define NSEC		1000000000LL
#define SAMPLES		10

static inline long long now(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

static inline long long ns_of(const struct ptp_clock_time *time)
{
	return time->sec * NSEC + time->nsec;
}

/*
 * How far the system's clock is ahead of the device's, by the narrowest of samples;
 * shown, if it is not NULL, is what the device's showed then, and window how long that
 * sample took, which the offset is known no better than.  NSEC if it cannot be read.
 */
static inline long long offset_of(int fd, long long *shown, long long *window)
{
	struct ptp_sys_offset_extended request = { .n_samples = SAMPLES };
	long long before, after, width, offset = 0, narrowest = -1;
	int i;

	if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &request))
		return NSEC;
	for (i = 0; i < SAMPLES; i++) {
		before = ns_of(&request.ts[i][0]);
		after = ns_of(&request.ts[i][2]);
		width = after - before;
		/* The system's clock may have stepped in between. */
		if (width < 0 || (narrowest >= 0 && width >= narrowest))
			continue;
		narrowest = width;
		offset = before + width / 2 - ns_of(&request.ts[i][1]);
		if (shown)
			*shown = ns_of(&request.ts[i][1]);
		if (window)
			*window = width;
	}
	return offset;
}

#endif
