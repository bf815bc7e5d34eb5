// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of leap seconds, as it changes under a daemon that runs.
 *
 * Time runs from a start time that only tables made here have leap seconds
 * before; so TAI - UTC, as the device's clocks show it, tells which one it uses.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"

#define SECOND		UINT64_C(1000000000)
#define NTP_TO_UNIX	UINT64_C(2208988800)

/* TAI - UTC in 1972, where each file begins */
#define FIRST		10

static char dir[40];

/* Paths in there */
static char file[64], next[64], link_to[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/reload_test.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/leap", dir);
	snprintf(next, sizeof(next), "%s/next", dir);
	snprintf(link_to, sizeof(link_to), "%s/link", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(file);
	unlink(next);
	unlink(link_to);
	return rmdir(dir);
}

/* Writes a table with TAI - UTC of @offset s from some year before 2031 on. */
static void write_table(const char *path, int offset, uint64_t expires)
{
	FILE *f = fopen(path, "w");
	int i;

	assert_non_null(f);
	if (expires)
		fprintf(f, "#@ %llu\n", (unsigned long long)(expires + NTP_TO_UNIX));
	for (i = FIRST; i <= offset; i++)
		fprintf(f, "%llu %d\n", 2272060800ULL + (i - FIRST) * 86400ULL * 300, i);
	assert_int_equal(fclose(f), 0);
}

static void spawn(struct frontend *f, const char *path)
{
	char option[80];
	const char *const args[] = {
		option, "--start-time=2031-01-01T12:00:00Z", "--clock=tai", "--clock=utc,alarm",
		NULL,
	};

	snprintf(option, sizeof(option), "--leap-file=%s", path);
	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
	frontend_populate(f, 4);
}

/*
 * UTC is read first, so the time in between only adds to the difference; where that is long,
 * or the table changes, they are read again.
 */
static int offset_now(struct frontend *f)
{
	unsigned int tries = 0;
	uint64_t utc, tai;

	do {
		check(tries++ < 100, "two readings always take half a second");
		utc = frontend_read(f, 1);
		tai = frontend_read(f, 0);
	} while (frontend_read(f, 1) - utc > SECOND / 2);
	return (tai - utc) / SECOND;
}

static void expect_offset(struct frontend *f, int offset)
{
	unsigned int ms;

	for (ms = 0; ms < PATIENCE_MS && offset_now(f) != offset; ms += 10)
		sleep_ms(10);
	check(offset_now(f) == offset, "TAI - UTC is %d, not %d", offset_now(f), offset);
}

static void expect_words(struct frontend *f, const char *words)
{
	char said[4096];
	unsigned int ms;

	for (ms = 0; ms < PATIENCE_MS; ms += 10) {
		frontend_said(f, said, sizeof(said));
		if (strstr(said, words))
			return;
		sleep_ms(10);
	}
	fail_msg("it does not say \"%s\"", words);
}

static void a_table_that_is_replaced_is_read_again(void **state)
{
	struct frontend f;

	(void)state;
	write_table(file, 20, 4000000000);
	spawn(&f, file);
	assert_int_equal(offset_now(&f), 20);
	write_table(next, 25, 4000000000);
	assert_int_equal(rename(next, file), 0);
	expect_offset(&f, 25);
	expect_words(&f, "has changed");
	frontend_end(&f);
}

static void a_table_that_is_written_in_place_is_read_again(void **state)
{
	struct frontend f;

	(void)state;
	write_table(file, 20, 4000000000);
	spawn(&f, file);
	write_table(file, 12, 4000000000);
	expect_offset(&f, 12);
	frontend_end(&f);
}

static void a_broken_table_changes_nothing(void **state)
{
	struct frontend f;
	FILE *out;

	(void)state;
	write_table(file, 20, 4000000000);
	spawn(&f, file);
	out = fopen(next, "w");
	assert_non_null(out);
	fprintf(out, "<!DOCTYPE html>\n");
	assert_int_equal(fclose(out), 0);
	assert_int_equal(rename(next, file), 0);
	expect_words(&f, "stay as they are");
	assert_int_equal(offset_now(&f), 20);
	write_table(file, 21, 4000000000);
	expect_offset(&f, 21);
	frontend_end(&f);
}

/* What a link leads to is in a folder that nobody watches. */
static void sighup_reads_the_table_again_and_does_not_end_it(void **state)
{
	struct frontend f;
	char other[] = "/tmp/reload_test-XXXXXX";
	int fd = mkstemp(other);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_table(other, 20, 4000000000);
	assert_int_equal(symlink(other, link_to), 0);
	spawn(&f, link_to);
	write_table(other, 22, 4000000000);
	assert_int_equal(offset_now(&f), 20);
	kill(f.daemon, SIGHUP);
	expect_offset(&f, 22);
	kill(f.daemon, SIGHUP);
	assert_int_equal(offset_now(&f), 22);
	frontend_end(&f);
	unlink(other);
}

/* UTC steps forward by 30 s when the table has that many leap seconds less. */
static void alarms_follow_a_table_that_changes(void **state)
{
	struct frontend f;
	uint64_t alarm;

	(void)state;
	write_table(file, 40, 4000000000);
	spawn(&f, file);
	alarm = frontend_read(&f, 1) + 25 * SECOND;
	frontend_set_alarm(&f, 1, alarm, true);
	assert_int_equal(frontend_notification(&f, 100), -1);
	write_table(file, 10, 4000000000);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 1);
	assert_true(frontend_read(&f, 1) >= alarm);
	frontend_end(&f);
}

