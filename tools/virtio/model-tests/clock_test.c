// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device model's clocks: capabilities, readings, cross-timestamps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <string.h>

#include "check.h"
#include "world.h"

#define TSC	VIRTIO_RTC_COUNTER_X86_TSC

static void capabilities_say_what_the_clocks_are(void **state)
{
	struct world world;
	int negotiated;
	uint16_t i;

	(void)state;
	world_init(&world);
	assert_int_equal(viortc_model_features(&world.model), 1 << VIRTIO_RTC_F_ALARM);
	for (negotiated = 0; negotiated < 2; negotiated++) {
		viortc_model_set_features(&world.model, negotiated);
		assert_int_equal(world_cfg(&world).num_clocks, WORLD_CLOCKS);
		for (i = 0; i < WORLD_CLOCKS; i++) {
			struct world_answer cap = world_clock_cap(&world, i);

			check(cap.type == (i < 5 ? i : 0xf0), "clock %d: type %d", i, cap.type);
			check(cap.smearing == (i == 3 ? 2 : 0), "clock %d: smearing %d", i,
			      cap.smearing);
			check(cap.flags == (negotiated && i), "clock %d, feature %d: flags %#x",
			      i, negotiated, cap.flags);
		}
	}
}

/* V-cap: for any sequence of other requests, failures and time in between */
static void capabilities_never_change(void **state)
{
	struct world_answer first[WORLD_CLOCKS], cross[WORLD_CLOCKS][256];
	uint64_t random = 1;
	struct world world;
	unsigned int round, counter;
	uint16_t i;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (i = 0; i < WORLD_CLOCKS; i++) {
		first[i] = world_clock_cap(&world, i);
		for (counter = 0; counter < 256; counter++)
			cross[i][counter] = world_cross_cap(&world, i, counter);
	}
	for (round = 0; round < 2000; round++) {
		struct world_answer again;

		i = random_below(&random, WORLD_CLOCKS);
		counter = random_below(&random, 256);
		world.cross_fails = random_below(&random, 2);
		world_set_alarm(&world, i, random_u64(&random), random_below(&random, 256));
		world_read_cross(&world, i, TSC);
		world_step(&world, i, random_u64(&random));
		world_advance(&world, random_below(&random, 1000000));

		assert_int_equal(world_cfg(&world).num_clocks, WORLD_CLOCKS);
		again = world_clock_cap(&world, i);
		assert_true(again.status == first[i].status && again.type == first[i].type &&
			    again.smearing == first[i].smearing && again.flags == first[i].flags);
		again = world_cross_cap(&world, i, counter);
		assert_true(again.status == cross[i][counter].status &&
			    again.flags == cross[i][counter].flags);
	}
}

static void capabilities_are_the_same_after_a_reset(void **state)
{
	struct world_answer before, after;
	struct world world;
	int retain;
	uint16_t i;

	(void)state;
	for (retain = 0; retain < 2; retain++) {
		world_init(&world);
		for (i = 0; i < WORLD_CLOCKS; i++) {
			viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
			before = world_clock_cap(&world, i);
			viortc_model_reset(&world.model, retain);
			viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
			after = world_clock_cap(&world, i);
			assert_memory_equal(&before, &after, sizeof(before));
			assert_int_equal(world_cross_cap(&world, i, TSC).flags,
					 i != VIRTIO_RTC_CLOCK_MONOTONIC);
			assert_int_equal(world_cfg(&world).num_clocks, WORLD_CLOCKS);
		}
	}
}

/* V-read: at once, also without a feature and after a reset */
static void each_clock_can_be_read_at_any_time(void **state)
{
	struct world world;
	uint16_t i;

	(void)state;
	world_init(&world);
	for (i = 0; i < WORLD_CLOCKS; i++)
		assert_int_equal(world_read(&world, i).status, VIRTIO_RTC_S_OK);
	viortc_model_reset(&world.model, true);
	for (i = 0; i < WORLD_CLOCKS; i++)
		assert_int_equal(world_read(&world, i).status, VIRTIO_RTC_S_OK);
}

/* V-variant */
static void smearing_variants_are_those_that_there_are(void **state)
{
	unsigned int type, smearing;
	struct world world;

	(void)state;
	world_init(&world);
	for (type = 0; type < 256; type++) {
		for (smearing = 0; smearing < 256; smearing++) {
			bool ok = !smearing || (type == VIRTIO_RTC_CLOCK_UTC_SMEARED &&
						(smearing < 3 || smearing >= 0xf0));

			world.clocks[0] = (struct viortc_model_clock) {
				.type = type, .smearing = smearing,
			};
			check(viortc_model_init(&world.model, world.model.ops, &world,
						world.clocks, 1, TSC) == (ok ? 0 : -EINVAL),
			      "type %u, variant %u", type, smearing);
			if (ok)
				assert_int_equal(world_clock_cap(&world, 0).smearing, smearing);
		}
	}
}

