// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's memory: mapping it, and every access by guest address.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guest_memory.h"

/* Whether [a, a + size_a) and [b, b + size_b) share a byte; neither wraps. */
static bool overlap(uint64_t a, uint64_t size_a, uint64_t b, uint64_t size_b)
{
	return a < b ? b - a < size_a : a - b < size_b;
}

/* A range that ends at 2^64 would make every later sum a special case. */
static bool wraps(uint64_t start, uint64_t size)
{
	return size > UINT64_MAX - start;
}

static int check_region(const struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
			uint64_t size)
{
	unsigned int i;

	if (!size || size > SIZE_MAX || wraps(guest_addr, size) || wraps(user_addr, size))
		return -EINVAL;
	if (m->num == GUEST_MEMORY_MAX_REGIONS)
		return -ENOSPC;
	for (i = 0; i < m->num; i++) {
		const struct guest_region *r = &m->region[i];

		if (overlap(guest_addr, size, r->guest_addr, r->size) ||
		    overlap(user_addr, size, r->user_addr, r->size))
			return -EEXIST;
	}
	return 0;
}

static bool overlaps_removed(const struct guest_memory *m, unsigned int i, uint64_t addr,
			     uint64_t size)
{
	return overlap(addr, size, m->removed[i].addr, m->removed[i].size);
}

/* From @from up to @to, which may be nothing */
static void remember_removed(struct guest_memory *m, uint64_t from, uint64_t to)
{
	if (from >= to)
		return;
	if (m->num_removed == GUEST_MEMORY_MAX_REMOVED)
		m->removed[0] = m->removed[--m->num_removed];
	m->removed[m->num_removed++] = (struct guest_range) {
		.addr = from,
		.size = to - from,
	};
}

/* Memory has come: what was there before is history.  What was beside that may come yet. */
static void forget_removed(struct guest_memory *m, uint64_t addr, uint64_t size)
{
	unsigned int i = 0;

	while (i < m->num_removed) {
		const struct guest_range old = m->removed[i];

		if (!overlaps_removed(m, i, addr, size)) {
			i++;
			continue;
		}
		m->removed[i] = m->removed[--m->num_removed];
		remember_removed(m, old.addr, addr);
		remember_removed(m, addr + size, old.addr + old.size);
	}
}

static void find_runs(struct guest_memory *m)
{
	unsigned int i = m->num;
	uint64_t next = 0, run_end = 0;

	while (i--) {
		struct guest_region *r = &m->region[i];
		uint64_t end = r->guest_addr + r->size;

		if (end != next)
			run_end = end;
		r->run_end = run_end;
		next = r->guest_addr;
	}
}

/* Takes a region in, for which there is room. */
static void insert(struct guest_memory *m, const struct guest_region *new)
{
	unsigned int i = m->num++;

	for (; i && m->region[i - 1].guest_addr > new->guest_addr; i--)
		m->region[i] = m->region[i - 1];
	m->region[i] = *new;
	find_runs(m);
}

bool guest_memory_was_removed(const struct guest_memory *m, uint64_t addr, uint64_t size)
{
	unsigned int i;

	if (wraps(addr, size))
		return false;
	for (i = 0; i < m->num_removed; i++)
		if (overlaps_removed(m, i, addr, size))
			return true;
	return false;
}

int guest_memory_add_mapped(struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
			    uint64_t size, void *data)
{
	int err = check_region(m, guest_addr, user_addr, size);

	if (err)
		return err;
	forget_removed(m, guest_addr, size);
	insert(m, &(struct guest_region) {
		.guest_addr = guest_addr,
		.user_addr = user_addr,
		.size = size,
		.data = data,
	});
	return 0;
}

/*
 * What a file is mapped in units of: huge pages for hugetlbfs, which takes
 * neither offsets nor sizes that are not a multiple of them.
 */
static uint64_t mapping_unit(int fd)
{
	struct statfs fs;

	if (!fstatfs(fd, &fs) && fs.f_type == HUGETLBFS_MAGIC)
		return fs.f_bsize;
	return sysconf(_SC_PAGESIZE);
}

int guest_memory_add(struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
		     uint64_t size, uint64_t offset, int fd)
{
	uint64_t unit, map_offset, map_size;
	struct stat st;
	void *map;
	int err;

	err = check_region(m, guest_addr, user_addr, size);
	if (err)
		return err;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (wraps(offset, size))
		return -EINVAL;
	if (S_ISREG(st.st_mode) && offset + size > (uint64_t)st.st_size)
		return -EINVAL;

	unit = mapping_unit(fd);
	map_offset = offset - offset % unit;
	map_size = offset + size - map_offset;
	if (map_size > SIZE_MAX - unit)
		return -EINVAL;
	map_size += (unit - map_size % unit) % unit;
	map = mmap(NULL, map_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd,
		   map_offset);
	if (map == MAP_FAILED)
		return -errno;
	/* A core dump of this process is not the place for a guest's memory. */
	madvise(map, map_size, MADV_DONTDUMP);

	forget_removed(m, guest_addr, size);
	insert(m, &(struct guest_region) {
		.guest_addr = guest_addr,
		.user_addr = user_addr,
		.size = size,
		.data = (uint8_t *)map + (offset - map_offset),
		.map = map,
		.map_size = map_size,
	});
	return 0;
}

