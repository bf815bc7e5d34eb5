// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When it pays to look for work, on a processor that nobody else wants, and on others.
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

/* How long another has the processor that is offered to it, and how often it was taken */
static uint64_t simulated_taken_ns;
static unsigned int simulated_taken;

/* What a look costs */
static int simulated_sched_yield(void)
{
	simulated_ns += 1000 + simulated_taken_ns;
	simulated_taken += simulated_taken_ns > 0;
	return 0;
}

/* Each so manieth time more are said to want a processor than there are; 0 for never. */
static unsigned int simulated_crowd, simulated_counted;

static ssize_t simulated_pread(int fd, void *buf, size_t size, off_t at)
{
	bool crowd = simulated_crowd && !(simulated_counted++ % simulated_crowd);

	(void)fd;
	(void)at;
	return snprintf(buf, size, "1.00 1.00 1.00 %u/100 1000\n", crowd ? 3 : 2);
}

static long simulated_policy;
static long simulated_syscall(long number, ...);

/* The code under test, on these calls */
#define clock_gettime	simulated_clock_gettime
#define sched_yield	simulated_sched_yield
#define pread		simulated_pread
#define syscall		simulated_syscall
#include "base/polling.c"
#undef clock_gettime
#undef sched_yield
#undef pread
#undef syscall

/* What the kernel answers when it is asked for turns, and what it was asked for last */
static long simulated_getattr, simulated_setattr;
static struct sched_attributes simulated_asked;

static long getattr(struct sched_attributes *attr, unsigned int size, unsigned int flags)
{
	assert_int_equal(size, 48);
	assert_int_equal(flags, 0);
	if (simulated_getattr)
		return simulated_getattr;
	*attr = (struct sched_attributes) {
		.size = size,
		.policy = simulated_policy & ~(long)SCHED_RESET_ON_FORK,
		.flags = !!(simulated_policy & SCHED_RESET_ON_FORK),
		.nice = -5,
		.runtime = 3 * MS,
	};
	return 0;
}

static long setattr(const struct sched_attributes *attr, unsigned int flags)
{
	assert_int_equal(attr->size, 48);
	assert_int_equal(flags, 0);
	simulated_asked = *attr;
	return simulated_setattr;
}

static long simulated_syscall(long number, ...)
{
	struct sched_attributes *attr;
	unsigned int argument;
	long result = -1;
	va_list args;

	va_start(args, number);
	assert_int_equal(va_arg(args, int), 0);
	if (number == SYS_sched_getscheduler) {
		result = simulated_policy;
	} else if (number == SYS_sched_getattr) {
		attr = va_arg(args, struct sched_attributes *);
		argument = va_arg(args, size_t);
		result = getattr(attr, argument, va_arg(args, int));
	} else if (number == SYS_sched_setattr) {
		attr = va_arg(args, struct sched_attributes *);
		result = setattr(attr, va_arg(args, int));
	} else {
		fail_msg("system call %ld", number);
	}
	va_end(args);
	return result;
}

/* A machine of two processors, on which nobody but the reader wants one */
static int setup(void **state)
{
	(void)state;
	simulated_policy = SCHED_OTHER;
	simulated_taken_ns = 0;
	simulated_crowd = 0;
	simulated_getattr = 0;
	simulated_setattr = 0;
	return 0;
}

static void init(struct polling *p, uint64_t most)
{
	polling_init(p, most);
	p->processors = 2;
}

/* How long it is looked after work for work that comes after @apart ns, and is told later */
static uint64_t look(struct polling *p, uint64_t apart, uint64_t later)
{
	const uint64_t begin = simulated_ns;
	bool found = false;
	uint64_t looked;

	while (!found && polling_goes_on(p))
		found = simulated_ns - begin >= apart;
	looked = simulated_ns - begin;
	if (!found && looked < apart + later)
		simulated_ns = begin + apart + later;
	polling_worked(p, found);
	return looked;
}

/* For so long nothing comes; it looks for it as long as it does. */
static void pause_for(struct polling *p, uint64_t ns)
{
	const uint64_t end = simulated_ns + ns;

	while (polling_goes_on(p))
		;
	simulated_ns = end;
}

