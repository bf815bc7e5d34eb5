// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counter that each host has.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stddef.h>

#include "clocks.h"
#include "counter_source.h"

static uint64_t read_monotonic(void)
{
	return clocks_now(CLOCK_MONOTONIC);
}

static const char *check_monotonic(void)
{
	return NULL;
}

const struct counter_source counter_source_monotonic = {
	.name = "monotonic",
	.read = read_monotonic,
	.check = check_monotonic,
};
