// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * precise: judge PTP_SYS_OFFSET_PRECISE where the right answer is known, on a
 * clock of the simulated device.
 *
 * precise offset DEVICE CALLS OFFSET MAX MEDIAN USUAL_MS
 *	The clock is CLOCK_REALTIME plus OFFSET ns: each result has it so, off
 *	by no more than MAX ns and at the median by no more than MEDIAN.
 * precise truth DEVICE CALLS MAX FILE USUAL_MS
 *	Each result is what the clock's file last_read says of the request: the
 *	reading exactly, the system's clocks to MAX ns.
 * precise slew DEVICE CALLS OFFSET PPM
 *	The same as "offset", while the rate of the system's clock jumps between
 *	plus and minus PPM: each result is off by no more than what such a
 *	change explains.
 * precise step DEVICE CALLS OFFSET NS DELAY_MS
 *	DELAY_MS after the start of each call the system's clock is stepped by
 *	NS, and back in the next call: the call fails with EAGAIN.
 * precise switch DEVICE CALLS OFFSET DELAY_MS TO BACK
 *	The same with the clocksource, which is changed and soon changed back.
 *
 * Machines are busy: where something does not happen during the call but before
 * or after it, the result has to be right, and the call is made again.  Half as
 * many as CALLS have to fail.  And MAX is for calls that take USUAL_MS at most, or 100 ms
 * of step and switch: one that takes longer may be farther off, and where that is by more
 * than is known why it is made again.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* So often as many calls as are wanted are made until enough have failed. */
#define PATIENCE 10

/* One step of a timer or of rounding on top of a computed bound, in ns */
#define ROUNDING 5

/* A call that takes longer than is usual by so much is one that was held up. */
#define HELD_UP_NS 10000000

/* Bounds that a test is given are for calls of up to so many ns. */
static long long usual_ns = 100000000;

struct result {
	long long device;
	long long realtime;
	long long monoraw;
};

static long long ns_of(const struct ptp_clock_time *time)
{
	return time->sec * 1000000000LL + time->nsec;
}

static long long raw_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/* Returns 0 or the errno. */
static int precise(int fd, struct result *result)
{
	struct ptp_sys_offset_precise request = {};

	if (ioctl(fd, PTP_SYS_OFFSET_PRECISE, &request))
		return errno;

	result->device = ns_of(&request.device);
	result->realtime = ns_of(&request.sys_realtime);
	result->monoraw = ns_of(&request.sys_monoraw);
	return 0;
}

/*
 * How much farther off a result may be because the call took @took ns: the clock's rate
 * changes by steps of 0.15 ppm, and leaves a straight line by a quarter of that.
 */
static long long allowance(long long took)
{
	return took > usual_ns ? (took - usual_ns) * 15 / 400000000 : 0;
}

