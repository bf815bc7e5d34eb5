// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clocks of the device while the host's own clock is set for real: steps, a leap
 * second, the offset of TAI. For a guest that plays the host: it sets the clock of the
 * machine it runs on.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "frontend.h"
#include "host_clock.h"
#include "time/leap.h"
#include "base/macros.h"

#define HOUR	(3600 * SECOND)

/* 2017-01-01 and 2019-07-01, both UTC: at the end of a leap second, and of none */
#define WITH_LEAP	UINT64_C(1483228800)
#define WITHOUT_LEAP	UINT64_C(1561939200)

/* A program that runs the daemon under a kernel that refuses to tell of leap seconds */
#define REFUSED	"./refused"

enum { UTC, TAI, MONOTONIC, NOON_LINEAR, UTC_SLS, MAYBE_SMEARED, NUM_CLOCKS };

static const enum leap_timescale scales[] = {
	[UTC] = LEAP_UTC,
	[TAI] = LEAP_TAI,
	[NOON_LINEAR] = LEAP_NOON_LINEAR,
	[UTC_SLS] = LEAP_UTC_SLS,
	[MAYBE_SMEARED] = LEAP_UTC,
};

static const char *const args[] = {
	"--clock=utc,alarm", "--clock=tai,alarm", "--clock=monotonic,alarm",
	"--clock=smeared:noon-linear,alarm", "--clock=smeared:utc-sls,alarm",
	"--clock=maybe-smeared,alarm", NULL,
};

static const char *program;

/* The device */

static void start(struct frontend *f)
{
	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
	frontend_populate(f, 16);
}

/* What it has said in the end; @text is what it said before, of @size. */
static void check_said(struct frontend *f, char *text, size_t size, const char *wanted)
{
	unsigned int tries;
	size_t len;

	for (tries = 0; tries < PATIENCE_MS / 10 && !strstr(text, wanted); tries++) {
		len = strlen(text);
		frontend_said(f, text + len, size - len);
		sleep_ms(10);
	}
	check(strstr(text, wanted), "it does not say '%s' but '%s'", wanted, text);
}

/* Clocks that show what a clock of the host's does, apart by so many s */
static void check_shows(struct frontend *f, uint16_t clock, clockid_t host, uint64_t ahead)
{
	uint64_t before, reading, after;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		before = host_ns(host) + ahead * SECOND;
		reading = frontend_read(f, clock);
		after = host_ns(host) + ahead * SECOND;
		check(reading >= before && reading <= after,
		      "clock %u is %lld ns ahead, or %lld ns late", clock,
		      (long long)(reading - after), (long long)(before - reading));
	}
}

static void check_all_show_the_host(struct frontend *f, uint64_t tai)
{
	check_shows(f, UTC, CLOCK_REALTIME, 0);
	check_shows(f, TAI, CLOCK_REALTIME, tai);
	check_shows(f, MONOTONIC, CLOCK_BOOTTIME, 0);
	check_shows(f, NOON_LINEAR, CLOCK_REALTIME, 0);
	check_shows(f, UTC_SLS, CLOCK_REALTIME, 0);
	check_shows(f, MAYBE_SMEARED, CLOCK_REALTIME, 0);
}

static void step_the_host(struct frontend *f)
{
	static const int64_t steps[] = {
		1, -1, 400000000, -600000000, 3600 * 1000000000LL, -7200 * 1000000000LL,
		86400 * 1000000000LL, 500 * 86400 * 1000000000LL, -1000 * 86400 * 1000000000LL,
	};
	unsigned int i;

	set_clock((WITHOUT_LEAP + 100 * 86400 + 1000) * SECOND);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		set_clock(host_ns(CLOCK_REALTIME) + steps[i]);
		check_all_show_the_host(f, 37);
	}
}

/* Whether a reading is what a function of TAI was in between, which may have stepped. */
static bool between(uint64_t low, uint64_t reading, uint64_t high, uint64_t slack)
{
	if (low <= high)
		return reading + slack >= low && reading <= high + slack;
	return reading + slack >= low || reading <= high + slack;
}

