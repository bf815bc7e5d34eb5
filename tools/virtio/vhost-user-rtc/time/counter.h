/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's counter, computed from one of the host's.
 *
 *	guest counter = offset + host counter * numerator / denominator
 *
 * modulo 2^64. All of it is given by the user, as nothing but the front end
 * knows it. A number that is unknown until the guest runs is read from a file
 * each time that the device is set up by a driver.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef COUNTER_H
#define COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kvm_counter.h"

/**
 * struct counter - how to know the guest's counter
 * @type: VIRTIO_RTC_COUNTER_*, _INVALID if it is not known.
 * @read: Reads the host's counter.
 * @offset: See above.
 * @offset_path: The file that @offset is read from, NULL if it is fixed.
 * @kvm_folder: KVM's folder that all of this is found in, NULL if it is not.
 * @if_possible: To have none is no error, and no surprise.
 * @lacking: Why there is none, with @if_possible, or NULL.
 * @guest: The process whose guest's counter it is.
 * @watched: To see changes with.
 * @searched: When it was looked for last, in ns of CLOCK_MONOTONIC.
 * @numerator: See above.
 * @denominator: See above.
 */
struct counter {
	uint8_t type;
	uint64_t (*read)(void);
	uint64_t offset;
	const char *offset_path;
	const char *kvm_folder;
	bool if_possible;
	const char *lacking;
	pid_t guest;
	struct kvm_watched watched;
	uint64_t searched;
	uint64_t numerator;
	uint64_t denominator;
};

/* A counter that is not known. */
extern const struct counter counter_none;

/**
 * counter_parse - understand the user's description of a counter
 * @counter: Receives it.
 * @spec: ``TYPE,source=SOURCE,offset=OFFSET[,ratio=N/D]``. TYPE, the guest's, is
 *	x86-tsc or arm-vct. SOURCE, the host's, is tsc, vct or monotonic
 *	(CLOCK_MONOTONIC in ns). OFFSET is a number or the path of a file that
 *	has one, with a / in it. RATIO may only be missing, and is then 1/1, if
 *	both counters are of one kind. Or
 *	``x86-tsc,kvm=FOLDER[,source=SOURCE][,if-possible]``. Changed here, and must
 *	stay.
 * @error: Receives what is wrong, as one line.
 * @error_size: The room there.
 *
 * Return: Whether @spec is right and the host has that counter, running at a
 * constant rate; or need not have it, then @counter says what is lacking.
 */
bool counter_parse(struct counter *counter, char *spec, char *error, size_t error_size);

/**
 * counter_refresh - read again what comes from files
 * @counter: The counter.
 * @guest: The process whose guest's it is.
 *
 * What is wrong with the files is logged.
 *
 * Return: Whether the guest's counter is known now.
 */
bool counter_refresh(struct counter *counter, pid_t guest);

/**
 * counter_follow - notice changes
 * @counter: The counter, which was known.
 *
 * Guests ask for this, and can change their counter: so a counter that changed is not
 * known for a moment, unless it is long since the last change.
 *
 * Return: Whether it is known still.
 */
bool counter_follow(struct counter *counter);

/**
 * counter_check - tell an operator what is found of a guest's counter
 * @counter: The counter.
 * @guest: The process whose guest's it is.
 *
 * Prints it, and whether it is plausible.
 *
 * Return: Whether it is.
 */
bool counter_check(struct counter *counter, pid_t guest);

/**
 * counter_to_guest - what the guest reads when the host reads this
 * @counter: The counter.
 * @host: The host's counter.
 *
 * Return: The guest's.
 */
uint64_t counter_to_guest(const struct counter *counter, uint64_t host);

#endif /* COUNTER_H */
