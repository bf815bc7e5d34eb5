/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two kernels of next_kernel.c both know.
 *
 * Copyright (C) The virtio_rtc contributors
 */
#ifndef NEXT_KERNEL_H
#define NEXT_KERNEL_H

#include <stdint.h>

/* Code, what it has to know, and a stack: from MEMORY_BEFORE on in the memory */
#define ORDERS_AT	0x2000
#define IMAGE_SIZE	0x10000
#define MEMORY_BEFORE	0x4000000
#define STRING(x)	STRING_OF(x)
#define STRING_OF(x)	#x

/* What the next kernel is told.  It has no constants of its own. */
struct orders {
	uint64_t from, to;		/* the memory */
	uint64_t image;			/* where it is itself */
	uint64_t port;
	uint64_t seconds;
	char watching[24];
	char good[80];
	char bad[80];
	char at[24];
	char end[8];
};

/* The linker's names for the section */
extern char __start_next_kernel[], __stop_next_kernel[], next_kernel_entry[];

#endif
