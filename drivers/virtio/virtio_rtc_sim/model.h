/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause */
/*
 * Device model of the virtio RTC device: requests in, responses out.
 *
 * The model is the device without its transport. It holds the clocks and the
 * alarms and follows each rule that the specification has for the device (the
 * V- rules cited below). It knows nothing of rings, sockets, threads, user
 * space or kernel, and it allocates nothing: time comes in through &struct
 * viortc_model_ops, memory from whoever embeds it.
 *
 * A transport does this:
 *
 *  1. Fill an array of &struct viortc_model_clock, viortc_model_init().
 *  2. Offer viortc_model_features() to the driver, pass what was negotiated to
 *     viortc_model_set_features().
 *  3. For each requestq buffer, in the order made available, copy the request
 *     out, call viortc_model_handle(), copy the response in.
 *  4. Afterwards, and after viortc_model_alarm_check(),
 *     viortc_model_set_features() and viortc_model_reset(), and when the driver
 *     made alarmq buffers available:
 *
 *	while (an alarmq buffer is available && viortc_model_pending(m)) {
 *		take the buffer;
 *		len = viortc_model_notification(m, buf, capacity);
 *		use the buffer with len bytes;
 *	}
 *
 *     Take a notification only with its buffer in hand, and use that buffer
 *     before any further request is handled: then a request that disables an
 *     alarm is never answered before a notification that it came to stop.
 *  5. On device reset, viortc_model_reset().
 *
 * Locking: the caller serialises all calls on one model. The model calls the
 * ops only from within these calls, so they run in the caller's context and
 * with its locks; they must not call back into the model.
 *
 * Lifetime: the model points to the clocks and ops until it is no longer used;
 * there is nothing to tear down but the caller's timers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_MODEL_H
#define _VIRTIO_RTC_MODEL_H

#include <linux/types.h>
#include <linux/virtio_rtc.h>
#ifndef __KERNEL__
#include <stdbool.h>
#include <stddef.h>
#endif

/* No request, response or notification of the specification is longer. */
#define VIORTC_MODEL_MSG_MAX	24

/**
 * union viortc_model_output - any message that a device sends, by fields
 *
 * READ_CROSS begins like READ.
 */
union viortc_model_output {
	/* private: */
	struct virtio_rtc_resp_head head;
	struct virtio_rtc_resp_read read;
	struct virtio_rtc_resp_read_cross read_cross;
	struct virtio_rtc_resp_cfg cfg;
	struct virtio_rtc_resp_clock_cap clock_cap;
	struct virtio_rtc_resp_cross_cap cross_cap;
	struct virtio_rtc_resp_read_alarm read_alarm;
	struct virtio_rtc_resp_set_alarm set_alarm;
	struct virtio_rtc_resp_set_alarm_enabled set_alarm_enabled;
	struct virtio_rtc_notif_alarm notif;
};

/**
 * struct viortc_model_ops - what the model needs of the world around it
 * @read: Returns what clock @clock shows now, in ns. It cannot fail.
 * @read_cross: Reads clock @clock (ns) and the driver's counter (cycles) at
 *	one instant, which is not before the call. The counter value is what
 *	the driver would have read from it then (V-cross). Returns false when
 *	it cannot tell at this time; the model then answers EIO. Only called
 *	for clocks that have &viortc_model_clock.cross set. May be NULL if none
 *	has.
 * @arm_timer: Arms or re-arms the timer of clock @clock: call
 *	viortc_model_alarm_check() when the clock shows @time (ns, any u64) or
 *	more. Calling it too early is harmless, the model arms the timer again;
 *	so a timer with a shorter range may be set to its limit. @time may
 *	already be in the past by a hair: the check must then come at once, but
 *	not from within this function. Only called for clocks with an alarm.
 *	May be NULL if none has.
 * @cancel_timer: The check for clock @clock is no longer needed. A check that
 *	still comes is harmless. May be NULL if no clock has an alarm.
 *
 * @priv is what viortc_model_init() was given, @clock is a valid clock id.
 * Context: That of the call on the model which needs it.
 */
