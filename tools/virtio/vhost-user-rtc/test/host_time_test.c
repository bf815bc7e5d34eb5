// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's UTC and TAI, on this host and on hosts in a leap second.
 *
 * A test cannot bring a host into a leap second (a guest could), so for that the two
 * calls into the kernel are replaced, by
 * the kernel's rules: CLOCK_TAI never steps and equals CLOCK_REALTIME as long as
 * no offset is set and no leap second was inserted, clock_gettime() may show a
 * leap second up to a tick late, adjtimex() never does.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdbool.h>
#include <sys/timex.h>
#include <time.h>

#include "base/macros.h"
#include "check.h"
#include "time/leap.h"
#include "time/leap_file.h"

#define SEC	1000000000ULL
#define MSEC	1000000ULL

/* 2017-01-01 00:00:00 UTC, and TAI - UTC before it */
#define NEW_YEAR	1483228800ULL
#define BEFORE		36

/**
 * struct host - a host around a leap second
 * @on: It is simulated; otherwise it is this one.
 * @table: The leap seconds up to it, which the kernel makes.
 * @tai: The instant.
 * @late: By how much clock_gettime() is late with the step, ns.
 * @offset: TAI - UTC as the kernel was told before, 0 if it was not.
 * @microseconds: The kernel's time has only these.
 * @unsynchronised: It is, so the state says nothing else.
 * @refuses: adjtimex() is not allowed.
 * @torn: In the first ms after the step each other call of adjtimex() has the time of
 *	before it, with the state of after it, as a call that the step happens in.
 * @calls: Of adjtimex().
 */
static struct host {
	bool on;
	struct leap_table table;
	uint64_t tai;
	uint64_t late;
	unsigned int offset;
	bool microseconds;
	bool unsynchronised;
	bool refuses;
	bool torn;
	unsigned int calls;
} host;

/* Those of the user: all, and without the last one */
static struct leap_table full, old;

static uint64_t true_utc(uint64_t tai)
{
	return leap_reading(&host.table, LEAP_UTC, tai);
}

static int simulated_clock_gettime(clockid_t id, struct timespec *ts)
{
	uint64_t ns;

	if (!host.on)
		return clock_gettime(id, ts);
	host.tai += 20;
	if (id == CLOCK_TAI)
		ns = host.tai + host.offset * SEC - BEFORE * SEC;
	else
		ns = true_utc(host.tai - host.late) + host.late;
	ts->tv_sec = ns / SEC;
	ts->tv_nsec = ns % SEC;
	return 0;
}

static int simulated_adjtimex(struct timex *timex)
{
	const struct leap_second *last = &host.table.second[host.table.num - 1];
	bool removed = last->offset < BEFORE;
	const uint64_t leap = (NEW_YEAR + BEFORE - removed) * SEC;
	uint64_t ns;

	if (!host.on)
		return adjtimex(timex);
	assert_int_equal(timex->modes, 0);
	if (host.refuses) {
		errno = EPERM;
		return -1;
	}
	host.tai += 20;
	ns = true_utc(host.tai);
	if (host.torn && host.calls++ % 2 == 0 && host.tai >= leap && host.tai < leap + MSEC)
		ns = removed ? ns - SEC : ns + SEC;
	timex->status = removed ? STA_DEL : STA_INS;
	timex->status |= host.microseconds ? 0 : STA_NANO;
	timex->time.tv_sec = ns / SEC;
	timex->time.tv_usec = host.microseconds ? ns % SEC / 1000 : ns % SEC;
	timex->tai = host.offset;
	if (host.tai >= leap)
		timex->tai += removed ? -1 : 1;
	if (host.unsynchronised) {
		timex->status |= STA_UNSYNC;
		return TIME_ERROR;
	}
	if (host.tai < leap)
		return removed ? TIME_DEL : TIME_INS;
	return host.tai < leap + SEC && !removed ? TIME_OOP : TIME_WAIT;
}

/* The code under test, on these calls */
#define clock_gettime	simulated_clock_gettime
#define adjtimex	simulated_adjtimex
#include "time/host_time.c"
#undef clock_gettime
#undef adjtimex

static uint64_t read_utc(const struct leap_table *table)
{
	(void)table;
	return host_utc_now().ns;
}

static uint64_t show_utc(const struct leap_table *table, uint64_t tai)
{
	(void)table;
	return true_utc(tai);
}

static uint64_t read_smeared(const struct leap_table *table)
{
	return leap_reading(table, LEAP_NOON_LINEAR, host_utc_to_tai(table, host_utc_now()));
}

