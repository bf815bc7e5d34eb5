// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device model's messages: sizes, statuses, capabilities, readings.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "check.h"
#include "base/macros.h"
#include "world.h"

/* The specification's table, in its own numbers */
static const struct {
	uint16_t type;
	size_t request;
	size_t response;
	size_t clock_id;	/* where it stands; 0 if there is none */
	bool alarm;
} messages[] = {
	{ 0x0001, 16, 16, 8, false },
	{ 0x0002, 16, 24, 8, false },
	{ 0x1000, 8, 16, 0, false },
	{ 0x1001, 16, 16, 8, false },
	{ 0x1002, 16, 16, 8, false },
	{ 0x1003, 16, 24, 8, true },
	{ 0x1004, 24, 8, 16, true },
	{ 0x1005, 16, 8, 8, true },
};

#define MESSAGES	ARRAY_SIZE(messages)

#define TSC		VIRTIO_RTC_COUNTER_X86_TSC
#define ROOM		64

/* A valid request of this type, as far as it has the fields */
static void fill_request(uint8_t *request, size_t i, uint16_t clock)
{
	memset(request, 0, ROOM);
	request[0] = messages[i].type & 0xff;
	request[1] = messages[i].type >> 8;
	if (messages[i].clock_id) {
		request[messages[i].clock_id] = clock & 0xff;
		request[messages[i].clock_id + 1] = clock >> 8;
	}
	if (messages[i].type == VIRTIO_RTC_REQ_READ_CROSS ||
	    messages[i].type == VIRTIO_RTC_REQ_CROSS_CAP)
		request[10] = TSC;
}

/*
 * Sends @len bytes of a request, in memory of just that size, with @room bytes
 * for the response, and checks that no other byte is touched.
 */
static size_t send_bytes(struct world *world, const uint8_t *request, size_t len,
			 uint8_t *response, size_t room)
{
	uint8_t *exact_request = malloc(len);
	uint8_t *exact_response = malloc(room);
	size_t i, written;

	assert_true((exact_request || !len) && (exact_response || !room));
	if (len)
		memcpy(exact_request, request, len);
	if (room)
		memset(exact_response, 0xa5, room);
	written = viortc_model_handle(&world->model, exact_request, len, exact_response, room);
	check(written <= room, "%zu bytes written where %zu fit", written, room);
	for (i = written; i < room; i++)
		check(exact_response[i] == 0xa5, "byte %zu after a response of %zu was written",
		      i, written);
	memset(response, 0, ROOM);
	if (room)
		memcpy(response, exact_response, room);
	free(exact_request);
	free(exact_response);
	return written;
}

/* Clock 3, UTC_SMEARED, can do all. */
static void too_small_buffers_get_einval_and_larger_ones_are_fine(void **state)
{
	uint8_t request[ROOM], response[ROOM];
	struct world world;
	size_t i, len, room, used;

	(void)state;
	for (i = 0; i < MESSAGES; i++) {
		world_init(&world);
		viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
		fill_request(request, i, 3);
		for (len = 0; len <= ROOM; len++) {
			for (room = 0; room <= ROOM; room++) {
				bool known = len >= 8;
				size_t want = known ? messages[i].response : 8;
				bool ok = known && len >= messages[i].request && room >= want;

				used = send_bytes(&world, request, len, response, room);
				if (room < want)
					want = room < 8 ? room : 8;
				check(used == want, "type %#x, %zu bytes, room %zu: %zu used",
				      messages[i].type, len, room, used);
				if (!room)
					continue;
				check(response[0] == (ok ? VIRTIO_RTC_S_OK : VIRTIO_RTC_S_EINVAL),
				      "type %#x, %zu bytes, room %zu: status %d",
				      messages[i].type, len, room, response[0]);
			}
		}
	}
}