/* The same, once it has learnt */
static uint64_t look_after_many(uint64_t most, uint64_t apart, uint64_t later)
{
	struct polling p;
	unsigned int i;
	uint64_t looked;

	init(&p, most);
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
	init(&p, 50 * US);
	for (i = 0; i < 100; i++)
		look(&p, 20 * US, 20 * US);
	pause_for(&p, 100 * MS);
	assert_false(polling_goes_on(&p));
	polling_worked(&p, false);
	for (i = 0; i < 5; i++)
		look(&p, 20 * US, 20 * US);
	check_between("ns", 20 * US, look(&p, 20 * US, 20 * US), 22 * US);
	polling_release(&p);
}

/* A series of readings: how many of them were looked for */
static unsigned int found_of(struct polling *p, unsigned int num)
{
	unsigned int i, found = 0;

	for (i = 0; i < num; i++)
		found += look(p, 20 * US, 20 * US) > 0;
	return found;
}

/* It has learnt that it pays, and has saved all that it may. */
static void begin(struct polling *p)
{
	init(p, 50 * US);
	found_of(p, 100);
	assert_int_equal(found_of(p, 1000), 1000);
}

static void what_lasts_for_a_moment_is_no_crowd(void **state)
{
	struct polling p;

	(void)state;
	begin(&p);
	simulated_crowd = 3;
	assert_int_equal(found_of(&p, 100000), 100000);
	polling_release(&p);
}

/* How long it takes until it is looked, or is not */
static uint64_t time_until(struct polling *p, unsigned int found)
{
	const uint64_t since = simulated_ns;

	while (found_of(p, 1) != found && simulated_ns - since < 1000 * MS)
		;
	return simulated_ns - since;
}

static void a_crowd_that_lasts_is_noticed_in_two_milliseconds(void **state)
{
	struct polling p;
	unsigned int i;

	(void)state;
	begin(&p);
	for (i = 0; i < 12; i++) {
		/* It may come at any time after it was counted. */
		found_of(&p, i);
		simulated_crowd = 1;
		check_between("ns", 0, time_until(&p, 0), 2 * MS);
		/* It need not be there each time that they are counted. */
		simulated_crowd = 2;
		assert_int_equal(found_of(&p, 1000), 0);
		simulated_crowd = 0;
		check_between("ns", 0, time_until(&p, 1), 3 * MS);
	}
	polling_release(&p);
}

/* It takes the processor from all of them. */
static void whoever_has_priority_looks_in_a_crowd(void **state)
{
	struct polling p;

	(void)state;
	simulated_policy = SCHED_FIFO | SCHED_RESET_ON_FORK;
	begin(&p);
	simulated_crowd = 1;
	assert_int_equal(found_of(&p, 1000), 1000);
	polling_release(&p);
}

/* However short each series is, and though it begins afresh after a pause */
static void a_crowd_takes_the_processor_once(void **state)
{
	struct polling p;
	unsigned int i;

	(void)state;
	begin(&p);
	pause_for(&p, 2501 * MS);
	p.saved = 0;
	simulated_crowd = 1;
	simulated_taken_ns = 4 * MS;
	simulated_taken = 0;
	for (i = 0; i < 100; i++) {
		found_of(&p, 25);
		pause_for(&p, 2501 * MS);
	}
	assert_int_equal(simulated_taken, 1);
	polling_release(&p);
}

/* What was counted before a pause, and was not believed, is forgotten. */
static void a_moment_in_each_series_is_no_crowd(void **state)
{
	struct polling p;
	unsigned int i;

	(void)state;
	begin(&p);
	simulated_crowd = 1;
	for (i = 0; i < 100; i++) {
		pause_for(&p, 2501 * MS);
		assert_in_range(found_of(&p, 10), 8, 10);
	}
	polling_release(&p);
}

/* Another takes the processor again and again, though there is one for each. */
static void lose(struct polling *p)
{
	const uint64_t end = simulated_ns + 10000 * MS;

	simulated_taken_ns = 4 * MS;
	simulated_taken = 0;
	while (simulated_ns < end)
		found_of(p, 1);
	simulated_taken_ns = 0;
	/* In the end it is offered every two seconds. */
	check_between("times", 5, simulated_taken, 15);
}

/* The threads of a monitor take it so. */
static void moments_do_not_add_up(void **state)
{
	struct polling p;
	uint64_t end;

	(void)state;
	begin(&p);
	end = simulated_ns + 1000 * MS;
	simulated_taken_ns = 200 * US;
	simulated_taken = 0;
	while (simulated_ns < end)
		found_of(&p, 1);
	/* Not more than a part of 32 of the time, once what was saved is used up. */
	check_between("times", 100, simulated_taken, 250);
	simulated_taken_ns = 0;
	check_between("ns", 0, time_until(&p, 1), 10 * MS);
	polling_release(&p);
}

