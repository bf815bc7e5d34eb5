/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other people's devices, as far as a driver can tell them apart.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_PERSONALITIES_H_
#define _VIRTIO_RTC_SIM_PERSONALITIES_H_

#include <linux/types.h>

#include "sim.h"

#define VIORTC_SIM_PERSONALITY_CLOCKS	3

/**
 * struct viortc_sim_personality - what a device is like
 * @name: its name
 * @about: what it is, in a line
 * @clocks: its clocks
 * @num_clocks: their number
 * @retain_alarms: its alarms survive a reset
 * @faults: what it does otherwise than the specification says, each as
 *	viortc_faults_add() takes it, with a line feed between them
 */
struct viortc_sim_personality {
	const char *name;
	const char *about;
	struct viortc_sim_clock_config clocks[VIORTC_SIM_PERSONALITY_CLOCKS];
	u16 num_clocks;
	bool retain_alarms;
	const char *faults;
};

/**
 * viortc_sim_personality() - list what there is
 * @index: counts from 0
 *
 * Context: Any context.
 * Return: a personality, or NULL if @index is past the last.
 */
const struct viortc_sim_personality *viortc_sim_personality(unsigned int index);

/**
 * viortc_sim_find_personality() - find a personality
 * @name: its name; a line feed may follow
 *
 * Context: Any context.
 * Return: the personality, or NULL if there is none of this name.
 */
const struct viortc_sim_personality *
viortc_sim_find_personality(const char *name);

#endif /* _VIRTIO_RTC_SIM_PERSONALITIES_H_ */