struct viortc_model_ops {
	__u64 (*read)(void *priv, __u16 clock);
	bool (*read_cross)(void *priv, __u16 clock, __u64 *reading, __u64 *cycles);
	void (*arm_timer)(void *priv, __u16 clock, __u64 time);
	void (*cancel_timer)(void *priv, __u16 clock);
};

/**
 * struct viortc_model_clock - one clock
 * @type: VIRTIO_RTC_CLOCK_*, or any other value to present an unknown type.
 * @smearing: VIRTIO_RTC_SMEAR_* or, from 0xF0 on, an experimental variant;
 *	UNSPECIFIED unless @type is UTC_SMEARED (V-variant).
 * @alarm: The clock has an alarm.
 * @cross: The clock can be read together with the driver's counter.
 *
 * The embedding code sets the members above before viortc_model_init() and
 * leaves them alone from then on, as they must not change while the device is
 * live (V-cap). What follows belongs to the model.
 */
struct viortc_model_clock {
	__u8 type;
	__u8 smearing;
	bool alarm;
	bool cross;
	/* private: */
	bool alarm_enabled;
	bool alarm_expired;	/* and since then not set, enabled or in the future */
	bool queued;
	__u16 next;		/* in the queue of those with notifications */
	__u32 pending;		/* expiries that still lack their notification */
	__u64 alarm_time;
	__u64 last_reading;	/* of a MONOTONIC clock */
};

/**
 * struct viortc_model - the device
 *
 * Set up by viortc_model_init(), at any address, all members private.
 */
struct viortc_model {
	/* private: */
	const struct viortc_model_ops *ops;
	void *priv;
	struct viortc_model_clock *clocks;
	__u16 num_clocks;
	__u8 hw_counter;
	bool alarms;		/* VIRTIO_RTC_F_ALARM was negotiated */
	__u16 num_pending;	/* clocks with notifications */
	__u16 first;		/* the queue that they are in, among others; or none */
	__u16 last;
	__u64 last_cycles;
};

/**
 * viortc_model_smearing_valid - whether a clock can have a smearing variant
 * @type: The clock's type.
 * @smearing: The variant.
 *
 * Only a clock that smears has one, of those that are defined or experimental
 * (V-variant).
 *
 * Context: Any.
 * Return: Whether it can.
 */
bool viortc_model_smearing_valid(__u8 type, __u8 smearing);

/**
 * viortc_model_init - set up a device
 * @m: The model, to be filled.
 * @ops: See there; must outlive the model.
 * @priv: Passed to each of @ops.
 * @clocks: The clocks, their index is their id. Must outlive the model; may be
 *	NULL when there are none.
 * @num_clocks: Their number, which may be 0.
 * @hw_counter: The counter that the driver has, as far as cross-timestamps are
 *	concerned: VIRTIO_RTC_COUNTER_ARM_VCT, _X86_TSC, or 0xF0 to 0xFE. With
 *	VIRTIO_RTC_COUNTER_INVALID no clock may have @cross.
 *
 * All alarms are disabled and at time 0, no feature is negotiated.
 *
 * Context: Any. Calls none of @ops.
 * Return: 0, or -EINVAL when a clock or the counter contradicts itself or an
 * op is missing for what the clocks can do.
 */
int viortc_model_init(struct viortc_model *m, const struct viortc_model_ops *ops, void *priv,
		      struct viortc_model_clock *clocks, __u16 num_clocks, __u8 hw_counter);

/**
 * viortc_model_features - the feature bits of this device type to offer
 * @m: The model.
 *
 * Context: Any.
 * Return: 1 << VIRTIO_RTC_F_ALARM if any clock has an alarm, otherwise 0.
 */
__u64 viortc_model_features(const struct viortc_model *m);

/**
 * viortc_model_set_features - feature negotiation is over
 * @m: The model.
 * @features: The negotiated feature bits; all but the offered ones of the
 *	device type are ignored, so transport features may be left in.
 *
 * Without VIRTIO_RTC_F_ALARM no notification is given, no CLOCK_CAP says
 * ALARM_CAP and every alarm message is answered ENODEV.
 *
 * Context: Any. A retained alarm may now be deliverable, see
 * viortc_model_pending().
 */
