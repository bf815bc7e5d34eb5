// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The notifications of the device model's alarms.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdbool.h>
#include <string.h>

#include "alarm_test.h"
#include "check.h"
#include "world.h"

static void disabling_stops_pending_notifications(void **state)
{
	struct world world;
	int how;

	(void)state;
	for (how = 0; how < 2; how++) {
		world_init_alarms(&world);
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
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, world_reading(&world, CLOCK) + SEC, ON);
	world.now += 2 * SEC;
	world_set_alarm_enabled(&world, CLOCK, 0);
	world_advance(&world, SEC);
	assert_int_equal(world_take(&world, ALL), 0);
}

static void each_expiry_waits_for_its_own_buffer(void **state)
{
	unsigned long i;
	struct world world;

	(void)state;
	world_init_alarms(&world);
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
	world_init_alarms(&world);
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
	world_init_alarms(&world);
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
	world_init_alarms(&world);
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
	world_init_alarms(&world);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disabling_stops_pending_notifications),
		cmocka_unit_test(disabling_stops_an_expiry_that_the_timer_has_not_seen),
		cmocka_unit_test(each_expiry_waits_for_its_own_buffer),
		cmocka_unit_test(clocks_take_turns_at_notifications),
		cmocka_unit_test(a_buffer_too_small_loses_no_notification),
		cmocka_unit_test(without_the_feature_there_are_no_notifications),
		cmocka_unit_test(after_a_notification_readings_are_not_before_the_alarm),
	};

	return cmocka_run_group_tests_name("alarm notifications", tests, NULL, NULL);
}
