// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause
/*
 * What faults of a virtio RTC device do to an answer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <asm/byteorder.h>
#include <linux/string.h>
#include <linux/virtio_rtc.h>

#include "fault_effects.h"
#include "model.h"

static void viortc_fault_reserved_bits(union viortc_model_output *msg, __u16 msg_type, __u8 value)
{
	switch (msg_type) {
	case VIRTIO_RTC_REQ_CFG:
		memset(msg->cfg.reserved, value, sizeof(msg->cfg.reserved));
		break;
	case VIRTIO_RTC_REQ_CLOCK_CAP:
		memset(msg->clock_cap.reserved, value, sizeof(msg->clock_cap.reserved));
		break;
	case VIRTIO_RTC_REQ_CROSS_CAP:
		memset(msg->cross_cap.reserved, value, sizeof(msg->cross_cap.reserved));
		break;
	case VIRTIO_RTC_REQ_READ_ALARM:
		memset(msg->read_alarm.reserved, value, sizeof(msg->read_alarm.reserved));
		break;
	case VIRTIO_RTC_NOTIF_ALARM:
		memset(msg->notif.reserved, value, sizeof(msg->notif.reserved));
		memset(msg->notif.head.reserved, value, sizeof(msg->notif.head.reserved));
		return;
	}
	memset(msg->head.reserved, value, sizeof(msg->head.reserved));
}

/* Where a message has its flags, and which of them are defined; NULL if it has none. */
static __u8 *viortc_fault_flags(union viortc_model_output *msg, __u16 msg_type, __u8 *defined)
{
	switch (msg_type) {
	case VIRTIO_RTC_REQ_CLOCK_CAP:
		*defined = VIRTIO_RTC_FLAG_ALARM_CAP;
		return &msg->clock_cap.flags;
	case VIRTIO_RTC_REQ_CROSS_CAP:
		*defined = VIRTIO_RTC_FLAG_CROSS_CAP;
		return &msg->cross_cap.flags;
	case VIRTIO_RTC_REQ_READ_ALARM:
		*defined = VIRTIO_RTC_FLAG_ALARM_ENABLED;
		return &msg->read_alarm.flags;
	}
	return NULL;
}

/* A division of 64 bits, which not every machine has */
static void viortc_fault_coarse(union viortc_model_output *msg, __u16 unit)
{
	__u64 reading = __le64_to_cpu(msg->read.clock_reading);
	__u32 rest = 0;
	int shift;

	for (shift = 48; unit && shift >= 0; shift -= 16)
		rest = (rest << 16 | (__u16)(reading >> shift)) % unit;
	msg->read.clock_reading = __cpu_to_le64(reading - rest);
}

/* Of several fates the last one added is the answer's. */
static void viortc_fault_hold(struct viortc_fault_answer *answer, enum viortc_fault_fate fate,
			      __u32 delay_ms)
{
	answer->fate = fate;
	answer->delay_ms = delay_ms;
}

/* The next number; @seed is where it begins, and goes on. */
static __u64 viortc_fault_random(__u64 *seed)
{
	__u64 n = *seed += 0x9e3779b97f4a7c15ULL;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
	n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
	return n ^ n >> 31;
}

/* Any byte, any length, any time. Buffers that are kept for good would soon be all. */
static void viortc_fault_hostile(__u64 *seed, size_t capacity,
				 union viortc_model_output *msg,
				 struct viortc_fault_answer *answer)
{
	__u64 n = viortc_fault_random(seed), more = viortc_fault_random(seed);
	__u8 *bytes = (__u8 *)msg;

