// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inherit: whether a task of high priority waits for one of middle priority, because
 * both it and a task of low priority read the same clock.
 *
 * inherit CLOCK READINGS BUSY_MS
 *	On one processor: a task of low priority reads all the time, one of middle
 *	priority is busy for BUSY_MS again and again, and one of high priority takes the
 *	readings.  Prints what they took, in us, and how many took about as long as the
 *	other was busy.  Ends with 1 if that is more than one in twenty.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX_READINGS	100000
#define US		1000LL
#define MS		1000000LL
#define SECOND		1000000000LL

static clockid_t ptp_clock;
static long busy_ms;
static volatile bool stopped;

static int64_t now(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts))
		err(EXIT_FAILURE, "cannot read a clock");
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void pause_ns(long ns)
{
	const struct timespec ts = { .tv_nsec = ns };

	nanosleep(&ts, NULL);
}

static void *read_all_the_time(void *unused)
{
	while (!stopped)
		now(ptp_clock);
	return unused;
}

/* By its own processor time: who preempts it does not shorten that. */
static void *be_busy(void *unused)
{
	int64_t end;

	while (!stopped) {
		pause_ns(2 * MS);
		end = now(CLOCK_THREAD_CPUTIME_ID) + busy_ms * MS;
		while (!stopped && now(CLOCK_THREAD_CPUTIME_ID) < end)
			;
	}
	return unused;
}

static pthread_t start(void *(*function)(void *), int priority)
{
	const struct sched_param param = { .sched_priority = priority };
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	pthread_attr_setschedparam(&attr, &param);
	errno = pthread_create(&thread, &attr, function, NULL);
	if (errno)
		err(EXIT_FAILURE, "no thread of priority %d", priority);
	return thread;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	const struct sched_param high = { .sched_priority = 50 };
	long i, n = argc == 4 ? atol(argv[2]) : 0, held_up = 0;
	static int64_t took[MAX_READINGS];
	pthread_t low, middle;
	cpu_set_t one;
	int fd;

	busy_ms = argc == 4 ? atol(argv[3]) : 0;
	if (n < 20 || n > MAX_READINGS || busy_ms < 1) {
		fprintf(stderr, "usage: inherit CLOCK READINGS BUSY_MS\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(EXIT_FAILURE, "%s", argv[1]);
	ptp_clock = (~(clockid_t)fd << 3) | 3;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one) || sched_setscheduler(0, SCHED_FIFO, &high))
		err(EXIT_FAILURE, "cannot have a processor");
	low = start(read_all_the_time, 10);
	middle = start(be_busy, 30);
	for (i = 0; i < n; i++) {
		/* At any moment of the others' */
		pause_ns(MS + rand() % (5 * MS));
		took[i] = -now(CLOCK_MONOTONIC);
		now(ptp_clock);
		took[i] += now(CLOCK_MONOTONIC);
		held_up += took[i] >= busy_ms * MS * 3 / 4;
	}
	stopped = true;
	pthread_join(middle, NULL);
	pthread_join(low, NULL);
	qsort(took, n, sizeof(*took), compare);
	printf("# %ld readings: half took up to %lld us, 99 %% up to %lld us, the longest %lld us; "
	       "%ld took as long as the other is busy, %ld ms\n", n,
	       (long long)(took[n / 2] / US), (long long)(took[n * 99 / 100] / US),
	       (long long)(took[n - 1] / US), held_up, busy_ms);
	return held_up > n / 20;
}
