// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The system's table of leap seconds, where the user named none.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdio.h>
#include <unistd.h>

static char system_file[64];

#define LEAP_FILE_SYSTEM	system_file

#include "check.h"
#include "time/leap_source.c"

#define NTP_TO_UNIX	UINT64_C(2208988800)

/* TAI - UTC in 1972, where each file begins */
#define FIRST		10

static struct leap_table table;

static struct leap_source source = {
	.table = &table,
	.watch.fd = -1,
	.expiry.fd = -1,
};

static void write_table(int offset, uint64_t expires)
{
	FILE *f = fopen(LEAP_FILE_SYSTEM, "w");
	int i;

	assert_non_null(f);
	fprintf(f, "#@ %llu\n", (unsigned long long)(expires + NTP_TO_UNIX));
	for (i = FIRST; i <= offset; i++)
		fprintf(f, "%llu %d\n", 2272060800ULL + (i - FIRST) * 86400ULL * 300, i);
	assert_int_equal(fclose(f), 0);
}

static void load(void)
{
	char error[300];

	assert_true(leap_source_load(&source, error, sizeof(error)));
}

static int remove_file(void **state)
{
	(void)state;
	unlink(LEAP_FILE_SYSTEM);
	return 0;
}

static void what_is_built_in_stands_for_an_older_one_and_for_none(void **state)
{
	(void)state;
	load();
	assert_true(same_table(&table, &leap_builtin));
	write_table(20, leap_builtin.expires - 1);
	load();
	assert_true(same_table(&table, &leap_builtin));
	leap_source_reload(&source);
	assert_true(same_table(&table, &leap_builtin));
	write_table(20, leap_builtin.expires + 1);
	load();
	assert_false(same_table(&table, &leap_builtin));
}

static void one_that_breaks_or_goes_changes_nothing(void **state)
{
	struct leap_table before;
	FILE *f;

	(void)state;
	write_table(20, leap_builtin.expires + 1000);
	load();
	before = table;
	f = fopen(LEAP_FILE_SYSTEM, "w");
	assert_non_null(f);
	fputs("a part of it\n", f);
	fclose(f);
	leap_source_reload(&source);
	assert_true(same_table(&table, &before));
	unlink(LEAP_FILE_SYSTEM);
	leap_source_reload(&source);
	assert_true(same_table(&table, &before));
	write_table(21, leap_builtin.expires + 2000);
	leap_source_reload(&source);
	assert_int_equal(table.num, before.num + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_built_in_stands_for_an_older_one_and_for_none,
					  remove_file),
		cmocka_unit_test_teardown(one_that_breaks_or_goes_changes_nothing, remove_file),
	};

	snprintf(system_file, sizeof(system_file), "/tmp/leap_source_test.%d", getpid());
	return cmocka_run_group_tests_name("leap seconds: the system's", tests, NULL, NULL);
}
