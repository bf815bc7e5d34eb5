/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests share: cmocka, a check that says for which input it failed, and
 * random numbers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random.h"

#define check(condition, ...)			\
do {						\
	if (!(condition))			\
		fail_msg(__VA_ARGS__);		\
} while (0)

/**
 * check_between() - fail unless a value is in a range
 * @name: What it is.
 * @low: The least that it may be.
 * @value: What it is.
 * @high: The most that it may be.
 */
void check_between(const char *name, uint64_t low, uint64_t value, uint64_t high);

#endif /* CHECK_H */