static void a_refused_request_changes_nothing(void **state)
{
	uint8_t request[ROOM], response[ROOM];
	struct world world;
	size_t len, room;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	world_set_alarm(&world, 3, 1ULL << 60, VIRTIO_RTC_FLAG_ALARM_ENABLED);
	fill_request(request, 6, 3);
	for (len = 0; len <= 24; len++) {
		for (room = 0; room <= 8; room++) {
			struct world_answer alarm;

			if (len == 24 && room == 8)
				continue;
			send_bytes(&world, request, len, response, room);
			alarm = world_read_alarm(&world, 3);
			check(alarm.alarm_time == 1ULL << 60 && alarm.flags == 1,
			      "SET_ALARM of %zu bytes, room %zu, was obeyed", len, room);
		}
	}
}

static void unknown_messages_get_eopnotsupp(void **state)
{
	uint8_t request[ROOM] = { 0 }, response[ROOM];
	struct world world;
	unsigned int type;
	size_t i;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (type = 0; type <= 0xffff; type++) {
		for (i = 0; i < MESSAGES && messages[i].type != type; i++)
			;
		if (i < MESSAGES)
			continue;
		request[0] = type & 0xff;
		request[1] = type >> 8;
		check(send_bytes(&world, request, 24, response, 24) == 8 &&
		      response[0] == VIRTIO_RTC_S_EOPNOTSUPP, "type %#x: status %d", type,
		      response[0]);
	}
}

static void clocks_that_do_not_exist_get_enodev(void **state)
{
	uint8_t request[ROOM], response[ROOM];
	struct world world;
	unsigned int clock;
	size_t i, used;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (i = 0; i < MESSAGES; i++) {
		if (!messages[i].clock_id)
			continue;
		for (clock = WORLD_CLOCKS; clock <= 0xffff; clock++) {
			fill_request(request, i, clock);
			used = send_bytes(&world, request, 24, response, 24);
			check(response[0] == VIRTIO_RTC_S_ENODEV && used == messages[i].response,
			      "type %#x, clock %u: status %d", messages[i].type, clock,
			      response[0]);
		}
	}
}

static void alarm_messages_without_feature_or_alarm_get_enodev(void **state)
{
	uint8_t request[ROOM], response[ROOM];
	struct world world;
	unsigned int clock;
	int negotiated;
	size_t i;

	(void)state;
	world_init(&world);
	for (negotiated = 0; negotiated < 2; negotiated++) {
		viortc_model_set_features(&world.model, negotiated ? ~0ULL :
					  ~0ULL & ~(1ULL << VIRTIO_RTC_F_ALARM));
		for (i = 0; i < MESSAGES; i++) {
			for (clock = 0; clock < WORLD_CLOCKS; clock++) {
				bool ok = negotiated && world.clocks[clock].alarm;

				if (!messages[i].alarm)
					continue;
				fill_request(request, i, clock);
				send_bytes(&world, request, 24, response, 24);
				check(response[0] == (ok ? VIRTIO_RTC_S_OK : VIRTIO_RTC_S_ENODEV),
				      "type %#x, clock %u, feature %d: status %d",
				      messages[i].type, clock, negotiated, response[0]);
			}
		}
	}
}

/* Of two requests that differ only in such bytes the answers are the same. */
static void reserved_bytes_are_ignored_and_answered_with_zero(void **state)
{
	static const struct { uint16_t type; size_t begin, end; } reserved[] = {
		{ 0x0001, 10, 16 }, { 0x0002, 11, 16 }, { 0x1000, 8, 8 }, { 0x1001, 10, 16 },
		{ 0x1002, 11, 16 }, { 0x1003, 10, 16 }, { 0x1004, 19, 24 }, { 0x1005, 11, 16 },
	};
	static const struct { uint16_t type; size_t begin, end; } zero[] = {
		{ 0x0001, 16, 16 }, { 0x0002, 24, 24 }, { 0x1000, 10, 16 }, { 0x1001, 11, 16 },
		{ 0x1002, 9, 16 }, { 0x1003, 17, 24 }, { 0x1004, 8, 8 }, { 0x1005, 8, 8 },
	};
	uint8_t request[ROOM], plain[ROOM], dirty[ROOM];
	struct world world;
	size_t i, j;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (i = 0; i < MESSAGES; i++) {
		assert_int_equal(reserved[i].type, messages[i].type);
		fill_request(request, i, 3);
		send_bytes(&world, request, 24, plain, 24);
		memset(request + 2, 0xff, 6);
		memset(request + reserved[i].begin, 0xff, reserved[i].end - reserved[i].begin);
		send_bytes(&world, request, 24, dirty, 24);
		check(!memcmp(plain, dirty, ROOM), "type %#x: reserved bytes matter",
		      messages[i].type);
		for (j = 1; j < 8; j++)
			check(!plain[j], "type %#x: header byte %zu is not zero",
			      messages[i].type, j);
		for (j = zero[i].begin; j < zero[i].end; j++)
			check(!plain[j], "type %#x: byte %zu is not zero", messages[i].type, j);
	}
}

