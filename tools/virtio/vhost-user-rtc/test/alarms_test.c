// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Alarms: real timers, real time.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

#define MS	UINT64_C(1000000)
#define SECOND	UINT64_C(1000000000)

#define CLOCKS	5

/* What a busy machine may be late with is tried so often: one has to be in time. */
#define TRIES	10

static const char *const each_kind[] = {
	"--clock=utc,alarm", "--clock=tai,alarm", "--clock=monotonic,alarm",
	"--clock=smeared:noon-linear,alarm", "--clock=smeared:utc-sls,alarm", NULL,
};

static void setup(struct frontend *f, const char *const *args)
{
	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
	frontend_populate(f, 32);
}

static void expect_none(struct frontend *f)
{
	int clock = frontend_notification(f, 100);

	check(clock < 0, "the alarm of clock %d comes again", clock);
}

static void an_alarm_comes_at_its_time_on_each_clock_and_once(void **state)
{
	struct frontend f;
	unsigned int tries;
	uint64_t time, now;
	uint16_t clock;

	(void)state;
	setup(&f, each_kind);
	for (clock = 0; clock < CLOCKS; clock++) {
		tries = 0;
		do {
			time = frontend_read(&f, clock) + 200 * MS;
			frontend_set_alarm(&f, clock, time, true);
			assert_int_equal(frontend_notification(&f, PATIENCE_MS), clock);
			now = frontend_read(&f, clock);
			check(now >= time, "%llu ns too early", (unsigned long long)(time - now));
			check(now < time + SECOND || tries < TRIES - 1, "%llu ms late",
			      (unsigned long long)(now - time) / MS);
			expect_none(&f);
			tries++;
		} while (now >= time + SECOND);
	}
	frontend_end(&f);
}

static void a_requestq_that_is_broken_does_not_stop_it(void **state)
{
	struct frontend f;

	(void)state;
	setup(&f, each_kind);
	frontend_set_alarm(&f, 0, frontend_read(&f, 0) + 300 * MS, true);
	frontend_desc(&f, REQUESTQ, 10, 0, 1, 0, 0);
	frontend_offer(&f, REQUESTQ, 10);
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_end(&f);
}

/* How late the latest of them is */
static uint64_t alarms_are_late(uint64_t ahead)
{
	uint64_t time[CLOCKS], now, latest = 0;
	struct frontend f;
	int i, clock;

	setup(&f, each_kind);
	for (i = 0; i < CLOCKS; i++) {
		time[i] = frontend_read(&f, i) + ahead;
		frontend_set_alarm(&f, i, time[i], true);
	}
	for (i = 0; i < CLOCKS; i++) {
		clock = frontend_notification(&f, 3 * PATIENCE_MS);
		check(clock >= 0 && clock < CLOCKS, "an alarm does not come");
		now = frontend_read(&f, clock);
		check(now >= time[clock], "clock %d: %llu ns too early", clock,
		      (unsigned long long)(time[clock] - now));
		if (now - time[clock] > latest)
			latest = now - time[clock];
	}
	expect_none(&f);
	frontend_end(&f);
	return latest;
}

static void alarms_that_are_further_ahead_are_no_later(void **state)
{
	const uint64_t ahead = 3 * SECOND;
	uint64_t late = UINT64_MAX;
	unsigned int tries;

	(void)state;
	for (tries = 0; tries < TRIES && late >= ahead / 2; tries++)
		late = alarms_are_late(ahead);
	check(late < ahead / 2, "%llu ms late", (unsigned long long)(late / MS));
}

static void an_alarm_in_the_past_comes_at_once(void **state)
{
	struct frontend f;
	uint16_t clock;

	(void)state;
	setup(&f, each_kind);
	for (clock = 0; clock < CLOCKS; clock++) {
		frontend_set_alarm(&f, clock, frontend_read(&f, clock) - SECOND, true);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), clock);
		expect_none(&f);
		frontend_set_alarm(&f, clock, 0, true);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), clock);
		frontend_set_alarm(&f, clock, 1, false);
		expect_none(&f);
		frontend_enable_alarm(&f, clock, true);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), clock);
	}
	frontend_end(&f);
}

