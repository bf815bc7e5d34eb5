// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cross: find out how the counters of guest and host are related, and judge
 * cross-timestamps which a device in another process makes by that.
 *
 * cross now SOURCE		on the host: print the counter SOURCE (tsc, vct or
 *				monotonic) and CLOCK_BOOTTIME at one instant
 * cross calibrate DEVICE DELAY_NS
 *				print the guest's counter and the reading of a PTP
 *				clock at one instant, and what the counter may be
 *				wrong by, in ns: the reading is taken DELAY_NS or
 *				more after the question and before the answer
 * cross offset GUEST TIME COUNTER1 TIME1 COUNTER2 TIME2
 *				print what the guest's counter GUEST was ahead of the
 *				host's at TIME, which was COUNTER1 at TIME1...
 * cross agree DEVICE CALLS DELAY_NS ERROR_NS
 *				PTP_SYS_OFFSET_PRECISE agrees with _EXTENDED, whose
 *				readings are taken DELAY_NS or more after the first
 *				and before the second system timestamp, by ERROR_NS,
 *				which the calibration may be wrong by.  Status 4:
 *				the machine is too busy to tell.
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

/* What "cross now" on the host may be wrong by, at the best of its tries */
#define HOST_ERROR 10000

/* Two clocks of a machine that nobody adjusts run apart by no more. */
#define MAX_DRIFT_PPM 1000

/* So often as many calls as are wanted are made to find that many that can tell. */
#define PATIENCE 20

#define CANNOT_TELL 4

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

struct pair {
	uint64_t counter;
	int64_t reading;
	int64_t took;	/* ns */
};

/*
 * A counter and a clock at one instant.  The clock was read somewhere between
 * two readings of the counter, most likely in the middle; the two that are
 * closest together leave the smallest error.
 */
static struct pair read_pair(uint64_t (*counter)(void), clockid_t clock)
{
	struct pair pair, best = { .took = INT64_MAX };
	uint64_t before;
	int64_t start;
	int i;

	for (i = 0; i < TRIES; i++) {
		start = read_clock(CLOCK_MONOTONIC_RAW);
		before = counter();
		pair.reading = read_clock(clock);
		pair.counter = before + (counter() - before) / 2;
		pair.took = read_clock(CLOCK_MONOTONIC_RAW) - start;
		if (pair.took < best.took)
			best = pair;
	}
	return best;
}

static int print_pair(uint64_t (*counter)(void), clockid_t clock)
{
	struct pair pair = read_pair(counter, clock);

	printf("%llu %lld\n", (unsigned long long)pair.counter, (long long)pair.reading);
	return 0;
}

static int calibrate(int fd, int64_t delay)
{
	struct pair pair = read_pair(read_counter, clock_of_fd(fd));
	int64_t error = pair.took / 2 - delay;

	if (error < 0) {
		fprintf(stderr, "cross: a reading took %lld ns\n", (long long)pair.took);
		return 1;
	}
	printf("%llu %lld %lld\n", (unsigned long long)pair.counter, (long long)pair.reading,
	       (long long)(error + HOST_ERROR));
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

/*
 * The offset of the clock is known to lie between two limits, which are far apart
 * when something held the call up.  Every call has to lie between its own, but
 * to find a counter that belongs to another instant of the request they must be
 * closer than the request takes: other calls do not count.
 */
static int agree(int fd, long calls, int64_t delay, int64_t error)
{
	struct ptp_sys_offset_precise precise;
	struct ptp_sys_offset_extended extended;
	int64_t *off = calloc(calls, sizeof(*off));
	int64_t before, reading, after, low, high, margin, offset;
	long i, found = 0;

	if (!off || !calls)
		return 1;
	for (i = 0; found < calls && i < PATIENCE * calls; i++) {
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
		margin = error + (after - ptp_ns(&precise.sys_realtime)) /
				 (1000000 / MAX_DRIFT_PPM);
		if (low > high || offset < low - margin || offset > high + margin) {
			printf("#   call %ld: ahead by %lld ns, not %lld to %lld, +-%lld\n",
			       i, (long long)offset, (long long)low, (long long)high,
			       (long long)margin);
			return 1;
		}
		if ((high - low) / 2 + margin < delay)
			off[found++] = llabs(offset - low - (high - low) / 2);
	}
	printf("#   %ld of %ld calls can tell, with a calibration to %lld ns\n", found, i,
	       (long long)error);
	if (found < calls)
		return CANNOT_TELL;
	qsort(off, calls, sizeof(*off), compare);
	printf("#   from the middle of the other's window: median %lld ns, at most %lld ns\n",
	       (long long)off[calls / 2], (long long)off[calls - 1]);
	return 0;
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
	if (argc == 4 && !strcmp(command, "calibrate"))
		return calibrate(open_clock(argv[2]), atoll(argv[3]));
	if (argc == 8 && !strcmp(command, "offset"))
		return print_offset(argv + 2);
	if (argc == 6 && !strcmp(command, "agree"))
		return agree(open_clock(argv[2]), atol(argv[3]), atoll(argv[4]), atoll(argv[5]));
	if (argc == 4 && !strcmp(command, "refused"))
		return refused(open_clock(argv[2]), atol(argv[3]));

	fprintf(stderr, "usage: cross now SOURCE\n"
			"       cross calibrate DEVICE DELAY_NS\n"
			"       cross offset GUEST TIME COUNTER1 TIME1 COUNTER2 TIME2\n"
			"       cross agree DEVICE CALLS DELAY_NS ERROR_NS\n"
			"       cross refused DEVICE CALLS\n");
	return 2;
}
