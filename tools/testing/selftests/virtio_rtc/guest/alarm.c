// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * alarm: set alarms of an RTC and see whether they ring.
 *
 * alarm set RTC SECONDS ENABLED
 *	Set the alarm to so many seconds from now; print the errno, or 0.
 * alarm await RTC SECONDS PATIENCE_MS
 *	The same, enabled; say "waiting", then "rang" when it did, at its time
 *	or later by the RTC's own reading, or "silent" when it did not.
 * alarm rounds RTC COUNT FILE
 *	So many times: set the alarm to 10 s from now, step the clock by 10 s in
 *	the file offset_ns of the simulated device, see it ring just once.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define STEP_S 10

/* Returns the time of the RTC in seconds, or -1. */
static long long read_time(int fd)
{
	struct rtc_time rtc = {};
	struct tm tm = {};

	if (ioctl(fd, RTC_RD_TIME, &rtc))
		return -1;
	tm.tm_sec = rtc.tm_sec;
	tm.tm_min = rtc.tm_min;
	tm.tm_hour = rtc.tm_hour;
	tm.tm_mday = rtc.tm_mday;
	tm.tm_mon = rtc.tm_mon;
	tm.tm_year = rtc.tm_year;
	return timegm(&tm);
}

/* Sets the alarm to a time in seconds.  Returns 0 or the errno. */
static int set_alarm(int fd, time_t when, int enabled)
{
	struct rtc_wkalrm alarm = { .enabled = enabled };
	struct tm tm;

	gmtime_r(&when, &tm);
	alarm.time.tm_sec = tm.tm_sec;
	alarm.time.tm_min = tm.tm_min;
	alarm.time.tm_hour = tm.tm_hour;
	alarm.time.tm_mday = tm.tm_mday;
	alarm.time.tm_mon = tm.tm_mon;
	alarm.time.tm_year = tm.tm_year;
	return ioctl(fd, RTC_WKALM_SET, &alarm) ? errno : 0;
}

/* Returns how often the RTC rang in the next ms, 0 when it did not. */
static unsigned long rings(int fd, int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	unsigned long data;

	if (poll(&pollfd, 1, ms) <= 0 || read(fd, &data, sizeof(data)) != sizeof(data))
		return 0;
	return data & RTC_AF ? data >> 8 : 0;
}

static int await_alarm(int fd, long seconds, int patience_ms)
{
	long long when = read_time(fd) + seconds;
	int err = set_alarm(fd, when, 1);

	if (err) {
		printf("%s\n", strerror(err));
		return 1;
	}
	printf("waiting\n");
	if (!rings(fd, patience_ms)) {
		printf("silent\n");
		return 0;
	}
	if (read_time(fd) < when) {
		printf("rang too early\n");
		return 1;
	}
	printf("rang\n");
	return 0;
}

static int step_clock(int file, long long ns)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%lld", ns);

	return pwrite(file, text, len, 0) == len ? 0 : -1;
}

static int test_rounds(int fd, long count, const char *path)
{
	int file = open(path, O_RDWR);
	unsigned long rang;
	long long offset;
	char text[32] = "";
	long i;

	if (file < 0 || read(file, text, sizeof(text) - 1) <= 0) {
		perror(path);
		return 1;
	}
	offset = atoll(text);
	for (i = 0; i < count; i++) {
		int err = set_alarm(fd, read_time(fd) + STEP_S, 1);

		if (err) {
			printf("#   round %ld: %s\n", i, strerror(err));
			return 1;
		}
		offset += STEP_S * 1000000000LL;
		if (step_clock(file, offset)) {
			perror(path);
			return 1;
		}
		rang = rings(fd, 10000);
		if (rang != 1) {
			printf("#   round %ld: rang %lu times\n", i, rang);
			return 1;
		}
	}
	rang = rings(fd, 500);
	if (rang)
		printf("#   and %lu times in the end\n", rang);
	return rang ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "";
	int fd = argc > 2 ? open(argv[2], O_RDONLY) : -1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2 && fd < 0) {
		perror(argv[2]);
		return 1;
	}
	if (argc == 5 && !strcmp(command, "set")) {
		printf("%d\n", set_alarm(fd, read_time(fd) + atol(argv[3]), atoi(argv[4])));
		return 0;
	}
	if (argc == 5 && !strcmp(command, "await"))
		return await_alarm(fd, atol(argv[3]), atoi(argv[4]));
	if (argc == 5 && !strcmp(command, "rounds"))
		return test_rounds(fd, atol(argv[3]), argv[4]);

	fprintf(stderr, "usage: alarm set RTC SECONDS ENABLED\n"
			"       alarm await RTC SECONDS PATIENCE_MS\n"
			"       alarm rounds RTC COUNT FILE\n");
	return 2;
}
