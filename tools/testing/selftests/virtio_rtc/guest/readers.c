// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * readers: many processes read a PTP clock at the same time, whatever happens to it.
 *
 * readers DEVICE COUNT FILE
 *	Until SIGTERM.  FILE always has a line "LEAST FAILED": how many readings the reader
 *	with the fewest has, and how many calls failed.  Ends with 1 when a call failed
 *	with an errno that the driver does not promise, or when a reading was not right:
 *	by more than two seconds off from the one before and the time since then.  When the
 *	clock is gone they close it, and open it again when there is one.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <signal.h>
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
#define SECOND		1000000000LL

/**
 * struct reader - a reader
 * @readings: How many readings it has.
 * @failed: How many of its calls failed.
 * @times: Of these, how often with which errno.
 */
struct reader {
	unsigned long readings;
	unsigned long failed;
	unsigned long times[256];
};

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
	unsigned int way = 0;
	int fd = -1;

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
		asked = now(CLOCK_BOOTTIME);
		reading = read_clock(fd, way++);
		answered = now(CLOCK_BOOTTIME);

		if (reading < 0) {
			if (errno == EINTR)
				continue;
			r->failed++;
			r->times[errno & 255]++;
			if (!is_promised(errno)) {
				printf("#   a call failed: %s\n", strerror(errno));
				return 1;
			}
			if (is_gone(errno)) {
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

static void say_errors(const struct reader *r, long count)
{
	unsigned long times;
	unsigned int error;
	long i;

	for (error = 1; error < 256; error++) {
		times = 0;
		for (i = 0; i < count; i++)
			times += r[i].times[error];
		if (times)
			printf("# %lu times: %s\n", times, strerror(error));
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	long i, count = argc == 4 ? atol(argv[2]) : 0;
	int file = argc == 4 ? open(argv[3], O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	pid_t pid[MAX_READERS];
	struct reader *r;
	int status, failed = 0;

	if (count < 1 || count > MAX_READERS || file < 0) {
		fprintf(stderr, "usage: readers DEVICE COUNT FILE\n");
		return 2;
	}
	r = mmap(NULL, count * sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		 -1, 0);
	sigaction(SIGTERM, &action, NULL);
	if (r == MAP_FAILED)
		return 1;
	for (i = 0; i < count; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			status = read_all_the_time(argv[1], &r[i]);
			fflush(stdout);
			_exit(status);
		}
	}
	while (!stopped) {
		say_state(file, r, count);
		usleep(200000);
	}
	for (i = 0; i < count; i++) {
		kill(pid[i], SIGTERM);
		if (waitpid(pid[i], &status, 0) < 0 || status)
			failed = 1;
	}
	say_state(file, r, count);
	say_errors(r, count);
	return failed;
}
