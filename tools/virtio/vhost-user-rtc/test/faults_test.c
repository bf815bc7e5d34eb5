// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers that go wrong because that was asked for.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

#define MS	UINT64_C(1000000)

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

/* Also where no message could be as long */
static void a_long_answer_is_longer_than_the_buffer(void **state)
{
	const char *const args[] = { "--fault=long-answer", NULL };
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint32_t head, size;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	for (size = 16; size <= 1024; size *= 2) {
		frontend_post(&f, 0, &req, sizeof(req), size);
		assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), size + 1);
	}
	frontend_end(&f);
}

/* The daemon holds the answer to CFG back, and answers what comes after it. */
static void hold_cfg_back(struct frontend *f, const char *fault)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	const char *const args[] = { fault, NULL };

	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
	frontend_post(f, 7, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	frontend_read(f, 0);
}

static void expect_cfg(struct frontend *f)
{
	uint32_t head;

	assert_int_equal(frontend_take(f, REQUESTQ, &head, PATIENCE_MS), 16);
	assert_int_equal(head, 14);
}

static void a_late_answer_does_not_hold_up_others(void **state)
{
	struct frontend f;

	(void)state;
	hold_cfg_back(&f, "--fault=late-answer=5000,type=cfg,times=1");
	frontend_read(&f, 0);
	expect_cfg(&f);
	frontend_end(&f);
}

static void a_stale_answer_comes_after_the_reset(void **state)
{
	struct frontend f;
	uint32_t head;

	(void)state;
	hold_cfg_back(&f, "--fault=stale-answer,type=cfg,times=1");
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_restart(&f);
	expect_cfg(&f);
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
		cmocka_unit_test(faults_spoil_answers),
		cmocka_unit_test(a_long_answer_is_longer_than_the_buffer),
		cmocka_unit_test(a_late_answer_does_not_hold_up_others),
		cmocka_unit_test(a_stale_answer_comes_after_the_reset),
		cmocka_unit_test(a_storm_of_alarms_ends),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: faults", tests, NULL, NULL);
}