	switch (n >> 8 & 0x1f) {
	case 0:
		answer->used = (__u32)more;
		break;
	case 1:
	case 2:
		/* As room may be anything, and 0 is no divisor. */
		answer->used = (__u32)more %
			       ((capacity < 0xffff ? (__u32)capacity : 0xffff) + 2);
		break;
	case 3:
	case 4:
		msg->head.status = more;
		break;
	case 5:
		for (n = 0; n < sizeof(*msg); n++)
			bytes[n] = more >> n % 8 * 8;
		break;
	case 6:
		if (!(n >> 16 & 7))
			viortc_fault_hold(answer, VIORTC_FAULT_DELAY, (__u32)more % 40);
		break;
	case 7:
		if (!(n >> 16 & 0x1f))
			viortc_fault_hold(answer, VIORTC_FAULT_AFTER_RESET, 0);
		break;
	case 8 ... 15:
		bytes[(__u32)(n >> 16) % sizeof(*msg)] ^= more;
		break;
	}
}

void viortc_fault_spoil(enum viortc_fault_id id, __u64 *value, __u16 msg_type, size_t capacity,
			union viortc_model_output *msg, struct viortc_fault_answer *answer)
{
	__u8 defined = 0, *flags = viortc_fault_flags(msg, msg_type, &defined);

	switch (id) {
	case VIORTC_FAULT_WRONG_STATUS:
		msg->head.status = *value;
		break;
	case VIORTC_FAULT_OTHER_STATUS:
		if (msg->head.status == *value >> 8)
			msg->head.status = *value;
		break;
	case VIORTC_FAULT_SHORT_ANSWER:
		answer->used = answer->len > *value ? answer->len - *value : 0;
		break;
	case VIORTC_FAULT_LONG_ANSWER:
		answer->used = capacity + *value;
		break;
	case VIORTC_FAULT_NO_ANSWER:
		viortc_fault_hold(answer, VIORTC_FAULT_WITHHOLD, 0);
		break;
	case VIORTC_FAULT_LATE_ANSWER:
		viortc_fault_hold(answer, VIORTC_FAULT_DELAY, *value);
		break;
	case VIORTC_FAULT_STALE_ANSWER:
		viortc_fault_hold(answer, VIORTC_FAULT_AFTER_RESET, 0);
		break;
	case VIORTC_FAULT_RESERVED_BITS:
		viortc_fault_reserved_bits(msg, msg_type, *value);
		break;
	case VIORTC_FAULT_UNKNOWN_FLAGS:
		if (flags)
			*flags |= *value & ~defined;
		break;
	case VIORTC_FAULT_MISSING_FLAGS:
		if (flags)
			*flags &= ~(*value & defined);
		break;
	case VIORTC_FAULT_ALARM_FLAG:
		msg->clock_cap.flags |= VIRTIO_RTC_FLAG_ALARM_CAP;
		break;
	case VIORTC_FAULT_CLOCK_COUNT:
		msg->cfg.num_clocks = __cpu_to_le16(*value);
		break;
	case VIORTC_FAULT_CLOCK_TYPE:
		msg->clock_cap.type = *value;
		break;
	case VIORTC_FAULT_SMEARING:
		msg->clock_cap.leap_second_smearing = *value;
		break;
	case VIORTC_FAULT_READING:
		msg->read.clock_reading = __cpu_to_le64(*value);
		break;
	case VIORTC_FAULT_COARSE:
		viortc_fault_coarse(msg, *value);
		break;
	case VIORTC_FAULT_COUNTER_OFFSET:
		msg->read_cross.counter_cycles =
			__cpu_to_le64(__le64_to_cpu(msg->read_cross.counter_cycles) + *value);
		break;
	case VIORTC_FAULT_BAD_TYPE:
		msg->notif.head.msg_type = __cpu_to_le16(*value);
		break;
	case VIORTC_FAULT_BAD_CLOCK_ID:
		msg->notif.clock_id = __cpu_to_le16(*value);
		break;
	case VIORTC_FAULT_HOSTILE:
		viortc_fault_hostile(value, capacity, msg, answer);
		break;
	case VIORTC_FAULT_ALARM_STORM:
		break;
	}
}
