// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A world for the device model to live in.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <endian.h>
#include <string.h>

#include "world.h"

/* More timers than can fire in one go, each once early and once on time */
#define WORLD_CHECKS_MAX	100

/* What the model asks */

static __u64 world_read_op(void *priv, __u16 clock)
{
	struct world *world = priv;

	if (clock >= world->num_clocks)
		world_failed("a clock that does not exist was read");
	world->now += world->read_cost;
	return world_reading(world, clock);
}

static bool world_read_cross_op(void *priv, __u16 clock, __u64 *reading, __u64 *cycles)
{
	struct world *world = priv;

	if (clock >= world->num_clocks || !world->clocks[clock].cross)
		world_failed("a cross-timestamp was taken of a clock that has none");
	if (world->cross_fails)
		return false;
	*reading = world_read_op(priv, clock);
	*cycles = WORLD_CYCLES_BASE + 3 * world->now - world->cycles_back;
	return true;
}

static void world_arm_timer_op(void *priv, __u16 clock, __u64 time)
{
	struct world *world = priv;

	if (clock >= world->num_clocks || !world->clocks[clock].alarm)
		world_failed("a timer was armed for a clock without alarm");
	world->timer_armed[clock] = true;
	world->timer_time[clock] = time;
}

static void world_cancel_timer_op(void *priv, __u16 clock)
{
	struct world *world = priv;

	if (clock >= world->num_clocks || !world->clocks[clock].alarm)
		world_failed("a timer was cancelled for a clock without alarm");
	world->timer_armed[clock] = false;
}

static const struct viortc_model_ops world_ops = {
	.read = world_read_op,
	.read_cross = world_read_cross_op,
	.arm_timer = world_arm_timer_op,
	.cancel_timer = world_cancel_timer_op,
};

void world_init(struct world *world)
{
	uint16_t i;

	*world = (struct world) {
		.num_clocks = WORLD_CLOCKS,
		.now = 1000000000000000000,
	};
	for (i = 0; i < WORLD_CLOCKS; i++) {
		world->clocks[i].type = i < WORLD_CLOCKS - 1 ? i : 0xf0;
		world->clocks[i].alarm = i != VIRTIO_RTC_CLOCK_UTC;
		world->clocks[i].cross = i != VIRTIO_RTC_CLOCK_MONOTONIC;
		world->offset[i] = i * 1000000007ULL;
	}
	world->clocks[VIRTIO_RTC_CLOCK_UTC_SMEARED].smearing = VIRTIO_RTC_SMEAR_UTC_SLS;
	if (viortc_model_init(&world->model, &world_ops, world, world->clocks, world->num_clocks,
			      VIRTIO_RTC_COUNTER_X86_TSC))
		world_failed("the model refuses the clocks");
}

void world_init_alarms(struct world *world)
{
	world_init(world);
	viortc_model_set_features(&world->model, 1 << VIRTIO_RTC_F_ALARM);
}

/* Time */

uint64_t world_reading(const struct world *world, uint16_t clock)
{
	return world->now + world->offset[clock];
}

/* Return: the clock whose timer is the next to fire, at *at, if that is not after end. */
static int world_next_timer(const struct world *world, uint64_t end, uint64_t *at)
{
	uint64_t left = end > world->now ? end - world->now : 0;
	int next = -1;
	uint16_t i;

	for (i = 0; i < world->num_clocks; i++) {
		uint64_t reading = world_reading(world, i);
		uint64_t due;

		if (!world->timer_armed[i])
			continue;
		due = world->timer_time[i] > reading ? world->timer_time[i] - reading : 0;
		if (due > world->timer_early)
			due -= world->timer_early;
		if (due > left)
			continue;
		due += world->now;
		if (next >= 0 && due >= *at)
			continue;
		next = i;
		*at = due;
	}
	return next;
}

void world_advance(struct world *world, uint64_t ns)
{
	uint64_t end = world->now + ns;
	unsigned long checks = world->checks;
	uint64_t at;
	int clock;

	while ((clock = world_next_timer(world, end, &at)) >= 0) {
		if (world->checks > checks + WORLD_CHECKS_MAX)
			world_failed("timers are armed for times that are reached");
		world->now = at;
		world->timer_armed[clock] = false;
		world->checks++;
		viortc_model_alarm_check(&world->model, clock);
	}
	if (world->now < end)
		world->now = end;
}

void world_step(struct world *world, uint16_t clock, uint64_t ns)
{
	world->offset[clock] += ns;
	viortc_model_alarm_check(&world->model, clock);
}

