/* SPDX-License-Identifier: (GPL-2.0-or-later WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * The wire format of the virtio RTC device: device type 17, VIRTIO_ID_CLOCK.
 *
 * Every integer is little-endian, every reserved byte is written as zero and
 * never interpreted, every time is in nanoseconds.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _UAPI_LINUX_VIRTIO_RTC_H
#define _UAPI_LINUX_VIRTIO_RTC_H

#include <linux/types.h>

/* Feature bit: clocks may have an alarm, and the alarmq exists. */
#define VIRTIO_RTC_F_ALARM			0

/* Message types of the requestq */
#define VIRTIO_RTC_REQ_READ			0x0001
#define VIRTIO_RTC_REQ_READ_CROSS		0x0002
#define VIRTIO_RTC_REQ_CFG			0x1000
#define VIRTIO_RTC_REQ_CLOCK_CAP		0x1001
#define VIRTIO_RTC_REQ_CROSS_CAP		0x1002
#define VIRTIO_RTC_REQ_READ_ALARM		0x1003
#define VIRTIO_RTC_REQ_SET_ALARM		0x1004
#define VIRTIO_RTC_REQ_SET_ALARM_ENABLED	0x1005

/* Message types of the alarmq */
#define VIRTIO_RTC_NOTIF_ALARM			0x2000

/* struct virtio_rtc_resp_head.status */
#define VIRTIO_RTC_S_OK				0
#define VIRTIO_RTC_S_EOPNOTSUPP			2
#define VIRTIO_RTC_S_ENODEV			3
#define VIRTIO_RTC_S_EINVAL			4
#define VIRTIO_RTC_S_EIO			5

/* struct virtio_rtc_resp_clock_cap.type; 0xF0 to 0xFF are experimental. */
#define VIRTIO_RTC_CLOCK_UTC			0
#define VIRTIO_RTC_CLOCK_TAI			1
#define VIRTIO_RTC_CLOCK_MONOTONIC		2
#define VIRTIO_RTC_CLOCK_UTC_SMEARED		3
#define VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED	4

/* struct virtio_rtc_resp_clock_cap.leap_second_smearing */
#define VIRTIO_RTC_SMEAR_UNSPECIFIED		0
#define VIRTIO_RTC_SMEAR_NOON_LINEAR		1
#define VIRTIO_RTC_SMEAR_UTC_SLS		2

/* hw_counter of the cross-timestamp requests; 0xF0 to 0xFE are experimental. */
#define VIRTIO_RTC_COUNTER_ARM_VCT		0
#define VIRTIO_RTC_COUNTER_X86_TSC		1
#define VIRTIO_RTC_COUNTER_INVALID		0xFF

/* struct virtio_rtc_resp_clock_cap.flags */
#define VIRTIO_RTC_FLAG_ALARM_CAP		(1 << 0)

/* struct virtio_rtc_resp_cross_cap.flags */
#define VIRTIO_RTC_FLAG_CROSS_CAP		(1 << 0)

/* flags of READ_ALARM's response, of SET_ALARM and of SET_ALARM_ENABLED */
#define VIRTIO_RTC_FLAG_ALARM_ENABLED		(1 << 0)

/* What each message starts with */

struct virtio_rtc_req_head {
	__le16 msg_type;
	__u8 reserved[6];
};

struct virtio_rtc_resp_head {
	__u8 status;
	__u8 reserved[7];
};

struct virtio_rtc_notif_head {
	__le16 msg_type;
	__u8 reserved[6];
};

/* READ: what the clock shows */

struct virtio_rtc_req_read {
	struct virtio_rtc_req_head head;
	__le16 clock_id;
	__u8 reserved[6];
};

struct virtio_rtc_resp_read {
	struct virtio_rtc_resp_head head;
	__le64 clock_reading;
};

/* READ_CROSS: what the clock and the driver's counter show at one instant */

struct virtio_rtc_req_read_cross {
	struct virtio_rtc_req_head head;
	__le16 clock_id;
	__u8 hw_counter;
	__u8 reserved[5];
};

struct virtio_rtc_resp_read_cross {
	struct virtio_rtc_resp_head head;
	__le64 clock_reading;
	__le64 counter_cycles;
};

/* CFG: how many clocks there are; their ids are 0 to num_clocks - 1 */

struct virtio_rtc_req_cfg {
	struct virtio_rtc_req_head head;
};

struct virtio_rtc_resp_cfg {
	struct virtio_rtc_resp_head head;
	__le16 num_clocks;
	__u8 reserved[6];
};

/* CLOCK_CAP: what a clock is */

struct virtio_rtc_req_clock_cap {
	struct virtio_rtc_req_head head;
	__le16 clock_id;
	__u8 reserved[6];
};

struct virtio_rtc_resp_clock_cap {
	struct virtio_rtc_resp_head head;
	__u8 type;
	__u8 leap_second_smearing;
	__u8 flags;
	__u8 reserved[5];
};

/* CROSS_CAP: whether a clock can be read together with a counter */

struct virtio_rtc_req_cross_cap {
	struct virtio_rtc_req_head head;
	__le16 clock_id;
	__u8 hw_counter;
	__u8 reserved[5];
};

struct virtio_rtc_resp_cross_cap {
	struct virtio_rtc_resp_head head;
	__u8 flags;
	__u8 reserved[7];
};

/* READ_ALARM: time and state of a clock's alarm */

struct virtio_rtc_req_read_alarm {
	struct virtio_rtc_req_head head;
	__le16 clock_id;
	__u8 reserved[6];
};

struct virtio_rtc_resp_read_alarm {
	struct virtio_rtc_resp_head head;
	__le64 alarm_time;
	__u8 flags;
	__u8 reserved[7];
};

/* SET_ALARM: set time and state of a clock's alarm */

struct virtio_rtc_req_set_alarm {
	struct virtio_rtc_req_head head;
	__le64 alarm_time;
	__le16 clock_id;
	__u8 flags;
	__u8 reserved[5];
};

struct virtio_rtc_resp_set_alarm {
	struct virtio_rtc_resp_head head;
};

/* SET_ALARM_ENABLED: set the state of a clock's alarm and keep its time */

struct virtio_rtc_req_set_alarm_enabled {
	struct virtio_rtc_req_head head;
	__le16 clock_id;
	__u8 flags;
	__u8 reserved[5];
};

struct virtio_rtc_resp_set_alarm_enabled {
	struct virtio_rtc_resp_head head;
};

/* NOTIF_ALARM: a clock's alarm expired */

struct virtio_rtc_notif_alarm {
	struct virtio_rtc_notif_head head;
	__le16 clock_id;
	__u8 reserved[6];
};

#endif /* _UAPI_LINUX_VIRTIO_RTC_H */
