// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device model, in sequences that the fuzzer chooses.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdarg.h>

#include "fuzz.h"
#include "sequence.h"

void world_failed(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sequence seq = { .choices = { .data = data, .left = size } };

	sequence_begin(&seq);
	while (seq.choices.left)
		sequence_round(&seq);
	return 0;
}