static void an_alarm_can_be_read_back(void **state)
{
	const uint64_t times[] = { 0, 1, SECOND, UINT64_MAX / 2, UINT64_MAX };
	struct frontend f;
	unsigned int i;
	bool enabled;

	(void)state;
	setup(&f, each_kind);
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		frontend_set_alarm(&f, i, times[i], false);
		assert_true(frontend_read_alarm(&f, i, &enabled) == times[i]);
		assert_false(enabled);
		frontend_enable_alarm(&f, i, true);
		assert_true(frontend_read_alarm(&f, i, &enabled) == times[i]);
		assert_true(enabled);
	}
	frontend_end(&f);
}

static void a_disabled_alarm_does_not_come(void **state)
{
	struct frontend f;
	uint64_t time;

	(void)state;
	setup(&f, each_kind);
	/* Not before it is disabled, however busy this machine is */
	time = frontend_read(&f, 0) + 1000 * MS;
	frontend_set_alarm(&f, 0, time, true);
	frontend_enable_alarm(&f, 0, false);
	frontend_set_alarm(&f, 1, frontend_read(&f, 1) + 1000 * MS, true);
	frontend_set_alarm(&f, 1, UINT64_MAX, true);
	sleep_ms(1200);
	expect_none(&f);
	/* Enabled when it is too late, it comes at once. */
	frontend_enable_alarm(&f, 0, true);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_end(&f);
}

/* Whatever the timer does just then, the answer settles it. */
static void an_alarm_disabled_as_it_comes_does_so_before_the_answer_or_never(void **state)
{
	unsigned int came = 0, round, i;
	uint64_t random = 1;
	struct frontend f;

	(void)state;
	setup(&f, each_kind);
	for (round = 0; round < 400; round++) {
		bool due[CLOCKS];

		for (i = 0; i < CLOCKS; i++) {
			due[i] = true;
			frontend_set_alarm(&f, i, frontend_read(&f, i) +
					   random_below(&random, MS / 2), true);
		}
		for (i = 0; i < CLOCKS; i++)
			frontend_enable_alarm(&f, i, false);
		while (f.queue[ALARMQ].used->idx != f.queue[ALARMQ].taken) {
			int clock = frontend_notification(&f, PATIENCE_MS);

			check(clock >= 0 && clock < CLOCKS && due[clock],
			      "the alarm of clock %d comes twice", clock);
			due[clock] = false;
			came++;
		}
		sleep_ms(1);
		check(f.queue[ALARMQ].used->idx == f.queue[ALARMQ].taken,
		      "an alarm comes after it was disabled, round %u", round);
	}
	expect_none(&f);
	print_message("%u alarms disabled as they came, %u came\n", 400 * CLOCKS, came);
	frontend_end(&f);
}

static void an_alarm_waits_for_a_buffer(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn(&f, each_kind);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 2, 0, true);
	assert_int_equal(frontend_notification(&f, 100), -1);
	frontend_populate(&f, 1);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 2);
	frontend_end(&f);
}

static void a_disabled_alarm_that_waits_for_a_buffer_is_forgotten(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn(&f, each_kind);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 2, 0, true);
	frontend_enable_alarm(&f, 2, false);
	frontend_populate(&f, 1);
	expect_none(&f);
	frontend_end(&f);
}