void viortc_model_set_features(struct viortc_model *m, __u64 features);

/**
 * viortc_model_handle - answer one request
 * @m: The model.
 * @req: The device-readable part of the buffer, read once; may be NULL if there
 *	is none.
 * @req_len: Its length, as the driver made it; whether all of it is at @req or
 *	only the first %VIORTC_MODEL_MSG_MAX bytes makes no difference.
 * @resp: Receives the response, written once, after @req was read; it may
 *	overlap with @req, and be NULL if there is no room.
 * @resp_capacity: The room for the response that the driver gave; the same
 *	applies to its bytes past %VIORTC_MODEL_MSG_MAX.
 *
 * The reading is taken in this call (V-order). A response other than OK has
 * the length of the OK response, its fields being zero, and the request
 * changed nothing. The first of these that fits is the status:
 *
 *  - EINVAL for a request too short for its message, or with too little room for
 *    its response (V-size); in the latter case the response is as many bytes of
 *    a response header as fit. What is longer than needed is fine.
 *  - EOPNOTSUPP for an unknown message, answered by a response header.
 *  - ENODEV for a clock that does not exist, and for alarm messages where there
 *    is no alarm.
 *  - EOPNOTSUPP for an unknown counter.
 *  - EINVAL for a reserved byte or an undefined flag that is not zero, and for
 *    VIRTIO_RTC_COUNTER_INVALID (V-inconsistent).
 *  - EOPNOTSUPP for a cross-timestamp that this clock does not have, EIO for one
 *    that cannot be told at this time (V-cross).
 *
 * Context: Any; calls the ops.
 * Return: The number of bytes written to @resp, which is the used length. 0
 * when @resp_capacity is 0.
 */
size_t viortc_model_handle(struct viortc_model *m, const void *req, size_t req_len,
			   void *resp, size_t resp_capacity);

/**
 * viortc_model_alarm_check - look whether the alarm of a clock expired
 * @m: The model.
 * @clock: The clock id; one that names no clock with an alarm is ignored.
 *
 * To be called when the timer of @clock fired and also, whether the timer is
 * armed or not, when the clock was stepped (V-alarm). Reads the clock and arms
 * the timer again if its time is still to come, so early, late and needless
 * calls do no harm. An alarm that expired stays enabled; it expires again if
 * its clock is stepped back and passes its time once more.
 *
 * Context: Any; calls the ops.
 */
void viortc_model_alarm_check(struct viortc_model *m, __u16 clock);

/**
 * viortc_model_pending - whether a notification waits for an alarmq buffer
 * @m: The model.
 *
 * Context: Any.
 * Return: Whether viortc_model_notification() has something to give.
 */
bool viortc_model_pending(const struct viortc_model *m);

/**
 * viortc_model_notification - fill an alarmq buffer
 * @m: The model.
 * @buf: Receives the notification.
 * @capacity: The room there. Too little for the message (D-space) is no reason
 *	to lose it: 0 is returned, which makes the used length of this buffer,
 *	and the notification waits for the next one.
 *
 * Each expiry of an alarm gives one notification, also one that has become
 * obsolete since, whose notification may or may not come (V-alarm); the clocks
 * take turns.
 *
 * Context: Any.
 * Return: The number of bytes written to @buf, which is the used length. 0 if
 * none waits or @capacity is too small.
 */
size_t viortc_model_notification(struct viortc_model *m, void *buf, size_t capacity);

/**
 * viortc_model_reset - device reset
 * @m: The model.
 * @retain_alarms: Keep time and state of each alarm (V-retain), rather than
 *	return to time 0 and disabled.
 *
 * No feature is negotiated afterwards and notifications not yet given are
 * forgotten; a retained and enabled alarm whose time is not in the future
 * expires here (V-alarm). The order of counter values (V-cross) starts anew,
 * as a machine's reset may set its counter to 0.
 *
 * Context: Any; calls the ops.
 */
void viortc_model_reset(struct viortc_model *m, bool retain_alarms);

#endif /* _VIRTIO_RTC_MODEL_H */
