// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device model's messages: sizes, and the status of each request.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>

#include "check.h"
#include "requests.h"

/* Clock 3, UTC_SMEARED, can do all. */
static void too_small_buffers_get_einval_and_larger_ones_are_fine(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM];
	struct world world;
	size_t i, len, room, used;

	(void)state;
	for (i = 0; i < REQUESTS; i++) {
		world_init(&world);
		viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
		requests_fill(request, i, 3);
		for (len = 0; len <= REQUEST_ROOM; len++) {
			for (room = 0; room <= REQUEST_ROOM; room++) {
				bool known = len >= 8;
				size_t want = known ? requests[i].response : 8;
				bool ok = known && len >= requests[i].request && room >= want;

				used = requests_send(&world, request, len, response, room);
				if (room < want)
					want = room < 8 ? room : 8;
				check(used == want, "type %#x, %zu bytes, room %zu: %zu used",
				      requests[i].type, len, room, used);
				if (!room)
					continue;
				check(response[0] == (ok ? VIRTIO_RTC_S_OK : VIRTIO_RTC_S_EINVAL),
				      "type %#x, %zu bytes, room %zu: status %d",
				      requests[i].type, len, room, response[0]);
			}
		}
	}
}

static void a_refused_request_changes_nothing(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM];
	struct world world;
	size_t len, room;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	world_set_alarm(&world, 3, 1ULL << 60, VIRTIO_RTC_FLAG_ALARM_ENABLED);
	requests_fill(request, 6, 3);
	for (len = 0; len <= 24; len++) {
		for (room = 0; room <= 8; room++) {
			struct world_answer alarm;

			if (len == 24 && room == 8)
				continue;
			requests_send(&world, request, len, response, room);
			alarm = world_read_alarm(&world, 3);
			check(alarm.alarm_time == 1ULL << 60 && alarm.flags == 1,
			      "SET_ALARM of %zu bytes, room %zu, was obeyed", len, room);
		}
	}
}

static void unknown_messages_get_eopnotsupp(void **state)
{
	uint8_t request[REQUEST_ROOM] = { 0 }, response[REQUEST_ROOM];
	struct world world;
	unsigned int type;
	size_t i;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (type = 0; type <= 0xffff; type++) {
		for (i = 0; i < REQUESTS && requests[i].type != type; i++)
			;
		if (i < REQUESTS)
			continue;
		request[0] = type & 0xff;
		request[1] = type >> 8;
		check(requests_send(&world, request, 24, response, 24) == 8 &&
		      response[0] == VIRTIO_RTC_S_EOPNOTSUPP, "type %#x: status %d", type,
		      response[0]);
	}
}

static void clocks_that_do_not_exist_get_enodev(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM];
	struct world world;
	unsigned int clock;
	size_t i, used;

	(void)state;
	world_init(&world);
	viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
	for (i = 0; i < REQUESTS; i++) {
		if (!requests[i].clock_id)
			continue;
		for (clock = WORLD_CLOCKS; clock <= 0xffff; clock++) {
			requests_fill(request, i, clock);
			used = requests_send(&world, request, 24, response, 24);
			check(response[0] == VIRTIO_RTC_S_ENODEV && used == requests[i].response,
			      "type %#x, clock %u: status %d", requests[i].type, clock,
			      response[0]);
		}
	}
}

static void alarm_messages_without_feature_or_alarm_get_enodev(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM];
	struct world world;
	unsigned int clock;
	int negotiated;
	size_t i;

	(void)state;
	world_init(&world);
	for (negotiated = 0; negotiated < 2; negotiated++) {
		viortc_model_set_features(&world.model, negotiated ? ~0ULL :
					  ~0ULL & ~(1ULL << VIRTIO_RTC_F_ALARM));
		for (i = 0; i < REQUESTS; i++) {
			for (clock = 0; clock < WORLD_CLOCKS; clock++) {
				bool ok = negotiated && world.clocks[clock].alarm;

				if (!requests[i].alarm)
					continue;
				requests_fill(request, i, clock);
				requests_send(&world, request, 24, response, 24);
				check(response[0] == (ok ? VIRTIO_RTC_S_OK : VIRTIO_RTC_S_ENODEV),
				      "type %#x, clock %u, feature %d: status %d",
				      requests[i].type, clock, negotiated, response[0]);
			}
		}
	}
}

/* A world in which each request can be met, for clock 3 */
static void setup(struct world *world)
{
	world_init(world);
	viortc_model_set_features(&world->model, 1 << VIRTIO_RTC_F_ALARM);
}

/* Checks the status and that what is wrong with a request leaves all as it was. */
static void check_status(struct world *world, const uint8_t *request, size_t i, uint8_t status)
{
	uint8_t response[REQUEST_ROOM];
	struct world_answer before = world_read_alarm(world, 3), after;
	size_t used, j;

	used = requests_send(world, request, 24, response, 24);
	check(response[0] == status, "type %#x: status %d, not %d", requests[i].type, response[0],
	      status);
	check(used == requests[i].response, "type %#x: %zu bytes used", requests[i].type, used);
	if (status == VIRTIO_RTC_S_OK)
		return;
	for (j = 1; j < used; j++)
		check(!response[j], "type %#x: byte %zu of a refusal is %#x", requests[i].type, j,
		      response[j]);
	after = world_read_alarm(world, 3);
	check(before.alarm_time == after.alarm_time && before.flags == after.flags,
	      "type %#x: obeyed although it was refused", requests[i].type);
}

