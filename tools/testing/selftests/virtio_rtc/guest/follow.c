// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * follow: does the system's clock follow a PTP clock over a time that the machine
 * stood still, and are those who read the clock served?
 *
 * follow EVENT DEVICE READERS SECONDS
 *	Read the clock in READERS threads until it has gone ahead of the raw
 *	monotonic clock, as far as SECONDS at least, or no task could run for so
 *	long, as where that clock goes on while the machine sleeps; then until the
 *	system's clock has been as near as MAX_OFFSET for SETTLED_S, for PATIENCE_S
 *	at most, and as long as no task could run meanwhile.
 *	SECONDS may be 0: then there is nothing to wait for.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "offset.h"

#define MAX_OFFSET	1000000LL
/* A sample that took longer than that says nothing of it. */
#define MAX_WINDOW	1000000LL
/* In place of those that say nothing: so many samples at least have to be right. */
#define MIN_SAMPLES	10
/* Who keeps the clock sets it right by changing its rate by 1/12 at most. */
#define MAX_SLEW	12
/* For that much of what they are late, and how long it may be wrong for it */
#define MAX_LATE	(NSEC / 10)
#define LATE_S		2
#define SETTLED_S	5
#define PATIENCE_S	30
#define MAX_EXCUSE_S	120LL
/* How long an event is waited for */
#define EVENT_S		150
/* What a reader may wait more than the event takes, or than one who does not read. */
#define SLACK_S		5
/* From one look at the clock to the next */
#define PAUSE		(NSEC / 10)
/* How often it is said how far the clock is off */
#define NOTED_S		5

struct reader {
	pthread_t thread;
	int fd;
	long readings;
	int error;
	/* Longest time from one reading to the next, by the clock that is read */
	long long wait;
};

static atomic_bool done;

/*
 * Longest time of a task that does nothing, without that of standing still: the machine
 * is busy, or comes to a stop by and by.
 */
static atomic_llong idle;

/* By how much it was late, all in all, when that was more than usual */
static atomic_llong held_up;

#define HELD_UP		(NSEC / 20)
/* It looks so often. */
#define LOOK		(NSEC / 100)

static void *bystander(void *priv)
{
	long long time, last = now(CLOCK_MONOTONIC_RAW);

	while (!done) {
		usleep(LOOK / 1000);
		time = now(CLOCK_MONOTONIC_RAW);
		if (time - last > idle)
			idle = time - last;
		if (time - last > HELD_UP)
			held_up += time - last - LOOK;
		last = time;
	}
	return priv;
}

static void *reader(void *priv)
{
	struct ptp_sys_offset_extended request;
	long long reading, last = 0;
	struct reader *r = priv;

	while (!done && !r->error) {
		memset(&request, 0, sizeof(request));
		request.n_samples = 1;
		if (ioctl(r->fd, PTP_SYS_OFFSET_EXTENDED, &request)) {
			r->error = errno;
			break;
		}
		reading = ns_of(&request.ts[0][1]);
		if (last && reading - last > r->wait)
			r->wait = reading - last;
		last = reading;
		r->readings++;
		usleep(10000);
	}
	return NULL;
}

/* How far the device is ahead of the time that the machine was not standing still */
static long long ahead(int fd)
{
	return now(CLOCK_REALTIME) - offset_of(fd, NULL, NULL) - now(CLOCK_MONOTONIC_RAW);
}

/* How long no task could run since then, or look, or over what stood still; with an end */
static long long excused(long long held_up_before, long skipped)
{
	long long late = held_up - held_up_before > idle ? held_up - held_up_before : idle;

	late += skipped * PAUSE;
	return late < MAX_EXCUSE_S * NSEC ? late : MAX_EXCUSE_S * NSEC;
}

/*
 * How far off the clock may be: who keeps it knows it no better than a reading's window, and
 * is late with ending a change of its rate when tasks are.
 */
struct leeway {
	long long widest;
	long long late;
	long long late_at;
};

static long long bound(struct leeway *leeway, long long window, long long late)
{
	long long time = now(CLOCK_MONOTONIC_RAW);

	if (window > leeway->widest)
		leeway->widest = window;
	if (late > MAX_LATE)
		late = MAX_LATE;
	if (late >= leeway->late || time - leeway->late_at > LATE_S * NSEC) {
		leeway->late = late;
		leeway->late_at = time;
	}
	return MAX_OFFSET + leeway->widest + leeway->late / MAX_SLEW;
}