unsigned long world_take(struct world *world, unsigned long buffers)
{
	struct virtio_rtc_notif_alarm notif;
	static const uint8_t zero[6];
	unsigned long used;
	uint16_t clock;

	for (used = 0; used < buffers && viortc_model_pending(&world->model); used++) {
		if (viortc_model_notification(&world->model, &notif, sizeof(notif)) !=
		    sizeof(notif))
			world_failed("a notification has the wrong length");
		clock = le16toh(notif.clock_id);
		if (le16toh(notif.head.msg_type) != VIRTIO_RTC_NOTIF_ALARM ||
		    clock >= world->num_clocks || !world->clocks[clock].alarm)
			world_failed("a notification is for no alarm");
		if (memcmp(notif.head.reserved, zero, sizeof(zero)) ||
		    memcmp(notif.reserved, zero, sizeof(zero)))
			world_failed("a notification has reserved bytes that are not zero");
		world->notified[clock]++;
	}
	return used;
}

/* A driver's requests */

static struct world_answer world_request(struct world *world, union viortc_model_output *response,
					 const void *request, size_t len)
{
	struct world_answer answer = { 0 };

	memset(response, 0xa5, sizeof(*response));
	answer.len = viortc_model_handle(&world->model, request, len, response, sizeof(*response));
	answer.status = response->head.status;
	return answer;
}

struct world_answer world_cfg(struct world *world)
{
	struct virtio_rtc_req_cfg request = { .head.msg_type = htole16(VIRTIO_RTC_REQ_CFG) };
	union viortc_model_output response;
	struct world_answer answer = world_request(world, &response, &request, sizeof(request));

	answer.num_clocks = le16toh(response.cfg.num_clocks);
	return answer;
}

struct world_answer world_clock_cap(struct world *world, uint16_t clock)
{
	struct virtio_rtc_req_clock_cap request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_CLOCK_CAP),
		.clock_id = htole16(clock),
	};
	union viortc_model_output response;
	struct world_answer answer = world_request(world, &response, &request, sizeof(request));

	answer.type = response.clock_cap.type;
	answer.smearing = response.clock_cap.leap_second_smearing;
	answer.flags = response.clock_cap.flags;
	return answer;
}

struct world_answer world_cross_cap(struct world *world, uint16_t clock, uint8_t hw_counter)
{
	struct virtio_rtc_req_cross_cap request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_CROSS_CAP),
		.clock_id = htole16(clock),
		.hw_counter = hw_counter,
	};
	union viortc_model_output response;
	struct world_answer answer = world_request(world, &response, &request, sizeof(request));

	answer.flags = response.cross_cap.flags;
	return answer;
}

struct world_answer world_read(struct world *world, uint16_t clock)
{
	struct virtio_rtc_req_read request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_READ),
		.clock_id = htole16(clock),
	};
	union viortc_model_output response;
	struct world_answer answer = world_request(world, &response, &request, sizeof(request));

	answer.reading = le64toh(response.read.clock_reading);
	return answer;
}

struct world_answer world_read_cross(struct world *world, uint16_t clock, uint8_t hw_counter)
{
	struct virtio_rtc_req_read_cross request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_READ_CROSS),
		.clock_id = htole16(clock),
		.hw_counter = hw_counter,
	};
	union viortc_model_output response;
	struct world_answer answer = world_request(world, &response, &request, sizeof(request));

	answer.reading = le64toh(response.read_cross.clock_reading);
	answer.cycles = le64toh(response.read_cross.counter_cycles);
	return answer;
}

struct world_answer world_read_alarm(struct world *world, uint16_t clock)
{
	struct virtio_rtc_req_read_alarm request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_READ_ALARM),
		.clock_id = htole16(clock),
	};
	union viortc_model_output response;
	struct world_answer answer = world_request(world, &response, &request, sizeof(request));

	answer.alarm_time = le64toh(response.read_alarm.alarm_time);
	answer.flags = response.read_alarm.flags;
	return answer;
}

struct world_answer world_set_alarm(struct world *world, uint16_t clock, uint64_t time,
				    uint8_t flags)
{
	struct virtio_rtc_req_set_alarm request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_SET_ALARM),
		.alarm_time = htole64(time),
		.clock_id = htole16(clock),
		.flags = flags,
	};
	union viortc_model_output response;

	return world_request(world, &response, &request, sizeof(request));
}

struct world_answer world_set_alarm_enabled(struct world *world, uint16_t clock, uint8_t flags)
{
	struct virtio_rtc_req_set_alarm_enabled request = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_SET_ALARM_ENABLED),
		.clock_id = htole16(clock),
		.flags = flags,
	};
	union viortc_model_output response;

	return world_request(world, &response, &request, sizeof(request));
}
