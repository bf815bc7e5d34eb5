// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The processors that daemon and test have, and what they take of them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sched.h>
#include <stdio.h>
#include <time.h>

#include "check.h"
#include "frontend.h"
#include "processors.h"

/* Those that this process may use */
static cpu_set_t all;

bool processors_find(void)
{
	return !sched_getaffinity(0, sizeof(all), &all);
}

/* Puts a process on the first of them, or on the last one. */
static void put(pid_t pid, bool last)
{
	int i, chosen = -1;
	cpu_set_t one;

	for (i = 0; i < CPU_SETSIZE && (last || chosen < 0); i++)
		if (CPU_ISSET(i, &all))
			chosen = i;
	CPU_ZERO(&one);
	CPU_SET(chosen, &one);
	assert_int_equal(sched_setaffinity(pid, sizeof(one), &one), 0);
}

void processors_share(pid_t pid)
{
	put(pid, false);
}

bool processors_part(pid_t daemon)
{
	const struct sched_param param = { .sched_priority = 1 };

	if (CPU_COUNT(&all) > 1 &&
	    !sched_setscheduler(daemon, SCHED_FIFO | SCHED_RESET_ON_FORK, &param)) {
		put(daemon, false);
		put(0, true);
		return true;
	}
	print_message("needs a second processor, and the right to SCHED_FIFO\n");
	return false;
}

int processors_give_back(void **state)
{
	(void)state;
	return sched_setaffinity(0, sizeof(all), &all);
}

struct processors_spent processors_spent(pid_t pid)
{
	struct processors_spent spent;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "re");
	check(file && fscanf(file, "%llu %llu", &spent.runs, &spent.waits) == 2, "no %s", path);
	fclose(file);
	return spent;
}

uint64_t processors_time(pid_t pid)
{
	clockid_t clock;

	check(!clock_getcpuclockid(pid, &clock), "no clock of the daemon's");
	return host_ns(clock);
}
