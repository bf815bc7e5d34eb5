// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ptp: use a PTP clock as chrony and others do, and judge what it says.
 *
 * ptp cross DEVICE		print whether it claims to do cross-timestamps (0, 1)
 * ptp gettime DEVICE		print clock_gettime(), in nanoseconds
 * ptp extended DEVICE CALLS	PTP_SYS_OFFSET_EXTENDED: each call works and each
 *				reading lies between its system timestamps
 * ptp leeway DEVICE SECONDS	print how far chronyd may leave the system's clock from
 *				this one, in ns, by what disturbed it in SECONDS
 * ptp offset DEVICE		print how far the system's clock is ahead of it, in ns
 * ptp precise DEVICE		print the errno of PTP_SYS_OFFSET_PRECISE, or 0
 * ptp apart DEVICE OTHER NS CALLS
 *				the other clock is ahead by just so much, as far
 *				as readings on both sides of one of its can tell
 * ptp away READING SECONDS	each second, how far the system's clock is off what the
 *				simulated device shows in this file: print the median and
 *				the most, in us
 * ptp hold DEVICE		keep it open, read it until it is gone (ENODEV)
 * ptp torture DEVICE CALLS	each call ends with a result or with an errno that the
 *				driver is said to give
 * ptp reader DEVICE		open, read and close it until SIGTERM, whether it
 *				is there or not
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "offset.h"
#include "promised.h"

/* Two clocks of a machine that nobody adjusts run apart by no more. */
#define MAX_DRIFT_PPM 1000

#define MAX_SECONDS 600

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static clockid_t clock_of_fd(int fd)
{
	return (~(clockid_t)fd << 3) | 3;
}

static int64_t ptp_ns(const struct ptp_clock_time *time)
{
	return time->sec * 1000000000LL + time->nsec;
}

static int open_clock(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		fprintf(stderr, "ptp: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fd;
}

static int print_cross(int fd)
{
	struct ptp_clock_caps caps;

	if (ioctl(fd, PTP_CLOCK_GETCAPS, &caps)) {
		perror("ptp: PTP_CLOCK_GETCAPS");
		return 1;
	}
	printf("%d\n", caps.cross_timestamping);
	return 0;
}

static int print_gettime(int fd)
{
	struct timespec ts;

	if (clock_gettime(clock_of_fd(fd), &ts)) {
		perror("ptp: clock_gettime");
		return 1;
	}
	printf("%lld%09ld\n", (long long)ts.tv_sec, ts.tv_nsec);
	return 0;
}

static int torture(int fd, long calls)
{
	struct ptp_sys_offset_extended extended;
	struct ptp_sys_offset_precise precise;
	long call, failed = 0;
	int error;

	for (call = 0; call < calls; call++) {
		memset(&extended, 0, sizeof(extended));
		memset(&precise, 0, sizeof(precise));
		extended.n_samples = SAMPLES;
		if (call & 1)
			error = ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &extended) ? errno : 0;
		else
			error = ioctl(fd, PTP_SYS_OFFSET_PRECISE, &precise) ? errno : 0;
		if (!is_promised(error)) {
			printf("#   call %ld: %s\n", call, strerror(error));
			return 1;
		}
		failed += error != 0;
		/* It has stalled, and is left alone for a while. */
		if (error == EBUSY)
			usleep(2000);
	}
	printf("#   %ld of %ld calls failed\n", failed, calls);
	return 0;
}

static int print_offset(int fd)
{
	long long shown = -1, offset = offset_of(fd, &shown, NULL);

	if (shown < 0) {
		perror("ptp: PTP_SYS_OFFSET_EXTENDED");
		return 1;
	}
	printf("%lld\n", offset);
	return 0;
}

static int print_precise(int fd)
{
	struct ptp_sys_offset_precise precise = {};

	printf("%d\n", ioctl(fd, PTP_SYS_OFFSET_PRECISE, &precise) ? errno : 0);
	return 0;
}

/*
 * What a reading and the two system timestamps around it leave possible for
 * the offset between the clocks.  All samples together must leave something.
 */
struct bounds {
	bool known;
	int64_t start;
	int64_t low;
	int64_t high;
	int64_t narrowest;
	int64_t last_reading;
};

