// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counter of x86 hosts, the TSC.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#include "counter_source.h"

static uint64_t read_tsc(void)
{
	uint64_t tsc;

	_mm_lfence();
	tsc = __rdtsc();
	_mm_lfence();
	return tsc;
}

static bool has_word(const char *line, const char *word)
{
	size_t size = strlen(word);
	const char *p = line;

	while ((p = strstr(p, word))) {
		if (p > line && isspace((unsigned char)p[-1]) && isspace((unsigned char)p[size]))
			return true;
		p += size;
	}
	return false;
}

static const char *check_tsc(void)
{
	const char *error = "its rate is not known to be constant (see flags in /proc/cpuinfo)";
	FILE *file = fopen("/proc/cpuinfo", "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return "/proc/cpuinfo, which would tell whether it can be used, cannot be read";
	while (getline(&line, &size, file) > 0) {
		if (strncmp(line, "flags", 5))
			continue;
		if (has_word(line, "constant_tsc") && has_word(line, "nonstop_tsc"))
			error = NULL;
		break;
	}
	free(line);
	fclose(file);
	return error;
}

const struct counter_source counter_source_native = {
	.name = "tsc",
	.read = read_tsc,
	.check = check_tsc,
};
