// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counter of arm64 hosts, the virtual count of the generic timer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stddef.h>

#include "counter_source.h"

static uint64_t read_vct(void)
{
	uint64_t vct;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r" (vct) : : "memory");
	return vct;
}

/* The architecture promises it. */
static const char *check_vct(void)
{
	return NULL;
}

const struct counter_source counter_source_native = {
	.name = "vct",
	.read = read_vct,
	.check = check_vct,
};