static uint64_t show_smeared(const struct leap_table *table, uint64_t tai)
{
	return leap_reading(table, LEAP_NOON_LINEAR, tai);
}

static uint64_t show_tai(const struct leap_table *table, uint64_t tai)
{
	(void)table;
	return tai;
}

/*
 * Runs through a leap second in steps that hit its ends and much between, and
 * compares what @read reads with what @show says that it should have.
 */
static void run_through_leap_second(uint64_t (*read)(const struct leap_table *table),
				    uint64_t (*show)(const struct leap_table *table, uint64_t tai),
				    const struct leap_table *table, uint64_t slack)
{
	const uint64_t begin = (NEW_YEAR + BEFORE - 3) * SEC;
	uint64_t at, got, low, high;

	for (at = begin; at <= begin + 7 * SEC; at += MSEC / 4) {
		host.tai = at;
		got = read(table);
		low = show(table, at);
		high = show(table, host.tai);
		/* A step may be in between. */
		check((got + slack >= low && got <= high + slack) ||
		      (high < low && (got + slack >= low || got <= high + slack)),
		      "at %lld ns of the leap second: %lld ns off",
		      (long long)(at - begin - 3 * SEC), (long long)(got - low));
	}
}

static int simulate(void **state)
{
	unsigned int i;

	(void)state;
	full = (struct leap_table) { .num = 0 };
	for (i = 0; i < 26; i++) {
		if (leap_table_add(&full, (800 + 500 * i) * 86400ULL, 11 + i))
			return -1;
	}
	old = full;
	if (leap_table_add(&full, NEW_YEAR, BEFORE + 1))
		return -1;
	host = (struct host) { .on = true, .table = full };
	return 0;
}

static int end_simulation(void **state)
{
	(void)state;
	host.on = false;
	return 0;
}

static void utc_is_the_hosts_whatever_the_kernels_offset_and_the_table(void **state)
{
	static const unsigned int offsets[] = { 0, 1, 10, 35, 36, 37, 100 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		host.offset = offsets[i];
		run_through_leap_second(read_utc, show_utc, &full, 0);
		run_through_leap_second(read_utc, show_utc, &old, 0);
	}
}

static void smeared_utc_is_right_whatever_the_kernels_offset(void **state)
{
	static const unsigned int offsets[] = { 0, 1, 10, 35, 36, 37, 100 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		host.offset = offsets[i];
		run_through_leap_second(read_smeared, show_smeared, &full, 0);
	}
}

static void without_the_kernels_offset_tai_comes_from_utc(void **state)
{
	(void)state;
	run_through_leap_second(host_tai_now, show_tai, &full, 0);
	host.microseconds = true;
	run_through_leap_second(host_tai_now, show_tai, &full, 1000);
}

static void the_kernels_offset_is_preferred(void **state)
{
	(void)state;
	host.offset = BEFORE;
	run_through_leap_second(host_tai_now, show_tai, &full, 0);
	/* Also to a table that does not know this leap second */
	run_through_leap_second(host_tai_now, show_tai, &old, 0);
}

static void a_step_that_is_a_tick_late_does_not_matter(void **state)
{
	unsigned int ms;

	(void)state;
	for (ms = 4; ms <= 10; ms += 6) {
		host.late = ms * MSEC;
		run_through_leap_second(read_utc, show_utc, &full, 0);
		run_through_leap_second(read_smeared, show_smeared, &full, 0);
		run_through_leap_second(host_tai_now, show_tai, &full, 0);
	}
}

static void a_second_that_is_removed_is_no_problem(void **state)
{
	(void)state;
	full = old;
	assert_int_equal(leap_table_add(&full, NEW_YEAR, BEFORE - 1), 0);
	host.table = full;
	host.late = 4 * MSEC;
	run_through_leap_second(read_utc, show_utc, &full, 0);
	run_through_leap_second(read_smeared, show_smeared, &full, 0);
	run_through_leap_second(host_tai_now, show_tai, &full, 0);
}

static void a_step_within_a_call_does_not_matter(void **state)
{
	(void)state;
	host.torn = true;
	host.late = 4 * MSEC;
	host.offset = BEFORE;
	run_through_leap_second(read_utc, show_utc, &full, 0);
	run_through_leap_second(read_smeared, show_smeared, &full, 0);
	host.unsynchronised = true;
	run_through_leap_second(read_utc, show_utc, &full, 0);
	run_through_leap_second(read_smeared, show_smeared, &full, 0);
	host.unsynchronised = false;
	full = old;
	assert_int_equal(leap_table_add(&full, NEW_YEAR, BEFORE - 1), 0);
	host.table = full;
	run_through_leap_second(read_utc, show_utc, &full, 0);
}

