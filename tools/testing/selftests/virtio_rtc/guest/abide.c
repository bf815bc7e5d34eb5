// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * abide: does the system's clock stay with a PTP clock through the leap second at the
 * end of 2016?
 *
 * abide KIND DEVICE
 *	Look on until 20 s after it, and judge from when the system's clock was within
 *	1 ms for the first time.  Where both clocks step they need not do it in the very
 *	same instant: for MAX_OFFSET they may be a second apart.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "offset.h"

/* 2017-01-01T00:00:00Z as Unix counts */
#define MIDNIGHT	(1483228800 * NSEC)
#define SETTLED		1000000LL
#define MAX_OFFSET	10000000LL
/* Before and after midnight */
#define SEEN_S		10
#define ON_S		20

int main(int argc, char **argv)
{
	long long off, shown = 0, worst = 0, at = 0, first = 0, apart = 0, began = 0, raw, last;
	const char *kind;
	long samples = 0;
	bool ok;
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 3) {
		fprintf(stderr, "usage: abide KIND DEVICE\n");
		return 2;
	}
	kind = argv[1];
	fd = open(argv[2], O_RDWR);
	if (fd < 0) {
		perror(argv[2]);
		return 1;
	}
	do {
		last = shown;
		off = offset_of(fd, &shown, NULL);
		raw = now(CLOCK_MONOTONIC_RAW);
		if (shown < last - NSEC / 2)
			printf("# %s: the device's clock stepped back\n", kind);
		if (!began && llabs(off) <= SETTLED)
			began = shown;
		if (began) {
			samples++;
			if (llabs(off) < NSEC / 2 || llabs(llabs(off) - NSEC) > MAX_OFFSET) {
				first = 0;
			} else {
				first = first ?: raw;
				if (raw - first > apart)
					apart = raw - first;
				off = llabs(off) - NSEC;
			}
			if (llabs(off) > worst) {
				worst = llabs(off);
				at = shown;
			}
		}
		usleep(llabs(shown - MIDNIGHT) < 2 * NSEC ? 1000 : 50000);
	} while (shown < MIDNIGHT + ON_S * NSEC);

	printf("# %s: %ld samples from %lld s before midnight on\n", kind, samples,
	       began ? (MIDNIGHT - began) / NSEC : -1);
	printf("# %s: off by %lld us at most, at midnight %+lld ms; a second apart for %lld us\n",
	       kind, worst / 1000, (at - MIDNIGHT) / 1000000, apart / 1000);
	ok = began && began < MIDNIGHT - SEEN_S * NSEC;
	printf("%s - %s: the system's clock was right well before the leap second\n",
	       ok ? "ok" : "not ok", kind);
	ok = began && worst <= MAX_OFFSET && apart <= MAX_OFFSET;
	printf("%s - %s: it follows within 10 ms through the leap second\n",
	       ok ? "ok" : "not ok", kind);
	return 0;
}