static void cross_cap_says_yes_exactly_when_read_cross_succeeds(void **state)
{
	static const uint8_t devices[] = { 0, 1, 0xf0, 0xfe, 0xff };
	unsigned int counter;
	struct world world;
	uint16_t clock;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(devices); i++) {
		world_init(&world);
		for (clock = 0; clock < WORLD_CLOCKS; clock++)
			world.clocks[clock].cross &= devices[i] != 0xff;
		assert_int_equal(viortc_model_init(&world.model, world.model.ops, &world,
						   world.clocks, WORLD_CLOCKS, devices[i]), 0);
		for (clock = 0; clock < WORLD_CLOCKS; clock++) {
			for (counter = 0; counter < 256; counter++) {
				struct world_answer cap, read;
				bool yes = world.clocks[clock].cross && counter == devices[i];
				bool known;
				uint8_t no;

				cap = world_cross_cap(&world, clock, counter);
				read = world_read_cross(&world, clock, counter);
				check((cap.status == VIRTIO_RTC_S_OK && cap.flags == 1) == yes,
				      "device's counter %#x, asked %#x, clock %d: status %d, flags %d",
				      devices[i], counter, clock, cap.status, cap.flags);
				check((read.status == VIRTIO_RTC_S_OK) == yes,
				      "device's counter %#x, asked %#x, clock %d: READ_CROSS %d",
				      devices[i], counter, clock, read.status);
				no = counter == 0xff ? VIRTIO_RTC_S_EINVAL :
						       VIRTIO_RTC_S_EOPNOTSUPP;
				check(yes || read.status == no,
				      "counter %#x: READ_CROSS status %d", counter, read.status);
				known = counter < 2 || (counter == devices[i] && counter != 0xff);
				check(cap.status == (known ? VIRTIO_RTC_S_OK : no),
				      "counter %#x: CROSS_CAP status %d", counter, cap.status);
			}
		}
	}
}

static void readings_are_the_clocks_at_the_time_of_the_request(void **state)
{
	uint64_t random = 2, before;
	struct world world;
	unsigned int round;
	uint16_t clock;

	(void)state;
	world_init(&world);
	world.read_cost = 100;
	for (round = 0; round < 10000; round++) {
		world_advance(&world, random_below(&random, 1ULL << random_below(&random, 40)));
		clock = random_below(&random, WORLD_CLOCKS);
		/* All readings, up to the largest; MONOTONIC is another test's. */
		if (clock != VIRTIO_RTC_CLOCK_MONOTONIC)
			world_step(&world, clock, random_u64(&random));
		before = world_reading(&world, clock);
		check(world_read(&world, clock).reading == before + 100,
		      "clock %d is not at %llu", clock, (unsigned long long)before + 100);
	}
}

static void monotonic_never_decreases(void **state)
{
	uint64_t random = 3, last = 0, last_cycles = 0;
	const uint16_t clock = VIRTIO_RTC_CLOCK_MONOTONIC;
	struct world world;
	unsigned int round, refused = 0;

	(void)state;
	world_init(&world);
	world.clocks[clock].cross = true;
	for (round = 0; round < 100000; round++) {
		struct world_answer answer;

		world_advance(&world, random_below(&random, 1000));
		world_step(&world, clock, random_below(&random, 2000) - 1000);
		if (!random_below(&random, 1000))
			viortc_model_reset(&world.model, random_below(&random, 2));
		if (random_below(&random, 2)) {
			answer = world_read(&world, clock);
			assert_int_equal(answer.status, VIRTIO_RTC_S_OK);
		} else {
			answer = world_read_cross(&world, clock, TSC);
			if (answer.status == VIRTIO_RTC_S_EIO) {
				refused++;
				continue;
			}
			/* Never a pair of which one half was adjusted */
			check(answer.reading == world_reading(&world, clock) &&
			      answer.cycles == WORLD_CYCLES_BASE + 3 * world.now,
			      "round %u: reading and counter are not of one instant", round);
			assert_true(answer.cycles >= last_cycles);
			last_cycles = answer.cycles;
		}
		check(answer.reading >= last, "round %u: %llu after %llu", round,
		      (unsigned long long)answer.reading, (unsigned long long)last);
		last = answer.reading;
	}
	assert_in_range(refused, 1, 50000);
}

static void other_clocks_may_be_set_back(void **state)
{
	struct world world;
	uint16_t clock;
	uint64_t reading;

	(void)state;
	world_init(&world);
	for (clock = 0; clock < WORLD_CLOCKS; clock++) {
		if (clock == VIRTIO_RTC_CLOCK_MONOTONIC)
			continue;
		reading = world_read(&world, clock).reading;
		world_step(&world, clock, -1000ULL);
		check(world_read(&world, clock).reading == reading - 1000, "clock %d", clock);
		check(world_read_cross(&world, clock, TSC).reading == reading - 1000,
		      "clock %d, READ_CROSS", clock);
	}
}