static void a_new_series_starts_afresh(void **state)
{
	struct polling p;

	(void)state;
	begin(&p);
	lose(&p);
	/* As chronyd reads a clock, and phc2sys: the same series goes on. */
	p.barred_until = simulated_ns + 2000 * MS;
	pause_for(&p, 500 * MS);
	assert_int_equal(found_of(&p, 25), 0);
	pause_for(&p, 1001 * MS);
	assert_int_equal(found_of(&p, 25), 0);
	pause_for(&p, 2501 * MS);
	assert_in_range(found_of(&p, 25), 20, 25);
	/* And that another has it once, right then, for less than may be lost, changes nothing. */
	pause_for(&p, 2501 * MS);
	found_of(&p, 5);
	simulated_taken_ns = 900 * US;
	found_of(&p, 1);
	simulated_taken_ns = 0;
	assert_in_range(found_of(&p, 25), 20, 25);
	polling_release(&p);
}

/* What waited while another had the processor begins no series. */
static void a_long_loss_is_no_pause(void **state)
{
	struct polling p;

	(void)state;
	begin(&p);
	simulated_taken_ns = 3000 * MS;
	found_of(&p, 1);
	simulated_taken_ns = 0;
	assert_int_equal(found_of(&p, 25), 0);
	polling_release(&p);
}

static void a_new_series_has_what_was_saved(void **state)
{
	struct polling p;

	(void)state;
	begin(&p);
	pause_for(&p, 2501 * MS);
	found_of(&p, 5);
	simulated_taken_ns = 4 * MS;
	found_of(&p, 1);
	simulated_taken_ns = 0;
	assert_in_range(found_of(&p, 25), 20, 25);
	polling_release(&p);
}

/* The length of turn that is asked for, 0 for none; whatever is answered it looks. */
static uint64_t turn(long policy)
{
	struct polling p;

	simulated_policy = policy;
	simulated_asked = (struct sched_attributes) { 0 };
	begin(&p);
	polling_release(&p);
	return simulated_asked.runtime;
}

static void who_looks_has_short_turns(void **state)
{
	(void)state;
	assert_int_equal(turn(SCHED_OTHER), 100 * US);
	assert_int_equal(simulated_asked.policy, SCHED_OTHER);
	assert_int_equal(simulated_asked.nice, -5);
	assert_int_equal(simulated_asked.flags, 0);
	assert_int_equal(turn(SCHED_OTHER | SCHED_RESET_ON_FORK), 100 * US);
	assert_int_equal(simulated_asked.flags, 1);
	simulated_setattr = -1;
	assert_int_equal(turn(SCHED_OTHER), 100 * US);
}

static void others_have_the_turns_that_they_have(void **state)
{
	struct polling p;

	(void)state;
	assert_int_equal(turn(SCHED_FIFO), 0);
	/* There it would be all of the time that it may have. */
	assert_int_equal(turn(SCHED_DEADLINE), 0);
	simulated_getattr = -1;
	assert_int_equal(turn(SCHED_OTHER), 0);
	simulated_getattr = 0;
	init(&p, 0);
	polling_release(&p);
	assert_int_equal(simulated_asked.runtime, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_comes_in_time_is_found, setup),
		cmocka_unit_test_setup(what_comes_too_late_is_not_looked_for, setup),
		cmocka_unit_test_setup(a_look_for_nothing_tells_nothing, setup),
		cmocka_unit_test_setup(what_lasts_for_a_moment_is_no_crowd, setup),
		cmocka_unit_test_setup(a_crowd_that_lasts_is_noticed_in_two_milliseconds, setup),
		cmocka_unit_test_setup(whoever_has_priority_looks_in_a_crowd, setup),
		cmocka_unit_test_setup(a_crowd_takes_the_processor_once, setup),
		cmocka_unit_test_setup(a_moment_in_each_series_is_no_crowd, setup),
		cmocka_unit_test_setup(moments_do_not_add_up, setup),
		cmocka_unit_test_setup(a_new_series_starts_afresh, setup),
		cmocka_unit_test_setup(a_long_loss_is_no_pause, setup),
		cmocka_unit_test_setup(a_new_series_has_what_was_saved, setup),
		cmocka_unit_test_setup(who_looks_has_short_turns, setup),
		cmocka_unit_test_setup(others_have_the_turns_that_they_have, setup),
	};

	return cmocka_run_group_tests_name("when it pays to look", tests, NULL, NULL);
}