/* Is a call of @took ns to be made again?  As many as are wanted may be. */
static bool is_made_again(long long took, long calls, long *again)
{
	return took > usual_ns + HELD_UP_NS && ++*again <= calls;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

/* Prints how far off the results were, and returns the median. */
static long long summary(long long *off, long calls)
{
	qsort(off, calls, sizeof(*off), compare);
	printf("#   off by: median %lld ns, 99 %% within %lld ns, at most %lld ns, %ld calls\n",
	       off[calls / 2], off[calls * 99 / 100], off[calls - 1], calls);
	return off[calls / 2];
}

static int test_offset(int fd, long calls, long long offset, long long max, long long median)
{
	long long *off = calloc(calls, sizeof(*off));
	long i, wrong = 0, again = 0;
	struct result result;
	long long took;
	int err;

	if (!off)
		return 1;
	for (i = 0; i < calls; i++) {
		took = -raw_now();
		err = precise(fd, &result);
		took += raw_now();
		if (err) {
			printf("#   call %ld: %s\n", i, strerror(err));
			return 1;
		}
		off[i] = llabs(result.device - result.realtime - offset);
		if (off[i] <= max + allowance(took))
			continue;
		if (is_made_again(took, calls, &again))
			i--;
		else if (!wrong++)
			printf("#   call %ld: device %lld, system %lld\n", i,
			       result.device, result.realtime);
	}
	if (wrong)
		printf("#   %ld calls were off by more than %lld ns\n", wrong, max);
	if (summary(off, calls) > median)
		wrong++;
	free(off);
	return wrong ? 1 : 0;
}

struct truth {
	unsigned long long count;
	struct result result;
};

static int read_truth(const char *path, struct truth *truth)
{
	FILE *file = fopen(path, "r");
	int fields = 0;

	if (file) {
		fields = fscanf(file, "%llu %lld %*u %lld %lld",
				&truth->count, &truth->result.device,
				&truth->result.realtime, &truth->result.monoraw);
		fclose(file);
	}
	if (fields != 4)
		printf("#   %s cannot be read\n", path);
	return fields == 4 ? 0 : 1;
}

static int test_truth(int fd, long calls, long long max, const char *path)
{
	long long *off = calloc(calls, sizeof(*off));
	struct truth before, after;
	long long raw, took, bound;
	struct result result;
	long i, again = 0;
	int err;

	if (!off || read_truth(path, &before))
		return 1;
	for (i = 0; i < calls; i++) {
		took = -raw_now();
		err = precise(fd, &result);
		took += raw_now();
		bound = max + allowance(took);
		if (err) {
			printf("#   call %ld: %s\n", i, strerror(err));
			return 1;
		}
		if (read_truth(path, &after))
			return 1;
		off[i] = llabs(result.realtime - after.result.realtime);
		raw = llabs(result.monoraw - after.result.monoraw);
		if (result.device == after.result.device && after.count == before.count + 1 &&
		    (off[i] > bound || raw > bound) && is_made_again(took, calls, &again)) {
			i--;
		} else if (result.device != after.result.device || off[i] > bound ||
			   raw > bound || after.count != before.count + 1) {
			printf("#   call %ld: device %lld, not %lld; off by %lld ns, raw %lld ns\n",
			       i, result.device, after.result.device, off[i], raw);
			return 1;
		}
		before = after;
	}
	summary(off, calls);
	free(off);
	return 0;
}

/* What happens to the system's clock while a call is under way */

static atomic_bool done;

static void sleep_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static int set_frequency(double ppm)
{
	struct timex timex = { .modes = ADJ_FREQUENCY, .freq = ppm * 65536 };

	return adjtimex(&timex) < 0 ? errno : 0;
}

static void *slew(void *priv)
{
	long ppm = *(long *)priv;
	unsigned int seed = 1;
	int err = 0;

	while (!done && !err) {
		err = set_frequency(ppm);
		ppm = -ppm;
		/* At all times of a request, and at times that it is long over. */
		sleep_ms(5 + rand_r(&seed) % 70);
	}
	set_frequency(0);
	if (err)
		printf("#   adjtimex: %s\n", strerror(err));
	return NULL;
}

/*
 * A clock whose rate stays within a range of R leaves the straight line
 * between two of its readings W apart by no more than R * W / 4.
 */
static int test_slew(int fd, long calls, long long offset, long ppm)
{
	long long *off = calloc(calls, sizeof(*off));
	long long start, bound, worst = 0;
	struct result result;
	pthread_t thread;
	long i, wrong = 0;
	int err;

	if (!off || pthread_create(&thread, NULL, slew, &ppm))
		return 1;
	for (i = 0; i < calls; i++) {
		start = raw_now();
		err = precise(fd, &result);
		if (err) {
			printf("#   call %ld: %s\n", i, strerror(err));
			wrong++;
			break;
		}
		bound = (raw_now() - start) * 2 * labs(ppm) / 4 / 1000000 + ROUNDING;
		off[i] = llabs(result.device - result.realtime - offset);
		if (off[i] * 100 / bound > worst)
			worst = off[i] * 100 / bound;
		if (off[i] > bound) {
			printf("#   call %ld: off by %lld ns, bound %lld ns\n",
			       i, off[i], bound);
			wrong++;
		}
	}
	done = true;
	pthread_join(thread, NULL);
	if (i)
		summary(off, i);
	printf("#   at most %lld %% of the bound\n", worst);
	free(off);
	return wrong ? 1 : 0;
}

struct event {
	long delay_ms;
	long ns;
	const char *clocksources[2];
	int error;
};

static void *step(void *priv)
{
	struct event *event = priv;
	struct timex timex = {
		.modes = ADJ_SETOFFSET | ADJ_NANO,
		.time = { event->ns / 1000000000, event->ns % 1000000000 },
	};

	if (timex.time.tv_usec < 0) {
		timex.time.tv_sec--;
		timex.time.tv_usec += 1000000000;
	}
	sleep_ms(event->delay_ms);
	event->error = adjtimex(&timex) < 0 ? errno : 0;
	return NULL;
}

static int set_clocksource(const char *name)
{
	int fd = open(CLOCKSOURCE, O_WRONLY);
	int err = 0;

	if (fd < 0 || write(fd, name, strlen(name)) < 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static void *change_clocksource(void *priv)
{
	struct event *event = priv;
	int i;

	for (i = 0; i < 2 && event->clocksources[i] && !event->error; i++) {
		sleep_ms(i ? 10 : event->delay_ms);
		event->error = set_clocksource(event->clocksources[i]);
	}
	return NULL;
}

/* How a call ends during which something happens: an errno, or 0, or -1 */
static int call_during(int fd, long long offset, struct event *event, void *(*happen)(void *))
{
	struct result result;
	pthread_t thread;
	long long took;
	int err;

	event->error = 0;
	if (pthread_create(&thread, NULL, happen, event))
		return -1;
	took = -raw_now();
	err = precise(fd, &result);
	took += raw_now();
	pthread_join(thread, NULL);
	if (event->error) {
		printf("#   cannot make it happen: %s\n", strerror(event->error));
		return -1;
	}
	if (!err && llabs(result.device - result.realtime - offset) > ROUNDING + allowance(took)) {
		printf("#   wrong: device %lld, system %lld\n",
		       result.device, result.realtime);
		return -1;
	}
	return err;
}

static int test_step(int fd, long calls, long long offset, long ns, long delay_ms)
{
	struct event event = { .delay_ms = delay_ms, .ns = ns };
	long i, failed = 0;
	int err;

	for (i = 0; i < calls || (failed * 2 < calls && i < PATIENCE * calls); i++) {
		err = call_during(fd, offset, &event, step);
		if (err && err != EAGAIN) {
			printf("#   call %ld: %s\n", i, err > 0 ? strerror(err) : "-");
			return 1;
		}
		failed += !!err;
		event.ns = -event.ns;
	}
	printf("#   %ld of %ld calls failed\n", failed, i);
	return failed * 2 >= calls ? 0 : 1;
}

/* On the other clocksource neither driver nor device can tell. */
static int test_switch(int fd, long calls, long long offset, long delay_ms, const char *to,
		       const char *back)
{
	struct event event = { .delay_ms = delay_ms, .clocksources = { to, back } };
	long i, failed = 0;
	int err;

	for (i = 0; i < calls || (failed * 2 < calls && i < PATIENCE * calls); i++) {
		err = call_during(fd, offset, &event, change_clocksource);
		if (err && err != EAGAIN && err != EOPNOTSUPP && err != EIO) {
			printf("#   call %ld: %s\n", i, err > 0 ? strerror(err) : "-");
			return 1;
		}
		failed += err == EAGAIN;
	}
	printf("#   %ld of %ld calls failed with EAGAIN\n", failed, i);
	return failed * 2 >= calls ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "";
	int fd = argc > 2 ? open(argv[2], O_RDWR) : -1;
	long calls = argc > 3 ? atol(argv[3]) : 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2 && fd < 0) {
		perror(argv[2]);
		return 1;
	}
	if (argc == 8 && !strcmp(command, "offset"))
		usual_ns = atoll(argv[7]) * 1000000;
	if (argc == 7 && !strcmp(command, "truth"))
		usual_ns = atoll(argv[6]) * 1000000;
	if (argc == 8 && !strcmp(command, "offset"))
		return test_offset(fd, calls, atoll(argv[4]), atoll(argv[5]), atoll(argv[6]));
	if (argc == 7 && !strcmp(command, "truth"))
		return test_truth(fd, calls, atoll(argv[4]), argv[5]);
	if (argc == 6 && !strcmp(command, "slew"))
		return test_slew(fd, calls, atoll(argv[4]), atol(argv[5]));
	if (argc == 7 && !strcmp(command, "step"))
		return test_step(fd, calls, atoll(argv[4]), atol(argv[5]), atol(argv[6]));
	if (argc == 8 && !strcmp(command, "switch"))
		return test_switch(fd, calls, atoll(argv[4]), atol(argv[5]), argv[6], argv[7]);

	fprintf(stderr, "usage: precise offset DEVICE CALLS OFFSET MAX MEDIAN USUAL_MS\n"
			"       precise truth DEVICE CALLS MAX FILE USUAL_MS\n"
			"       precise slew DEVICE CALLS OFFSET PPM\n"
			"       precise step DEVICE CALLS OFFSET NS DELAY_MS\n"
			"       precise switch DEVICE CALLS OFFSET DELAY_MS TO BACK\n");
	return 2;
}
