// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults, and room: in a driver's buffer, and for more of them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <endian.h>
#include <errno.h>
#include <linux/virtio_rtc.h>
#include <stdint.h>

#include "check.h"
#include "base/macros.h"
#include "virtio_rtc_sim/faults.h"

/* A driver's buffer may be said to be as large as there are numbers. */
static void a_hostile_device_takes_any_room(void **state)
{
	static const size_t rooms[] = {
		0, 1, 24, UINT32_MAX - 1, UINT32_MAX, SIZE_MAX - 1, SIZE_MAX,
	};
	struct virtio_rtc_resp_read resp = { 0 };
	struct viortc_faults faults = { .num = 0 };
	unsigned int i, j;

	(void)state;
	assert_int_equal(viortc_faults_add(&faults, "hostile=1"), 0);
	for (i = 0; i < ARRAY_SIZE(rooms); i++)
		for (j = 0; j < 1000; j++) {
			struct viortc_fault_answer answer = {
				.buf = &resp,
				.len = sizeof(resp),
			};

			viortc_faults_apply(&faults, NULL, 0, rooms[i], &answer);
		}
}

static void spoil(struct viortc_faults *faults, uint8_t *status)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = htole16(VIRTIO_RTC_REQ_READ) };
	struct virtio_rtc_resp_read resp = { 0 };
	struct viortc_fault_answer answer = { .buf = &resp, .len = sizeof(resp) };

	viortc_faults_apply(faults, &req, sizeof(req), sizeof(resp), &answer);
	*status = resp.head.status;
}

static void a_fault_that_is_used_up_makes_room(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	struct virtio_rtc_notif_alarm notif;
	unsigned int i;
	uint8_t status;

	(void)state;
	/* The last one counts of those that last, whatever goes in between. */
	assert_int_equal(viortc_faults_add(&faults, "wrong-status=2"), 0);
	assert_int_equal(viortc_faults_add(&faults, "alarm-storm=1"), 0);
	assert_int_equal(viortc_faults_add(&faults, "wrong-status=3"), 0);
	for (i = 3; i < VIORTC_FAULTS_MAX; i++)
		assert_int_equal(viortc_faults_add(&faults, "wrong-status=4,times=2"), 0);
	assert_int_equal(viortc_faults_add(&faults, "no-answer"), -ENOSPC);
	assert_int_equal(viortc_faults_storm(&faults, &notif, sizeof(notif)), sizeof(notif));
	assert_int_equal(viortc_faults_add(&faults, "alarm-storm=2"), 0);
	assert_int_equal(viortc_faults_add(&faults, "no-answer"), -ENOSPC);
	for (i = 0; i < 2; i++) {
		spoil(&faults, &status);
		assert_int_equal(status, 4);
	}
	for (i = 3; i < VIORTC_FAULTS_MAX; i++)
		assert_int_equal(viortc_faults_add(&faults, "late-answer"), 0);
	assert_int_equal(viortc_faults_add(&faults, "no-answer"), -ENOSPC);
	spoil(&faults, &status);
	assert_int_equal(status, 3);
	assert_int_equal(viortc_faults_storm(&faults, &notif, sizeof(notif)), sizeof(notif));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hostile_device_takes_any_room),
		cmocka_unit_test(a_fault_that_is_used_up_makes_room),
	};

	return cmocka_run_group_tests_name("faults and room", tests, NULL, NULL);
}