static bool narrow(struct bounds *b, const struct ptp_clock_time sample[3])
{
	int64_t before = ptp_ns(&sample[0]), after = ptp_ns(&sample[2]);
	int64_t reading = ptp_ns(&sample[1]);
	int64_t low = reading - after, high = reading - before;
	int64_t drift;

	if (after < before || reading < b->last_reading) {
		printf("#   from %lld to %lld the clock read %lld, before that %lld\n",
		       (long long)before, (long long)after, (long long)reading,
		       (long long)b->last_reading);
		return false;
	}
	b->last_reading = reading;

	if (!b->known) {
		*b = (struct bounds){ true, before, low, high, high - low, reading };
		return true;
	}

	drift = (after - b->start) / (1000000 / MAX_DRIFT_PPM);
	if (low > b->high + drift || high < b->low - drift) {
		printf("#   offset in [%lld, %lld] after [%lld, %lld] and %lld ns\n",
		       (long long)low, (long long)high, (long long)b->low,
		       (long long)b->high, (long long)(after - b->start));
		return false;
	}

	if (low > b->low)
		b->low = low;
	if (high < b->high)
		b->high = high;
	if (high - low < b->narrowest)
		b->narrowest = high - low;
	return true;
}

static int extended(int fd, long calls)
{
	struct ptp_sys_offset_extended request;
	struct bounds bounds = {};
	long call, sample;

	for (call = 0; call < calls; call++) {
		memset(&request, 0, sizeof(request));
		request.n_samples = SAMPLES;
		if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &request)) {
			printf("#   call %ld: %s\n", call, strerror(errno));
			return 1;
		}
		for (sample = 0; sample < SAMPLES; sample++) {
			if (!narrow(&bounds, request.ts[sample]))
				return 1;
		}
	}
	printf("#   %ld calls, narrowest window %lld ns\n", calls,
	       (long long)bounds.narrowest);
	return 0;
}

/* What a quiet machine keeps easily, in ns */
#define QUIET_NS 50000

/* chronyd sets the clock right by changing its rate by 1/12 at most. */
#define MAX_SLEW 12

#define PAUSE_NS 100000000

static int64_t monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int64_t max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * An offset is known no better than a reading's window, and a change of rate
 * ends as late as chronyd is woken for it.
 */
static int leeway(int fd, long seconds)
{
	struct ptp_sys_offset_extended request;
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int64_t end = monotonic() + seconds * 1000000000LL;
	int64_t width, window, slept, widest = 0, latest = 0;
	int sample;

	while (monotonic() < end) {
		memset(&request, 0, sizeof(request));
		request.n_samples = PTP_MAX_SAMPLES;
		if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &request)) {
			perror("ptp: PTP_SYS_OFFSET_EXTENDED");
			return 1;
		}
		window = INT64_MAX;
		for (sample = 0; sample < PTP_MAX_SAMPLES; sample++) {
			width = ptp_ns(&request.ts[sample][2]) - ptp_ns(&request.ts[sample][0]);
			if (width < window)
				window = width;
		}
		widest = max_ns(widest, window);

		slept = -monotonic();
		nanosleep(&pause, NULL);
		slept += monotonic();
		latest = max_ns(latest, slept - PAUSE_NS);
	}
	printf("%lld\n", (long long)max_ns(QUIET_NS, max_ns(widest, latest / MAX_SLEW)));
	return 0;
}

static int hold(int fd)
{
	struct ptp_sys_offset_extended request;
	unsigned long readings = 0;

	/* Tell the script that this reader is at work. */
	printf("reading\n");
	fflush(stdout);
	for (;;) {
		memset(&request, 0, sizeof(request));
		request.n_samples = 1;
		if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &request))
			break;
		readings++;
	}
	if (errno != ENODEV) {
		printf("#   after %lu readings: %s\n", readings, strerror(errno));
		return 1;
	}
	return 0;
}

static bool is_gone(int error)
{
	return error == ENOENT || error == ENODEV || error == ENXIO;
}

static int reader(const char *path)
{
	struct sigaction action = { .sa_handler = stop };
	unsigned long readings = 0;
	struct timespec ts;
	int fd;

	sigaction(SIGTERM, &action, NULL);
	while (!stopped) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			if (!is_gone(errno)) {
				printf("#   open: %s\n", strerror(errno));
				return 1;
			}
			usleep(1000);
			continue;
		}
		if (!clock_gettime(clock_of_fd(fd), &ts)) {
			readings++;
		} else if (!is_gone(errno)) {
			printf("#   clock_gettime: %s\n", strerror(errno));
			return 1;
		}
		close(fd);
		/* Leave moments in which the module is not in use. */
		usleep(1000);
	}
	printf("%lu\n", readings);
	return 0;
}