static void an_alarm_that_passes_in_a_pause_comes_after_it(void **state)
{
	struct frontend f;
	uint16_t base[QUEUES];
	unsigned int q;

	(void)state;
	setup(&f, each_kind);
	frontend_set_alarm(&f, 1, frontend_read(&f, 1) + 1000 * MS, true);
	for (q = 0; q < QUEUES; q++)
		base[q] = frontend_stop_queue(&f, q);
	sleep_ms(1200);
	assert_int_equal(f.queue[ALARMQ].used->idx, f.queue[ALARMQ].taken);
	for (q = 0; q < QUEUES; q++)
		frontend_start_queue(&f, q, base[q]);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 1);
	expect_none(&f);
	frontend_end(&f);
}

static void an_alarm_that_passes_while_no_driver_is_there_comes_to_the_next(void **state)
{
	struct frontend f;

	(void)state;
	setup(&f, each_kind);
	frontend_set_alarm(&f, 3, frontend_read(&f, 3) + 1000 * MS, true);
	frontend_stop_queue(&f, REQUESTQ);
	frontend_stop_queue(&f, ALARMQ);
	sleep_ms(1200);
	/* frontend_restart() stops them once more, which must do no harm. */
	frontend_restart(&f);
	frontend_populate(&f, 4);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 3);
	expect_none(&f);
	frontend_end(&f);
}

static void alarms_follow_a_start_time_and_its_leap_second(void **state)
{
	const char *const args[] = {
		"--start-time=2016-12-31T23:59:59Z", "--clock=utc,alarm",
		"--clock=smeared:utc-sls,alarm", NULL,
	};
	const uint64_t midnight = 1483228800 * SECOND;
	struct frontend f;
	uint64_t start;
	int i;

	(void)state;
	/* The time that it is for the device begins with the daemon. */
	start = host_ns(CLOCK_MONOTONIC);
	setup(&f, args);
	for (i = 0; i < 2; i++)
		frontend_set_alarm(&f, i, midnight + 200 * MS, true);
	/* UTC gets there a second later, as it shows one second twice. */
	for (i = 0; i < 2; i++) {
		int clock = frontend_notification(&f, PATIENCE_MS);

		check(clock >= 0, "an alarm does not come");
		assert_true(frontend_read(&f, clock) >= midnight + 200 * MS);
	}
	assert_true(host_ns(CLOCK_MONOTONIC) - start > 1500 * MS);
	expect_none(&f);
	frontend_end(&f);
}

static uint64_t processor_time(const struct frontend *f)
{
	clockid_t clock;

	check(!clock_getcpuclockid(f->daemon, &clock), "no clock of the daemon's");
	return host_ns(clock);
}

/* The first time that UTC shows the second is over, and the alarm is for the second one. */
static void an_alarm_in_a_leap_second_is_waited_for(void **state)
{
	const char *const args[] = {
		"--start-time=2016-12-31T23:59:58Z", "--clock=utc,alarm", NULL,
	};
	const uint64_t midnight = 1483228800 * SECOND;
	uint64_t reading, last, used;
	struct frontend f;
	unsigned int tries = 0;

	(void)state;
	for (;;) {
		setup(&f, args);
		reading = 0;
		do {
			last = reading;
			sleep_ms(5);
			reading = frontend_read(&f, 0);
		} while (reading >= last && reading < midnight + SECOND);
		if (reading < last && reading < midnight - 700 * MS)
			break;
		/* On a busy machine the second may be over before it is noticed. */
		check(++tries < 20, "there is never time enough");
		frontend_end(&f);
	}
	frontend_set_alarm(&f, 0, reading + 600 * MS, true);
	used = processor_time(&f);
	sleep_ms(300);
	used = processor_time(&f) - used;
	check(used < 10 * MS, "the daemon took %" PRIu64 " us meanwhile", used / 1000);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	assert_true(frontend_read(&f, 0) >= reading + 600 * MS);
	expect_none(&f);
	frontend_end(&f);
}

/*
 * 10 000 alarms on 16 clocks: each is set in the past, or a little ahead, or
 * far ahead and then cancelled by one of three ways. What was not cancelled
 * must come once, what was must not come.
 */