/* V-inconsistent: each bit of each such byte */
static void reserved_bytes_that_are_not_zero_get_einval(void **state)
{
	uint8_t request[REQUEST_ROOM];
	struct world world;
	size_t i, at;
	int bit;

	(void)state;
	setup(&world);
	for (i = 0; i < REQUESTS; i++) {
		for (at = 2; at < requests[i].request; at++) {
			if (at >= 8 && at < requests[i].reserved)
				continue;
			for (bit = 0; bit < 8; bit++) {
				requests_fill(request, i, 3);
				request[at] = 1 << bit;
				check_status(&world, request, i, VIRTIO_RTC_S_EINVAL);
			}
		}
		/* Past the request's end there is nothing to be reserved. */
		requests_fill(request, i, 3);
		memset(request + requests[i].request, 0xff, 24 - requests[i].request);
		check_status(&world, request, i, VIRTIO_RTC_S_OK);
	}
}

static void flags_that_no_feature_allows_get_einval(void **state)
{
	uint8_t request[REQUEST_ROOM];
	struct world world;
	unsigned int flags;
	size_t i;

	(void)state;
	setup(&world);
	for (i = 0; i < REQUESTS; i++) {
		for (flags = 0; flags < 256 && requests[i].flags; flags++) {
			requests_fill(request, i, 3);
			request[requests[i].flags] = flags;
			check_status(&world, request, i, flags & ~1 ? VIRTIO_RTC_S_EINVAL :
								      VIRTIO_RTC_S_OK);
		}
	}
}

static void the_counter_that_is_none_gets_einval(void **state)
{
	uint8_t request[REQUEST_ROOM];
	struct world world;
	uint16_t clock;
	size_t i;

	(void)state;
	setup(&world);
	for (i = 0; i < REQUESTS; i++) {
		for (clock = 0; clock < WORLD_CLOCKS && requests[i].hw_counter; clock++) {
			requests_fill(request, i, clock);
			request[requests[i].hw_counter] = VIRTIO_RTC_COUNTER_INVALID;
			check_status(&world, request, i, VIRTIO_RTC_S_EINVAL);
		}
	}
}

/* V-inconsistent: "unless a rule for EOPNOTSUPP or ENODEV covers it" */
static void what_cannot_be_met_comes_before_what_is_wrong(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM];
	struct world world;
	size_t i;

	(void)state;
	setup(&world);
	for (i = 0; i < REQUESTS; i++) {
		memset(request, 0xff, sizeof(request));
		request[0] = requests[i].type & 0xff;
		request[1] = requests[i].type >> 8;
		if (requests[i].clock_id)
			check_status(&world, request, i, VIRTIO_RTC_S_ENODEV);
		if (!requests[i].hw_counter)
			continue;
		memset(request + requests[i].clock_id, 0, 2);
		request[requests[i].hw_counter] = 2;
		check_status(&world, request, i, VIRTIO_RTC_S_EOPNOTSUPP);
	}
	memset(request, 0xff, sizeof(request));
	requests_send(&world, request, 24, response, 24);
	assert_int_equal(response[0], VIRTIO_RTC_S_EOPNOTSUPP);
	viortc_model_set_features(&world.model, 0);
	for (i = 0; i < REQUESTS; i++) {
		if (!requests[i].alarm)
			continue;
		requests_fill(request, i, 3);
		memset(request + requests[i].reserved, 0xff, requests[i].request -
		       requests[i].reserved);
		check_status(&world, request, i, VIRTIO_RTC_S_ENODEV);
	}
}

static void reserved_bytes_of_responses_are_zero(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM];
	struct world world;
	size_t i, j;

	(void)state;
	setup(&world);
	for (i = 0; i < REQUESTS; i++) {
		requests_fill(request, i, 3);
		requests_send(&world, request, 24, response, 24);
		for (j = 1; j < requests[i].response; j++)
			check((j >= 8 && j < requests[i].zero) || !response[j],
			      "type %#x: byte %zu is not zero", requests[i].type, j);
	}
}

static void a_request_and_its_response_may_overlap(void **state)
{
	uint8_t request[REQUEST_ROOM], response[REQUEST_ROOM], shared[REQUEST_ROOM];
	struct world world;
	size_t i, shift;

	(void)state;
	for (i = 0; i < REQUESTS; i++) {
		for (shift = 0; shift <= 24; shift++) {
			world_init(&world);
			viortc_model_set_features(&world.model, 1 << VIRTIO_RTC_F_ALARM);
			requests_fill(request, i, 3);
			requests_send(&world, request, 24, response, 24);
			memset(shared, 0, sizeof(shared));
			memcpy(shared, request, 24);
			viortc_model_handle(&world.model, shared, 24, shared + shift, 24);
			check(!memcmp(shared + shift, response, requests[i].response),
			      "type %#x, shift %zu: another answer", requests[i].type, shift);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_small_buffers_get_einval_and_larger_ones_are_fine),
		cmocka_unit_test(a_refused_request_changes_nothing),
		cmocka_unit_test(unknown_messages_get_eopnotsupp),
		cmocka_unit_test(clocks_that_do_not_exist_get_enodev),
		cmocka_unit_test(alarm_messages_without_feature_or_alarm_get_enodev),
		cmocka_unit_test(reserved_bytes_that_are_not_zero_get_einval),
		cmocka_unit_test(flags_that_no_feature_allows_get_einval),
		cmocka_unit_test(the_counter_that_is_none_gets_einval),
		cmocka_unit_test(what_cannot_be_met_comes_before_what_is_wrong),
		cmocka_unit_test(reserved_bytes_of_responses_are_zero),
		cmocka_unit_test(a_request_and_its_response_may_overlap),
	};

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
