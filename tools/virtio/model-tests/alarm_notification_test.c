// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The notifications of the device model's alarms.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static __u64 read_some_clock(void *priv, __u16 clock)
{
	(void)priv;
	return clock;
}

static void arm_no_timer(void *priv, __u16 clock, __u64 time)
{
	(void)priv;
	(void)clock;
	(void)time;
}

static void cancel_no_timer(void *priv, __u16 clock)
{
	(void)priv;
	(void)clock;
}

/* The processor's time, in ns, for alarms of the first and of the last of some clocks */
static uint64_t cost_of_alarms(uint16_t num)
{
	static const struct viortc_model_ops ops = {
		.read = read_some_clock,
		.arm_timer = arm_no_timer,
		.cancel_timer = cancel_no_timer,
	};
	struct viortc_model_clock *clocks = calloc(num, sizeof(*clocks));
	struct virtio_rtc_req_set_alarm req = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_SET_ALARM),
		.flags = VIRTIO_RTC_FLAG_ALARM_ENABLED,
	};
	struct virtio_rtc_notif_alarm notif;
	struct viortc_model model;
	struct timespec before, after;
	unsigned int i;

	assert_non_null(clocks);
	for (i = 0; i < num; i++)
		clocks[i].alarm = true;
	assert_int_equal(viortc_model_init(&model, &ops, NULL, clocks, num,
					   VIRTIO_RTC_COUNTER_INVALID), 0);
	viortc_model_set_features(&model, 1 << VIRTIO_RTC_F_ALARM);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	for (i = 0; i < 1000; i++) {
		uint8_t resp[8];

		req.clock_id = htole16(i % 2 ? num - 1 : 0);
		viortc_model_handle(&model, &req, sizeof(req), resp, sizeof(resp));
		assert_true(viortc_model_pending(&model));
		viortc_model_notification(&model, &notif, sizeof(notif));
		assert_int_equal(notif.clock_id, req.clock_id);
		assert_false(viortc_model_pending(&model));
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	free(clocks);
	return (after.tv_sec - before.tv_sec) * SEC + after.tv_nsec - before.tv_nsec;
}

static void the_cost_of_an_alarm_is_not_that_of_all_clocks(void **state)
{
	uint64_t few, many;

	(void)state;
	few = cost_of_alarms(2);
	many = cost_of_alarms(UINT16_MAX);
	check(many < 50 * few, "%llu ns have become %llu ns", (unsigned long long)few,
	      (unsigned long long)many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disabling_stops_pending_notifications),
		cmocka_unit_test(disabling_stops_an_expiry_that_the_timer_has_not_seen),
		cmocka_unit_test(each_expiry_waits_for_its_own_buffer),
		cmocka_unit_test(clocks_take_turns_at_notifications),
		cmocka_unit_test(the_cost_of_an_alarm_is_not_that_of_all_clocks),
		cmocka_unit_test(a_buffer_too_small_loses_no_notification),
		cmocka_unit_test(without_the_feature_there_are_no_notifications),
		cmocka_unit_test(after_a_notification_readings_are_not_before_the_alarm),
	};

	return cmocka_run_group_tests_name("alarm notifications", tests, NULL, NULL);
}
