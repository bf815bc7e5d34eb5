/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzzers share.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's entry point */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_check(condition)						\
do {									\
	if (!(condition)) {						\
		fprintf(stderr, "%s:%d: not true: %s\n", __FILE__,	\
			__LINE__, #condition);				\
		abort();						\
	}								\
} while (0)

#endif /* FUZZ_H */
