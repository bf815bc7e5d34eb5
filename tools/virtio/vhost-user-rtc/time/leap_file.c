// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leap-second files: leap-seconds.list.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leap.h"
#include "leap_file.h"

/* The file's times are NTP's, in its era 0. From there to the Unix epoch, in s: */
#define NTP_TO_UNIX	2208988800ULL

/* A number of at most 10 digits is enough for 150 years, and cannot overflow. */
#define TIME		"%10llu"

/* Whether only white space or a comment follows */
static bool leap_file_ends(const char *text)
{
	text += strspn(text, " \t\r\n");
	return !*text || *text == '#';
}

/* Return: NULL, or what is wrong with the line. */
static const char *leap_file_line(struct leap_table *table, bool *begun, const char *text)
{
	unsigned long long ntp;
	int offset;
	int end = 0;

	if (sscanf(text, "#@ " TIME "%n", &ntp, &end) == 1) {
		if (ntp < NTP_TO_UNIX || !leap_file_ends(text + end))
			return "bad time of expiry";
		table->expires = ntp - NTP_TO_UNIX;
		return NULL;
	}
	if (leap_file_ends(text))
		return NULL;

	text += strspn(text, " \t");
	if (!isdigit((unsigned char)*text) ||
	    sscanf(text, TIME " %4d%n", &ntp, &offset, &end) != 2 ||
	    !leap_file_ends(text + end))
		return "expected an NTP time and TAI - UTC";
	if (ntp < NTP_TO_UNIX)
		return "time before 1970";
	if (!*begun) {
		/* The first entry is the state of 1972 and no leap second. */
		*begun = true;
		return offset == LEAP_FIRST_OFFSET ? NULL : "the first TAI - UTC should be 10 s";
	}
	switch (leap_table_add(table, ntp - NTP_TO_UNIX, offset)) {
	case 0:
		return NULL;
	case -ENOSPC:
		return "too many leap seconds";
	default:
		return "expected a later UTC midnight, and TAI - UTC to change by 1 s";
	}
}

static int leap_file_parse(struct leap_table *table, FILE *file, const char *path,
			   char *error, size_t error_size)
{
	const char *wrong = NULL;
	unsigned int number = 0;
	bool begun = false;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	int err;

	while (!wrong && (len = getline(&text, &size, file)) >= 0) {
		number++;
		wrong = strlen(text) == (size_t)len ? leap_file_line(table, &begun, text) :
						      "not a text file";
	}
	err = -errno;
	free(text);

	if (wrong) {
		snprintf(error, error_size, "%s:%u: %s", path, number, wrong);
		return -EINVAL;
	}
	if (ferror(file)) {
		snprintf(error, error_size, "%s: %s", path, strerror(-err));
		return err;
	}
	if (!begun) {
		snprintf(error, error_size, "%s: no entries, is this a leap-seconds.list?", path);
		return -EINVAL;
	}
	return 0;
}

int leap_file_read(struct leap_table *table, const char *path, char *error, size_t error_size)
{
	struct leap_table read = { 0 };
	FILE *file = fopen(path, "re");
	int err;

	if (!file) {
		err = -errno;
		snprintf(error, error_size, "%s: %s", path, strerror(-err));
		return err;
	}
	err = leap_file_parse(&read, file, path, error, error_size);
	fclose(file);
	if (!err)
		*table = read;
	return err;
}