/* Its state says only that it is unsynchronised. */
static void utc_of_an_unsynchronised_kernel_is_right_too(void **state)
{
	(void)state;
	host.unsynchronised = true;
	host.late = 4 * MSEC;
	run_through_leap_second(read_utc, show_utc, &full, 0);
	/* The passes are not told apart, */
	run_through_leap_second(read_smeared, show_smeared, &full, SEC + MSEC);
	/* but by the kernel's offset. */
	host.offset = BEFORE;
	run_through_leap_second(read_utc, show_utc, &full, 0);
	run_through_leap_second(read_smeared, show_smeared, &full, 0);
	/* The second that is removed is no other one. */
	full = old;
	assert_int_equal(leap_table_add(&full, NEW_YEAR, BEFORE - 1), 0);
	host.table = full;
	run_through_leap_second(read_smeared, show_smeared, &full, 0);
}

static void a_kernel_that_refuses_to_tell_costs_a_tick(void **state)
{
	(void)state;
	host.refuses = true;
	assert_int_equal(host_tells_leap_state(), -EPERM);
	run_through_leap_second(read_utc, show_utc, &full, 0);
	run_through_leap_second(read_smeared, show_smeared, &full, SEC + MSEC);
	host.offset = BEFORE;
	run_through_leap_second(host_tai_now, show_tai, &full, 0);
	host.refuses = false;
	assert_int_equal(host_tells_leap_state(), 0);
}

static void a_leap_second_that_only_the_kernel_knows_is_followed(void **state)
{
	(void)state;
	run_through_leap_second(read_utc, show_utc, &old, 0);
	/* Without knowing it the smeared clock can only do as UTC does. */
	run_through_leap_second(read_smeared, show_utc, &old, 0);
}

/* For real: the kernel's TAI if it has one, otherwise UTC and the table */
static void this_host_tells_utc_and_tai(void **state)
{
	struct leap_table table;
	struct timespec ts;
	uint64_t before, utc, tai, after;
	char error[200];
	unsigned int i;

	(void)state;
	if (leap_file_read(&table, LEAP_FILE_SYSTEM, error, sizeof(error)))
		skip();
	for (i = 0; i < 1000; i++) {
		struct timex timex = { .modes = 0 };
		uint64_t offset;

		adjtimex(&timex);
		offset = timex.tai >= LEAP_FIRST_OFFSET ? timex.tai :
							  table.second[table.num - 1].offset;
		clock_gettime(CLOCK_REALTIME, &ts);
		before = ts.tv_sec * SEC + ts.tv_nsec;
		utc = host_utc_now().ns;
		tai = host_tai_now(&table) - offset * SEC;
		clock_gettime(CLOCK_REALTIME, &ts);
		after = ts.tv_sec * SEC + ts.tv_nsec;
		/* A host whose clock is being set is not this test's. */
		if (after < before || after > before + SEC)
			continue;
		check(utc >= before && utc <= after, "UTC %lld ns off", (long long)(utc - before));
		check(tai >= before && tai <= after, "TAI %lld ns off", (long long)(tai - before));
	}
}

#define SIMULATED(test)	cmocka_unit_test_setup_teardown(test, simulate, end_simulation)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SIMULATED(utc_is_the_hosts_whatever_the_kernels_offset_and_the_table),
		SIMULATED(smeared_utc_is_right_whatever_the_kernels_offset),
		SIMULATED(without_the_kernels_offset_tai_comes_from_utc),
		SIMULATED(the_kernels_offset_is_preferred),
		SIMULATED(a_step_that_is_a_tick_late_does_not_matter),
		SIMULATED(a_step_within_a_call_does_not_matter),
		SIMULATED(a_second_that_is_removed_is_no_problem),
		SIMULATED(utc_of_an_unsynchronised_kernel_is_right_too),
		SIMULATED(a_kernel_that_refuses_to_tell_costs_a_tick),
		SIMULATED(a_leap_second_that_only_the_kernel_knows_is_followed),
		cmocka_unit_test(this_host_tells_utc_and_tai),
	};

	return cmocka_run_group_tests_name("host's time", tests, NULL, NULL);
}
