// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clocks of the device, and what they show.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "time/leap.h"
#include "time/leap_file.h"
#include "base/macros.h"

#define SECOND	UINT64_C(1000000000)
#define DAY	(86400 * SECOND)

static uint16_t num_clocks(struct frontend *f)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct virtio_rtc_resp_cfg resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
	return resp.num_clocks;
}

static void check_clock(struct frontend *f, uint16_t clock, uint8_t type, uint8_t smearing,
			bool alarm)
{
	struct virtio_rtc_req_clock_cap req = {
		.head.msg_type = VIRTIO_RTC_REQ_CLOCK_CAP,
		.clock_id = clock,
	};
	struct virtio_rtc_resp_clock_cap resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
	assert_int_equal(resp.type, type);
	assert_int_equal(resp.leap_second_smearing, smearing);
	assert_int_equal(resp.flags, alarm ? VIRTIO_RTC_FLAG_ALARM_CAP : 0);
}

static void clocks_are_as_the_command_line_says_in_that_order(void **state)
{
	const char *const args[] = {
		"--clock=smeared:utc-sls,alarm", "--clock=tai", "--clock=utc",
		"--clock=monotonic,alarm", "--clock=maybe-smeared", "--clock=utc,alarm",
		"--clock=smeared:unspecified", "--clock=smeared:noon-linear", NULL,
	};
	struct frontend f;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	assert_int_equal(num_clocks(&f), 8);
	check_clock(&f, 0, VIRTIO_RTC_CLOCK_UTC_SMEARED, VIRTIO_RTC_SMEAR_UTC_SLS, true);
	check_clock(&f, 1, VIRTIO_RTC_CLOCK_TAI, 0, false);
	check_clock(&f, 2, VIRTIO_RTC_CLOCK_UTC, 0, false);
	check_clock(&f, 3, VIRTIO_RTC_CLOCK_MONOTONIC, 0, true);
	check_clock(&f, 4, VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED, 0, false);
	check_clock(&f, 5, VIRTIO_RTC_CLOCK_UTC, 0, true);
	check_clock(&f, 6, VIRTIO_RTC_CLOCK_UTC_SMEARED, VIRTIO_RTC_SMEAR_UNSPECIFIED, false);
	check_clock(&f, 7, VIRTIO_RTC_CLOCK_UTC_SMEARED, VIRTIO_RTC_SMEAR_NOON_LINEAR, false);
	frontend_end(&f);
}

static void a_device_may_have_no_clocks_or_many(void **state)
{
	const char *const none[] = { "--no-clocks", NULL };
	const char *many[65] = { NULL };
	struct rlimit usual, few;
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, none);
	frontend_start(&f, PLAIN_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	assert_int_equal(num_clocks(&f), 0);
	frontend_end(&f);

	for (i = 0; i < 64; i++)
		many[i] = "--clock=tai,alarm";
	/* More than there are descriptors, unless it asks for as many as are allowed */
	check(!getrlimit(RLIMIT_NOFILE, &usual), "no limit");
	few = usual;
	few.rlim_cur = 64;
	check(!setrlimit(RLIMIT_NOFILE, &few), "cannot limit it");
	frontend_spawn(&f, many);
	check(!setrlimit(RLIMIT_NOFILE, &usual), "cannot limit it");
	frontend_start(&f, ALL_FEATURES);
	assert_int_equal(num_clocks(&f), 64);
	frontend_read(&f, 63);
	frontend_end(&f);
}

static void readings_are_the_time_of_the_host_while_the_request_runs(void **state)
{
	struct leap_table leap;
	struct frontend f;
	char error[200];
	unsigned int i;

	(void)state;
	check(!leap_file_read(&leap, LEAP_FILE_SYSTEM, error, sizeof(error)), "%s", error);
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	for (i = 0; i < 200; i++) {
		uint64_t utc = host_ns(CLOCK_REALTIME);
		uint64_t boottime = host_ns(CLOCK_BOOTTIME);
		uint64_t offset = leap_reached(&leap, LEAP_UTC, utc) - utc;
		uint64_t reading[4];
		uint16_t clock;

		for (clock = 0; clock < 4; clock++)
			reading[clock] = frontend_read(&f, clock);
		check_between("UTC", utc, reading[0], host_ns(CLOCK_REALTIME));
		/* Whether or not the kernel knows the offset */
		check_between("TAI", utc + offset, reading[1], host_ns(CLOCK_REALTIME) + offset);
		check_between("MONOTONIC", boottime, reading[2], host_ns(CLOCK_BOOTTIME));
		check_between("UTC_SMEARED", utc, reading[3], host_ns(CLOCK_REALTIME));
	}
	frontend_end(&f);
}

