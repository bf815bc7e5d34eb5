// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings that stop and go on, and the device reset.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

static void a_ring_goes_on_where_it_stopped(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	for (i = 1; i <= 100; i++) {
		uint16_t base;

		frontend_read(&f, 0);
		base = frontend_stop_queue(&f, REQUESTQ);
		assert_int_equal(base, i);
		frontend_start_queue(&f, REQUESTQ, base);
	}
	frontend_end(&f);
}

static void a_stopped_or_disabled_ring_is_left_alone(void **state)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint16_t base;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_enable_queue(&f, REQUESTQ, false);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_enable_queue(&f, REQUESTQ, true);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);

	base = frontend_stop_queue(&f, REQUESTQ);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_start_queue(&f, REQUESTQ, base);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
	frontend_end(&f);
}

static void alarms_after(struct frontend *f, bool kept)
{
	bool enabled;

	if (kept) {
		assert_int_equal(frontend_read_alarm(f, 0, &enabled), UINT64_MAX / 2);
		assert_true(enabled);
	} else {
		assert_int_equal(frontend_read_alarm(f, 0, &enabled), 0);
		assert_false(enabled);
	}
}

static void alarms_are_kept_over_a_reset_as_asked_for(void **state)
{
	const char *const yes[] = { "--retain-alarms=yes", NULL };
	const char *const no[] = { "--retain-alarms=no", NULL };
	const char *const always[] = { "--retain-alarms=always", NULL };
	const char *const *const args[] = { NULL, yes, no, always };
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		bool kept = args[i] != no;
		uint16_t base;

		frontend_spawn(&f, args[i]);
		frontend_start(&f, ALL_FEATURES);
		frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
		/* A pause is no reset. */
		base = frontend_stop_queue(&f, REQUESTQ);
		frontend_start_queue(&f, REQUESTQ, base);
		alarms_after(&f, true);
		frontend_restart(&f);
		alarms_after(&f, kept);
		frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
		frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
		frontend_restart(&f);
		alarms_after(&f, kept);
		frontend_end(&f);
	}
}

static void rings_wait_after_a_reset_message_until_they_are_set_up(void **state)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_restart(&f);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void after_a_reset_message_rings_can_be_set_up_anew(void **state)
{
	struct vhost_vring_state size = { .index = REQUESTQ, .num = QUEUE_SIZE };
	struct vhost_vring_state start = { .index = REQUESTQ };
	struct frontend f;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	assert_false(frontend_ask(&f, VHOST_USER_SET_VRING_NUM, &size, sizeof(size)));
	frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
	assert_true(frontend_ask(&f, VHOST_USER_SET_VRING_NUM, &size, sizeof(size)));
	assert_true(frontend_ask(&f, VHOST_USER_SET_VRING_BASE, &start, sizeof(start)));
	frontend_restart(&f);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void a_stop_after_a_reset_message_is_no_pause(void **state)
{
	struct frontend f;
	uint16_t base;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
	frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
	base = frontend_stop_queue(&f, REQUESTQ);
	frontend_start_queue(&f, REQUESTQ, base);
	frontend_enable_queue(&f, REQUESTQ, true);
	/* With the features that it was told of again: alarms are one. */
	frontend_set_alarm(&f, 0, UINT64_MAX / 3, true);
	frontend_end(&f);
}

static void a_reset_message_is_that_of_its_guest(void **state)
{
	struct frontend f;
	bool enabled;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
	frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_hang_up(&f);
	/* Another one's has an alarm of its own. */
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 0);
	frontend_terminate(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_goes_on_where_it_stopped),
		cmocka_unit_test(a_stopped_or_disabled_ring_is_left_alone),
		cmocka_unit_test(alarms_are_kept_over_a_reset_as_asked_for),
		cmocka_unit_test(rings_wait_after_a_reset_message_until_they_are_set_up),
		cmocka_unit_test(after_a_reset_message_rings_can_be_set_up_anew),
		cmocka_unit_test(a_stop_after_a_reset_message_is_no_pause),
		cmocka_unit_test(a_reset_message_is_that_of_its_guest),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: pauses and resets", tests, NULL, NULL);
}
