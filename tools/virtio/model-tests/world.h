/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world for the device model to live in: simulated time, clocks and timers,
 * and a driver's view of the device. Shared by tests and fuzzers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef WORLD_H
#define WORLD_H

#include <linux/virtio_rtc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "virtio_rtc_sim/model.h"

#define WORLD_CLOCKS	6

/**
 * struct world - the model and all around it
 * @model: The device.
 * @clocks: Its clocks.
 * @num_clocks: Their number.
 * @now: Time since the world began, ns. No clock shows it, all follow it.
 * @offset: What each clock is ahead of @now, ns, modulo 2^64.
 * @read_cost: Time that passes in each reading of a clock, ns.
 * @timer_armed: Whether each clock's timer is armed, and
 * @timer_time: for which reading.
 * @timer_early: How much too early timers fire, ns, when there is that much
 *	time left.
 * @cycles_back: To be subtracted from the driver's counter, cycles.
 * @cross_fails: The counter cannot be read at present.
 * @checks: How often a timer fired.
 * @notified: Notifications got for each clock so far.
 */
struct world {
	struct viortc_model model;
	struct viortc_model_clock clocks[WORLD_CLOCKS];
	uint16_t num_clocks;
	uint64_t now;
	uint64_t offset[WORLD_CLOCKS];
	uint64_t read_cost;
	bool timer_armed[WORLD_CLOCKS];
	uint64_t timer_time[WORLD_CLOCKS];
	uint64_t timer_early;
	uint64_t cycles_back;
	bool cross_fails;
	unsigned long checks;
	unsigned long notified[WORLD_CLOCKS];
};

/**
 * world_failed() - give up, to be provided by the program
 * @format: What the device did that it must not do, as for printf().
 */
__printf(1, 2) __attribute__((noreturn))
void world_failed(const char *format, ...);

/* The world's counter: three cycles a ns, on top of */
#define WORLD_CYCLES_BASE	1000000

/**
 * world_init() - create a world with one clock of each type
 * @world: To be filled. Clock ids are clock types, the last clock is of an
 *	experimental type. All but UTC have alarms, all but MONOTONIC have
 *	cross-timestamps with the x86 TSC.
 *
 * VIRTIO_RTC_F_ALARM is not negotiated.
 */
void world_init(struct world *world);

/* The same, with VIRTIO_RTC_F_ALARM negotiated. */
void world_init_alarms(struct world *world);

/* The reading of a clock, without any influence on it. */
uint64_t world_reading(const struct world *world, uint16_t clock);

/**
 * world_advance() - let time pass, and timers fire
 * @world: The world.
 * @ns: How much.
 */
void world_advance(struct world *world, uint64_t ns);

/**
 * world_step() - step a clock, and report it to the model
 * @world: The world.
 * @clock: The clock id.
 * @ns: By how much, modulo 2^64.
 */
void world_step(struct world *world, uint16_t clock, uint64_t ns);

/**
 * world_take() - make alarmq buffers available
 * @world: The world.
 * @buffers: How many at most.
 *
 * Calls world_failed() when a notification is malformed.
 *
 * Return: How many were used; &world.notified tells for which clocks.
 */
unsigned long world_take(struct world *world, unsigned long buffers);

/* What a driver sees of a response */
struct world_answer {
	uint8_t status;
	size_t len;
	uint8_t type;
	uint8_t smearing;
	uint8_t flags;
	uint16_t num_clocks;
	uint64_t reading;
	uint64_t cycles;
	uint64_t alarm_time;
};

/* A driver's requests, correct but for what is passed. */
struct world_answer world_cfg(struct world *world);
struct world_answer world_clock_cap(struct world *world, uint16_t clock);
struct world_answer world_cross_cap(struct world *world, uint16_t clock, uint8_t hw_counter);
struct world_answer world_read(struct world *world, uint16_t clock);
struct world_answer world_read_cross(struct world *world, uint16_t clock, uint8_t hw_counter);
struct world_answer world_read_alarm(struct world *world, uint16_t clock);
struct world_answer world_set_alarm(struct world *world, uint16_t clock, uint64_t time,
				    uint8_t flags);
struct world_answer world_set_alarm_enabled(struct world *world, uint16_t clock, uint8_t flags);

#endif /* WORLD_H */
