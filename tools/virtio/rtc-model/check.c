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
