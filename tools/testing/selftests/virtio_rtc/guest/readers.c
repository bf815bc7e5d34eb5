// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * readers: many processes read a PTP clock at the same time, whatever happens to it.
 *
 * readers DEVICE COUNT FILE
 *	Until SIGTERM.  FILE always has a line "LEAST FAILED": how many readings the reader
 *	with the fewest has, and how many calls failed.  Ends with 1 when a call failed
 *	with an errno that the driver does not promise, when a reading was not right:
 *	by more than two seconds off from the one before and the time since then, or when a
 *	call did not end in time.  When the clock is gone they close it, and open it again
 *	when there is one.
 *
 * In time is what the driver waits for an answer, with what the kernel's timers may be
 * late, and a second.  By how much more the machine was late in between is taken off:
 * a process on each processor does nothing but sleep, and tells when it overslept.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "promised.h"

#define MAX_READERS	64
#define MAX_WATCHES	64
#define SECOND		1000000000LL
#define MS		1000000LL

/* A watch looks so often, and less than so much is not late but usual. */
#define LOOK		(20 * MS)
#define USUAL		(100 * MS)

/**
 * struct reader - a reader
 * @readings: How many readings it has.
 * @failed: How many of its calls failed.
 * @longest: How long its longest call took, but for what the machine was late, in ns.
 * @times: Of the failed ones, how often with which errno.
 */
struct reader {
	unsigned long readings;
	unsigned long failed;
	int64_t longest;
	unsigned long times[256];
};

/**
 * struct watch - who sees whether a processor stands still
 * @looks: How often it has looked.
 * @late: By how much it came too late, all in all, in ns.
 */
struct watch {
	atomic_ulong looks;
	atomic_llong late;
};

/**
 * struct shared - what all processes share
 * @readers: The readers.
 * @watches: A watch for each processor.
 * @sleeps: How often the system went to sleep, as of not long ago.
 */
struct shared {
	struct reader readers[MAX_READERS];
	struct watch watches[MAX_WATCHES];
	atomic_long sleeps;
};

static struct shared *shared;
static long num_watches;

/* How long a call may take, in ns */
static int64_t allowed;

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int64_t now(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts))
		return -1;
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static int64_t parameter_ms(const char *name)
{
	char path[128];
	long ms = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/virtio_rtc/parameters/%s", name);
	f = fopen(path, "r");
	if (!f)
		return -1;
	if (fscanf(f, "%ld", &ms) != 1)
		ms = -1;
	fclose(f);
	return ms;
}

/* Timers that are far off may be late by an eighth; another second is for the rest. */
static bool find_allowed(void)
{
	int64_t read_ms = parameter_ms("read_timeout_ms");
	int64_t request_ms = parameter_ms("request_timeout_ms");

	if (read_ms < 0 || request_ms < 0)
		return false;
	if (read_ms > request_ms)
		read_ms = request_ms;
	allowed = read_ms * MS * 9 / 8 + SECOND;
	return true;
}

/* Does not end before the process is told to. */
static void watch_processor(long number)
{
	struct watch *w = &shared->watches[number];
	int64_t before = now(CLOCK_BOOTTIME), after, late;
	cpu_set_t set;

	/* One that has been switched off is seen by another. */
	CPU_ZERO(&set);
	CPU_SET(number, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while (!stopped) {
		usleep(LOOK / 1000);
		after = now(CLOCK_BOOTTIME);
		late = after - before - LOOK;
		if (late > USUAL)
			atomic_fetch_add(&w->late, late);
		atomic_fetch_add(&w->looks, 1);
		before = after;
	}
}

/* What each watch has seen, and how often the system went to sleep. */
struct lateness {
	int64_t late[MAX_WATCHES];
	long sleeps;
};

static void look_at_watches(struct lateness *seen)
{
	long i;

	for (i = 0; i < num_watches; i++)
		seen->late[i] = atomic_load(&shared->watches[i].late);
	seen->sleeps = atomic_load(&shared->sleeps);
}

/* By how much a processor was late since then, at most */
static int64_t late_since(const struct lateness *before)
{
	int64_t late, most = 0;
	long i;

	for (i = 0; i < num_watches; i++) {
		late = atomic_load(&shared->watches[i].late) - before->late[i];
		if (late > most)
			most = late;
	}
	return most;
}

/*
 * How often the system went to sleep, or tried.  A call that it interrupts begins anew when
 * it wakes, and is one call to whoever made it.
 */
static long count_sleeps(void)
{
	static const char *const path[] = {
		"/sys/power/suspend_stats/success", "/sys/power/suspend_stats/fail",
	};
	long all = 0, n;
	unsigned int i;
	FILE *f;

	for (i = 0; i < 2; i++) {
		f = fopen(path[i], "r");
		if (!f)
			continue;
		if (fscanf(f, "%ld", &n) == 1)
			all += n;
		fclose(f);
	}
	return all;
}

/* What stood still has been told of when all have looked again. */
static void let_watches_look(void)
{
	unsigned long looks[MAX_WATCHES];
	unsigned int patience = 60000;
	long i;

	for (i = 0; i < num_watches; i++)
		looks[i] = atomic_load(&shared->watches[i].looks);
	for (i = 0; i < num_watches; i++)
		for (; atomic_load(&shared->watches[i].looks) == looks[i] && patience; patience--)
			usleep(1000);
}

/* Did a call end in time?  Not known of one during which, or just before, the system slept. */
static bool check_duration(struct reader *r, int64_t took, const struct lateness *before)
{
	if (took > allowed) {
		let_watches_look();
		took -= late_since(before);
		if (count_sleeps() != before->sleeps)
			return true;
	}
	if (took > r->longest)
		r->longest = took;
	if (took <= allowed)
		return true;
	printf("#   a call took %lld ms, but for what the machine was late: more than %lld\n",
	       (long long)(took / MS), (long long)(allowed / MS));
	return false;
}

static bool is_gone(int error)
{
	return error == ENOENT || error == ENODEV || error == ENXIO;
}

/* Returns the time of the clock in ns, or -1 with errno. */
static int64_t read_clock(int fd, unsigned int way)
{
	struct ptp_sys_offset_extended extended = { .n_samples = 1 };

	if (way & 1)
		return now((~(clockid_t)fd << 3) | 3);
	if (ioctl(fd, PTP_SYS_OFFSET_EXTENDED, &extended))
		return -1;
	return extended.ts[0][1].sec * SECOND + extended.ts[0][1].nsec;
}

/* Returns the status to end with. */
static int read_all_the_time(const char *path, struct reader *r)
{
	int64_t before = 0, asked_before = 0, answered_before = 0;
	int64_t asked, reading, answered;
	struct lateness lateness;
	unsigned int way = 0;
	int fd = -1, error;

	while (!stopped) {
		if (fd < 0)
			fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && is_gone(errno)) {
			usleep(1000);
			continue;
		}
		if (fd < 0) {
			printf("#   open: %s\n", strerror(errno));
			return 1;
		}
		look_at_watches(&lateness);
		asked = now(CLOCK_BOOTTIME);
		reading = read_clock(fd, way++);
		error = errno;
		answered = now(CLOCK_BOOTTIME);

		if (!check_duration(r, answered - asked, &lateness))
			return 1;
		if (reading < 0) {
			if (error == EINTR)
				continue;
			r->failed++;
			r->times[error & 255]++;
			if (!is_promised(error)) {
				printf("#   a call failed: %s\n", strerror(error));
				return 1;
			}
			if (is_gone(error)) {
				close(fd);
				fd = -1;
			}
			/* The clock stays away, or is left alone for a while. */
			usleep(2000);
			continue;
		}
		/* The machine may have slept anywhere in between. */
		if (before && (reading - before < asked - answered_before - 2 * SECOND ||
			       reading - before > answered - asked_before + 2 * SECOND)) {
			printf("#   %lld ns more than %lld to %lld ns before\n",
			       (long long)(reading - before),
			       (long long)(asked - answered_before),
			       (long long)(answered - asked_before));
			return 1;
		}
		before = reading;
		asked_before = asked;
		answered_before = answered;
		r->readings++;
		usleep(1000);
	}
	return 0;
}

