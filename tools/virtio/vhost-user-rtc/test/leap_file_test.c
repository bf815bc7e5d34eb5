// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leap-second files, the system's own and broken ones.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "time/leap.h"
#include "time/leap_file.h"
#include "base/macros.h"

static char path[40];

static int make_file(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/leap_file_test.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	return close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static int read_text(struct leap_table *table, const char *text, size_t len, char *error,
		     size_t error_size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	return leap_file_read(table, path, error, error_size);
}

static void the_system_file_has_all_leap_seconds(void **state)
{
	struct leap_table table;
	char error[200];

	(void)state;
	if (access(LEAP_FILE_SYSTEM, R_OK))
		skip();
	if (leap_file_read(&table, LEAP_FILE_SYSTEM, error, sizeof(error)))
		fail_msg("%s", error);
	/* The first, and the last of which there was one when this was written */
	assert_in_range(table.num, 27, LEAP_SECONDS_MAX);
	assert_int_equal(table.second[0].boundary, 78796800);
	assert_int_equal(table.second[0].offset, 11);
	assert_int_equal(table.second[26].boundary, 1483228800);
	assert_int_equal(table.second[26].offset, 37);
	assert_true(table.expires > 1700000000);
}

static void comments_and_white_space_are_skipped(void **state)
{
	static const char text[] =
		"# comment\n"
		"#$ 3960835200\n"
		"#\n"
		"\n"
		"   \t \r\n"
		"#@\t3991593600\r\n"
		"2272060800 10 # 1 Jan 1972\n"
		"  2287785600\t11# 1 Jul 1972\n"
		"2303683200 12\r\n"
		"2335219200 11";
	struct leap_table table;
	char error[200];

	(void)state;
	if (read_text(&table, text, strlen(text), error, sizeof(error)))
		fail_msg("%s", error);
	assert_int_equal(table.num, 3);
	assert_int_equal(table.expires, 3991593600 - 2208988800);
	assert_int_equal(table.second[0].boundary, 2287785600 - 2208988800);
	assert_int_equal(table.second[2].offset, 11);
}

static bool is_prefix(const struct leap_table *table, const struct leap_table *of)
{
	unsigned int i;

	for (i = 0; i < table->num; i++)
		if (i >= of->num || table->second[i].boundary != of->second[i].boundary ||
		    table->second[i].offset != of->second[i].offset)
			return false;
	return true;
}

/* Whichever is the newer one */
static void the_built_in_table_is_the_systems(void **state)
{
	struct leap_table table;
	char error[200];

	(void)state;
	assert_true(leap_builtin.num >= 27 && leap_builtin.expires > 1800000000);
	if (leap_file_read(&table, LEAP_FILE_SYSTEM, error, sizeof(error)))
		skip();
	if (table.expires >= leap_builtin.expires)
		assert_true(is_prefix(&leap_builtin, &table));
	else
		assert_true(is_prefix(&table, &leap_builtin));
}

#define BEGIN	"2272060800 10\n2287785600 11\n"

/* SHA-1 of 3960835200 3991593600 2272060800 10 2287785600 11 without the spaces */
#define HASHED	"#$ 3960835200\n#@ 3991593600\n" BEGIN
#define HASH	"55b48a18 32dfc6f3 dd78be6a b4b574de 64744ce7"

static void the_hash_has_to_fit(void **state)
{
	struct leap_table table;
	char error[200];
	size_t i;
	char text[200] = HASHED "#h " HASH "\n";

	(void)state;
	if (read_text(&table, text, strlen(text), error, sizeof(error)))
		fail_msg("%s", error);
	/* Any other digit makes it another file, but for those in comments. */
	for (i = 0; i < strlen(HASHED); i++) {
		if (text[i] < '0' || text[i] > '9')
			continue;
		text[i] = text[i] == '9' ? '8' : text[i] + 1;
		check(read_text(&table, text, strlen(text), error, sizeof(error)) == -EINVAL,
		      "byte %zu makes no difference", i);
		text[i] = HASHED[i];
	}
	text[strlen(HASHED "#h ")] ^= 1;
	assert_int_equal(read_text(&table, text, strlen(text), error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "does not fit its hash"));
}

static void what_is_no_file_or_has_no_end_is_refused_at_once(void **state)
{
	static const char *const paths[] = { "/dev/zero", "/dev/null", "/dev/tty" };
	struct leap_table table;
	char error[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		check(leap_file_read(&table, paths[i], error, sizeof(error)) < 0, "%s is read",
		      paths[i]);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(leap_file_read(&table, path, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "not a file"));
	assert_int_equal(unlink(path), 0);
	/* Of no size to speak of, but with no end in sight */
	assert_int_equal(close(creat(path, 0600)), 0);
	assert_int_equal(truncate(path, 1LL << 40), 0);
	assert_int_equal(leap_file_read(&table, path, error, sizeof(error)), -EINVAL);
}

static void broken_files_are_refused_with_the_line(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *reason;
	} broken[] = {
		{ "", 0, "no entries" },
		{ "# nothing\n", 0, "no entries" },
		{ "#@ 3991593600\n", 0, "no entries" },
		{ "hello\n", 1, "expected an NTP time" },
		{ "2272060800\n", 1, "expected an NTP time" },
		{ "2272060800 x\n", 1, "expected an NTP time" },
		{ "2272060800 10 1\n", 1, "expected an NTP time" },
		{ "2272060800x 10\n", 1, "expected an NTP time" },
		{ "-22720608 10\n", 1, "expected an NTP time" },
		{ "99999999999999999999 10\n", 1, "expected" },
		{ "2272060800 99999999999\n", 1, "expected" },
		{ "1000 10\n", 1, "time before 1970" },
		{ "2287785600 11\n", 1, "first TAI - UTC" },
		{ "#@ 1\n" BEGIN, 1, "bad time of expiry" },
		{ "#@ 3991593600 1\n" BEGIN, 1, "bad time of expiry" },
		{ BEGIN "#h 1 2 3 4\n", 3, "bad hash" },
		{ BEGIN "#h 1 2 3 4 5 6\n", 3, "bad hash" },
		{ BEGIN "#h 1 2 3 4 5\n", 0, "does not fit its hash" },
		{ BEGIN "2303683200 13\n", 3, "change by 1 s" },
		{ BEGIN "2303683200 11\n", 3, "change by 1 s" },
		{ BEGIN "2303683201 12\n", 3, "midnight" },
		{ BEGIN "\n2287785600 12\n", 4, "later" },
		{ BEGIN "2287872000 12\n", 3, "later" },
		{ "<!DOCTYPE html>\n", 1, "expected" },
	};
	struct leap_table table = { .num = 77 };
	char error[200], where[100];
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(broken); i++) {
		err = read_text(&table, broken[i].text, strlen(broken[i].text), error,
				sizeof(error));
		check(err == -EINVAL, "%s: returns %d", broken[i].text, err);
		if (broken[i].line)
			snprintf(where, sizeof(where), "%s:%u: ", path, broken[i].line);
		else
			snprintf(where, sizeof(where), "%s: ", path);
		check(!strncmp(error, where, strlen(where)) && strstr(error, broken[i].reason),
		      "%s: says \"%s\"", broken[i].text, error);
		check(table.num == 77, "%s: the table was changed", broken[i].text);
	}
}