static void unmap_region(struct guest_region *r)
{
	if (r->map)
		munmap(r->map, r->map_size);
}

int guest_memory_remove(struct guest_memory *m, uint64_t guest_addr, uint64_t user_addr,
			uint64_t size)
{
	unsigned int i;

	for (i = 0; i < m->num; i++) {
		struct guest_region *r = &m->region[i];

		if (r->guest_addr == guest_addr && r->user_addr == user_addr && r->size == size) {
			remember_removed(m, r->guest_addr, r->guest_addr + r->size);
			unmap_region(r);
			m->num--;
			memmove(r, r + 1, (m->num - i) * sizeof(*r));
			find_runs(m);
			return 0;
		}
	}
	return -ENOENT;
}

void guest_memory_clear(struct guest_memory *m)
{
	while (m->num)
		unmap_region(&m->region[--m->num]);
	m->num_removed = 0;
}

void *guest_memory_user_ptr(const struct guest_memory *m, uint64_t user_addr, uint64_t size,
			    uint64_t align)
{
	unsigned int i;

	for (i = 0; i < m->num; i++) {
		const struct guest_region *r = &m->region[i];
		uint64_t offset = user_addr - r->user_addr;

		if (user_addr < r->user_addr || offset >= r->size)
			continue;
		if (size > r->size - offset || (uintptr_t)(r->data + offset) & (align - 1))
			return NULL;
		return r->data + offset;
	}
	return NULL;
}

/* The region of an address, NULL if there is none */
static const struct guest_region *region_of(const struct guest_memory *m, uint64_t addr)
{
	unsigned int low = 0, high = m->num;
	const struct guest_region *r;

	/* Those below low begin at or before the address, those from high on after it. */
	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (m->region[middle].guest_addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	r = &m->region[low - 1];
	return addr - r->guest_addr < r->size ? r : NULL;
}

/* Where @addr is here, and how many bytes of its region (up to @size) follow. */
static uint8_t *find(const struct guest_memory *m, uint64_t addr, uint64_t size,
		     uint64_t *contiguous)
{
	const struct guest_region *r = region_of(m, addr);
	uint64_t offset;

	if (!r)
		return NULL;
	offset = addr - r->guest_addr;
	*contiguous = size < r->size - offset ? size : r->size - offset;
	return r->data + offset;
}

bool guest_memory_contains(const struct guest_memory *m, uint64_t addr, uint64_t size)
{
	const struct guest_region *r;

	if (!size)
		return true;
	r = region_of(m, addr);
	return r && size <= r->run_end - addr;
}

bool guest_memory_read(const struct guest_memory *m, void *to, uint64_t addr, size_t size)
{
	uint8_t *bytes = to;
	uint64_t part;

	for (; size; addr += part, bytes += part, size -= part) {
		const uint8_t *from = find(m, addr, size, &part);

		if (!from)
			return false;
		memcpy(bytes, from, part);
	}
	return true;
}

bool guest_memory_write(const struct guest_memory *m, uint64_t addr, const void *from,
			size_t size)
{
	const uint8_t *bytes = from;
	uint64_t part;

	for (; size; addr += part, bytes += part, size -= part) {
		uint8_t *to = find(m, addr, size, &part);

		if (!to)
			return false;
		memcpy(to, bytes, part);
	}
	return true;
}

static struct guest_memory *guarded;
static atomic_bool lost;

/*
 * Runs on an access to a page that its file no longer has. A page of zeroes in
 * its place lets the access go on: nothing was held that a jump out of it
 * would have to release, and nothing that is read there is trusted anyway.
 */
static void handle_sigbus(int signal_number, siginfo_t *info, void *context)
{
	uint8_t *addr = info->si_addr;
	unsigned int i;

	(void)context;
	for (i = 0; guarded && i < guarded->num; i++) {
		const struct guest_region *r = &guarded->region[i];
		uint8_t *map = r->map;

		if (!map || addr < map || addr >= map + r->map_size)
			continue;
		/* All of it at once, as huge pages cannot be replaced one by one. */
		if (mmap(map, r->map_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == map) {
			lost = true;
			return;
		}
	}
	/* Not the guest's memory: the instruction runs again and is fatal. */
	signal(signal_number, SIG_DFL);
}

void guest_memory_guard(struct guest_memory *m)
{
	struct sigaction action = {
		.sa_sigaction = handle_sigbus,
		.sa_flags = SA_SIGINFO,
	};

	guarded = m;
	/* What was lost before was not this one's. */
	lost = false;
	sigaction(SIGBUS, &action, NULL);
}

bool guest_memory_lost(void)
{
	return atomic_exchange(&lost, false);
}
