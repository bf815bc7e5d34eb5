/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks as users write them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef CLOCK_NAMES_H
#define CLOCK_NAMES_H

#include <stdbool.h>

struct device_clock;

/**
 * clock_names_parse - understand the description of a clock
 * @clock: Receives it.
 * @spec: ``NAME[,alarm]``, NAME as in clock_names.c.
 *
 * Return: Whether there is such a clock.
 */
bool clock_names_parse(struct device_clock *clock, const char *spec);

/**
 * clock_names_of - what users call a clock
 * @clock: The clock.
 *
 * Return: NAME of clock_names_parse().
 */
const char *clock_names_of(const struct device_clock *clock);

#endif /* CLOCK_NAMES_H */
