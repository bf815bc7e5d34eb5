// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When it pays to look for work, on a processor that nobody else wants.
 *
 * What is learnt follows from times, and no machine keeps to those of a test: so the calls
 * into the kernel are replaced.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static uint64_t simulated_ns = 1;

static int simulated_clock_gettime(clockid_t id, struct timespec *ts)
{
	(void)id;
	ts->tv_sec = simulated_ns / 1000000000;
	ts->tv_nsec = simulated_ns % 1000000000;
	return 0;
}

/* What a look costs; nobody takes the processor. */
static int simulated_sched_yield(void)
{
	simulated_ns += 1000;
	return 0;
}

/* The code under test, on these calls, and with a priority of real time */
#define clock_gettime		simulated_clock_gettime
#define sched_yield		simulated_sched_yield
#define syscall(number, pid)	((void)(number), (void)(pid), SCHED_FIFO)
#include "base/polling.c"
#undef clock_gettime
#undef sched_yield
#undef syscall

/* How long it is looked after work for work that comes after @apart ns, and is told later */
static uint64_t look(struct polling *p, uint64_t apart, uint64_t later)
{
	const uint64_t begin = simulated_ns;
	bool found = false;
	uint64_t looked;

	while (!found && polling_goes_on(p))
		found = simulated_ns - begin >= apart;
	looked = simulated_ns - begin;
	simulated_ns = begin + (found ? looked : apart + later);
	polling_worked(p, found);
	return looked;
}

/* The same, once it has learnt */
static uint64_t look_after_many(uint64_t most, uint64_t apart, uint64_t later)
{
	struct polling p;
	unsigned int i;
	uint64_t looked;

	polling_init(&p, most);
	for (i = 0; i < 100; i++)
		looked = look(&p, apart, later);
	polling_release(&p);
	return looked;
}

static void what_comes_in_time_is_found(void **state)
{
	(void)state;
	check_between("ns", 5 * US, look_after_many(50 * US, 5 * US, 40 * US), 7 * US);
	check_between("ns", 40 * US, look_after_many(50 * US, 40 * US, 40 * US), 42 * US);
	check_between("ns", 9 * MS, look_after_many(10 * MS, 9 * MS, 90 * US), 9 * MS + 2 * US);
}

static void what_comes_too_late_is_not_looked_for(void **state)
{
	(void)state;
	assert_int_equal(look_after_many(50 * US, 101 * US, 0), 0);
	assert_int_equal(look_after_many(10 * MS, 10 * MS + 110 * US, 0), 0);
	assert_int_equal(look_after_many(10 * MS, 19 * MS, 40 * US), 0);
	assert_int_equal(look_after_many(1000 * MS, 1001 * MS, 0), 0);
}

/* When all of the time is over, who asks once more has not looked since. */
static void a_look_for_nothing_tells_nothing(void **state)
{
	struct polling p;
	unsigned int i;

	(void)state;
	polling_init(&p, 50 * US);
	for (i = 0; i < 100; i++)
		look(&p, 20 * US, 20 * US);
	while (polling_goes_on(&p))
		;
	simulated_ns += 100 * MS;
	assert_false(polling_goes_on(&p));
	polling_worked(&p, false);
	for (i = 0; i < 5; i++)
		look(&p, 20 * US, 20 * US);
	check_between("ns", 20 * US, look(&p, 20 * US, 20 * US), 22 * US);
	polling_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_in_time_is_found),
		cmocka_unit_test(what_comes_too_late_is_not_looked_for),
		cmocka_unit_test(a_look_for_nothing_tells_nothing),
	};

	return cmocka_run_group_tests_name("when it pays to look", tests, NULL, NULL);
}
