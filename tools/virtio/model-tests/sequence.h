/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sequences of whatever can happen to a device, and what it must answer.
 *
 * Each round something is chosen: a request, well-formed or any bytes, time
 * that passes, a clock that is stepped, alarmq buffers, a reset. The device
 * model's answer is compared with that of a reference which is written from the
 * other end: it knows no timers and no latches, only at which instants a
 * reading went from before an alarm's time to that time or past it.
 *
 * The choices come from random numbers in a test, and from a fuzzer's input.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SEQUENCE_H
#define SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "world.h"

/**
 * struct choices - where choices come from
 * @data: A fuzzer's input; NULL for random numbers.
 * @left: The bytes left there; at the end, each choice is 0.
 * @random: State of the random numbers, not 0.
 */
struct choices {
	const uint8_t *data;
	size_t left;
	uint64_t random;
};

/**
 * struct sequence - a world, and what should be the state of its device
 * @choices: Set by the caller.
 * @world: The world with the device under test.
 * @round: Counts the rounds.
 * @feature: VIRTIO_RTC_F_ALARM is negotiated.
 * @time: Alarm times.
 * @enabled: Which alarms are enabled.
 * @owed: Notifications that wait.
 * @given: Notifications that were taken.
 * @last_cycles: Of the last cross-timestamp since reset.
 */
struct sequence {
	struct choices choices;
	struct world world;
	unsigned int round;
	bool feature;
	uint64_t time[WORLD_CLOCKS];
	bool enabled[WORLD_CLOCKS];
	unsigned long owed[WORLD_CLOCKS];
	unsigned long given[WORLD_CLOCKS];
	uint64_t last_cycles;
};

/**
 * sequence_begin() - create the world
 * @seq: The sequence, with &sequence.choices set.
 */
void sequence_begin(struct sequence *seq);

/**
 * sequence_round() - let something happen, and check what comes of it
 * @seq: The sequence.
 *
 * Calls world_failed() when the device does not do what it should.
 */
void sequence_round(struct sequence *seq);

#endif /* SEQUENCE_H */