static void binary_files_are_refused(void **state)
{
	static const char text[] = BEGIN "2303683200 12\0 garbage\n";
	struct leap_table table;
	char error[200];

	(void)state;
	assert_int_equal(read_text(&table, text, sizeof(text) - 1, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, ":3: not a text file"));
}

static void too_many_leap_seconds_are_refused(void **state)
{
	static char text[16384];
	struct leap_table table;
	char error[200];
	size_t len = 0;
	int i;

	(void)state;
	for (i = 0; i <= LEAP_SECONDS_MAX + 1; i++)
		len += snprintf(text + len, sizeof(text) - len, "%llu %d\n",
				2272060800ULL + i * 86400ULL * 180, 10 + i);
	assert_int_equal(read_text(&table, text, len, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "too many"));
}

static void files_that_cannot_be_read_give_the_reason(void **state)
{
	struct leap_table table;
	char error[200], small[10];

	(void)state;
	assert_int_equal(leap_file_read(&table, "/nonexistent/leap", error, sizeof(error)),
			 -ENOENT);
	assert_string_equal(error, "/nonexistent/leap: No such file or directory");
	assert_int_equal(leap_file_read(&table, "/", error, sizeof(error)), -EISDIR);
	assert_string_equal(error, "/: Is a directory");
	assert_int_equal(leap_file_read(&table, "/nonexistent/leap", small, sizeof(small)),
			 -ENOENT);
	assert_string_equal(small, "/nonexist");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_system_file_has_all_leap_seconds),
		cmocka_unit_test(the_built_in_table_is_the_systems),
		cmocka_unit_test(the_hash_has_to_fit),
		cmocka_unit_test(what_is_no_file_or_has_no_end_is_refused_at_once),
		cmocka_unit_test(comments_and_white_space_are_skipped),
		cmocka_unit_test(broken_files_are_refused_with_the_line),
		cmocka_unit_test(binary_files_are_refused),
		cmocka_unit_test(too_many_leap_seconds_are_refused),
		cmocka_unit_test(files_that_cannot_be_read_give_the_reason),
	};

	return cmocka_run_group_tests_name("leap-second files", tests, make_file, remove_file);
}