static void the_end_of_validity_is_noticed_while_it_runs(void **state)
{
	struct frontend f;
	char said[4096];
	int margin_s;

	(void)state;
	/* On a busy machine it may take longer to start. */
	for (margin_s = 2;; margin_s *= 2) {
		write_table(file, 20, host_ns(CLOCK_REALTIME) / SECOND + margin_s);
		spawn(&f, file);
		frontend_said(&f, said, sizeof(said));
		if (!strstr(said, "has expired"))
			break;
		check(margin_s < 64, "it has expired at once");
		frontend_end(&f);
	}
	expect_words(&f, "has expired");
	frontend_end(&f);
}

static void a_table_without_a_time_of_expiry_is_used_and_said_to_be_one(void **state)
{
	struct frontend f;

	(void)state;
	write_table(file, 20, 0);
	spawn(&f, file);
	assert_int_equal(offset_now(&f), 20);
	expect_words(&f, "does not say when it expires");
	frontend_end(&f);
}

/* The table says that UTC is 10 s behind TAI; TAI begins in 1970 too. */
static void time_can_start_in_1970(void **state)
{
	static const char *const args[] = {
		"--start-time=1970-01-01T00:00:00Z", "--clock=tai", "--clock=utc", NULL,
	};
	struct frontend f;
	uint64_t utc;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	utc = frontend_read(&f, 1);
	sleep_ms(20);
	assert_true(frontend_read(&f, 1) >= utc + 20000000);
	assert_int_equal(offset_now(&f), FIRST);
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_that_is_replaced_is_read_again),
		cmocka_unit_test(a_table_that_is_written_in_place_is_read_again),
		cmocka_unit_test(a_broken_table_changes_nothing),
		cmocka_unit_test(sighup_reads_the_table_again_and_does_not_end_it),
		cmocka_unit_test(alarms_follow_a_table_that_changes),
		cmocka_unit_test(the_end_of_validity_is_noticed_while_it_runs),
		cmocka_unit_test(time_can_start_in_1970),
		cmocka_unit_test(a_table_without_a_time_of_expiry_is_used_and_said_to_be_one),
	};

	return cmocka_run_group_tests_name("vhost-user leap seconds", tests, make_dir, remove_dir);
}