/*
 * From some seconds before a midnight until after it, readings are what a table says that
 * clocks show. @ahead: by how many seconds CLOCK_TAI is behind TAI, as nobody told the
 * offset. @slack: by how many ns smeared clocks may be off. Returns whether the host was
 * seen to insert a second.
 */
static enum seen go_through_midnight(struct frontend *f, const struct leap_table *table,
				     uint64_t midnight, const uint16_t *clocks,
				     uint64_t ahead, uint64_t slack)
{
	uint64_t end = host_ns(CLOCK_TAI) + 9 * SECOND;
	struct watch watch;
	uint64_t low, reading, high, at;
	enum leap_timescale scale;
	unsigned int i, n = 0;

	watch_begin(&watch, midnight);
	for (at = 0; at < end; n++) {
		for (i = 0; clocks[i] < NUM_CLOCKS; i++) {
			scale = scales[clocks[i]];
			at = host_ns(CLOCK_TAI);
			low = leap_reading(table, scale, at + ahead * SECOND);
			reading = frontend_read(f, clocks[i]);
			high = leap_reading(table, scale, host_ns(CLOCK_TAI) + ahead * SECOND);
			check(between(low, reading, high, scale == LEAP_TAI ||
				      scale == LEAP_UTC ? 0 : slack),
			      "%lld ns after midnight clock %u is %lld ns ahead, or %lld ns late",
			      (long long)(low - midnight * SECOND), clocks[i],
			      (long long)(reading - high), (long long)(low - reading));
		}
		watch_round(&watch);
	}
	printf("# %u rounds of readings\n", n);
	return watch_end(&watch);
}

static const uint16_t each_clock[] = {
	UTC, TAI, NOON_LINEAR, UTC_SLS, MAYBE_SMEARED, NUM_CLOCKS,
};

/* Tests */

static int set_up(void **state)
{
	(void)state;
	setenv("VHOST_USER_RTC", program, 1);
	forget_leap_second();
	set_offset(0);
	set_clock((WITHOUT_LEAP + 100 * 86400 + 1000) * SECOND);
	return 0;
}

static int set_up_refused(void **state)
{
	set_up(state);
	setenv("VHOST_USER_RTC", REFUSED, 1);
	return 0;
}

static void readings_follow_each_step_of_the_hosts_clock(void **state)
{
	struct frontend f;

	(void)state;
	start(&f);
	step_the_host(&f);
	frontend_end(&f);
}

static void alarms_follow_steps_of_the_hosts_clock(void **state)
{
	static const uint16_t stepping[] = { UTC, TAI, NOON_LINEAR, UTC_SLS, MAYBE_SMEARED };
	bool rang[NUM_CLOCKS] = { false };
	struct frontend f;
	unsigned int i;
	int clock;

	(void)state;
	start(&f);
	for (i = 0; i < NUM_CLOCKS; i++)
		frontend_set_alarm(&f, i, frontend_read(&f, i) + HOUR, true);
	set_clock(host_ns(CLOCK_REALTIME) - 24 * HOUR);
	assert_int_equal(frontend_notification(&f, 1000), -1);
	set_clock(host_ns(CLOCK_REALTIME) + 26 * HOUR);
	for (i = 0; i < ARRAY_SIZE(stepping); i++) {
		clock = frontend_notification(&f, PATIENCE_MS);
		check(clock >= 0, "only %u alarms rang", i);
		rang[clock] = true;
	}
	for (i = 0; i < ARRAY_SIZE(stepping); i++)
		check(rang[stepping[i]], "the alarm of clock %u did not ring", stepping[i]);
	check(!rang[MONOTONIC], "the alarm of a clock that did not step rang");
	frontend_end(&f);
}

