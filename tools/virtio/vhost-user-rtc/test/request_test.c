// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the device answers: clocks, cross-timestamps, delays and faults.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "time/leap.h"
#include "time/leap_file.h"
#include "base/macros.h"

#define MS	UINT64_C(1000000)
#define SECOND	UINT64_C(1000000000)
#define DAY	(86400 * SECOND)

static uint16_t num_clocks(struct frontend *f)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct virtio_rtc_resp_cfg resp;

	assert_int_equal(frontend_request(f, &req, sizeof(req), &resp, sizeof(resp)),
			 sizeof(resp));
	assert_int_equal(resp.head.status, VIRTIO_RTC_S_OK);
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

	assert_int_equal(frontend_request(f, &req, sizeof(req), &resp, sizeof(resp)),
			 sizeof(resp));
	assert_int_equal(resp.head.status, VIRTIO_RTC_S_OK);
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
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, none);
	frontend_start(&f, PLAIN_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	assert_int_equal(num_clocks(&f), 0);
	frontend_end(&f);

	for (i = 0; i < 64; i++)
		many[i] = "--clock=tai,alarm";
	frontend_spawn(&f, many);
	frontend_start(&f, ALL_FEATURES);
	assert_int_equal(num_clocks(&f), 64);
	frontend_read(&f, 63);
	frontend_end(&f);
}

static void check_between(const char *name, uint64_t before, uint64_t reading, uint64_t after)
{
	check(reading >= before && reading <= after,
	      "%s reads %llu, not between %llu and %llu", name, (unsigned long long)reading,
	      (unsigned long long)before, (unsigned long long)after);
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

static void the_leap_second_of_2016_is_seen_as_each_clock_shows_it(void **state)
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
	uint64_t last_utc = 0, steps = 0, tai;
	struct frontend f;
	uint16_t clock;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	check_between("TAI at the start", LEAP_BEGINS - 3 * SECOND, frontend_read(&f, 0),
		      LEAP_BEGINS);
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
	} while (tai < LEAP_BEGINS + SECOND + SECOND / 2);
	check(before && within && after, "seen %u times before, %u within, %u after it", before,
	      within, after);
	assert_int_equal(steps, 1);
	frontend_end(&f);
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

/* Cross-timestamps */

static uint8_t read_cross(struct frontend *f, uint16_t clock, uint8_t counter,
			  uint64_t *reading, uint64_t *cycles)
{
	struct virtio_rtc_req_read_cross req = {
		.head.msg_type = VIRTIO_RTC_REQ_READ_CROSS,
		.clock_id = clock,
		.hw_counter = counter,
	};
	struct virtio_rtc_resp_read_cross resp;

	assert_int_equal(frontend_request(f, &req, sizeof(req), &resp, sizeof(resp)),
			 sizeof(resp));
	*reading = resp.clock_reading;
	*cycles = resp.counter_cycles;
	return resp.head.status;
}

static bool cross_cap(struct frontend *f, uint16_t clock, uint8_t counter)
{
	struct virtio_rtc_req_cross_cap req = {
		.head.msg_type = VIRTIO_RTC_REQ_CROSS_CAP,
		.clock_id = clock,
		.hw_counter = counter,
	};
	struct virtio_rtc_resp_cross_cap resp;

	assert_int_equal(frontend_request(f, &req, sizeof(req), &resp, sizeof(resp)),
			 sizeof(resp));
	assert_int_equal(resp.head.status, VIRTIO_RTC_S_OK);
	return resp.flags & VIRTIO_RTC_FLAG_CROSS_CAP;
}

static void without_a_counter_there_are_no_cross_timestamps(void **state)
{
	uint64_t reading, cycles;
	struct frontend f;
	uint16_t clock;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	for (clock = 0; clock < 4; clock++) {
		assert_false(cross_cap(&f, clock, VIRTIO_RTC_COUNTER_X86_TSC));
		assert_false(cross_cap(&f, clock, VIRTIO_RTC_COUNTER_ARM_VCT));
		assert_int_equal(read_cross(&f, clock, VIRTIO_RTC_COUNTER_X86_TSC, &reading,
					    &cycles), VIRTIO_RTC_S_EOPNOTSUPP);
	}
	frontend_end(&f);
}

