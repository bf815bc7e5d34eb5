// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's TAI, on this host and on hosts in a leap second.
 *
 * A test cannot bring a host into a leap second, so for that the two calls into
 * the kernel are replaced, by the kernel's rules: CLOCK_TAI equals
 * CLOCK_REALTIME as long as no offset is set, clock_gettime() may show a leap
 * second up to a tick late, adjtimex() never does.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <sys/timex.h>
#include <time.h>

#include "check.h"
#include "time/leap.h"
#include "time/leap_file.h"

#define SEC	1000000000ULL
#define MSEC	1000000ULL

/* 2017-01-01 00:00:00 UTC */
#define NEW_YEAR	1483228800ULL

static struct {
	bool on;
	uint64_t tai;
	uint64_t late;
	bool offset_set;
	bool nanoseconds;
	struct leap_table table;
} host;

/* CLOCK_REALTIME as clock_gettime() shows it */
static uint64_t simulated_realtime(void)
{
	uint64_t before = leap_reading(&host.table, LEAP_UTC, host.tai - host.late);

	return before + host.late;
}

static int simulated_clock_gettime(clockid_t id, struct timespec *ts)
{
	uint64_t ns;

	if (!host.on)
		return clock_gettime(id, ts);
	host.tai += 20;
	ns = id == CLOCK_TAI && host.offset_set ? host.tai : simulated_realtime();
	ts->tv_sec = ns / SEC;
	ts->tv_nsec = ns % SEC;
	return 0;
}

static int simulated_adjtimex(struct timex *timex)
{
	const uint64_t leap = (NEW_YEAR + 36) * SEC;
	uint64_t ns;

	if (!host.on)
		return adjtimex(timex);
	assert_int_equal(timex->modes, 0);
	host.tai += 20;
	ns = leap_reading(&host.table, LEAP_UTC, host.tai);
	timex->status = host.nanoseconds ? STA_NANO : 0;
	timex->time.tv_sec = ns / SEC;
	timex->time.tv_usec = host.nanoseconds ? ns % SEC : ns % SEC / 1000;
	if (host.tai < leap)
		return TIME_INS;
	return host.tai < leap + SEC ? TIME_OOP : TIME_WAIT;
}

/* The code under test, on these calls */
#define clock_gettime	simulated_clock_gettime
#define adjtimex	simulated_adjtimex
#include "time/host_tai.c"
#undef clock_gettime
#undef adjtimex

/* Runs through a leap second in steps that hit its ends and much between. */
static void run_through_leap_second(const struct leap_table *table, uint64_t late,
				    uint64_t slack)
{
	const uint64_t begin = (NEW_YEAR + 36 - 2) * SEC;
	uint64_t at, before, got;

	for (at = begin; at <= begin + 5 * SEC; at += MSEC / 4) {
		host.tai = at;
		host.late = late;
		before = host.tai;
		got = host_tai_ns(table);
		check(got + slack >= before && got <= host.tai,
		      "at %lld ns of the leap second: wrong by %lld ns",
		      (long long)(at - begin - 2 * SEC), (long long)(got - before));
	}
}

static int simulate(void **state)
{
	unsigned int i;

	(void)state;
	host.table = (struct leap_table) { .num = 0 };
	for (i = 0; i < 26; i++) {
		if (leap_table_add(&host.table, (800 + 500 * i) * 86400ULL, 11 + i))
			return -1;
	}
	if (leap_table_add(&host.table, NEW_YEAR, 37))
		return -1;
	host.on = true;
	host.offset_set = false;
	host.nanoseconds = true;
	return 0;
}

static int end_simulation(void **state)
{
	(void)state;
	host.on = false;
	return 0;
}

static void without_the_kernels_offset_tai_comes_from_utc(void **state)
{
	(void)state;
	run_through_leap_second(&host.table, 0, 0);
	host.nanoseconds = false;
	run_through_leap_second(&host.table, 0, 1000);
}

static void a_step_that_is_a_tick_late_does_not_matter(void **state)
{
	(void)state;
	run_through_leap_second(&host.table, 4 * MSEC, 0);
	run_through_leap_second(&host.table, 10 * MSEC, 0);
}

static void the_kernels_offset_is_preferred(void **state)
{
	struct leap_table old;

	(void)state;
	host.offset_set = true;
	run_through_leap_second(&host.table, 0, 0);
	/* Also to a table that does not know this leap second */
	old = host.table;
	old.num--;
	run_through_leap_second(&old, 0, 0);
}

/* For real: the kernel's TAI if it has one, otherwise UTC and the table */
static void this_host_tells_tai(void **state)
{
	struct leap_table table;
	struct timespec ts;
	uint64_t before, tai, after;
	char error[200];
	unsigned int i;

	(void)state;
	if (leap_file_read(&table, LEAP_FILE_SYSTEM, error, sizeof(error)))
		skip();
	for (i = 0; i < 1000; i++) {
		struct timex timex = { .modes = 0 };
		int64_t offset;

		adjtimex(&timex);
		offset = timex.tai ? timex.tai : table.second[table.num - 1].offset;
		clock_gettime(CLOCK_REALTIME, &ts);
		before = (ts.tv_sec + offset) * SEC + ts.tv_nsec;
		tai = host_tai_ns(&table);
		clock_gettime(CLOCK_REALTIME, &ts);
		after = (ts.tv_sec + offset) * SEC + ts.tv_nsec;
		/* A host whose clock is being set is not this test's. */
		if (after < before || after > before + SEC)
			continue;
		check(tai >= before && tai <= after, "%lld ns off", (long long)(tai - before));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_the_kernels_offset_tai_comes_from_utc,
						simulate, end_simulation),
		cmocka_unit_test_setup_teardown(a_step_that_is_a_tick_late_does_not_matter,
						simulate, end_simulation),
		cmocka_unit_test_setup_teardown(the_kernels_offset_is_preferred,
						simulate, end_simulation),
		cmocka_unit_test(this_host_tells_tai),
	};

	return cmocka_run_group_tests_name("host's TAI", tests, NULL, NULL);
}
