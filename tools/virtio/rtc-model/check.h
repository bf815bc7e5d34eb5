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

#endif /* CHECK_H */