static void say_state(int file, const struct reader *r, long count)
{
	unsigned long least = r[0].readings, failed = 0;
	char line[64];
	long i;

	for (i = 0; i < count; i++) {
		if (r[i].readings < least)
			least = r[i].readings;
		failed += r[i].failed;
	}
	snprintf(line, sizeof(line), "%-20lu %-20lu\n", least, failed);
	if (pwrite(file, line, strlen(line), 0) < 0)
		perror("readers");
}

static void say_results(const struct reader *r, long count)
{
	const struct lateness none = {};
	int64_t longest = 0;
	unsigned long times;
	unsigned int error;
	long i;

	for (i = 0; i < count; i++)
		if (r[i].longest > longest)
			longest = r[i].longest;
	printf("# the longest call took %lld ms, and %lld are allowed; the machine was %lld late\n",
	       (long long)(longest / MS), (long long)(allowed / MS),
	       (long long)(late_since(&none) / MS));

	for (error = 1; error < 256; error++) {
		times = 0;
		for (i = 0; i < count; i++)
			times += r[i].times[error];
		if (times)
			printf("# %lu times: %s\n", times, strerror(error));
	}
}

static pid_t start_watch(long number)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		watch_processor(number);
		_exit(0);
	}
	return pid;
}

static pid_t start_reader(const char *path, struct reader *r)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		status = read_all_the_time(path, r);
		fflush(stdout);
		_exit(status);
	}
	return pid;
}

/* Returns whether it was well when it ended. */
static bool end(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	return waitpid(pid, &status, 0) == pid && !status;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	long i, count = argc == 4 ? atol(argv[2]) : 0;
	int file = argc == 4 ? open(argv[3], O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	pid_t pid[MAX_READERS], watch[MAX_WATCHES];
	int failed = 0;

	if (count < 1 || count > MAX_READERS || file < 0) {
		fprintf(stderr, "usage: readers DEVICE COUNT FILE\n");
		return 2;
	}
	if (!find_allowed()) {
		fprintf(stderr, "readers: virtio_rtc is not loaded\n");
		return 2;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sigaction(SIGTERM, &action, NULL);
	if (shared == MAP_FAILED)
		return 1;
	num_watches = sysconf(_SC_NPROCESSORS_ONLN);
	if (num_watches > MAX_WATCHES)
		num_watches = MAX_WATCHES;
	atomic_store(&shared->sleeps, count_sleeps());
	for (i = 0; i < num_watches; i++)
		watch[i] = start_watch(i);
	for (i = 0; i < count; i++)
		pid[i] = start_reader(argv[1], &shared->readers[i]);
	while (!stopped) {
		atomic_store(&shared->sleeps, count_sleeps());
		say_state(file, shared->readers, count);
		usleep(200000);
	}
	for (i = 0; i < count; i++)
		failed |= !end(pid[i]);
	/* The readers need them to the end. */
	for (i = 0; i < num_watches; i++)
		end(watch[i]);
	say_state(file, shared->readers, count);
	say_results(shared->readers, count);
	return failed;
}
