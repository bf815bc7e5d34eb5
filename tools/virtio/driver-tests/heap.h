/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where memory comes from.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>

/**
 * heap_init() - begin an execution: nothing is allocated
 */
void heap_init(void);

/**
 * heap_alloc() - allocate memory, all zero, at a multiple of ARCH_DMA_MINALIGN
 * @size: how many bytes, 0 included
 *
 * Return: the memory, which is not NULL.
 */
void *heap_alloc(size_t size);

/**
 * heap_free() - free memory
 * @memory: what heap_alloc() returned
 */
void heap_free(void *memory);

/**
 * heap_is_empty() - tell whether all has been freed
 *
 * Return: true if it has.
 */
bool heap_is_empty(void);

#endif /* HEAP_H */