/* The leap second of 2016: it begins at this instant of TAI. */
#define MIDNIGHT	(1483228800 * SECOND)
#define LEAP_BEGINS	(MIDNIGHT + 36 * SECOND)

/* What the specification and the smears' authors say of the days around it */

static uint64_t utc_of(uint64_t tai)
{
	return tai - (tai < LEAP_BEGINS ? 36 : 37) * SECOND;
}

static uint64_t noon_linear_of(uint64_t tai)
{
	const uint64_t noon = MIDNIGHT - DAY / 2;
	uint64_t since = tai - (noon + 36 * SECOND);

	return noon + since - since / 86401;
}

static uint64_t utc_sls_of(uint64_t tai)
{
	const uint64_t end = LEAP_BEGINS + SECOND;

	return tai >= end ? utc_of(tai) : MIDNIGHT - (end - tai) / 1000 * 999;
}

/* On a busy machine it may not be seen: whether the readings are close enough that it is. */
static bool leap_second_is_seen(void)
{
	const char *const args[] = {
		"--start-time=2016-12-31T23:59:57Z", "--clock=tai", "--clock=utc",
		"--clock=smeared:noon-linear", "--clock=smeared:utc-sls", "--clock=maybe-smeared",
		"--clock=smeared:unspecified", NULL,
	};
	uint64_t (*const formulas[])(uint64_t tai) = {
		NULL, utc_of, noon_linear_of, utc_sls_of, utc_of, noon_linear_of,
	};
	unsigned int before = 0, within = 0, after = 0;
	uint64_t last_utc = 0, steps = 0, tai, start, round, longest = 0;
	struct frontend f;
	uint16_t clock;

	start = host_ns(CLOCK_MONOTONIC);
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	tai = frontend_read(&f, 0);
	round = host_ns(CLOCK_MONOTONIC);
	check_between("TAI at the start", LEAP_BEGINS - 3 * SECOND, tai,
		      LEAP_BEGINS - 3 * SECOND + (round - start));
	do {
		tai = frontend_read(&f, 0);
		for (clock = 1; clock < 6; clock++) {
			uint64_t reading = frontend_read(&f, clock);
			uint64_t later = frontend_read(&f, 0);

			if (clock == 1) {
				steps += reading < last_utc;
				last_utc = reading;
			}
			/* What UTC shows at its step is either. */
			if (tai >= LEAP_BEGINS || later < LEAP_BEGINS)
				check_between(args[clock + 1], formulas[clock](tai) - 1000,
					      reading, formulas[clock](later) + 1000);
			tai = later;
		}
		before += tai < LEAP_BEGINS;
		within += tai >= LEAP_BEGINS && tai < LEAP_BEGINS + SECOND;
		after += tai >= LEAP_BEGINS + SECOND;
		sleep_ms(1);
		if (host_ns(CLOCK_MONOTONIC) - round > longest)
			longest = host_ns(CLOCK_MONOTONIC) - round;
		round = host_ns(CLOCK_MONOTONIC);
	} while (tai < LEAP_BEGINS + SECOND + SECOND / 2);
	frontend_end(&f);
	if (longest > SECOND / 2 || !before)
		return false;
	check(within && after, "seen %u times before, %u within, %u after it", before, within,
	      after);
	assert_int_equal(steps, 1);
	return true;
}

static void the_leap_second_of_2016_is_seen_as_each_clock_shows_it(void **state)
{
	unsigned int tries = 0;

	(void)state;
	while (!leap_second_is_seen())
		check(++tries < 10, "there is never time enough");
}

static void leap_seconds_can_come_from_a_file(void **state)
{
	static const char text[] =
		"#@ 4000000000\n2272060800 10 # 1 Jan 1972\n4133980800 11 # 2031\n";
	const char *args[5] = { NULL, "--start-time=2031-01-01T12:00:00Z", "--clock=tai",
			       "--clock=utc", NULL };
	char path[] = "/tmp/leap-XXXXXX";
	char option[64];
	struct frontend f;
	uint64_t utc;
	int fd;

	(void)state;
	fd = mkstemp(path);
	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "no file");
	close(fd);
	snprintf(option, sizeof(option), "--leap-file=%s", path);
	args[0] = option;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	utc = frontend_read(&f, 1);
	check_between("TAI", utc + 11 * SECOND, frontend_read(&f, 0), utc + 12 * SECOND);
	frontend_end(&f);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_are_as_the_command_line_says_in_that_order),
		cmocka_unit_test(a_device_may_have_no_clocks_or_many),
		cmocka_unit_test(readings_are_the_time_of_the_host_while_the_request_runs),
		cmocka_unit_test(the_leap_second_of_2016_is_seen_as_each_clock_shows_it),
		cmocka_unit_test(leap_seconds_can_come_from_a_file),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: clocks", tests, NULL, NULL);
}
