// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What fails in the world fails the test.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdio.h>

#include "check.h"
#include "world.h"

void world_failed(const char *format, ...)
{
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fail_msg("%s", text);
	abort();
}

void check_between(const char *name, uint64_t low, uint64_t value, uint64_t high)
{
	check(value >= low && value <= high,
	      "%s reads %llu, not between %llu and %llu", name, (unsigned long long)value,
	      (unsigned long long)low, (unsigned long long)high);
}
