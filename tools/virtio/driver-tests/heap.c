// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where memory comes from: one after the other from a region that begins anew with each
 * execution.  What was freed is not used again in the same execution, so that each use of
 * it is found, and so is each access between what was allocated.  That costs a tenth of
 * what the sanitizer's own allocator does, which is asked when somebody wants to know
 * who allocated and freed something: with VERBOSE in the environment.
 *
 * The sanitizer is told by functions, not by its macros: these do nothing in a file that is
 * built without it, as this one is.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>

#include "heap.h"
#include "world.h"

#define HEAP_SIZE	((size_t)16 << 20)
#define HEAP_ALIGN	((size_t)ARCH_DMA_MINALIGN)

/* Between two allocations at least, for what is a little outside of one */
#define HEAP_GAP	((size_t)64)

/* Stands before each, where only this file may look */
struct block {
	size_t size;
	bool freed;
};

static char *heap;
static size_t used, allocated;

void heap_init(void)
{
	if (!heap) {
		heap = mmap(NULL, HEAP_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		BUG_ON(heap == MAP_FAILED);
		used = HEAP_SIZE;
	}
	__asan_poison_memory_region(heap, used);
	used = 0;
}

static bool is_of_heap(const char *memory)
{
	return memory >= heap && memory < heap + HEAP_SIZE;
}

static void *get_block(size_t size)
{
	size_t at = (used + HEAP_GAP + HEAP_ALIGN - 1) & -HEAP_ALIGN;
	struct block *block;

	if (shim_is_verbose() || at + size > HEAP_SIZE)
		return NULL;

	used = at + size;
	block = (struct block *)(heap + at) - 1;
	*block = (struct block){ .size = size };
	__asan_unpoison_memory_region(heap + at, size);
	return heap + at;
}

void *heap_alloc(size_t size)
{
	void *memory = get_block(size);

	BUG_ON(!memory && posix_memalign(&memory, HEAP_ALIGN, size));
	memset(memory, 0, size);
	allocated++;
	return memory;
}

void heap_free(void *memory)
{
	struct block *block = (struct block *)memory - 1;

	allocated--;
	if (!is_of_heap(memory)) {
		free(memory);
		return;
	}
	BUG_ON(block->freed);
	block->freed = true;
	__asan_poison_memory_region(memory, block->size);
}

bool heap_is_empty(void)
{
	return !allocated;
}