#define MANY_CLOCKS	16
#define ROUNDS		625

static uint64_t many_random = 1;

/* Sets the alarm of a clock in one of the ways; returns whether it will come. */
static bool set_one(struct frontend *f, uint16_t clock)
{
	uint64_t now = frontend_read(f, clock);

	switch (random_below(&many_random, 6)) {
	case 0:
		frontend_set_alarm(f, clock, now - random_below(&many_random, SECOND), true);
		return true;
	case 1:
	case 2:
		frontend_set_alarm(f, clock, now + random_below(&many_random, 4 * MS), true);
		return true;
	case 3:
		frontend_set_alarm(f, clock, now + 3600 * SECOND, true);
		frontend_enable_alarm(f, clock, false);
		return false;
	case 4:
		frontend_set_alarm(f, clock, now + 3600 * SECOND, true);
		frontend_set_alarm(f, clock, now, false);
		return false;
	default:
		frontend_set_alarm(f, clock, now, false);
		frontend_enable_alarm(f, clock, true);
		return true;
	}
}

static void of_10000_alarms_none_is_lost_and_none_comes_twice(void **state)
{
	const char *args[MANY_CLOCKS + 1] = { NULL };
	unsigned int expected = 0, came = 0, i, round;
	struct frontend f;

	(void)state;
	for (i = 0; i < MANY_CLOCKS; i++)
		args[i] = each_kind[i % CLOCKS];
	setup(&f, args);
	for (round = 0; round < ROUNDS; round++) {
		bool due[MANY_CLOCKS];
		unsigned int left = 0;

		for (i = 0; i < MANY_CLOCKS; i++) {
			due[i] = set_one(&f, i);
			left += due[i];
		}
		expected += left;
		for (; left; left--) {
			int clock = frontend_notification(&f, PATIENCE_MS);

			check(clock >= 0, "%u alarms are lost in round %u", left, round);
			check(clock < MANY_CLOCKS && due[clock],
			      "the alarm of clock %d comes although it should not, round %u",
			      clock, round);
			due[clock] = false;
			came++;
		}
		check(f.queue[ALARMQ].used->idx == f.queue[ALARMQ].taken,
		      "an alarm comes twice in round %u", round);
		for (i = 0; i < MANY_CLOCKS; i++)
			frontend_enable_alarm(&f, i, false);
	}
	expect_none(&f);
	assert_int_equal(came, expected);
	print_message("%u alarms set, %u came, %u cancelled\n", ROUNDS * MANY_CLOCKS, came,
		      ROUNDS * MANY_CLOCKS - came);
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_comes_at_its_time_on_each_clock_and_once),
		cmocka_unit_test(a_requestq_that_is_broken_does_not_stop_it),
		cmocka_unit_test(alarms_that_are_further_ahead_are_no_later),
		cmocka_unit_test(an_alarm_in_the_past_comes_at_once),
		cmocka_unit_test(an_alarm_can_be_read_back),
		cmocka_unit_test(a_disabled_alarm_does_not_come),
		cmocka_unit_test(an_alarm_disabled_as_it_comes_does_so_before_the_answer_or_never),
		cmocka_unit_test(an_alarm_waits_for_a_buffer),
		cmocka_unit_test(a_disabled_alarm_that_waits_for_a_buffer_is_forgotten),
		cmocka_unit_test(an_alarm_that_passes_in_a_pause_comes_after_it),
		cmocka_unit_test(an_alarm_that_passes_while_no_driver_is_there_comes_to_the_next),
		cmocka_unit_test(alarms_follow_a_start_time_and_its_leap_second),
		cmocka_unit_test(an_alarm_in_a_leap_second_is_waited_for),
		cmocka_unit_test(of_10000_alarms_none_is_lost_and_none_comes_twice),
	};

	return cmocka_run_group_tests_name("vhost-user alarms", tests, NULL, NULL);
}