static void tai_follows_an_offset_that_the_host_is_told(void **state)
{
	char said[8192] = "";
	struct frontend f;

	(void)state;
	start(&f);
	check_all_show_the_host(&f, 37);
	set_offset(37);
	check_all_show_the_host(&f, 37);
	frontend_said(&f, said, sizeof(said));
	check(!strstr(said, "TAI - UTC"), "it says %s", said);
	/* A leap second that the table does not know of, and one that the kernel does not */
	set_offset(38);
	check_all_show_the_host(&f, 38);
	check_said(&f, said, sizeof(said),
		   "TAI - UTC is 38 s for the kernel, 37 s in the table: TAI follows the kernel");
	set_offset(36);
	check_all_show_the_host(&f, 36);
	check_said(&f, said, sizeof(said), "36 s for the kernel, 37 s in the table");
	/* A number of leap seconds */
	set_offset(2);
	check_all_show_the_host(&f, 37);
	check_said(&f, said, sizeof(said),
		   "2 s for the kernel, 37 s in the table: TAI follows the table");
	frontend_end(&f);
}

static void alarms_of_tai_follow_its_offset(void **state)
{
	struct frontend f;

	(void)state;
	set_offset(37);
	start(&f);
	frontend_set_alarm(&f, TAI, frontend_read(&f, TAI) + HOUR, true);
	set_offset(37 + 7200);
	/* Nobody but a reading tells it. */
	frontend_read(&f, TAI);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), TAI);
	frontend_end(&f);
}

static void insert_known_second(int offset)
{
	enum seen seen = MISSED;
	struct frontend f;
	unsigned int i;

	for (i = 0; i < TRIES && seen == MISSED; i++) {
		be_before(WITH_LEAP, 4, offset);
		start(&f);
		seen = go_through_midnight(&f, &leap_builtin, WITH_LEAP, each_clock,
					   offset ? 0 : 36, 0);
		frontend_end(&f);
	}
	assert_int_equal(seen, INSERTED);
}

static void a_second_that_the_host_inserts_is_there_in_each_clock(void **state)
{
	(void)state;
	insert_known_second(36);
}

static void it_is_so_on_a_host_that_was_not_told_the_offset(void **state)
{
	(void)state;
	insert_known_second(0);
}

static void a_second_that_only_the_host_knows_is_in_utc_and_tai(void **state)
{
	static const uint16_t clocks[] = { UTC, TAI, MAYBE_SMEARED, NUM_CLOCKS };
	struct leap_table hosts = leap_builtin;
	enum seen seen = MISSED;
	char said[8192] = "";
	struct frontend f;
	unsigned int i;

	(void)state;
	assert_int_equal(leap_table_add(&hosts, WITHOUT_LEAP, 38), 0);
	for (i = 0; i < TRIES && seen == MISSED; i++) {
		if (i)
			frontend_end(&f);
		be_before(WITHOUT_LEAP, 4, 37);
		start(&f);
		seen = go_through_midnight(&f, &hosts, WITHOUT_LEAP, clocks, 0, 0);
	}
	assert_int_equal(seen, INSERTED);
	check_said(&f, said, sizeof(said), "38 s for the kernel, 37 s in the table");
	frontend_end(&f);
}

static void utc_is_the_hosts_that_does_not_insert_a_second(void **state)
{
	struct frontend f;
	uint64_t end;

	(void)state;
	set_clock((WITH_LEAP - 3) * SECOND);
	start(&f);
	for (end = host_ns(CLOCK_MONOTONIC) + 6 * SECOND; host_ns(CLOCK_MONOTONIC) < end;)
		check_shows(&f, UTC, CLOCK_REALTIME, 0);
	frontend_end(&f);
}

static void a_table_that_a_step_makes_old_is_noticed(void **state)
{
	char said[8192] = "";
	struct frontend f;

	(void)state;
	start(&f);
	set_clock(host_ns(CLOCK_REALTIME) + 40 * 365 * 24 * HOUR);
	check_said(&f, said, sizeof(said), "the table of leap seconds has expired");
	frontend_end(&f);
}

