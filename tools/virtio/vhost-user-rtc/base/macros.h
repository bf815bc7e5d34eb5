/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros that kernel code has at hand and user space has not.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef MACROS_H
#define MACROS_H

#include <stddef.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* The object that holds member @member at @ptr. */
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Arguments from number @first on are for the format that is number @format. */
#define __printf(format, first)	__attribute((__format__(printf, format, first)))

#endif /* MACROS_H */
