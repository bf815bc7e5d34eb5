// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cross: find out how the counters of guest and host are related, and judge
 * cross-timestamps which a device in another process makes by that.
 *
 * cross now SOURCE		on the host: print the counter SOURCE (tsc, vct or
 *				monotonic) and CLOCK_BOOTTIME at one instant
 * cross calibrate DEVICE	print the guest's counter and the reading of a PTP
 *				clock at one instant
 * cross offset GUEST TIME COUNTER1 TIME1 COUNTER2 TIME2
 *				print what the guest's counter GUEST was ahead of the
 *				host's at TIME, which was COUNTER1 at TIME1...
 * cross agree DEVICE CALLS DELAY_NS MAX_NS
 *				PTP_SYS_OFFSET_PRECISE agrees with _EXTENDED, whose
 *				readings are taken DELAY_NS or more after the first
 *				and before the second system timestamp
 * cross refused DEVICE CALLS	PTP_SYS_OFFSET_PRECISE fails each time, with ERANGE
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define TRIES 300

#if defined(__x86_64__)
#define COUNTER "tsc"

static uint64_t read_counter(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}
#elif defined(__aarch64__)
#define COUNTER "vct"

static uint64_t read_counter(void)
{
	uint64_t count;

	__asm__ volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(count) : : "memory");
	return count;
}
#endif

static clockid_t clock_of_fd(int fd)
{
	return (~(clockid_t)fd << 3) | 3;
}

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts)) {
		perror("cross: clock_gettime");
		exit(1);
	}
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static uint64_t read_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/*
 * Print a counter and a clock at one instant.  The clock was read somewhere
 * between two readings of the counter, most likely in the middle; the two that
 * are closest together leave the smallest error.
 */
static int print_pair(uint64_t (*counter)(void), clockid_t clock)
{
	uint64_t before, after, width = UINT64_MAX, middle = 0;
	int64_t reading, best = 0;
	int i;

	for (i = 0; i < TRIES; i++) {
		before = counter();
		reading = read_clock(clock);
		after = counter();
		if (after - before < width) {
			width = after - before;
			middle = before + width / 2;
			best = reading;
		}
	}
	printf("%llu %lld\n", (unsigned long long)middle, (long long)best);
	return 0;
}

static int print_now(const char *source)
{
	if (!strcmp(source, "monotonic"))
		return print_pair(read_monotonic, CLOCK_BOOTTIME);
	if (!strcmp(source, COUNTER))
		return print_pair(read_counter, CLOCK_BOOTTIME);
	fprintf(stderr, "cross: there is no counter %s here\n", source);
	return 1;
}

/* The counter between or near two points that are known */
static int print_offset(char **argv)
{
	uint64_t guest = strtoull(argv[0], NULL, 0), count[2], host;
	int64_t when = strtoll(argv[1], NULL, 0), time[2];
	int i;

	for (i = 0; i < 2; i++) {
		count[i] = strtoull(argv[2 + 2 * i], NULL, 0);
		time[i] = strtoll(argv[3 + 2 * i], NULL, 0);
	}
	if (time[1] <= time[0])
		return 1;
	host = count[1] + (__int128)(count[1] - count[0]) * (when - time[1]) / (time[1] - time[0]);
	printf("%lld\n", (long long)(guest - host));
	return 0;
}

static int64_t ptp_ns(const struct ptp_clock_time *time)
{
	return time->sec * 1000000000LL + time->nsec;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int agree(int fd, long calls, int64_t delay, int64_t max)
{
	struct ptp_sys_offset_precise precise;
	struct ptp_sys_offset_extended extended;
	int64_t *off = calloc(calls, sizeof(*off));
	int64_t before, reading, after, low, high, offset;
	long i;

	for (i = 0; off && i < calls; i++) {
		memset(&precise, 0, sizeof(precise));
		memset(&extended, 0, sizeof(extended));
		extended.n_samples = 1;
		if (ioctl(fd, PTP_SYS_OFFSET_PRECISE, &precise) ||
		    ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &extended)) {
			printf("#   call %ld: %s\n", i, strerror(errno));
			return 1;
		}
		before = ptp_ns(&extended.ts[0][0]) + delay;
		reading = ptp_ns(&extended.ts[0][1]);
		after = ptp_ns(&extended.ts[0][2]) - delay;
		low = reading - after;
		high = reading - before;
		offset = ptp_ns(&precise.device) - ptp_ns(&precise.sys_realtime);
		if (low > high || offset < low - max || offset > high + max) {
			printf("#   call %ld: ahead by %lld ns, not %lld to %lld\n", i,
			       (long long)offset, (long long)low, (long long)high);
			return 1;
		}
		off[i] = llabs(offset - low - (high - low) / 2);
	}
	if (!off || !calls)
		return 1;
	qsort(off, calls, sizeof(*off), compare);
	printf("#   from the middle of the other's window: median %lld ns, at most %lld ns\n",
	       (long long)off[calls / 2], (long long)off[calls - 1]);
	return off[calls / 2] <= max ? 0 : 1;
}

static int refused(int fd, long calls)
{
	struct ptp_sys_offset_precise precise;
	long i;

	for (i = 0; i < calls; i++) {
		memset(&precise, 0, sizeof(precise));
		if (!ioctl(fd, PTP_SYS_OFFSET_PRECISE, &precise) || errno != ERANGE) {
			printf("#   call %ld: %s; device %lld, system %lld\n", i,
			       strerror(errno), (long long)ptp_ns(&precise.device),
			       (long long)ptp_ns(&precise.sys_realtime));
			return 1;
		}
	}
	return 0;
}

static int open_clock(const char *path)
{
	int fd = open(path, O_RDWR);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "";

	if (argc == 3 && !strcmp(command, "now"))
		return print_now(argv[2]);
	if (argc == 3 && !strcmp(command, "calibrate"))
		return print_pair(read_counter, clock_of_fd(open_clock(argv[2])));
	if (argc == 8 && !strcmp(command, "offset"))
		return print_offset(argv + 2);
	if (argc == 6 && !strcmp(command, "agree"))
		return agree(open_clock(argv[2]), atol(argv[3]), atoll(argv[4]), atoll(argv[5]));
	if (argc == 4 && !strcmp(command, "refused"))
		return refused(open_clock(argv[2]), atol(argv[3]));

	fprintf(stderr, "usage: cross now SOURCE\n"
			"       cross calibrate DEVICE\n"
			"       cross offset GUEST TIME COUNTER1 TIME1 COUNTER2 TIME2\n"
			"       cross agree DEVICE CALLS DELAY_NS MAX_NS\n"
			"       cross refused DEVICE CALLS\n");
	return 2;
}
