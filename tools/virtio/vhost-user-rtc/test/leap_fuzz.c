// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leap seconds: any file, and what follows from it.
 *
 * The input is the file; instants are tried around each leap second in it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "time/leap.h"
#include "time/leap_file.h"
#include "base/macros.h"

#define SEC	1000000000ULL

static void check_instant(const struct leap_table *table, uint64_t tai)
{
	enum leap_timescale scale;

	for (scale = LEAP_TAI; scale <= LEAP_UTC_SLS; scale++) {
		uint64_t reading = leap_reading(table, scale, tai);
		uint64_t reached = leap_reached(table, scale, reading);

		fuzz_check(reached <= tai);
		fuzz_check(leap_reading(table, scale, reached) >= reading);
		fuzz_check(!reached || leap_reading(table, scale, reached - 1) < reading);
		if (scale != LEAP_UTC && tai < UINT64_MAX)
			fuzz_check(leap_reading(table, scale, tai + 1) - reading <= 2);
	}
}

static void check_table(const struct leap_table *table)
{
	static const int64_t around[] = {
		-43201, -43200, -1001, -1000, -999, -2, -1, 0, 1, 43199, 43200, 43201,
	};
	unsigned int i, j;

	check_instant(table, 0);
	check_instant(table, UINT64_MAX);
	for (i = 0; i < table->num; i++) {
		for (j = 0; j < ARRAY_SIZE(around); j++) {
			uint64_t tai = (table->second[i].boundary + table->second[i].offset +
					around[j]) * SEC;

			check_instant(table, tai);
			check_instant(table, tai - 1);
			check_instant(table, tai + 123456789);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	struct leap_table table;
	char path[64], error[200] = "";

	if (file < 0)
		file = memfd_create("leap_fuzz", MFD_CLOEXEC);
	fuzz_check(file >= 0 && !ftruncate(file, 0) && !lseek(file, 0, SEEK_SET));
	fuzz_check(write(file, data, size) == (ssize_t)size);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (!leap_file_read(&table, path, error, sizeof(error)))
		check_table(&table);
	else
		fuzz_check(!strncmp(error, path, strlen(path)) && !strchr(error, '\n'));
	return 0;
}
