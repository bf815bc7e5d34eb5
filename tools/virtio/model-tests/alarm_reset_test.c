// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a device reset does to the device model's alarms.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdbool.h>
#include <string.h>

#include "alarm_test.h"
#include "check.h"
#include "world.h"

static void reset_drops_alarms_and_their_notifications(void **state)
{
	struct world world;

	(void)state;
	world_init_alarms(&world);
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
		world_init_alarms(&world);
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

		world_init_alarms(&world);
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
			world_init_alarms(&world);
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
	world_init_alarms(&world);
	world_set_alarm(&world, CLOCK, 0, ON);
	viortc_model_reset(&world.model, true);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	world_set_alarm(&world, CLOCK, 0, 0);
	assert_int_equal(world_take(&world, ALL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_drops_alarms_and_their_notifications),
		cmocka_unit_test(reset_takes_the_features_back),
		cmocka_unit_test(a_retained_alarm_survives_reset),
		cmocka_unit_test(a_retained_alarm_that_is_reached_expires_at_reset),
		cmocka_unit_test(a_driver_can_clear_retained_alarms_before_it_adds_buffers),
	};

	return cmocka_run_group_tests_name("alarms over a reset", tests, NULL, NULL);
}