static void cross_timestamps_are_one_instant_of_clock_and_guest_counter(void **state)
{
	/* As under emulation: 62.5 MHz, some time after the host's start */
	const char *const args[] = {
		"--counter=arm-vct,source=monotonic,offset=-1000000,ratio=62500000/1000000000",
		NULL,
	};
	uint64_t widest = 0, worst = 0, last = 0;
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	for (i = 0; i < 4; i++) {
		assert_true(cross_cap(&f, i, VIRTIO_RTC_COUNTER_ARM_VCT));
		assert_false(cross_cap(&f, i, VIRTIO_RTC_COUNTER_X86_TSC));
	}
	for (i = 0; i < 1000; i++) {
		uint64_t real[2], mono[2], reading, cycles, expected, error;

		/* The offset of both clocks, known to the width of this pair */
		mono[0] = host_ns(CLOCK_MONOTONIC);
		real[0] = host_ns(CLOCK_REALTIME);
		mono[1] = host_ns(CLOCK_MONOTONIC);
		assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_ARM_VCT, &reading, &cycles),
				 VIRTIO_RTC_S_OK);
		real[1] = host_ns(CLOCK_REALTIME);
		check_between("UTC", real[0], reading, real[1]);
		check(cycles >= last, "the counter goes back");
		last = cycles;
		/* In ns of CLOCK_MONOTONIC: from the counter, and from the reading */
		expected = reading - real[0] + (mono[0] + mono[1]) / 2;
		error = (cycles + 1000000) * 16 - expected;
		if ((int64_t)error < 0)
			error = -error;
		if (mono[1] - mono[0] > widest)
			widest = mono[1] - mono[0];
		/* A preempted pair tells nothing. */
		if (mono[1] - mono[0] < 2000 && error > worst)
			worst = error;
	}
	/* The tick, the pair here, the pair there; and a sanitizer's slowness */
	check(worst < 20000, "clock and counter are %llu ns apart", (unsigned long long)worst);
	print_message("clock and counter apart by up to %llu ns, known to %llu ns\n",
		      (unsigned long long)worst, (unsigned long long)widest);
	frontend_end(&f);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "no file");
	close(fd);
}

static void an_offset_from_a_file_is_read_when_a_driver_starts(void **state)
{
	char path[] = "/tmp/offset-XXXXXX";
	const char *args[2] = { NULL, NULL };
	char option[128];
	uint64_t reading, first, second;
	struct frontend f;

	(void)state;
	close(mkstemp(path));
	unlink(path);
	snprintf(option, sizeof(option),
		 "--counter=x86-tsc,source=monotonic,offset=%s,ratio=1/1", path);
	args[0] = option;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));

	write_file(path, "0\n");
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_restart(&f);
	assert_true(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &first),
			 VIRTIO_RTC_S_OK);

	write_file(path, "-0x7fffffffffffffff");
	frontend_restart(&f);
	assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &second),
			 VIRTIO_RTC_S_OK);
	second += INT64_MAX;
	check_between("counter", first, second, first + 60 * SECOND);

	write_file(path, "twelve");
	frontend_restart(&f);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_end(&f);
	unlink(path);
}

/* Delays */

static void delayed_requests_are_read_and_answered_in_time_and_order(void **state)
{
	const char *const args[] = { "--delay=200,300", "--clock=utc", NULL };
	struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	struct virtio_rtc_resp_read resp;
	uint64_t posted[8], last = 0;
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	/* All are in flight at once, each with a time of its own. */
	for (i = 0; i < 8; i++) {
		posted[i] = host_ns(CLOCK_REALTIME);
		frontend_post(&f, i, &req, sizeof(req), sizeof(resp));
		sleep_ms(20);
	}
	for (i = 0; i < 8; i++) {
		uint64_t answered;
		uint32_t head;

		assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), sizeof(resp));
		answered = host_ns(CLOCK_REALTIME);
		assert_int_equal(head, i * 2);
		memcpy(&resp, frontend_response(&f, i), sizeof(resp));
		assert_true(resp.clock_reading >= last);
		last = resp.clock_reading;
		check(last >= posted[i] + 200 * MS, "read %llu ms after it was available",
		      (unsigned long long)((last - posted[i]) / MS));
		check(answered >= last + 300 * MS, "answered %llu ms after it was read",
		      (unsigned long long)((answered - last) / MS));
		check(answered < posted[i] + 500 * MS + 2 * SECOND, "answered far too late");
	}
	frontend_end(&f);
}

static void requests_in_flight_are_answered_before_a_ring_stops(void **state)
{
	const char *const args[] = { "--delay=60000,60000", NULL };
	struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	struct virtio_rtc_resp_read resp;
	struct frontend f;
	unsigned int i;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES);
	for (i = 0; i < 8; i++)
		frontend_post(&f, i, &req, sizeof(req), sizeof(resp));
	sleep_ms(50);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 0), -1);
	assert_int_equal(frontend_stop_queue(&f, REQUESTQ), 8);
	for (i = 0; i < 8; i++) {
		assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), sizeof(resp));
		assert_int_equal(head, i * 2);
	}
	frontend_end(&f);
}

