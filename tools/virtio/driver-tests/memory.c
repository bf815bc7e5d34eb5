// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory, what the device has of it, and what is said of it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdarg.h>

#include "heap.h"
#include "world.h"

#define MAX_MAPPINGS	256

/* What fails: @times calls after @nth that do not. */
struct failures {
	unsigned int nth;
	unsigned int times;
};

struct mapping {
	char *memory;
	size_t size;
	enum dma_data_direction dir;
};

bool shim_speculates;
static struct failures alloc_failures, map_failures;
static unsigned int num_mappings;
static struct mapping mappings[MAX_MAPPINGS];

void memory_init(void)
{
	heap_init();
	memory_end_failures();
}

void memory_end_failures(void)
{
	alloc_failures.times = 0;
	map_failures.times = 0;
}

void memory_fail_alloc(unsigned int nth, unsigned int times)
{
	alloc_failures = (struct failures){ nth, times };
}

void memory_fail_map(unsigned int nth, unsigned int times)
{
	map_failures = (struct failures){ nth, times };
}

bool memory_is_failing(void)
{
	return alloc_failures.times || map_failures.times;
}

static bool fails(struct failures *failures)
{
	if (!failures->times || failures->nth) {
		if (failures->nth)
			failures->nth--;
		return false;
	}
	failures->times--;
	return true;
}

void *shim_alloc(size_t num, size_t size)
{
	if (fails(&alloc_failures))
		return NULL;
	return heap_alloc(num * size);
}

void shim_free(const void *memory)
{
	if (memory)
		heap_free((void *)memory);
}

static dma_addr_t add_mapping(void *memory, size_t size, enum dma_data_direction dir)
{
	BUG_ON(num_mappings == MAX_MAPPINGS);
	mappings[num_mappings++] = (struct mapping){ memory, size, dir };
	return (dma_addr_t)(unsigned long)memory;
}

dma_addr_t shim_map(void *memory, size_t size, enum dma_data_direction dir)
{
	if (fails(&map_failures))
		return DMA_MAPPING_ERROR;
	return add_mapping(memory, size, dir);
}

/* What is unmapped was mapped, just so. */
void shim_unmap(dma_addr_t addr, size_t size, enum dma_data_direction dir)
{
	char *memory = (char *)(unsigned long)addr;
	struct mapping *mapping;
	unsigned int i;

	for (i = 0; i < num_mappings; i++) {
		mapping = &mappings[i];
		if (mapping->memory == memory && mapping->size == size &&
		    mapping->dir == dir) {
			*mapping = mappings[--num_mappings];
			return;
		}
	}
	BUG();
}

/* Rings are in memory that always is the device's, and found by other means. */
void *shim_alloc_shared(size_t size, dma_addr_t *addr)
{
	void *memory;

	if (fails(&alloc_failures))
		return NULL;
	memory = heap_alloc(size);
	*addr = (dma_addr_t)(unsigned long)memory;
	return memory;
}

void *memory_of_device(u64 addr, size_t size, bool write)
{
	char *memory = (char *)(unsigned long)addr;
	struct mapping *mapping;

	for (mapping = mappings; mapping < mappings + num_mappings; mapping++)
		if (memory >= mapping->memory && size <= mapping->size &&
		    memory + size <= mapping->memory + mapping->size &&
		    mapping->dir == (write ? DMA_FROM_DEVICE : DMA_TO_DEVICE))
			return memory;
	return NULL;
}

/* Files that show something, of the one folder there is */
static struct {
	struct seq_file file;
	const struct file_operations *fops;
} shown[4];
static const struct attribute_group *groups[256];
static unsigned int num_shown, num_groups, readers;

static void wait_for_readers(void)
{
	while (readers)
		shim_sleep(shown, SHIM_NO_TIMEOUT, false);
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
	if (fails(&alloc_failures))
		return -ENOMEM;
	BUG_ON(num_groups == ARRAY_SIZE(groups));
	groups[num_groups++] = group;
	return 0;
}

/* The last one comes first. */
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group)
{
	BUG_ON(groups[--num_groups] != group);
	wait_for_readers();
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	num_shown = 0;
	return (struct dentry *)shown;
}

void debugfs_create_file(const char *name, int mode, struct dentry *dir, void *data,
			 const struct file_operations *fops)
{
	BUG_ON(num_shown == ARRAY_SIZE(shown));
	shown[num_shown].file.private = data;
	shown[num_shown++].fops = fops;
}

void debugfs_remove(struct dentry *dir)
{
	num_shown = 0;
	wait_for_readers();
}

static void show_attribute(struct attribute *attribute)
{
	struct device_attribute *attr = container_of(attribute, struct device_attribute, attr);
	char page[PAGE_SIZE];

	attr->show(NULL, attr, page);
}

void memory_show(unsigned long index)
{
	struct attribute **attr;

	readers++;
	if (index < num_shown)
		shown[index].fops->show(&shown[index].file, NULL);
	else if (index - num_shown < num_groups)
		for (attr = groups[index - num_shown]->attrs; *attr; attr++)
			show_attribute(*attr);
	readers--;
	shim_wake(shown);
}

void memory_check(void)
{
	BUG_ON(!heap_is_empty());
	BUG_ON(num_mappings);
}

void shim_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

void shim_warn(const char *file, int line, const char *what)
{
	if (strstr(file, "virtio_rtc"))
		shim_bug(file, line, what);
}

bool shim_is_verbose(void)
{
	static int verbose = -1;

	if (verbose < 0)
		verbose = !!getenv("VERBOSE");
	return verbose;
}

void shim_log(const char *format, ...)
{
	va_list args;

	if (!shim_is_verbose())
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
}