/* Returns the time of a clock in ns, or -1. */
static int64_t gettime(int fd)
{
	struct timespec ts;

	if (clock_gettime(clock_of_fd(fd), &ts)) {
		printf("#   clock_gettime: %s\n", strerror(errno));
		return -1;
	}
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/*
 * Within that a wrong number of seconds shows.  A busy machine may hold up many a reading
 * for longer, but not all of them.
 */
#define MAX_APART_NS 500000000

static int apart(int fd, int other, int64_t ns, long calls)
{
	int64_t before, reading, after, narrowest = INT64_MAX;
	long call;

	for (call = 0; call < calls; call++) {
		before = gettime(fd);
		reading = gettime(other);
		after = gettime(fd);
		if (before < 0 || reading < 0 || after < 0)
			return 1;
		if (reading - ns < before || reading - ns > after) {
			printf("#   from %lld to %lld the other clock read %lld\n",
			       (long long)before, (long long)after, (long long)reading);
			return 1;
		}
		if (after - before < narrowest)
			narrowest = after - before;
	}
	printf("#   %ld calls, narrowest window %lld ns\n", calls, (long long)narrowest);
	return narrowest <= MAX_APART_NS ? 0 : 1;
}

/* How far the system's clock is ahead of what is in the file, or INT64_MAX. */
static int64_t ahead_of(const char *path)
{
	int64_t before, after, width = INT64_MAX, ahead = INT64_MAX;
	char text[32];
	ssize_t len;
	int i, fd;

	for (i = 0; i < SAMPLES; i++) {
		before = now(CLOCK_REALTIME);
		fd = open(path, O_RDONLY);
		len = read(fd, text, sizeof(text) - 1);
		close(fd);
		after = now(CLOCK_REALTIME);
		if (len <= 0 || after - before < 0 || after - before >= width)
			continue;
		text[len] = '\0';
		width = after - before;
		ahead = before + width / 2 - atoll(text);
	}
	return ahead;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int away(const char *path, long seconds)
{
	int64_t off[MAX_SECONDS];
	long i;

	if (seconds < 1 || seconds > MAX_SECONDS)
		return 2;
	for (i = 0; i < seconds; i++) {
		off[i] = llabs(ahead_of(path));
		sleep(1);
	}
	qsort(off, seconds, sizeof(*off), compare);
	printf("%lld %lld\n", (long long)off[seconds / 2] / 1000,
	       (long long)off[seconds - 1] / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (argc == 3 && !strcmp(command, "cross"))
		return print_cross(open_clock(argv[2]));
	if (argc == 3 && !strcmp(command, "gettime"))
		return print_gettime(open_clock(argv[2]));
	if (argc == 3 && !strcmp(command, "offset"))
		return print_offset(open_clock(argv[2]));
	if (argc == 3 && !strcmp(command, "precise"))
		return print_precise(open_clock(argv[2]));
	if (argc == 3 && !strcmp(command, "hold"))
		return hold(open_clock(argv[2]));
	if (argc == 3 && !strcmp(command, "reader"))
		return reader(argv[2]);
	if (argc == 4 && !strcmp(command, "away"))
		return away(argv[2], atol(argv[3]));
	if (argc == 4 && !strcmp(command, "extended"))
		return extended(open_clock(argv[2]), atol(argv[3]));
	if (argc == 4 && !strcmp(command, "torture"))
		return torture(open_clock(argv[2]), atol(argv[3]));
	if (argc == 4 && !strcmp(command, "leeway"))
		return leeway(open_clock(argv[2]), atol(argv[3]));
	if (argc == 6 && !strcmp(command, "apart"))
		return apart(open_clock(argv[2]), open_clock(argv[3]), atoll(argv[4]),
			     atol(argv[5]));

	fprintf(stderr, "usage: ptp cross|gettime|offset|precise|hold|reader DEVICE\n"
			"       ptp extended|torture DEVICE CALLS\n"
			"       ptp leeway DEVICE SECONDS\n"
			"       ptp away READING SECONDS\n"
			"       ptp apart DEVICE OTHER NS CALLS\n");
	return 2;
}
