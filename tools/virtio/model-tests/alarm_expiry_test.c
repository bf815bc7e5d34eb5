// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When an alarm of the device model expires, and that it does so once.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdbool.h>
#include <string.h>

#include "alarm_test.h"
#include "check.h"
#include "world.h"

static void an_alarm_is_initially_disabled_at_time_0(void **state)
{
	struct world world;
	uint16_t clock;

	(void)state;
	world_init_alarms(&world);
	for (clock = 1; clock < WORLD_CLOCKS; clock++) {
		assert_int_equal(world_read_alarm(&world, clock).alarm_time, 0);
		assert_int_equal(world_read_alarm(&world, clock).flags, 0);
	}
	world_advance(&world, 1000 * SEC);
	assert_int_equal(world_take(&world, ALL), 0);
}

static void any_alarm_time_is_accepted_and_read_back(void **state)
{
	uint64_t random = 5, times[2000] = { 0, 1, UINT64_MAX, UINT64_MAX - 1, 1ULL << 63 };
	struct world world;
	unsigned int i;

	(void)state;
	world_init_alarms(&world);
	for (i = 0; i < 2000; i++) {
		uint64_t time = i < 5 ? times[i] : random_u64(&random);
		uint8_t flags = random_below(&random, 2);
		struct world_answer alarm;

		assert_int_equal(world_set_alarm(&world, CLOCK, time, flags).status,
				 VIRTIO_RTC_S_OK);
		alarm = world_read_alarm(&world, CLOCK);
		check(alarm.alarm_time == time && alarm.flags == flags, "%llu, flags %d",
		      (unsigned long long)time, flags);
		assert_int_equal(world_set_alarm_enabled(&world, CLOCK, !flags).status,
				 VIRTIO_RTC_S_OK);
		alarm = world_read_alarm(&world, CLOCK);
		check(alarm.alarm_time == time && alarm.flags == !flags,
		      "%llu, flags %d: SET_ALARM_ENABLED", (unsigned long long)time, !flags);
		assert_int_equal(world_read_alarm(&world, OTHER).alarm_time, 0);
	}
}

/* To the ns: not before, and then at once */
static void an_alarm_expires_when_its_time_is_passed(void **state)
{
	uint64_t random = 6;
	struct world world;
	unsigned int i;

	(void)state;
	world_init_alarms(&world);
	for (i = 0; i < 1000; i++) {
		uint64_t in = 1 + random_below(&random, 1ULL << (1 + i % 50));

		world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + in, ON);
		world_advance(&world, in - 1);
		check(world_take(&world, ALL) == 0, "%llu ns: too early", (unsigned long long)in);
		world_advance(&world, 1);
		check(world_take(&world, ALL) == 1, "%llu ns: not on time", (unsigned long long)in);
		world_advance(&world, in);
		check(world_take(&world, ALL) == 0, "%llu ns: twice", (unsigned long long)in);
		/* An alarm that expired stays as it is. */
		assert_int_equal(world_read_alarm(&world, CLOCK).flags, ON);
	}
	assert_int_equal(world.notified[CLOCK], 1000);
}

static void an_alarm_expires_when_its_time_is_stepped_over(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world_step(&world, OTHER, 10 * SEC);
	assert_int_equal(world_take(&world, ALL), 0);
	world_step(&world, CLOCK, SEC - 1);
	assert_int_equal(world_take(&world, ALL), 0);
	world_step(&world, CLOCK, 1);
	assert_int_equal(world_take(&world, ALL), 1);
	world_step(&world, CLOCK, 10 * SEC);
	assert_int_equal(world_take(&world, ALL), 0);
}

