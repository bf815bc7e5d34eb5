/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers that are the same in each run.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

/* Any state but 0 is a good one. This is xorshift64*. */
static inline uint64_t random_u64(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1dULL;
}

static inline uint64_t random_below(uint64_t *state, uint64_t limit)
{
	return (random_u64(state) >> 1) % limit;
}

#endif /* RANDOM_H */