static void a_host_that_refuses_adjtimex_has_the_right_time(void **state)
{
	char said[8192] = "";
	struct frontend f;

	(void)state;
	start(&f);
	check_said(&f, said, sizeof(said), "adjtimex is refused");
	step_the_host(&f);
	frontend_end(&f);
}

/* Also at its end all of them are right again. */
static void such_a_host_has_smeared_clocks_a_second_off_in_a_leap_second(void **state)
{
	static const uint16_t clocks[] = { TAI, NOON_LINEAR, UTC_SLS, NUM_CLOCKS };
	static const uint16_t smeared[] = { NOON_LINEAR, UTC_SLS };
	uint64_t low, reading, high;
	enum seen seen = MISSED;
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < TRIES && seen == MISSED; i++) {
		if (i)
			frontend_end(&f);
		be_before(WITH_LEAP, 4, 36);
		start(&f);
		seen = go_through_midnight(&f, &leap_builtin, WITH_LEAP, clocks, 0,
					   SECOND + SECOND / 10);
	}
	assert_int_equal(seen, INSERTED);
	for (i = 0; i < ARRAY_SIZE(smeared); i++) {
		low = leap_reading(&leap_builtin, scales[smeared[i]], host_ns(CLOCK_TAI));
		reading = frontend_read(&f, smeared[i]);
		high = leap_reading(&leap_builtin, scales[smeared[i]], host_ns(CLOCK_TAI));
		check_between("after it", low, reading, high);
	}
	check_shows(&f, UTC, CLOCK_REALTIME, 0);
	frontend_end(&f);
}

static enum seen utc_shows_the_second_as_the_host_does(void)
{
	uint64_t before, reading, after, end;
	struct watch watch;
	struct frontend f;

	be_before(WITH_LEAP, 3, 0);
	start(&f);
	watch_begin(&watch, WITH_LEAP);
	for (end = host_ns(CLOCK_MONOTONIC) + 6 * SECOND; host_ns(CLOCK_MONOTONIC) < end;) {
		before = host_ns(CLOCK_REALTIME);
		reading = frontend_read(&f, UTC);
		after = host_ns(CLOCK_REALTIME);
		check(between(before, reading, after, 0), "%lld ns after midnight it shows %lld",
		      (long long)(before - WITH_LEAP * SECOND),
		      (long long)(reading - WITH_LEAP * SECOND));
		watch_round(&watch);
	}
	frontend_end(&f);
	return watch_end(&watch);
}

static void and_utc_shows_the_second_as_the_host_does(void **state)
{
	enum seen seen = MISSED;
	unsigned int i;

	(void)state;
	for (i = 0; i < TRIES && seen == MISSED; i++)
		seen = utc_shows_the_second_as_the_host_does();
	assert_int_equal(seen, INSERTED);
}

#define TEST(test)		cmocka_unit_test_setup(test, set_up)
#define REFUSED_TEST(test)	cmocka_unit_test_setup(test, set_up_refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(readings_follow_each_step_of_the_hosts_clock),
		TEST(alarms_follow_steps_of_the_hosts_clock),
		TEST(tai_follows_an_offset_that_the_host_is_told),
		TEST(alarms_of_tai_follow_its_offset),
		TEST(a_second_that_the_host_inserts_is_there_in_each_clock),
		TEST(it_is_so_on_a_host_that_was_not_told_the_offset),
		TEST(a_second_that_only_the_host_knows_is_in_utc_and_tai),
		TEST(utc_is_the_hosts_that_does_not_insert_a_second),
		TEST(a_table_that_a_step_makes_old_is_noticed),
		REFUSED_TEST(a_host_that_refuses_adjtimex_has_the_right_time),
		REFUSED_TEST(such_a_host_has_smeared_clocks_a_second_off_in_a_leap_second),
		REFUSED_TEST(and_utc_shows_the_second_as_the_host_does),
	};

	program = getenv("VHOST_USER_RTC");
	return cmocka_run_group_tests_name("vhost-user-rtc: a host whose clock is set", tests,
					   NULL, NULL);
}
