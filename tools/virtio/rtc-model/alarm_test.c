// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device model's alarms and their notifications.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "world.h"

#define SEC	1000000000ULL
#define ALL	(~0UL)
#define ON	VIRTIO_RTC_FLAG_ALARM_ENABLED

/* The clock that most tests use, and another one */
#define CLOCK	VIRTIO_RTC_CLOCK_UTC_SMEARED
#define OTHER	VIRTIO_RTC_CLOCK_TAI

static void setup(struct world *world)
{
	world_init(world);
	viortc_model_set_features(&world->model, 1 << VIRTIO_RTC_F_ALARM);
}

static void an_alarm_is_initially_disabled_at_time_0(void **state)
{
	struct world world;
	uint16_t clock;

	(void)state;
	setup(&world);
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
	setup(&world);
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
	setup(&world);
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
	setup(&world);
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
	setup(&world);
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
	setup(&world);
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
	setup(&world);
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
	setup(&world);
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
		setup(&world);
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

static void disabling_stops_pending_notifications(void **state)
{
	struct world world;
	int how;

	(void)state;
	for (how = 0; how < 2; how++) {
		setup(&world);
		world_set_alarm(&world, OTHER, 0, ON);
		world_set_alarm(&world, CLOCK, 0, ON);
		world_set_alarm(&world, CLOCK, 0, ON);
		assert_true(viortc_model_pending(&world.model));
		if (how)
			world_set_alarm_enabled(&world, CLOCK, 0);
		else
			world_set_alarm(&world, CLOCK, 0, 0);
		/* That of another clock is not stopped. */
		assert_int_equal(world_take(&world, ALL), 1);
		assert_int_equal(world.notified[OTHER], 1);
	}
}

/* Also one that the timer had not yet seen */
static void disabling_stops_an_expiry_that_the_timer_has_not_seen(void **state)
{
	struct world world;

	(void)state;
	setup(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world.now += 2 * SEC;
	world_set_alarm_enabled(&world, CLOCK, 0);
	world_advance(&world, SEC);
	assert_int_equal(world_take(&world, ALL), 0);
}

static void a_new_alarm_keeps_an_expiry_that_the_timer_has_not_seen(void **state)
{
	struct world world;

	(void)state;
	setup(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world.now += 2 * SEC;
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	assert_int_equal(world_take(&world, ALL), 1);
	world_advance(&world, SEC);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void each_expiry_waits_for_its_own_buffer(void **state)
{
	unsigned long i;
	struct world world;

	(void)state;
	setup(&world);
	for (i = 0; i < 100; i++) {
		world_set_alarm(&world, CLOCK, 0, ON);
		if (i % 2)
			world_set_alarm(&world, OTHER, 0, ON);
	}
	for (i = 0; i < 150; i++)
		assert_int_equal(world_take(&world, 1), 1);
	assert_int_equal(world_take(&world, 1), 0);
	assert_int_equal(world.notified[CLOCK], 100);
	assert_int_equal(world.notified[OTHER], 50);
}

static void clocks_take_turns_at_notifications(void **state)
{
	struct world world;
	unsigned int i;
	uint16_t clock;

	(void)state;
	setup(&world);
	for (i = 0; i < 100; i++) {
		for (clock = 1; clock < WORLD_CLOCKS; clock++)
			world_set_alarm(&world, clock, 0, ON);
	}
	for (i = 0; i < 100; i++) {
		world_take(&world, WORLD_CLOCKS - 1);
		for (clock = 1; clock < WORLD_CLOCKS; clock++)
			check(world.notified[clock] == i + 1, "clock %d, round %u", clock, i);
	}
}

static void a_buffer_too_small_loses_no_notification(void **state)
{
	uint8_t buffer[16];
	struct world world;
	size_t room, i;

	(void)state;
	setup(&world);
	world_set_alarm(&world, CLOCK, 0, ON);
	for (room = 0; room < 16; room++) {
		memset(buffer, 0xa5, sizeof(buffer));
		assert_int_equal(viortc_model_notification(&world.model, buffer, room), 0);
		for (i = 0; i < sizeof(buffer); i++)
			check(buffer[i] == 0xa5, "room %zu: byte %zu written", room, i);
		assert_true(viortc_model_pending(&world.model));
	}
	assert_int_equal(viortc_model_notification(&world.model, buffer, sizeof(buffer)), 16);
	assert_false(viortc_model_pending(&world.model));
	assert_int_equal(viortc_model_notification(&world.model, buffer, sizeof(buffer)), 0);
}

static void without_the_feature_there_are_no_notifications(void **state)
{
	struct world world;

	(void)state;
	setup(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	viortc_model_reset(&world.model, true);
	world_advance(&world, 2 * SEC);
	assert_false(viortc_model_pending(&world.model));
	assert_int_equal(world_take(&world, ALL), 0);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	assert_int_equal(world_take(&world, ALL), 1);
}

/* V-alarm-read */
static void after_a_notification_readings_are_not_before_the_alarm(void **state)
{
	uint64_t random = 7;
	struct world world;
	unsigned int i;

	(void)state;
	setup(&world);
	world.timer_early = 12345;
	for (i = 0; i < 10000; i++) {
		uint16_t clock = 1 + random_below(&random, WORLD_CLOCKS - 1);
		uint64_t in = random_below(&random, SEC);
		uint64_t alarm = world_reading(&world, clock) + in;
		unsigned long before = world.notified[clock];

		world_set_alarm(&world, clock, alarm, ON);
		while (world_take(&world, 1) == 0)
			world_advance(&world, random_below(&random, SEC / 10));
		check(world.notified[clock] == before + 1, "clock %d: another's notification",
		      clock);
		check(world_read(&world, clock).reading >= alarm, "clock %d reads %llu", clock,
		      (unsigned long long)world_reading(&world, clock));
		world_set_alarm_enabled(&world, clock, 0);
	}
}

static void timers_that_fire_early_are_armed_again(void **state)
{
	struct world world;
	uint64_t early;

	(void)state;
	for (early = 1; early <= SEC; early *= 10) {
		setup(&world);
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
	setup(&world);
	world_set_alarm(&world, CLOCK, 0, ON);
	for (clock = 0; clock <= 0xffff; clock++)
		viortc_model_alarm_check(&world.model, clock);
	assert_int_equal(world_take(&world, ALL), 1);
}

static void no_timer_is_left_without_an_alarm_to_come(void **state)
{
	struct world world;

	(void)state;
	setup(&world);
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

static void reset_drops_alarms_and_their_notifications(void **state)
{
	struct world world;

	(void)state;
	setup(&world);
	world_set_alarm(&world, OTHER, 0, ON);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	viortc_model_reset(&world.model, false);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	assert_int_equal(world_read_alarm(&world, CLOCK).alarm_time, 0);
	assert_int_equal(world_read_alarm(&world, CLOCK).flags, 0);
	world_advance(&world, 2 * SEC);
	assert_int_equal(world_take(&world, ALL), 0);
}

static void reset_takes_the_features_back(void **state)
{
	struct world world;
	int retain;

	(void)state;
	for (retain = 0; retain < 2; retain++) {
		setup(&world);
		viortc_model_reset(&world.model, retain);
		assert_int_equal(world_read_alarm(&world, CLOCK).status, VIRTIO_RTC_S_ENODEV);
		assert_int_equal(world_clock_cap(&world, CLOCK).flags, 0);
	}
}

static void a_retained_alarm_survives_reset(void **state)
{
	uint64_t random = 8;
	struct world world;
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		uint8_t flags = random_below(&random, 2);
		uint64_t alarm;

		setup(&world);
		alarm = world_reading(&world, CLOCK) + 1 + random_below(&random, SEC);
		world_set_alarm(&world, CLOCK, alarm, flags);
		viortc_model_reset(&world.model, true);
		viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
		assert_int_equal(world_read_alarm(&world, CLOCK).alarm_time, alarm);
		assert_int_equal(world_read_alarm(&world, CLOCK).flags, flags);
		assert_int_equal(world_take(&world, ALL), 0);
		world_advance(&world, SEC);
		assert_int_equal(world_take(&world, ALL), flags);
	}
}

/* One notification, whatever waited before the reset */
static void a_retained_alarm_that_is_reached_expires_at_reset(void **state)
{
	struct world world;
	int taken, enabled;

	(void)state;
	for (taken = 0; taken < 2; taken++) {
		for (enabled = 0; enabled < 2; enabled++) {
			setup(&world);
			world_set_alarm(&world, CLOCK, 0, ON);
			world_set_alarm(&world, CLOCK, 0, ON);
			if (taken)
				world_take(&world, ALL);
			world_set_alarm_enabled(&world, CLOCK, enabled);
			viortc_model_reset(&world.model, true);
			viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
			assert_int_equal(world_take(&world, ALL), enabled);
		}
	}
}

/* D-alarm-reset, as the device sees it */
static void a_driver_can_clear_retained_alarms_before_it_adds_buffers(void **state)
{
	struct world world;

	(void)state;
	setup(&world);
	world_set_alarm(&world, CLOCK, 0, ON);
	viortc_model_reset(&world.model, true);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	world_set_alarm(&world, CLOCK, 0, 0);
	assert_int_equal(world_take(&world, ALL), 0);
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
		cmocka_unit_test(disabling_stops_pending_notifications),
		cmocka_unit_test(disabling_stops_an_expiry_that_the_timer_has_not_seen),
		cmocka_unit_test(a_new_alarm_keeps_an_expiry_that_the_timer_has_not_seen),
		cmocka_unit_test(each_expiry_waits_for_its_own_buffer),
		cmocka_unit_test(clocks_take_turns_at_notifications),
		cmocka_unit_test(a_buffer_too_small_loses_no_notification),
		cmocka_unit_test(without_the_feature_there_are_no_notifications),
		cmocka_unit_test(after_a_notification_readings_are_not_before_the_alarm),
		cmocka_unit_test(timers_that_fire_early_are_armed_again),
		cmocka_unit_test(needless_checks_do_no_harm),
		cmocka_unit_test(no_timer_is_left_without_an_alarm_to_come),
		cmocka_unit_test(reset_drops_alarms_and_their_notifications),
		cmocka_unit_test(reset_takes_the_features_back),
		cmocka_unit_test(a_retained_alarm_survives_reset),
		cmocka_unit_test(a_retained_alarm_that_is_reached_expires_at_reset),
		cmocka_unit_test(a_driver_can_clear_retained_alarms_before_it_adds_buffers),
	};

	return cmocka_run_group_tests_name("alarms", tests, NULL, NULL);
}
