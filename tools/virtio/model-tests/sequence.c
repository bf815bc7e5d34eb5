// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sequences of whatever can happen to a device, and what it must answer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "random.h"
#include "sequence.h"

#define SEC	1000000000ULL
#define ON	VIRTIO_RTC_FLAG_ALARM_ENABLED
#define TSC	VIRTIO_RTC_COUNTER_X86_TSC

/* Longer than any message */
#define ROOM	40

#define expect(seq, condition, format, ...)					\
do {									\
	if (!(condition))						\
		world_failed("round %u: " format, (seq)->round, ##__VA_ARGS__);	\
} while (0)

/* Choices */

static uint64_t choose_u64(struct sequence *seq, size_t bytes)
{
	struct choices *choices = &seq->choices;
	uint64_t value = 0;

	if (!choices->data)
		return random_u64(&choices->random) >> 1;
	while (bytes-- && choices->left) {
		value = value << 8 | *choices->data++;
		choices->left--;
	}
	return value;
}

static uint64_t choose(struct sequence *seq, uint64_t limit)
{
	return choose_u64(seq, limit <= 256 ? 1 : limit <= 65536 ? 2 : 5) % limit;
}

/* A time that is about to be, just was, or is anything */
static uint64_t choose_time(struct sequence *seq, uint16_t clock)
{
	uint64_t reading = world_reading(&seq->world, clock);

	switch (choose(seq, 4)) {
	case 0:
		return reading + choose(seq, 3) - 1;
	case 1:
		return choose_u64(seq, 8) << choose(seq, 2);
	default:
		return reading + choose(seq, 4 * SEC) - SEC;
	}
}

/* The reference */

static bool has_alarm(const struct sequence *seq, uint16_t clock)
{
	return seq->feature && clock < WORLD_CLOCKS && seq->world.clocks[clock].alarm;
}

static void reading_moved(struct sequence *seq, uint16_t clock, uint64_t from)
{
	if (seq->enabled[clock] && from < seq->time[clock] &&
	    world_reading(&seq->world, clock) >= seq->time[clock])
		seq->owed[clock]++;
}

static void alarm_was_set(struct sequence *seq, uint16_t clock, uint64_t time, bool enabled)
{
	seq->time[clock] = time;
	seq->enabled[clock] = enabled;
	if (!enabled)
		seq->owed[clock] = 0;
	else if (world_reading(&seq->world, clock) >= time)
		seq->owed[clock]++;
}

/* Requests, in the numbers of the specification */

struct request {
	uint8_t bytes[ROOM];
	size_t len;
	size_t room;
};

static const struct message {
	uint16_t type;
	size_t request;
	size_t response;
	size_t clock_id;	/* where it stands; 0 if there is none */
	size_t reserved;	/* where the reserved bytes at its end begin */
} messages[] = {
	{ 0x0001, 16, 16, 8, 10 },
	{ 0x0002, 16, 24, 8, 11 },
	{ 0x1000, 8, 16, 0, 8 },
	{ 0x1001, 16, 16, 8, 10 },
	{ 0x1002, 16, 16, 8, 11 },
	{ 0x1003, 16, 24, 8, 10 },
	{ 0x1004, 24, 8, 16, 19 },
	{ 0x1005, 16, 8, 8, 11 },
};

#define MESSAGES	ARRAY_SIZE(messages)

static uint64_t get(const uint8_t *bytes, size_t len)
{
	uint64_t value = 0;

	while (len--)
		value = value << 8 | bytes[len];
	return value;
}

static void put(uint8_t *bytes, size_t len, uint64_t value)
{
	for (; len--; value >>= 8)
		*bytes++ = value & 0xff;
}

static void choose_bytes(struct sequence *seq, struct request *request)
{
	size_t i;

	request->len = choose(seq, ROOM + 1);
	request->room = choose(seq, ROOM + 1);
	for (i = 0; i < request->len; i++)
		request->bytes[i] = choose(seq, 256);
}

static uint8_t choose_flags(struct sequence *seq)
{
	return choose(seq, 16) ? choose(seq, 4) != 0 : choose(seq, 256);
}

static void choose_message(struct sequence *seq, struct request *request)
{
	const struct message *message = &messages[choose(seq, MESSAGES)];
	uint16_t clock = choose(seq, WORLD_CLOCKS + 1);

	put(request->bytes, 2, message->type);
	if (message->clock_id)
		put(request->bytes + message->clock_id, 2, clock);
	switch (message->type) {
	case VIRTIO_RTC_REQ_READ_CROSS:
	case VIRTIO_RTC_REQ_CROSS_CAP:
		request->bytes[10] = choose(seq, 4) ? TSC : choose(seq, 256);
		break;
	case VIRTIO_RTC_REQ_SET_ALARM:
		if (clock < WORLD_CLOCKS)
			put(request->bytes + 8, 8, choose_time(seq, clock));
		request->bytes[18] = choose_flags(seq);
		break;
	case VIRTIO_RTC_REQ_SET_ALARM_ENABLED:
		request->bytes[10] = choose_flags(seq);
		break;
	}
	if (!choose(seq, 32))
		request->bytes[choose(seq, ROOM)] = choose(seq, 256);
	request->len = message->request;
	request->room = message->response;
}

/* Of a request that names a clock and a counter that there are */
static bool is_consistent(const struct message *message, const uint8_t *request)
{
	static const uint8_t zero[ROOM];
	uint8_t flags = 0;

	if (message->type == VIRTIO_RTC_REQ_SET_ALARM)
		flags = request[18];
	if (message->type == VIRTIO_RTC_REQ_SET_ALARM_ENABLED)
		flags = request[10];
	return flags <= ON && !memcmp(request + 2, zero, 6) &&
	       !memcmp(request + message->reserved, zero, message->request - message->reserved);
}

/* What the response has to be; READ and the like are answered as of now. */
static uint8_t answer_message(struct sequence *seq, const struct message *message,
			      const uint8_t *request, uint8_t *response)
{
	uint16_t clock = message->clock_id ? get(request + message->clock_id, 2) : 0;
	const struct viortc_model_clock *desc;
	uint64_t cycles = WORLD_CYCLES_BASE + 3 * seq->world.now - seq->world.cycles_back;

	if (clock >= WORLD_CLOCKS)
		return VIRTIO_RTC_S_ENODEV;
	if (message->type >= VIRTIO_RTC_REQ_READ_ALARM && !has_alarm(seq, clock))
		return VIRTIO_RTC_S_ENODEV;

	desc = &seq->world.clocks[clock];
	if (message->type == VIRTIO_RTC_REQ_READ_CROSS ||
	    message->type == VIRTIO_RTC_REQ_CROSS_CAP) {
		if (request[10] == VIRTIO_RTC_COUNTER_INVALID)
			return VIRTIO_RTC_S_EINVAL;
		if (request[10] > TSC)
			return VIRTIO_RTC_S_EOPNOTSUPP;
	}
	if (!is_consistent(message, request))
		return VIRTIO_RTC_S_EINVAL;
	switch (message->type) {
	case VIRTIO_RTC_REQ_READ:
		put(response + 8, 8, world_reading(&seq->world, clock));
		break;
	case VIRTIO_RTC_REQ_READ_CROSS:
		if (!desc->cross || request[10] != TSC)
			return VIRTIO_RTC_S_EOPNOTSUPP;
		if (seq->world.cross_fails || cycles < seq->last_cycles)
			return VIRTIO_RTC_S_EIO;
		seq->last_cycles = cycles;
		put(response + 8, 8, world_reading(&seq->world, clock));
		put(response + 16, 8, cycles);
		break;
	case VIRTIO_RTC_REQ_CFG:
		put(response + 8, 2, WORLD_CLOCKS);
		break;
	case VIRTIO_RTC_REQ_CLOCK_CAP:
		response[8] = desc->type;
		response[9] = desc->smearing;
		response[10] = has_alarm(seq, clock);
		break;
	case VIRTIO_RTC_REQ_CROSS_CAP:
		response[8] = desc->cross && request[10] == TSC;
		break;
	case VIRTIO_RTC_REQ_READ_ALARM:
		put(response + 8, 8, seq->time[clock]);
		response[16] = seq->enabled[clock];
		break;
	case VIRTIO_RTC_REQ_SET_ALARM:
		alarm_was_set(seq, clock, get(request + 8, 8), request[18] & ON);
		break;
	case VIRTIO_RTC_REQ_SET_ALARM_ENABLED:
		alarm_was_set(seq, clock, seq->time[clock], request[10] & ON);
		break;
	}
	return VIRTIO_RTC_S_OK;
}

/* Return: how many bytes the response has to have. */
static size_t answer(struct sequence *seq, const struct request *request, uint8_t *response)
{
	static const struct message unknown = { .request = 8, .response = 8 };
	const struct message *message = &unknown;
	size_t i;

	for (i = 0; i < MESSAGES && request->len >= 8; i++) {
		if (messages[i].type == get(request->bytes, 2))
			message = &messages[i];
	}
	if (request->len < message->request || request->room < message->response)
		response[0] = VIRTIO_RTC_S_EINVAL;
	else if (message == &unknown)
		response[0] = VIRTIO_RTC_S_EOPNOTSUPP;
	else
		response[0] = answer_message(seq, message, request->bytes, response);
	if (request->room >= message->response)
		return message->response;
	return request->room < 8 ? request->room : 8;
}

static void send_request(struct sequence *seq)
{
	struct request request = { .bytes = { 0 } };
	uint8_t want[ROOM] = { 0 };
	uint8_t *bytes, *response;
	size_t len, want_len;

	if (choose(seq, 4))
		choose_message(seq, &request);
	else
		choose_bytes(seq, &request);
	want_len = answer(seq, &request, want);

	/* In memory of just that size, for the sanitizer to watch over */
	bytes = malloc(request.len);
	response = malloc(request.room);
	expect(seq, (bytes || !request.len) && (response || !request.room), "no memory");
	if (request.len)
		memcpy(bytes, request.bytes, request.len);
	len = viortc_model_handle(&seq->world.model, bytes, request.len, response, request.room);
	expect(seq, len == want_len, "type %#x, %zu bytes, room %zu: %zu used, not %zu",
	       (unsigned int)get(request.bytes, 2), request.len, request.room, len, want_len);
	expect(seq, !len || !memcmp(response, want, len),
	       "type %#x, %zu bytes, room %zu: wrong response, status %d (not %d)",
	       (unsigned int)get(request.bytes, 2), request.len, request.room, response[0],
	       want[0]);
	free(bytes);
	free(response);
}

/* What else can happen */

/* Time passes. With late timers, they only fire when this is called again. */
static void pass_time(struct sequence *seq, uint64_t ns, bool timers_late)
{
	uint64_t from[WORLD_CLOCKS];
	uint16_t clock;

	for (clock = 0; clock < WORLD_CLOCKS; clock++)
		from[clock] = world_reading(&seq->world, clock);
	if (timers_late)
		seq->world.now += ns;
	else
		world_advance(&seq->world, ns);
	for (clock = 0; clock < WORLD_CLOCKS; clock++)
		reading_moved(seq, clock, from[clock]);
}

static void send_request_before_timers(struct sequence *seq)
{
	pass_time(seq, choose(seq, SEC), true);
	send_request(seq);
	pass_time(seq, 0, false);
}

static void step_clock(struct sequence *seq)
{
	uint16_t clock = choose(seq, WORLD_CLOCKS);
	uint64_t from = world_reading(&seq->world, clock);
	uint64_t ns = choose(seq, 4 * SEC);

	if (clock != VIRTIO_RTC_CLOCK_MONOTONIC)
		ns -= 2 * SEC;
	world_step(&seq->world, clock, ns);
	reading_moved(seq, clock, from);
}

static void take_notifications(struct sequence *seq)
{
	unsigned long buffers = choose(seq, 6);
	unsigned long used = world_take(&seq->world, buffers);
	unsigned long due = 0;
	uint16_t clock;

	for (clock = 0; clock < WORLD_CLOCKS; clock++) {
		unsigned long got = seq->world.notified[clock] - seq->given[clock];

		due += seq->owed[clock];
		expect(seq, got <= seq->owed[clock], "clock %d notified %lu times, not %lu",
		       clock, got, seq->owed[clock]);
		seq->given[clock] += got;
		seq->owed[clock] -= got;
	}
	if (!seq->feature)
		due = 0;
	expect(seq, used == (due < buffers ? due : buffers),
	       "%lu notifications in %lu buffers, with %lu due", used, buffers, due);
}

static void reset(struct sequence *seq)
{
	bool retain = choose(seq, 2);
	uint16_t clock;

	viortc_model_reset(&seq->world.model, retain);
	for (clock = 0; clock < WORLD_CLOCKS; clock++) {
		seq->owed[clock] = 0;
		if (!retain)
			alarm_was_set(seq, clock, 0, false);
		else if (seq->enabled[clock])
			alarm_was_set(seq, clock, seq->time[clock], true);
	}
	seq->last_cycles = 0;
	seq->feature = choose(seq, 8);
	viortc_model_set_features(&seq->world.model, seq->feature);
}

static void change_world(struct sequence *seq)
{
	seq->world.timer_early = choose(seq, SEC);
	seq->world.cycles_back = choose(seq, 2) * choose(seq, SEC);
	seq->world.cross_fails = !choose(seq, 8);
}

void sequence_begin(struct sequence *seq)
{
	*seq = (struct sequence) { .choices = seq->choices, .feature = true };
	world_init(&seq->world);
	viortc_model_set_features(&seq->world.model, seq->feature);
}

void sequence_round(struct sequence *seq)
{
	seq->round++;
	switch (choose(seq, 32)) {
	case 0:
		if (!choose(seq, 4))
			reset(seq);
		break;
	case 1:
		change_world(seq);
		break;
	case 2 ... 4:
		step_clock(seq);
		break;
	case 5 ... 8:
		take_notifications(seq);
		break;
	case 9 ... 11:
		send_request_before_timers(seq);
		break;
	case 12 ... 15:
		pass_time(seq, choose(seq, SEC), false);
		break;
	default:
		send_request(seq);
	}
}
