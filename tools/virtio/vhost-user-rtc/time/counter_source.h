/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of this host. That of the architecture comes from a file of its
 * own, which is chosen when this is built.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef COUNTER_SOURCE_H
#define COUNTER_SOURCE_H

#include <stdint.h>

/**
 * struct counter_source - a counter
 * @name: What users call it, NULL if there is none.
 * @read: Reads it, neither before nor after the reads of clocks around it.
 * @check: Returns NULL if it runs at a constant rate, or what is wrong with it.
 */
struct counter_source {
	const char *name;
	uint64_t (*read)(void);
	const char *(*check)(void);
};

/* The counter of this architecture. */
extern const struct counter_source counter_source_native;

/* CLOCK_MONOTONIC, in ns. */
extern const struct counter_source counter_source_monotonic;

#endif /* COUNTER_SOURCE_H */