int main(int argc, char **argv)
{
	long long began, event, settled = 0, start, off = NSEC, worst = 0, wait = 0, noted = 0;
	long long sample, window, slept = PAUSE, max = MAX_OFFSET, held_up_before;
	struct leeway leeway = {};
	pthread_t idler;
	struct reader *readers;
	long i, count, seconds, samples = 0, skipped = 0;
	long readings = 0;
	int fd, error = 0;
	const char *name;
	bool ok;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 5) {
		fprintf(stderr, "usage: follow EVENT DEVICE READERS SECONDS\n");
		return 2;
	}
	name = argv[1];
	count = atol(argv[3]);
	seconds = atol(argv[4]);
	fd = open(argv[2], O_RDWR);
	readers = calloc(count + 1, sizeof(*readers));
	if (fd < 0 || !readers) {
		perror(argv[2]);
		return 1;
	}
	began = ahead(fd);
	pthread_create(&idler, NULL, bystander, NULL);
	for (i = 0; i < count; i++) {
		readers[i].fd = open(argv[2], O_RDWR);
		pthread_create(&readers[i].thread, NULL, reader, &readers[i]);
	}

	start = now(CLOCK_MONOTONIC_RAW);
	do {
		usleep(50000);
		event = ahead(fd) - began;
	} while (event < seconds * NSEC && idle < seconds * NSEC &&
		 now(CLOCK_MONOTONIC_RAW) - start < EVENT_S * NSEC);

	start = now(CLOCK_MONOTONIC_RAW);
	held_up_before = held_up;
	for (;;) {
		window = 0;
		sample = offset_of(fd, NULL, &window);
		if (window > MAX_WINDOW) {
			skipped++;
		} else {
			off = sample;
			max = bound(&leeway, window, slept - PAUSE);
			samples++;
			if (llabs(off) > worst)
				worst = llabs(off);
			if (llabs(off) > max) {
				settled = 0;
				samples = 0;
			} else if (!settled) {
				settled = now(CLOCK_MONOTONIC_RAW);
			}
		}
		if (!settled && now(CLOCK_MONOTONIC_RAW) - start >= noted) {
			printf("# %s: off by %lld us after %lld s\n", name, off / 1000,
			       noted / NSEC);
			noted += NOTED_S * NSEC;
		}
		if (settled && samples >= MIN_SAMPLES &&
		    now(CLOCK_MONOTONIC_RAW) - settled >= SETTLED_S * NSEC)
			break;
		if (now(CLOCK_MONOTONIC_RAW) - start >=
		    (PATIENCE_S + SETTLED_S) * NSEC + excused(held_up_before, skipped))
			break;
		slept = -now(CLOCK_MONOTONIC_RAW);
		usleep(PAUSE / 1000);
		slept += now(CLOCK_MONOTONIC_RAW);
	}
	done = true;
	pthread_join(idler, NULL);
	for (i = 0; i < count; i++) {
		pthread_join(readers[i].thread, NULL);
		readings += readers[i].readings;
		if (readers[i].wait > wait)
			wait = readers[i].wait;
		if (readers[i].error)
			error = readers[i].error;
	}

	ok = event >= seconds * NSEC || idle >= seconds * NSEC;
	printf("# %s: the machine stood still for %lld ms\n", name, event / 1000000);
	printf("# %s: %ld readings by %ld readers, the longest wait was %lld ms\n", name, readings,
	       count, wait / 1000000);
	printf("# %s: the system's clock was off by %lld us, then by %lld us, after %lld ms\n",
	       name, worst / 1000, off / 1000,
	       settled ? (settled - start) / 1000000 : -1);
	printf("# %s: it may be off by %lld us, as looks take long and tasks are late\n", name,
	       max / 1000);
	printf("# %s: %ld looks took too long to tell\n", name, skipped);
	printf("%s - %s: it happened\n", ok ? "ok" : "not ok", name);
	printf("%s - %s: no reading fails\n", readings && !error ? "ok" : "not ok", name);
	if (error)
		printf("#   one did: %s\n", strerror(error));
	printf("# %s: a task that does nothing waited for %lld ms besides\n", name, idle / 1000000);
	ok = wait <= event + idle + SLACK_S * NSEC;
	printf("%s - %s: no reader waits longer than it takes\n", ok ? "ok" : "not ok", name);
	ok = settled && samples >= MIN_SAMPLES && llabs(off) <= max &&
	     settled - start <= PATIENCE_S * NSEC + excused(held_up_before, skipped);
	printf("%s - %s: within %d s the system's clock is right to 1 ms\n",
	       ok ? "ok" : "not ok", name, PATIENCE_S);
	return 0;
}
