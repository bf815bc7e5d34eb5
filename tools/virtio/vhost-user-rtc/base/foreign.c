// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * File descriptors that somebody else gave.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "foreign.h"

/* When a wait ends, in ns; and again, as it may not have begun then. */
#define SOON	1000000

static timer_t timer;
static bool has_timer;

static void do_nothing(int signal_number)
{
	(void)signal_number;
}

int foreign_init(void)
{
	const struct sigaction action = { .sa_handler = do_nothing };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGURG };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	if (sigaction(SIGURG, &action, NULL) < 0 ||
	    sigprocmask(SIG_UNBLOCK, &set, NULL) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
		return -errno;
	has_timer = true;
	return 0;
}

static void set_timer(long ns)
{
	const struct itimerspec when = {
		.it_value.tv_nsec = ns,
		.it_interval.tv_nsec = ns,
	};
	int saved_errno = errno;

	if (has_timer)
		timer_settime(timer, 0, &when, NULL);
	errno = saved_errno;
}

void foreign_begin(void)
{
	set_timer(SOON);
}

void foreign_end(void)
{
	set_timer(0);
}

void foreign_close(int fd)
{
	foreign_begin();
	close(fd);
	foreign_end();
}
