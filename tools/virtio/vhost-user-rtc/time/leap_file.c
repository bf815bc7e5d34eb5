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
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leap.h"
#include "leap_file.h"
#include "leap_hash.h"

/* Real ones have 5 KB. */
#define SIZE_MAX_KB	256

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

/**
 * struct leap_file - a file that is being read
 * @table: The leap seconds so far.
 * @begun: There was an entry.
 * @hash: Of what was read.
 * @has_hash: The file has one, which is
 * @words: this one.
 */
struct leap_file {
	struct leap_table table;
	bool begun;
	struct leap_hash hash;
	bool has_hash;
	unsigned int words[LEAP_HASH_WORDS];
};

/* The digits of @text, up to @end, are part of the hash. */
static void leap_file_hash(struct leap_file *f, const char *text, int end)
{
	int i;

	for (i = 0; i < end; i++)
		if (isdigit((unsigned char)text[i]))
			leap_hash_add(&f->hash, &text[i], 1);
}

/* What begins with #, and is more than a comment. Returns what is wrong, or NULL. */
static const char *leap_file_special(struct leap_file *f, const char *text)
{
	unsigned long long ntp;
	int end = 0;

	if (sscanf(text, "#$ " TIME "%n", &ntp, &end) == 1) {
		leap_file_hash(f, text, end);
	} else if (sscanf(text, "#@ " TIME "%n", &ntp, &end) == 1) {
		if (ntp < NTP_TO_UNIX || !leap_file_ends(text + end))
			return "bad time of expiry";
		f->table.expires = ntp - NTP_TO_UNIX;
		leap_file_hash(f, text, end);
	} else if (!strncmp(text, "#h", 2)) {
		/* Some write the words without zeros in front. */
		f->has_hash = sscanf(text, "#h %8x %8x %8x %8x %8x%n", &f->words[0], &f->words[1],
				     &f->words[2], &f->words[3], &f->words[4], &end) == 5;
		if (!f->has_hash || !leap_file_ends(text + end))
			return "bad hash";
	}
	return NULL;
}

/* Return: NULL, or what is wrong with the line. */
static const char *leap_file_line(struct leap_file *f, const char *text)
{
	unsigned long long ntp;
	int offset;
	int end = 0;

	if (*text == '#')
		return leap_file_special(f, text);
	if (leap_file_ends(text))
		return NULL;

	text += strspn(text, " \t");
	if (!isdigit((unsigned char)*text) ||
	    sscanf(text, TIME " %4d%n", &ntp, &offset, &end) != 2 ||
	    !leap_file_ends(text + end))
		return "expected an NTP time and TAI - UTC";
	if (ntp < NTP_TO_UNIX)
		return "time before 1970";
	leap_file_hash(f, text, end);
	if (!f->begun) {
		/* The first entry is the state of 1972 and no leap second. */
		f->begun = true;
		return offset == LEAP_FIRST_OFFSET ? NULL : "the first TAI - UTC should be 10 s";
	}
	switch (leap_table_add(&f->table, ntp - NTP_TO_UNIX, offset)) {
	case 0:
		return NULL;
	case -ENOSPC:
		return "too many leap seconds";
	default:
		return "expected a later UTC midnight, and TAI - UTC to change by 1 s";
	}
}

static bool leap_file_hash_is_right(struct leap_file *f)
{
	uint32_t words[LEAP_HASH_WORDS];
	unsigned int i;

	leap_hash_end(&f->hash, words);
	for (i = 0; i < LEAP_HASH_WORDS && f->has_hash; i++)
		if (words[i] != f->words[i])
			return false;
	return true;
}

static int leap_file_parse(struct leap_file *f, FILE *file, const char *path,
			   char *error, size_t error_size)
{
	const char *wrong = NULL;
	unsigned int number = 0;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	int err;

	while (!wrong && (len = getline(&text, &size, file)) >= 0) {
		number++;
		wrong = strlen(text) == (size_t)len ? leap_file_line(f, text) :
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
	if (!f->begun) {
		snprintf(error, error_size, "%s: no entries, is this a leap-seconds.list?", path);
		return -EINVAL;
	}
	if (!leap_file_hash_is_right(f)) {
		snprintf(error, error_size, "%s: what it says does not fit its hash (#h)", path);
		return -EINVAL;
	}
	return 0;
}

/* Opens a file, and nothing that could hold us up or has no end. */
static FILE *leap_file_open(const char *path, char *error, size_t error_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	FILE *file;

	if (fd < 0 || fstat(fd, &st) < 0) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > SIZE_MAX_KB * 1024) {
		errno = EINVAL;
		snprintf(error, error_size, "%s: not a file of up to %u KB", path, SIZE_MAX_KB);
	} else {
		file = fdopen(fd, "r");
		if (file)
			return file;
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
	}
	if (fd >= 0) {
		int err = errno;

		close(fd);
		errno = err;
	}
	return NULL;
}

int leap_file_read(struct leap_table *table, const char *path, char *error, size_t error_size)
{
	struct leap_file f = { .begun = false };
	FILE *file = leap_file_open(path, error, error_size);
	int err;

	if (!file)
		return -errno;
	leap_hash_begin(&f.hash);
	err = leap_file_parse(&f, file, path, error, error_size);
	fclose(file);
	if (!err)
		*table = f.table;
	return err;
}