static void more_requests_than_can_be_in_flight_wait_in_their_ring(void **state)
{
	const char *const args[] = { "--delay=1,1", NULL };
	struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	struct frontend f;
	unsigned int i, done = 0;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, args);
	f.queue[REQUESTQ].size = 1024;
	frontend_start(&f, ALL_FEATURES);
	/* One request, offered 1000 times over */
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	for (i = 1; i < 1000; i++)
		frontend_offer(&f, REQUESTQ, 0);
	while (done < 1000 && frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0)
		done++;
	assert_int_equal(done, 1000);
	frontend_end(&f);
}

static void a_broken_ring_or_lost_front_end_drops_what_is_in_flight(void **state)
{
	const char *const args[] = { "--delay=100,100", NULL };
	struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	frontend_desc(&f, REQUESTQ, 10, 0, 1, 0, 0);
	frontend_offer(&f, REQUESTQ, 10);
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 400), -1);
	frontend_restart(&f);
	frontend_read(&f, 0);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	frontend_end(&f);
}

/* Faults: what they are is tested with them, here that the device has them. */

static int used_length_of_cfg(struct frontend *f, int timeout_ms)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	uint32_t head;

	frontend_post(f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	return frontend_take(f, REQUESTQ, &head, timeout_ms);
}

static void faults_spoil_answers(void **state)
{
	const struct {
		const char *fault;
		int used;
	} faults[] = {
		{ "--fault=short-answer", 15 },
		{ "--fault=long-answer", 17 },
		{ "--fault=no-answer", -1 },
		{ "--fault=stale-answer", -1 },
		{ "--fault=late-answer", -1 },
		{ "--fault=no-answer,type=read", 16 },
		{ "--fault=late-answer=100", 16 },
	};
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		const char *const args[] = { faults[i].fault, NULL };
		int used;

		frontend_spawn(&f, args);
		frontend_start(&f, ALL_FEATURES);
		used = used_length_of_cfg(&f, faults[i].used < 0 ? 300 : PATIENCE_MS);
		check(used == faults[i].used, "%s gives a used length of %d", faults[i].fault,
		      used);
		frontend_end(&f);
	}
}

static void a_late_answer_does_not_hold_up_others(void **state)
{
	const char *const args[] = { "--fault=late-answer=500,type=cfg,times=1", NULL };
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	frontend_post(&f, 7, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	frontend_read(&f, 0);
	frontend_read(&f, 0);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), 16);
	assert_int_equal(head, 14);
	frontend_end(&f);
}

static void a_stale_answer_comes_after_the_reset(void **state)
{
	const char *const args[] = { "--fault=stale-answer,type=cfg,times=1", NULL };
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	frontend_post(&f, 7, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	frontend_read(&f, 0);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_restart(&f);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), 16);
	assert_int_equal(head, 14);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void a_storm_of_alarms_ends(void **state)
{
	const char *const args[] = { "--fault=alarm-storm=1000", NULL };
	struct frontend f;
	unsigned int num = 0;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	frontend_populate(&f, QUEUE_SIZE);
	while (frontend_notification(&f, num < 1000 ? PATIENCE_MS : 100) == 0) {
		num++;
		if (num % 100 == 0)
			frontend_read(&f, 0);
	}
	assert_int_equal(num, 1000);
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_are_as_the_command_line_says_in_that_order),
		cmocka_unit_test(a_device_may_have_no_clocks_or_many),
		cmocka_unit_test(readings_are_the_time_of_the_host_while_the_request_runs),
		cmocka_unit_test(the_leap_second_of_2016_is_seen_as_each_clock_shows_it),
		cmocka_unit_test(leap_seconds_can_come_from_a_file),
		cmocka_unit_test(without_a_counter_there_are_no_cross_timestamps),
		cmocka_unit_test(cross_timestamps_are_one_instant_of_clock_and_guest_counter),
		cmocka_unit_test(an_offset_from_a_file_is_read_when_a_driver_starts),
		cmocka_unit_test(delayed_requests_are_read_and_answered_in_time_and_order),
		cmocka_unit_test(requests_in_flight_are_answered_before_a_ring_stops),
		cmocka_unit_test(more_requests_than_can_be_in_flight_wait_in_their_ring),
		cmocka_unit_test(a_broken_ring_or_lost_front_end_drops_what_is_in_flight),
		cmocka_unit_test(faults_spoil_answers),
		cmocka_unit_test(a_late_answer_does_not_hold_up_others),
		cmocka_unit_test(a_stale_answer_comes_after_the_reset),
		cmocka_unit_test(a_storm_of_alarms_ends),
	};

	return cmocka_run_group_tests_name("vhost-user requests", tests, NULL, NULL);
}
