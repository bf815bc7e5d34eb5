// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's memory in many regions.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <time.h>

#include "base/macros.h"
#include "check.h"
#include "transport/guest_memory.h"

/* Units of the memory; one below it and one above it are never there. */
#define UNITS		64
#define UNIT		16
#define BASE		UINT64_C(0x40000000)
#define USER		UINT64_C(0x7f0000000000)

static uint8_t bytes[UNITS * UNIT];

/* Regions by the unit that they begin with; how many units they have, 0 for none */
struct units {
	unsigned int begin[UNITS];
};

static bool is_there(const struct units *units, unsigned int unit)
{
	unsigned int i;

	for (i = 0; i <= unit && i < UNITS; i++)
		if (i + units->begin[i] > unit)
			return true;
	return false;
}

static bool all_there(const struct units *units, uint64_t offset, uint64_t size)
{
	uint64_t at;

	for (at = offset; at < offset + size; at++)
		if (at >= sizeof(bytes) || !is_there(units, at / UNIT))
			return false;
	return true;
}

static void come_or_go(struct guest_memory *m, struct units *units, unsigned int at,
		       unsigned int num)
{
	const uint64_t offset = at * UNIT;
	unsigned int i;

	if (units->begin[at]) {
		assert_int_equal(guest_memory_remove(m, BASE + offset, USER + offset,
						     units->begin[at] * UNIT), 0);
		units->begin[at] = 0;
		return;
	}
	for (i = 0; i < num; i++)
		if (at + i >= UNITS || is_there(units, at + i))
			return;
	assert_int_equal(guest_memory_add_mapped(m, BASE + offset, USER + offset, num * UNIT,
						 bytes + offset), 0);
	units->begin[at] = num;
}

static void what_is_there_is_found_whatever_comes_and_goes(void **state)
{
	static struct guest_memory m;
	struct units units = { { 0 } };
	uint8_t read[sizeof(bytes)];
	uint64_t random = 1;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * 7;
	for (i = 0; i < 2000; i++) {
		unsigned int at = random_below(&random, UNITS);

		come_or_go(&m, &units, at, 1 + random_below(&random, 4));
		for (j = 0; j < 20; j++) {
			uint64_t offset = random_below(&random, sizeof(bytes) + UNIT);
			uint64_t size = random_below(&random, 8 * UNIT);
			bool there = all_there(&units, offset, size);

			assert_int_equal(guest_memory_contains(&m, BASE + offset, size), there);
			assert_int_equal(guest_memory_read(&m, read, BASE + offset, size), there);
			if (there)
				assert_memory_equal(read, bytes + offset, size);
		}
		assert_false(guest_memory_contains(&m, BASE - 1, 2));
		assert_false(guest_memory_contains(&m, BASE, UINT64_MAX));
		assert_false(guest_memory_contains(&m, 0, UINT64_MAX));
	}
	guest_memory_clear(&m);
}

static uint64_t processor_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

/* What it takes to look many times whether a memory of so many regions is there, in ns */
static uint64_t cost(unsigned int regions)
{
	static struct guest_memory m;
	const uint64_t size = sizeof(bytes);
	unsigned int i;
	uint64_t begin;

	for (i = 0; i < regions; i++)
		assert_int_equal(guest_memory_add_mapped(&m, BASE + i * size, USER + i * size,
							 size, bytes), 0);
	begin = processor_ns();
	for (i = 0; i < 100000; i++)
		assert_true(guest_memory_contains(&m, BASE, regions * size));
	begin = processor_ns() - begin;
	guest_memory_clear(&m);
	return begin;
}

/* A guest has as many descriptors of that kind as it likes in each of its buffers. */
static void to_find_the_whole_of_many_regions_costs_little_more_than_one(void **state)
{
	uint64_t one, many;

	(void)state;
	one = cost(1);
	many = cost(GUEST_MEMORY_MAX_REGIONS);
	print_message("%llu ns each in one region, %llu in %u\n",
		      (unsigned long long)one / 100000, (unsigned long long)many / 100000,
		      GUEST_MEMORY_MAX_REGIONS);
	check(many < 50 * one, "too much");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_found_whatever_comes_and_goes),
		cmocka_unit_test(to_find_the_whole_of_many_regions_costs_little_more_than_one),
	};

	return cmocka_run_group_tests_name("the guest's memory", tests, NULL, NULL);
}
