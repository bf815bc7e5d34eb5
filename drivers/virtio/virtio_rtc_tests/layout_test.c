// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The wire format, against the tables of the specification.  The numbers here
 * are the specification's own: none is computed from the header under test.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/stddef.h>
#include <linux/virtio_ids.h>
#include <uapi/linux/virtio_rtc.h>

/**
 * struct viortc_layout_row - something that the specification gives a number
 * @what: what it is
 * @is: the number that it has here
 * @shall: the number that it has in the specification
 */
struct viortc_layout_row {
	const char *what;
	u64 is;
	u64 shall;
};

#define VIORTC_ROW(number, value)	{ #number, number, value }

/*
 * The size of a message and where its members are, in bytes.  Each member is
 * listed, so their sizes follow.
 */
#define VIORTC_SIZE(name, size)						\
	{ "sizeof(" #name ")", sizeof(struct virtio_rtc_##name), size }
#define VIORTC_MEMBER(name, member, offset)				\
	{ #name "." #member, offsetof(struct virtio_rtc_##name, member), offset }

static const struct viortc_layout_row viortc_layout_rows[] = {
	VIORTC_ROW(VIRTIO_ID_CLOCK, 17),
	VIORTC_ROW(VIRTIO_RTC_F_ALARM, 0),

	VIORTC_ROW(VIRTIO_RTC_REQ_READ, 0x0001),
	VIORTC_ROW(VIRTIO_RTC_REQ_READ_CROSS, 0x0002),
	VIORTC_ROW(VIRTIO_RTC_REQ_CFG, 0x1000),
	VIORTC_ROW(VIRTIO_RTC_REQ_CLOCK_CAP, 0x1001),
	VIORTC_ROW(VIRTIO_RTC_REQ_CROSS_CAP, 0x1002),
	VIORTC_ROW(VIRTIO_RTC_REQ_READ_ALARM, 0x1003),
	VIORTC_ROW(VIRTIO_RTC_REQ_SET_ALARM, 0x1004),
	VIORTC_ROW(VIRTIO_RTC_REQ_SET_ALARM_ENABLED, 0x1005),
	VIORTC_ROW(VIRTIO_RTC_NOTIF_ALARM, 0x2000),

	VIORTC_ROW(VIRTIO_RTC_S_OK, 0),
	VIORTC_ROW(VIRTIO_RTC_S_EOPNOTSUPP, 2),
	VIORTC_ROW(VIRTIO_RTC_S_ENODEV, 3),
	VIORTC_ROW(VIRTIO_RTC_S_EINVAL, 4),
	VIORTC_ROW(VIRTIO_RTC_S_EIO, 5),

	VIORTC_ROW(VIRTIO_RTC_FLAG_ALARM_CAP, 1),
	VIORTC_ROW(VIRTIO_RTC_FLAG_CROSS_CAP, 1),
	VIORTC_ROW(VIRTIO_RTC_FLAG_ALARM_ENABLED, 1),

	VIORTC_ROW(VIRTIO_RTC_CLOCK_UTC, 0),
	VIORTC_ROW(VIRTIO_RTC_CLOCK_TAI, 1),
	VIORTC_ROW(VIRTIO_RTC_CLOCK_MONOTONIC, 2),
	VIORTC_ROW(VIRTIO_RTC_CLOCK_UTC_SMEARED, 3),
	VIORTC_ROW(VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED, 4),

	VIORTC_ROW(VIRTIO_RTC_SMEAR_UNSPECIFIED, 0),
	VIORTC_ROW(VIRTIO_RTC_SMEAR_NOON_LINEAR, 1),
	VIORTC_ROW(VIRTIO_RTC_SMEAR_UTC_SLS, 2),

	VIORTC_ROW(VIRTIO_RTC_COUNTER_ARM_VCT, 0),
	VIORTC_ROW(VIRTIO_RTC_COUNTER_X86_TSC, 1),
	VIORTC_ROW(VIRTIO_RTC_COUNTER_INVALID, 0xFF),

	VIORTC_SIZE(req_head, 8),
	VIORTC_MEMBER(req_head, msg_type, 0),
	VIORTC_MEMBER(req_head, reserved, 2),
	VIORTC_SIZE(resp_head, 8),
	VIORTC_MEMBER(resp_head, status, 0),
	VIORTC_MEMBER(resp_head, reserved, 1),
	VIORTC_SIZE(notif_head, 8),
	VIORTC_MEMBER(notif_head, msg_type, 0),
	VIORTC_MEMBER(notif_head, reserved, 2),

	VIORTC_SIZE(req_read, 16),
	VIORTC_MEMBER(req_read, head, 0),
	VIORTC_MEMBER(req_read, clock_id, 8),
	VIORTC_MEMBER(req_read, reserved, 10),
	VIORTC_SIZE(resp_read, 16),
	VIORTC_MEMBER(resp_read, head, 0),
	VIORTC_MEMBER(resp_read, clock_reading, 8),

	VIORTC_SIZE(req_read_cross, 16),
	VIORTC_MEMBER(req_read_cross, head, 0),
	VIORTC_MEMBER(req_read_cross, clock_id, 8),
	VIORTC_MEMBER(req_read_cross, hw_counter, 10),
	VIORTC_MEMBER(req_read_cross, reserved, 11),
	VIORTC_SIZE(resp_read_cross, 24),
	VIORTC_MEMBER(resp_read_cross, head, 0),
	VIORTC_MEMBER(resp_read_cross, clock_reading, 8),
	VIORTC_MEMBER(resp_read_cross, counter_cycles, 16),

	VIORTC_SIZE(req_cfg, 8),
	VIORTC_MEMBER(req_cfg, head, 0),
	VIORTC_SIZE(resp_cfg, 16),
	VIORTC_MEMBER(resp_cfg, head, 0),
	VIORTC_MEMBER(resp_cfg, num_clocks, 8),
	VIORTC_MEMBER(resp_cfg, reserved, 10),

	VIORTC_SIZE(req_clock_cap, 16),
	VIORTC_MEMBER(req_clock_cap, head, 0),
	VIORTC_MEMBER(req_clock_cap, clock_id, 8),
	VIORTC_MEMBER(req_clock_cap, reserved, 10),
	VIORTC_SIZE(resp_clock_cap, 16),
	VIORTC_MEMBER(resp_clock_cap, head, 0),
	VIORTC_MEMBER(resp_clock_cap, type, 8),
	VIORTC_MEMBER(resp_clock_cap, leap_second_smearing, 9),
	VIORTC_MEMBER(resp_clock_cap, flags, 10),
	VIORTC_MEMBER(resp_clock_cap, reserved, 11),

	VIORTC_SIZE(req_cross_cap, 16),
	VIORTC_MEMBER(req_cross_cap, head, 0),
	VIORTC_MEMBER(req_cross_cap, clock_id, 8),
	VIORTC_MEMBER(req_cross_cap, hw_counter, 10),
	VIORTC_MEMBER(req_cross_cap, reserved, 11),
	VIORTC_SIZE(resp_cross_cap, 16),
	VIORTC_MEMBER(resp_cross_cap, head, 0),
	VIORTC_MEMBER(resp_cross_cap, flags, 8),
	VIORTC_MEMBER(resp_cross_cap, reserved, 9),

	VIORTC_SIZE(req_read_alarm, 16),
	VIORTC_MEMBER(req_read_alarm, head, 0),
	VIORTC_MEMBER(req_read_alarm, clock_id, 8),
	VIORTC_MEMBER(req_read_alarm, reserved, 10),
	VIORTC_SIZE(resp_read_alarm, 24),
	VIORTC_MEMBER(resp_read_alarm, head, 0),
	VIORTC_MEMBER(resp_read_alarm, alarm_time, 8),
	VIORTC_MEMBER(resp_read_alarm, flags, 16),
	VIORTC_MEMBER(resp_read_alarm, reserved, 17),

	VIORTC_SIZE(req_set_alarm, 24),
	VIORTC_MEMBER(req_set_alarm, head, 0),
	VIORTC_MEMBER(req_set_alarm, alarm_time, 8),
	VIORTC_MEMBER(req_set_alarm, clock_id, 16),
	VIORTC_MEMBER(req_set_alarm, flags, 18),
	VIORTC_MEMBER(req_set_alarm, reserved, 19),
	VIORTC_SIZE(resp_set_alarm, 8),
	VIORTC_MEMBER(resp_set_alarm, head, 0),

	VIORTC_SIZE(req_set_alarm_enabled, 16),
	VIORTC_MEMBER(req_set_alarm_enabled, head, 0),
	VIORTC_MEMBER(req_set_alarm_enabled, clock_id, 8),
	VIORTC_MEMBER(req_set_alarm_enabled, flags, 10),
	VIORTC_MEMBER(req_set_alarm_enabled, reserved, 11),
	VIORTC_SIZE(resp_set_alarm_enabled, 8),
	VIORTC_MEMBER(resp_set_alarm_enabled, head, 0),

	VIORTC_SIZE(notif_alarm, 16),
	VIORTC_MEMBER(notif_alarm, head, 0),
	VIORTC_MEMBER(notif_alarm, clock_id, 8),
	VIORTC_MEMBER(notif_alarm, reserved, 10),
};

KUNIT_ARRAY_PARAM_DESC(viortc_layout, viortc_layout_rows, what);

static void viortc_layout_is_the_specifications(struct kunit *test)
{
	const struct viortc_layout_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, row->is, row->shall);
}

static struct kunit_case viortc_layout_cases[] = {
	KUNIT_CASE_PARAM(viortc_layout_is_the_specifications,
			 viortc_layout_gen_params),
	{}
};

static struct kunit_suite viortc_layout_suite = {
	.name = "virtio_rtc_layout",
	.test_cases = viortc_layout_cases,
};

kunit_test_suite(viortc_layout_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver");
MODULE_LICENSE("GPL");
