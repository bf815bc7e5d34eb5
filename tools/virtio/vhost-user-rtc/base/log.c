// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The log: lines on standard error.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "log.h"

void log_line(const char *format, ...)
{
	int saved_errno = errno;
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	dprintf(STDERR_FILENO, "vhost-user-rtc: %s\n", line);
	errno = saved_errno;
}