static void an_alarm_waits_longer_when_its_clock_is_stepped_back(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world_step(&world, CLOCK, -10 * SEC);
	world_advance(&world, 11 * SEC - 1);
	assert_int_equal(world_take(&world, ALL), 0);
	world_advance(&world, 1);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void an_expired_alarm_expires_again_after_a_step_back(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world_advance(&world, 2 * SEC);
	assert_int_equal(world_take(&world, ALL), 1);
	world_step(&world, CLOCK, -10 * SEC);
	assert_int_equal(world_take(&world, ALL), 0);
	world_advance(&world, 9 * SEC);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void setting_a_reached_time_expires_at_once(void **state)
{
	uint64_t reading;
	struct world world;
	unsigned int back;

	(void)state;
	world_init_alarms(&world);
	for (back = 0; back < 64; back++) {
		reading = world_reading(&world, CLOCK);
		world_set_alarm(&world, CLOCK, reading - (reading >> back), ON);
		check(world_take(&world, ALL) == 1, "an alarm %llu ns ago",
		      (unsigned long long)(reading >> back));
		world_set_alarm(&world, CLOCK, reading - 1, 0);
		assert_int_equal(world_take(&world, ALL), 0);
	}
}

static void enabling_a_reached_alarm_expires_at_once(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, 0);
	world_advance(&world, 2 * SEC);
	assert_int_equal(world_take(&world, ALL), 0);
	world_set_alarm_enabled(&world, CLOCK, ON);
	assert_int_equal(world_take(&world, ALL), 1);
	world_set_alarm_enabled(&world, CLOCK, ON);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void a_disabled_alarm_does_not_expire(void **state)
{
	struct world world;
	int how;

	(void)state;
	for (how = 0; how < 2; how++) {
		world_init_alarms(&world);
		world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
		if (how)
			world_set_alarm_enabled(&world, CLOCK, 0);
		else
			world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, 0);
		world_advance(&world, 2 * SEC);
		world_step(&world, CLOCK, -10 * SEC);
		world_step(&world, CLOCK, 10 * SEC);
		assert_int_equal(world_take(&world, ALL), 0);
	}
}

static void a_new_alarm_keeps_an_expiry_that_the_timer_has_not_seen(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world.now += 2 * SEC;
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	assert_int_equal(world_take(&world, ALL), 1);
	world_advance(&world, SEC);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void timers_that_fire_early_are_armed_again(void **state)
{
	struct world world;
	uint64_t early;

	(void)state;
	for (early = 1; early <= SEC; early *= 10) {
		world_init_alarms(&world);
		world.timer_early = early;
		world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + 2 * SEC, ON);
		world_advance(&world, 2 * SEC - 1);
		assert_int_equal(world_take(&world, ALL), 0);
		assert_in_range(world.checks, 1, 2);
		world_advance(&world, 1);
		assert_int_equal(world_take(&world, ALL), 1);
	}
}

static void needless_checks_do_no_harm(void **state)
{
	struct world world;
	unsigned int clock;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, 0, ON);
	for (clock = 0; clock <= 0xffff; clock++)
		viortc_model_alarm_check(&world.model, clock);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void no_timer_is_left_without_an_alarm_to_come(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	assert_true(world.timer_armed[CLOCK]);
	world_advance(&world, SEC);
	assert_false(world.timer_armed[CLOCK]);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world_set_alarm_enabled(&world, CLOCK, 0);
	assert_false(world.timer_armed[CLOCK]);
	world_set_alarm_enabled(&world, CLOCK, ON);
	assert_true(world.timer_armed[CLOCK]);
	world_step(&world, CLOCK, SEC);
	assert_false(world.timer_armed[CLOCK]);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	viortc_model_reset(&world.model, false);
	assert_false(world.timer_armed[CLOCK]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_is_initially_disabled_at_time_0),
		cmocka_unit_test(any_alarm_time_is_accepted_and_read_back),
		cmocka_unit_test(an_alarm_expires_when_its_time_is_passed),
		cmocka_unit_test(an_alarm_expires_when_its_time_is_stepped_over),
		cmocka_unit_test(an_alarm_waits_longer_when_its_clock_is_stepped_back),
		cmocka_unit_test(an_expired_alarm_expires_again_after_a_step_back),
		cmocka_unit_test(setting_a_reached_time_expires_at_once),
		cmocka_unit_test(enabling_a_reached_alarm_expires_at_once),
		cmocka_unit_test(a_disabled_alarm_does_not_expire),
		cmocka_unit_test(a_new_alarm_keeps_an_expiry_that_the_timer_has_not_seen),
		cmocka_unit_test(timers_that_fire_early_are_armed_again),
		cmocka_unit_test(needless_checks_do_no_harm),
		cmocka_unit_test(no_timer_is_left_without_an_alarm_to_come),
	};

	return cmocka_run_group_tests_name("alarm expiry", tests, NULL, NULL);
}
