// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel did meanwhile: memory that it gave out, and interrupts.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <err.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench_counts.h"

/* Where the kernel gives out memory; each is a tracepoint of group "kmem". */
static const char *const alloc_events[NUM_ALLOC_EVENTS] = {
	"kmalloc", "kmem_cache_alloc", "mm_page_alloc",
};

/* A counter of the calling thread's passes through a tracepoint, or -1. */
static int open_tracepoint(const char *event)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
	};
	unsigned long long id;
	char path[128];
	int found;
	FILE *file;

	snprintf(path, sizeof(path),
		 "/sys/kernel/tracing/events/kmem/%s/id", event);
	file = fopen(path, "re");
	if (!file)
		return -1;
	found = fscanf(file, "%llu", &id);
	fclose(file);
	if (found != 1)
		return -1;
	attr.config = id;

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

void open_allocations(struct allocations *counters)
{
	for (size_t i = 0; i < NUM_ALLOC_EVENTS; i++) {
		counters->fds[i] = open_tracepoint(alloc_events[i]);
		if (counters->fds[i] < 0)
			err(EXIT_FAILURE, "cannot count %s", alloc_events[i]);
	}
	counters->open = true;
}

void close_allocations(struct allocations *counters)
{
	for (size_t i = 0; counters->open && i < NUM_ALLOC_EVENTS; i++)
		close(counters->fds[i]);
	counters->open = false;
}

uint64_t count_allocations(const struct allocations *counters)
{
	uint64_t value, sum = 0;

	for (size_t i = 0; counters->open && i < NUM_ALLOC_EVENTS; i++) {
		if (read(counters->fds[i], &value, sizeof(value)) != sizeof(value))
			err(EXIT_FAILURE, "cannot read a counter");
		sum += value;
	}

	return sum;
}

/* A device that is simulated has interrupts that only it can count. */
static long long read_interrupts(const char *path)
{
	FILE *file = fopen(path, "re");
	long long count;

	if (!file || fscanf(file, "%lld", &count) != 1)
		errx(EXIT_FAILURE, "cannot read the number of interrupts in %s", path);
	fclose(file);

	return count;
}

long long count_interrupts(const char *clock, const char *counted)
{
	char link[128], target[256], line[1024], *device, *at, *next;
	long long sum = -1;
	ssize_t len;
	FILE *file;

	if (counted)
		return read_interrupts(counted);

	snprintf(link, sizeof(link), "/sys/class/ptp/%s/device",
		 strrchr(clock, '/') + 1);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return -1;
	target[len] = '\0';
	device = strrchr(target, '/') + 1;

	file = fopen("/proc/interrupts", "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		at = strstr(line, device);
		if (!at || strspn(at + strlen(device), "0123456789"))
			continue;
		if (sum < 0)
			sum = 0;
		/* "IRQ: COUNT COUNT... CHIP...": a count for each processor */
		for (at = strchr(line, ':') + 1;; at = next) {
			unsigned long long count = strtoull(at, &next, 10);

			if (next == at || *next != ' ')
				break;
			sum += count;
		}
	}
	fclose(file);

	return sum;
}
