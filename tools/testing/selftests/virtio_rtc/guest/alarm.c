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
 * alarm punctual RTC CLOCK COUNT MAX_MS
 *	So many times: set the alarm to the second after the next one, see it ring
 *	just once, half of them no more than MAX_MS late by the same clock's PTP
 *	device: machines are busy.
 * alarm disabled RTC SECONDS PATIENCE_MS
 *	Set the alarm, disable it before it is due; say "silent", or "rang" if it does.
 * alarm timer SECONDS
 *	One of the kernel's alarm timers instead, which wakes the system by an RTC that
 *	the kernel has chosen: say "waiting", and "rang" so many seconds later.
 * alarm show RTC
 *	Print the alarm as it is read back: enabled or not, seconds from now.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define STEP_S 10

/* What comes at all comes by then. */
#define PATIENCE_MS 60000

#define MAX_ALARMS 100

static long long seconds_of(const struct rtc_time *rtc)
{
	struct tm tm = {};

	tm.tm_sec = rtc->tm_sec;
	tm.tm_min = rtc->tm_min;
	tm.tm_hour = rtc->tm_hour;
	tm.tm_mday = rtc->tm_mday;
	tm.tm_mon = rtc->tm_mon;
	tm.tm_year = rtc->tm_year;
	return timegm(&tm);
}

/* Returns the time of the RTC in seconds, or -1. */
static long long read_time(int fd)
{
	struct rtc_time rtc = {};

	return ioctl(fd, RTC_RD_TIME, &rtc) ? -1 : seconds_of(&rtc);
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
		rang = rings(fd, PATIENCE_MS);
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

/* Returns the time of a PTP clock in ns, or -1. */
static long long ptp_time(int fd)
{
	struct timespec ts;

	if (clock_gettime((~(clockid_t)fd << 3) | 3, &ts))
		return -1;
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

static int test_punctual(int fd, const char *path, long count, long max_ms)
{
	int clock = open(path, O_RDONLY);
	long long late[MAX_ALARMS], when;
	unsigned long rang;
	long i;
	int err;

	if (clock < 0 || count < 1 || count > MAX_ALARMS) {
		perror(path);
		return 1;
	}
	for (i = 0; i < count; i++) {
		when = read_time(fd) + 2;
		err = set_alarm(fd, when, 1);
		if (err) {
			printf("#   alarm %ld: %s\n", i, strerror(err));
			return 1;
		}
		rang = rings(fd, PATIENCE_MS);
		late[i] = ptp_time(clock) - when * 1000000000LL;
		if (rang != 1 || late[i] < 0) {
			printf("#   alarm %ld rang %lu times, %lld ns late\n", i, rang, late[i]);
			return 1;
		}
	}
	rang = rings(fd, 500);
	qsort(late, count, sizeof(*late), compare);
	printf("#   %ld alarms, %lld us late at the median, at most %lld us\n", count,
	       late[(count - 1) / 2] / 1000, late[count - 1] / 1000);
	if (rang)
		printf("#   and the last one %lu times more\n", rang);
	return rang || late[(count - 1) / 2] > max_ms * 1000000LL ? 1 : 0;
}

static int test_disabled(int fd, long seconds, int patience_ms)
{
	long long when;
	int err;

	do {
		/* Of a try that took so long that the alarm was due */
		rings(fd, 0);
		when = read_time(fd) + seconds;
		err = set_alarm(fd, when, 1);
		if (err || ioctl(fd, RTC_AIE_OFF)) {
			printf("%s\n", strerror(err ? err : errno));
			return 1;
		}
	} while (read_time(fd) >= when);
	puts(rings(fd, patience_ms) ? "rang" : "silent");
	return 0;
}

static int show_alarm(int fd)
{
	struct rtc_wkalrm alarm = {};

	if (ioctl(fd, RTC_WKALM_RD, &alarm)) {
		printf("%s\n", strerror(errno));
		return 1;
	}
	printf("%d %lld\n", alarm.enabled, seconds_of(&alarm.time) - read_time(fd));
	return 0;
}

static int await_timer(long seconds)
{
	struct itimerspec in = { .it_value.tv_sec = seconds };
	int fd = timerfd_create(CLOCK_BOOTTIME_ALARM, TFD_CLOEXEC);
	uint64_t expirations;

	if (fd < 0 || timerfd_settime(fd, 0, &in, NULL)) {
		perror("alarm: timerfd");
		return 1;
	}
	printf("waiting\n");
	if (read(fd, &expirations, sizeof(expirations)) != sizeof(expirations))
		return 1;
	printf("rang\n");
	return 0;
}

int main(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "";
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(command, "timer"))
		return await_timer(atol(argv[2]));
	fd = argc > 2 ? open(argv[2], O_RDONLY) : -1;
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
	if (argc == 6 && !strcmp(command, "punctual"))
		return test_punctual(fd, argv[3], atol(argv[4]), atol(argv[5]));
	if (argc == 5 && !strcmp(command, "disabled"))
		return test_disabled(fd, atol(argv[3]), atoi(argv[4]));
	if (argc == 3 && !strcmp(command, "show"))
		return show_alarm(fd);

	fprintf(stderr, "usage: alarm set RTC SECONDS ENABLED\n"
			"       alarm await RTC SECONDS PATIENCE_MS\n"
			"       alarm rounds RTC COUNT FILE\n"
			"       alarm punctual RTC CLOCK COUNT MAX_MS\n"
			"       alarm disabled RTC SECONDS PATIENCE_MS\n"
			"       alarm timer SECONDS\n"
			"       alarm show RTC\n");
	return 2;
}
