/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause */
/*
 * What faults of a virtio RTC device do to an answer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_FAULT_EFFECTS_H
#define _VIRTIO_RTC_FAULT_EFFECTS_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stddef.h>
#endif

union viortc_model_output;

/* What a fault is like is said beside its name, in faults.c. */
enum viortc_fault_id {
	VIORTC_FAULT_WRONG_STATUS,
	VIORTC_FAULT_OTHER_STATUS,
	VIORTC_FAULT_SHORT_ANSWER,
	VIORTC_FAULT_LONG_ANSWER,
	VIORTC_FAULT_NO_ANSWER,
	VIORTC_FAULT_LATE_ANSWER,
	VIORTC_FAULT_STALE_ANSWER,
	VIORTC_FAULT_RESERVED_BITS,
	VIORTC_FAULT_UNKNOWN_FLAGS,
	VIORTC_FAULT_MISSING_FLAGS,
	VIORTC_FAULT_ALARM_FLAG,
	VIORTC_FAULT_CLOCK_COUNT,
	VIORTC_FAULT_CLOCK_TYPE,
	VIORTC_FAULT_SMEARING,
	VIORTC_FAULT_READING,
	VIORTC_FAULT_COARSE,
	VIORTC_FAULT_COUNTER_OFFSET,
	VIORTC_FAULT_BAD_TYPE,
	VIORTC_FAULT_BAD_CLOCK_ID,
	VIORTC_FAULT_ALARM_STORM,
	VIORTC_FAULT_HOSTILE,
};

/**
 * enum viortc_fault_fate - what becomes of an answer
 * @VIORTC_FAULT_SEND: Use its buffer now.
 * @VIORTC_FAULT_DELAY: Use its buffer after &viortc_fault_answer.delay_ms,
 *	others need not wait for it.
 * @VIORTC_FAULT_WITHHOLD: Keep its buffer for good.
 * @VIORTC_FAULT_AFTER_RESET: Keep its buffer until the device was reset and
 *	set up again, then put it on the used ring of its queue although the
 *	driver no longer knows it.
 */
enum viortc_fault_fate {
	VIORTC_FAULT_SEND,
	VIORTC_FAULT_DELAY,
	VIORTC_FAULT_WITHHOLD,
	VIORTC_FAULT_AFTER_RESET,
};

/**
 * struct viortc_fault_answer - a response or notification on its way out
 * @buf: Its bytes.
 * @len: How many of them there are. Faults change bytes, never this number.
 * @used: The used length to give to the driver. It may be less than @len, the
 *	bytes are to be written nevertheless, or more than the buffer has.
 * @fate: What to do with it.
 * @delay_ms: See %VIORTC_FAULT_DELAY.
 */
struct viortc_fault_answer {
	void *buf;
	size_t len;
	size_t used;
	enum viortc_fault_fate fate;
	__u32 delay_ms;
};

/**
 * viortc_fault_spoil - do to an answer what a fault does
 * @id: The fault.
 * @value: Its value, as faults.c explains it. It changes if it is the seed of
 *	a sequence.
 * @msg_type: The type of the request that the answer is for, or of the
 *	notification.
 * @capacity: The room in the driver's buffer, in bytes.
 * @msg: The answer's bytes, to be changed.
 * @answer: The rest of it, to be changed. @answer->buf is not looked at.
 *
 * Context: Any.
 */
void viortc_fault_spoil(enum viortc_fault_id id, __u64 *value, __u16 msg_type, size_t capacity,
			union viortc_model_output *msg, struct viortc_fault_answer *answer);

#endif /* _VIRTIO_RTC_FAULT_EFFECTS_H */
