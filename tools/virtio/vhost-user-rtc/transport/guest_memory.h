/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's memory, as a front end shares it with this process.
 *
 * A guest address is never turned into a pointer without a check that all of
 * its range lies in shared memory. Data is copied in and out, so that what was
 * checked cannot change afterwards; only the rings, which are shared by their
 * nature, are used in place.
 *
 * The front end can still truncate the file behind a region. An access to the
 * lost part then finds zeroes instead of ending the process, and
 * guest_memory_lost() tells.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef GUEST_MEMORY_H
#define GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some machines with memory hotplug have this many slots, none has more. */
#define GUEST_MEMORY_MAX_REGIONS	512

/* So many regions that were removed last are remembered. */
#define GUEST_MEMORY_MAX_REMOVED	512

/**
 * struct guest_region - memory that is contiguous for guest, front end and us
 * @guest_addr: Its guest address.
 * @user_addr: The front end's own address of it, which names rings.
 * @size: Its size in bytes, not 0.
 * @run_end: The guest address at which the memory ends that it is in, with those that
 *	follow it without a gap.
 * @data: Where it is here.
 * @map: The mapping that holds it, NULL if it is not ours to unmap.
 * @map_size: The size of the mapping.
 */
struct guest_region {
	uint64_t guest_addr;
	uint64_t user_addr;
	uint64_t size;
	uint64_t run_end;
	uint8_t *data;
	void *map;
	size_t map_size;
};

/**
 * struct guest_range - a range of guest addresses
 * @addr: Its first one.
 * @size: How many there are.
 */
struct guest_range {
	uint64_t addr;
	uint64_t size;
};

/**
 * struct guest_memory - all memory that a front end shared
 * @num: How many of @region are in use. All zero is a memory without regions.
 * @region: The regions, in the order of their guest addresses: guests choose how often
 *	one is looked for.
 * @num_removed: How many were removed since the last was added in their place.
 * @removed: The last of them, by their guest addresses.
 */
struct guest_memory {
	unsigned int num;
	struct guest_region region[GUEST_MEMORY_MAX_REGIONS];
	unsigned int num_removed;
	struct guest_range removed[GUEST_MEMORY_MAX_REMOVED];
};

/**
 * guest_memory_add - map a region that a front end shares
 * @m: The memory.
 * @guest_addr: The region's guest address.
 * @user_addr: The front end's address of it.
 * @size: Its size in bytes.
 * @offset: Where it starts in the file.
 * @fd: The file; may be closed afterwards.
 *
 * Return: 0; -EINVAL if the region is empty, wraps around or reaches past the
 * end of the file; -EEXIST if it overlaps with another one; -ENOSPC if there
 * are %GUEST_MEMORY_MAX_REGIONS; or what mmap() said.
 */
int guest_memory_add(struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
		     uint64_t size, uint64_t offset, int fd);

/**
 * guest_memory_add_mapped - add a region that this process has already
 * @m: The memory.
 * @guest_addr: The region's guest address.
 * @user_addr: The front end's address of it.
 * @size: Its size in bytes.
 * @data: The memory; remains the caller's, who keeps it for as long as @m.
 *
 * Return: 0 or an errno of guest_memory_add().
 */
int guest_memory_add_mapped(struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
			    uint64_t size, void *data);

/**
 * guest_memory_remove - unmap one region
 * @m: The memory.
 * @guest_addr: As added.
 * @user_addr: As added.
 * @size: As added.
 *
 * Pointers from guest_memory_user_ptr() are invalid afterwards.
 *
 * Return: 0, or -ENOENT if there is no such region.
 */
int guest_memory_remove(struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
			uint64_t size);

/**
 * guest_memory_clear - unmap all regions
 * @m: The memory.
 */
void guest_memory_clear(struct guest_memory *m);

/**
 * guest_memory_user_ptr - find memory by the front end's address
 * @m: The memory.
 * @user_addr: The front end's address.
 * @size: How many bytes are needed there, in one region.
 * @align: A power of two that the pointer must be a multiple of.
 *
 * Return: A pointer that is good until the region goes, or NULL if any byte is
 * not shared memory or the alignment is wrong.
 */
void *guest_memory_user_ptr(const struct guest_memory *m, uint64_t user_addr, uint64_t size,
			    uint64_t align);

/**
 * guest_memory_contains - whether a range of guest addresses is shared memory
 * @m: The memory.
 * @addr: Guest address.
 * @size: Bytes. A range may span regions that follow each other in the guest;
 *	an empty one is contained anywhere.
 *
 * Return: Whether all of it is.
 */
bool guest_memory_contains(const struct guest_memory *m, uint64_t addr, uint64_t size);

/**
 * guest_memory_was_removed - whether some of a range was there, and may come again
 * @m: The memory.
 * @addr: Guest address.
 * @size: How many bytes.
 *
 * Front ends change a region by removing and adding it. In between the guest runs
 * on and does not know. What was removed is forgotten when other memory takes its
 * place, at least in part.
 *
 * Return: Whether it was removed.
 */
bool guest_memory_was_removed(const struct guest_memory *m, uint64_t addr, uint64_t size);

/**
 * guest_memory_read - copy out of the guest's memory
 * @m: The memory.
 * @to: Receives the bytes.
 * @addr: Guest address.
 * @size: Bytes.
 *
 * Return: Whether all of the range is shared memory; if not, @to is undefined.
 */
bool guest_memory_read(const struct guest_memory *m, void *to, uint64_t addr, size_t size);

/**
 * guest_memory_write - copy into the guest's memory
 * @m: The memory.
 * @addr: Guest address.
 * @from: The bytes.
 * @size: Their number.
 *
 * Return: Whether all of the range is shared memory; if not, the bytes in front
 * of the hole may have been written.
 */
bool guest_memory_write(const struct guest_memory *m, uint64_t addr, const void *from,
			size_t size);

/**
 * guest_memory_guard - survive the truncation of shared files
 * @m: The memory to guard, or NULL for none; one per process.
 *
 * Installs a handler for SIGBUS, which backs a lost page of @m with zeroes and
 * leaves any other SIGBUS fatal.
 */
void guest_memory_guard(struct guest_memory *m);

/**
 * guest_memory_lost - whether the guarded memory was truncated
 *
 * Return: Whether that happened since the last call.
 */
bool guest_memory_lost(void);

#endif /* GUEST_MEMORY_H */
