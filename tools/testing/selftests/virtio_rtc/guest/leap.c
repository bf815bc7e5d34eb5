// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leap: watch the leap second at the end of 2016 on four PTP clocks.
 *
 * leap UTC TAI NOON SLS
 *	Read the clocks until the leap second is over and judge what they showed:
 *	UTC, TAI, and UTC smeared by noon-linear and by UTC-SLS.
 *
 * Each round reads TAI, the others, and TAI again.  So it is known between which
 * two instants the others were read, and what they have to show.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NSEC		1000000000LL
/* 2017-01-01T00:00:00Z as Unix counts, and TAI when 23:59:60 begins before it */
#define MIDNIGHT	(1483228800 * NSEC)
#define LEAP		(MIDNIGHT + 36 * NSEC)
/* TAI up to which the clocks are watched */
#define END		(LEAP + 2 * NSEC + NSEC / 2)

enum { UTC, TAI, NOON, SLS, CLOCKS };

static const char *const promises[CLOCKS] = {
	"UTC steps back when the leap second begins, once",
	"TAI does not step",
	"noon-linear smears over the 24 hours around midnight",
	"UTC-SLS smears over the last 1000 s of the day",
};

static bool failed[CLOCKS];

/*
 * A machine that stands still for longer than it lasts does not see the leap second, and
 * one that does so for a second around its begin does not see UTC go back.
 */
static bool missed;

/* Says what is wrong with a clock, the first time. */
static void wrong(int clock, const char *format, ...)
{
	va_list args;

	if (!failed[clock]) {
		printf("# %s:\n#   ", promises[clock]);
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		printf("\n");
	}
	failed[clock] = true;
}

static long long read_clock(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts)) {
		printf("# clock_gettime: %s\n", strerror(errno));
		exit(1);
	}
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

/* What a clock has to show when TAI is @tai.  Noon is 12 h before midnight. */
static long long expected(int clock, long long tai)
{
	const long long noon = MIDNIGHT - 43200 * NSEC;
	const long long thousand = LEAP + NSEC - 1000 * NSEC;

	/* 86401 s are shown as 86400 s. */
	if (clock == NOON)
		return noon + (__int128)(tai - noon - 36 * NSEC) * 86400 / 86401;

	/* 1000 s, of which the leap second is the last, are shown as 999 s. */
	if (clock == SLS && tai < LEAP + NSEC)
		return MIDNIGHT - 999 * NSEC + (__int128)(tai - thousand) * 999 / 1000;

	return tai - (tai < LEAP ? 36 : 37) * NSEC;
}

/* Clocks but UTC never step, so their readings are between two limits. */
static void judge(int clock, long long reading, long long before, long long after)
{
	long long low = expected(clock, before), high = expected(clock, after);

	if (clock == UTC && before < LEAP && after >= LEAP) {
		if (reading > low)
			high = LEAP - 36 * NSEC;
		else
			low = LEAP - 37 * NSEC;
	}
	if (reading < low || reading > high)
		wrong(clock, "%lld, not between %lld and %lld, with TAI from %lld to %lld",
		      reading, low, high, before, after);
}

/* What a reading of TAI leaves possible for how far it is ahead */
struct ahead {
	long long low;
	long long high;
};

/*
 * TAI goes on as the system's own clock does, which nothing adjusts: it has @tai between
 * @raw and now.
 */
static void judge_tai(struct ahead *first, long long raw, long long tai)
{
	struct ahead ahead = { tai - read_clock(CLOCK_MONOTONIC_RAW), tai - raw };

	if (!first->high)
		*first = ahead;
	if (ahead.low > first->high + NSEC / 4 || ahead.high < first->low - NSEC / 4)
		wrong(TAI, "it was ahead by %lld to %lld ns, and now by %lld to %lld",
		      first->low, first->high, ahead.low, ahead.high);
}

static void watch(const clockid_t *ids)
{
	long long last_utc = 0, last = 0, longest = 0, before, after, raw;
	/* TAI before the last round until the leap second, and after the first one since */
	long long until = 0, since = 0;
	struct ahead ahead = {};
	long rounds[3] = {}, steps = 0;
	long long readings[CLOCKS];
	int clock;

	do {
		before = read_clock(ids[TAI]);
		for (clock = UTC; clock < CLOCKS; clock++)
			readings[clock] = read_clock(ids[clock]);
		raw = read_clock(CLOCK_MONOTONIC_RAW);
		after = read_clock(ids[TAI]);
		judge_tai(&ahead, raw, after);

		for (clock = UTC; clock < CLOCKS; clock++)
			if (clock != TAI)
				judge(clock, readings[clock], before, after);
			else if (readings[TAI] < before || readings[TAI] > after)
				wrong(TAI, "%lld, not between %lld and %lld", readings[TAI],
				      before, after);
		if (readings[UTC] < last_utc && ++steps == 1)
			printf("# UTC %lld, then %lld; noon-linear %lld, UTC-SLS %lld\n",
			       last_utc, readings[UTC], readings[NOON], readings[SLS]);
		last_utc = readings[UTC];
		if (after < LEAP)
			until = before;
		if (before >= LEAP && !since)
			since = after;
		rounds[before < LEAP ? 0 : before < LEAP + NSEC ? 1 : 2]++;
		if (last && after - last > longest)
			longest = after - last;
		last = after;
		usleep(1000);
	} while (after < END || !rounds[2]);

	printf("# %ld rounds before the leap second, %ld in it, %ld after; the longest %lld ms\n",
	       rounds[0], rounds[1], rounds[2], longest / 1000000);
	missed = until && since - until >= NSEC && (!rounds[1] || !steps);
	if (missed)
		return;
	if (steps != 1)
		wrong(UTC, "it stepped back %ld times", steps);
	for (clock = UTC; clock < CLOCKS && !(rounds[0] && rounds[1] && rounds[2]); clock++)
		wrong(clock, "this was not seen");
}

int main(int argc, char **argv)
{
	clockid_t ids[CLOCKS];
	int clock;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 1 + CLOCKS) {
		fprintf(stderr, "usage: leap UTC TAI NOON SLS\n");
		return 2;
	}
	for (clock = UTC; clock < CLOCKS; clock++) {
		int fd = open(argv[1 + clock], O_RDONLY);

		if (fd < 0) {
			perror(argv[1 + clock]);
			return 1;
		}
		ids[clock] = (~(clockid_t)fd << 3) | 3;
	}
	watch(ids);
	for (clock = UTC; clock < CLOCKS; clock++)
		printf("%s - %s%s\n", failed[clock] ? "not ok" : "ok", promises[clock],
		       missed ? " # SKIP the machine stood still meanwhile" : "");
	return 0;
}
