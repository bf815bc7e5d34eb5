// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device model in long random sequences.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "check.h"
#include "sequence.h"

#define SEC	1000000000ULL

static void any_sequence_gets_the_answers_of_the_reference(void **state)
{
	struct sequence seq = { .choices.random = 9 };

	(void)state;
	sequence_begin(&seq);
	while (seq.round < 1000000)
		sequence_round(&seq);
	/* As many as such a sequence gives, to see that it was not idle */
	assert_in_range(seq.given[VIRTIO_RTC_CLOCK_TAI], 2000, 200000);
	assert_int_equal(seq.given[VIRTIO_RTC_CLOCK_UTC], 0);
}

/* On all clocks at a time, set, and then fired or cancelled */
static void of_10000_alarms_none_is_lost_or_doubled(void **state)
{
	uint64_t time[WORLD_CLOCKS] = { 0 }, random = 10;
	unsigned long set = 0, fired = 0, cancelled = 0, got = 0, running = 0;
	struct world world;
	uint16_t clock;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	while (set < 10000 || running) {
		world_advance(&world, random_below(&random, SEC / 10));
		for (clock = 1; clock < WORLD_CLOCKS; clock++) {
			if (!time[clock] || world_reading(&world, clock) < time[clock])
				continue;
			time[clock] = 0;
			running--;
			fired++;
		}
		got += world_take(&world, ~0UL);
		check(got == fired, "after %lu alarms: %lu expired, %lu notifications", set, fired,
		      got);

		clock = 1 + random_below(&random, WORLD_CLOCKS - 1);
		if (time[clock] && !random_below(&random, 2)) {
			world_set_alarm_enabled(&world, clock, 0);
			time[clock] = 0;
			running--;
			cancelled++;
		} else if (!time[clock] && set < 10000) {
			time[clock] = world_reading(&world, clock) + 1 + random_below(&random, SEC);
			world_set_alarm(&world, clock, time[clock], VIRTIO_RTC_FLAG_ALARM_ENABLED);
			running++;
			set++;
		}
	}
	assert_int_equal(fired + cancelled, 10000);
	assert_in_range(fired, 1000, 9000);
	world_advance(&world, 10 * SEC);
	assert_int_equal(world_take(&world, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_sequence_gets_the_answers_of_the_reference),
		cmocka_unit_test(of_10000_alarms_none_is_lost_or_doubled),
	};

	return cmocka_run_group_tests_name("sequences", tests, NULL, NULL);
}
