/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause */
/*
 * What the files of the device model know of each other.  Each uses those below it only:
 *
 *  model.c		messages, and the device's life
 *  model_alarms.c	alarms, and what the driver is told of them
 *  model_clocks.c	readings and cross-timestamps
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_MODEL_PARTS_H
#define _VIRTIO_RTC_MODEL_PARTS_H

#include "model.h"

#define VIORTC_MODEL_NO_CLOCK	0xffff	/* as there are fewer than that */

/**
 * union viortc_model_req - a request
 *
 * The model's own copy: the driver may change its one at any time.
 */
union viortc_model_req {
	/* private: */
	struct virtio_rtc_req_head head;
	struct virtio_rtc_req_read read;
	struct virtio_rtc_req_read_cross read_cross;
	struct virtio_rtc_req_cfg cfg;
	struct virtio_rtc_req_clock_cap clock_cap;
	struct virtio_rtc_req_cross_cap cross_cap;
	struct virtio_rtc_req_read_alarm read_alarm;
	struct virtio_rtc_req_set_alarm set_alarm;
	struct virtio_rtc_req_set_alarm_enabled set_alarm_enabled;
};

/**
 * struct viortc_model_exchange - a request and its answer
 * @req: The request.
 * @id: The clock that it is for, which exists.
 * @resp: The response, which starts out as all zero.
 */
struct viortc_model_exchange {
	union viortc_model_req req;
	__u16 id;
	union viortc_model_output resp;
};

/**
 * viortc_model_read_clock - read a clock
 * @m: The model.
 * @id: A clock that exists.
 *
 * Context: Any; calls the op read.
 * Return: What it shows, in ns; of a monotonic clock never less than before (V-mono).
 */
__u64 viortc_model_read_clock(struct viortc_model *m, __u16 id);

/**
 * viortc_model_read - answer READ
 * @m: The model.
 * @x: The request, and its answer.
 *
 * Context: Any; calls the op read.
 * Return: The status.
 */
__u8 viortc_model_read(struct viortc_model *m, struct viortc_model_exchange *x);

/**
 * viortc_model_cross_cap - answer CROSS_CAP
 * @m: The model.
 * @x: The request, for a counter that is known, and its answer.
 *
 * Says what viortc_model_read_cross() will say (V-cap).
 *
 * Context: Any.
 * Return: The status.
 */
__u8 viortc_model_cross_cap(struct viortc_model *m, struct viortc_model_exchange *x);

/**
 * viortc_model_read_cross - answer READ_CROSS
 * @m: The model.
 * @x: The request, for a counter that is known, and its answer.
 *
 * Context: Any; calls the op read_cross.
 * Return: The status: EOPNOTSUPP for a counter that is not the driver's or a clock
 * without cross-timestamps, EIO if it cannot be told at this time or counter or clock
 * would go back (V-cross, V-mono).
 */
__u8 viortc_model_read_cross(struct viortc_model *m, struct viortc_model_exchange *x);

/**
 * viortc_model_read_alarm - answer READ_ALARM
 * @m: The model.
 * @x: The request, for a clock with an alarm, and its answer.
 *
 * Context: Any.
 * Return: The status.
 */
__u8 viortc_model_read_alarm(struct viortc_model *m, struct viortc_model_exchange *x);

/**
 * viortc_model_set_alarm - answer SET_ALARM
 * @m: The model.
 * @x: The request, for a clock with an alarm, and its answer.
 *
 * The alarm is looked at anew: one whose time is reached already expires (V-alarm).
 *
 * Context: Any; calls the ops for reading and for timers.
 * Return: The status.
 */
__u8 viortc_model_set_alarm(struct viortc_model *m, struct viortc_model_exchange *x);

/**
 * viortc_model_set_alarm_enabled - answer SET_ALARM_ENABLED
 * @m: The model.
 * @x: The request, for a clock with an alarm, and its answer.
 *
 * As viortc_model_set_alarm(), with the time that the alarm has.
 *
 * Context: Any; calls the ops for reading and for timers.
 * Return: The status.
 */
__u8 viortc_model_set_alarm_enabled(struct viortc_model *m, struct viortc_model_exchange *x);

/**
 * viortc_model_reset_alarms - the alarms' part of viortc_model_reset()
 * @m: The model.
 * @retain: See there.
 *
 * Context: Any; calls the ops for reading and for timers.
 */
void viortc_model_reset_alarms(struct viortc_model *m, bool retain);

#endif /* _VIRTIO_RTC_MODEL_PARTS_H */