static void cross_timestamps_are_of_one_instant(void **state)
{
	uint64_t random = 4;
	struct world world;
	unsigned int round;

	(void)state;
	world_init(&world);
	world.read_cost = 77;
	for (round = 0; round < 10000; round++) {
		uint16_t clock = random_below(&random, 2);
		struct world_answer answer;

		world_advance(&world, random_below(&random, 1ULL << random_below(&random, 30)));
		answer = world_read_cross(&world, clock, TSC);
		assert_int_equal(answer.status, VIRTIO_RTC_S_OK);
		check((answer.reading - world.offset[clock]) * 3 + WORLD_CYCLES_BASE ==
		      answer.cycles, "round %u", round);
	}
}

/* Across all clocks: they have one counter. */
static void counters_never_go_back_until_reset(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	assert_int_equal(world_read_cross(&world, 0, TSC).status, VIRTIO_RTC_S_OK);
	world.cycles_back = 1;
	assert_int_equal(world_read_cross(&world, 0, TSC).status, VIRTIO_RTC_S_EIO);
	assert_int_equal(world_read_cross(&world, 1, TSC).status, VIRTIO_RTC_S_EIO);
	world_advance(&world, 1);
	assert_int_equal(world_read_cross(&world, 1, TSC).status, VIRTIO_RTC_S_OK);
	world.cycles_back = 1000000;
	assert_int_equal(world_read_cross(&world, 1, TSC).status, VIRTIO_RTC_S_EIO);
	viortc_model_reset(&world.model, false);
	assert_int_equal(world_read_cross(&world, 1, TSC).status, VIRTIO_RTC_S_OK);
}

static void a_cross_timestamp_that_fails_is_no_answer(void **state)
{
	struct world_answer answer;
	struct world world;

	(void)state;
	world_init(&world);
	world.cross_fails = true;
	answer = world_read_cross(&world, 0, TSC);
	assert_int_equal(answer.status, VIRTIO_RTC_S_EIO);
	assert_int_equal(answer.len, sizeof(struct virtio_rtc_resp_read_cross));
	assert_int_equal(answer.reading, 0);
	assert_int_equal(answer.cycles, 0);
}

static void a_device_without_clocks_answers_cfg(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	assert_int_equal(viortc_model_init(&world.model, world.model.ops, &world, NULL, 0,
					   VIRTIO_RTC_COUNTER_INVALID), 0);
	assert_int_equal(viortc_model_features(&world.model), 0);
	viortc_model_set_features(&world.model, ~0ULL);
	assert_int_equal(world_cfg(&world).status, VIRTIO_RTC_S_OK);
	assert_int_equal(world_cfg(&world).num_clocks, 0);
	assert_int_equal(world_read(&world, 0).status, VIRTIO_RTC_S_ENODEV);
	assert_int_equal(world_read_alarm(&world, 0).status, VIRTIO_RTC_S_ENODEV);
	assert_false(viortc_model_pending(&world.model));
	viortc_model_alarm_check(&world.model, 0);
	viortc_model_reset(&world.model, true);
}

static void clocks_that_contradict_themselves_are_refused(void **state)
{
	struct viortc_model_ops ops;
	struct world world;
	unsigned int i;

	(void)state;
	world_init(&world);
	ops = *world.model.ops;
	for (i = 2; i < 0xf0; i++)
		check(viortc_model_init(&world.model, &ops, &world, world.clocks, WORLD_CLOCKS,
					i) == -EINVAL, "counter %#x is accepted", i);
	assert_int_equal(viortc_model_init(&world.model, &ops, &world, world.clocks, WORLD_CLOCKS,
					   VIRTIO_RTC_COUNTER_INVALID), -EINVAL);
	world.clocks[0] = (struct viortc_model_clock) { .alarm = true };
	ops.arm_timer = NULL;
	assert_int_equal(viortc_model_init(&world.model, &ops, &world, world.clocks, 1, TSC),
			 -EINVAL);
	world.clocks[0] = (struct viortc_model_clock) { .cross = true };
	ops.read_cross = NULL;
	assert_int_equal(viortc_model_init(&world.model, &ops, &world, world.clocks, 1, TSC),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_say_what_the_clocks_are),
		cmocka_unit_test(capabilities_never_change),
		cmocka_unit_test(capabilities_are_the_same_after_a_reset),
		cmocka_unit_test(each_clock_can_be_read_at_any_time),
		cmocka_unit_test(smearing_variants_are_those_that_there_are),
		cmocka_unit_test(cross_cap_says_yes_exactly_when_read_cross_succeeds),
		cmocka_unit_test(readings_are_the_clocks_at_the_time_of_the_request),
		cmocka_unit_test(monotonic_never_decreases),
		cmocka_unit_test(other_clocks_may_be_set_back),
		cmocka_unit_test(cross_timestamps_are_of_one_instant),
		cmocka_unit_test(counters_never_go_back_until_reset),
		cmocka_unit_test(a_cross_timestamp_that_fails_is_no_answer),
		cmocka_unit_test(a_device_without_clocks_answers_cfg),
		cmocka_unit_test(clocks_that_contradict_themselves_are_refused),
	};

	return cmocka_run_group_tests_name("clocks", tests, NULL, NULL);
}
