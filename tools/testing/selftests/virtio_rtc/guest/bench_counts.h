/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel did meanwhile: memory that it gave out, and interrupts.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef BENCH_COUNTS_H
#define BENCH_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#define NUM_ALLOC_EVENTS 3

/*
 * struct allocations - counters of what the calling thread was given
 * @open: they count; all zero, they show 0
 * @fds: one for each place where the kernel gives out memory
 */
struct allocations {
	bool open;
	int fds[NUM_ALLOC_EVENTS];
};

/* Begin to count; a kernel that cannot ends the program. */
void open_allocations(struct allocations *counters);

/* End it. */
void close_allocations(struct allocations *counters);

/* How often the kernel gave out memory until now. */
uint64_t count_allocations(const struct allocations *counters);

/*
 * The interrupts until now of the device of a clock, /dev/ptpN, or -1 if it has
 * none; @counted, if not NULL, is a file that tells their number.
 */
long long count_interrupts(const char *clock, const char *counted);

#endif