static void unknown_flags_are_ignored(void **state)
{
	struct world world;
	unsigned int flags;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (flags = 0; flags < 256; flags++) {
		world_set_alarm(&world, 3, 1ULL << 60, flags);
		check(world_read_alarm(&world, 3).flags == (flags & 1), "SET_ALARM, flags %#x",
		      flags);
		world_set_alarm_enabled(&world, 3, flags ^ 1);
		check(world_read_alarm(&world, 3).flags == !(flags & 1),
		      "SET_ALARM_ENABLED, flags %#x", flags ^ 1);
	}
}

static void a_request_and_its_response_may_overlap(void **state)
{
	uint8_t request[ROOM], response[ROOM], shared[ROOM];
	struct world world;
	size_t i, shift;

	(void)state;
	for (i = 0; i < MESSAGES; i++) {
		for (shift = 0; shift <= 24; shift++) {
			world_init(&world);
			viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
			fill_request(request, i, 3);
			send_bytes(&world, request, 24, response, 24);
			memset(shared, 0, sizeof(shared));
			memcpy(shared, request, 24);
			viortc_model_handle(&world.model, shared, 24, shared + shift, 24);
			check(!memcmp(shared + shift, response, messages[i].response),
			      "type %#x, shift %zu: another answer", messages[i].type, shift);
		}
	}
}

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

				cap = world_cross_cap(&world, clock, counter);
				read = world_read_cross(&world, clock, counter);
				check((cap.status == VIRTIO_RTC_S_OK && cap.flags == 1) == yes,
				      "device's counter %#x, asked %#x, clock %d: status %d, flags %d",
				      devices[i], counter, clock, cap.status, cap.flags);
				check((read.status == VIRTIO_RTC_S_OK) == yes,
				      "device's counter %#x, asked %#x, clock %d: READ_CROSS %d",
				      devices[i], counter, clock, read.status);
				check(yes || read.status == VIRTIO_RTC_S_EOPNOTSUPP,
				      "counter %#x: READ_CROSS status %d", counter, read.status);
				check(cap.status == (counter < 2 ||
						     (counter == devices[i] && counter != 0xff) ?
						     VIRTIO_RTC_S_OK : VIRTIO_RTC_S_EOPNOTSUPP),
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
	for (i = 0; i < 256; i++) {
		world.clocks[0] = (struct viortc_model_clock) { .type = i, .smearing = 1 };
		check(viortc_model_init(&world.model, &ops, &world, world.clocks, 1, TSC) ==
		      (i == VIRTIO_RTC_CLOCK_UTC_SMEARED ? 0 : -EINVAL), "type %u smears", i);
	}
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
		cmocka_unit_test(too_small_buffers_get_einval_and_larger_ones_are_fine),
		cmocka_unit_test(a_refused_request_changes_nothing),
		cmocka_unit_test(unknown_messages_get_eopnotsupp),
		cmocka_unit_test(clocks_that_do_not_exist_get_enodev),
		cmocka_unit_test(alarm_messages_without_feature_or_alarm_get_enodev),
		cmocka_unit_test(reserved_bytes_are_ignored_and_answered_with_zero),
		cmocka_unit_test(unknown_flags_are_ignored),
		cmocka_unit_test(a_request_and_its_response_may_overlap),
		cmocka_unit_test(capabilities_say_what_the_clocks_are),
		cmocka_unit_test(capabilities_never_change),
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

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
