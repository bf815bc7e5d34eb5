// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause
/*
 * Device model of the virtio RTC device: requests in, responses out.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/virtio_rtc.h>

#include "model.h"

#define VIORTC_MODEL_NO_CLOCK	0xffff	/* as there are fewer than that */

/* The model's own copy of a request: the driver may change its one at any time. */
union viortc_model_req {
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

/* A request, the clock that it is for, and its response, which starts out as all zero. */
struct viortc_model_exchange {
	union viortc_model_req req;
	__u16 id;
	union viortc_model_output resp;
};

/* Clocks */

static bool viortc_model_has_clock(const struct viortc_model *m, __u16 id)
{
	return id < m->num_clocks;
}

/* V-mono does not rely on the embedding code. */
static bool viortc_model_goes_back(const struct viortc_model_clock *clock, __u64 reading)
{
	return clock->type == VIRTIO_RTC_CLOCK_MONOTONIC && reading < clock->last_reading;
}

static __u64 viortc_model_read_clock(struct viortc_model *m, __u16 id)
{
	struct viortc_model_clock *clock = &m->clocks[id];
	__u64 reading = m->ops->read(m->priv, id);

	if (viortc_model_goes_back(clock, reading))
		return clock->last_reading;
	clock->last_reading = reading;
	return reading;
}

static __u8 viortc_model_read(struct viortc_model *m, struct viortc_model_exchange *x)
{
	x->resp.read.clock_reading = __cpu_to_le64(viortc_model_read_clock(m, x->id));
	return VIRTIO_RTC_S_OK;
}

static __u8 viortc_model_cfg(struct viortc_model *m, struct viortc_model_exchange *x)
{
	x->resp.cfg.num_clocks = __cpu_to_le16(m->num_clocks);
	return VIRTIO_RTC_S_OK;
}

static __u8 viortc_model_clock_cap(struct viortc_model *m, struct viortc_model_exchange *x)
{
	const struct viortc_model_clock *clock = &m->clocks[x->id];

	x->resp.clock_cap.type = clock->type;
	x->resp.clock_cap.leap_second_smearing = clock->smearing;
	if (m->alarms && clock->alarm)
		x->resp.clock_cap.flags = VIRTIO_RTC_FLAG_ALARM_CAP;
	return VIRTIO_RTC_S_OK;
}

/* Cross-timestamps */

/*
 * A counter that exists may be asked for; any other is unknown. INVALID is known,
 * as what it is: no counter.
 */
static bool viortc_model_knows_counter(const struct viortc_model *m, __u8 hw_counter)
{
	return hw_counter == VIRTIO_RTC_COUNTER_ARM_VCT ||
	       hw_counter == VIRTIO_RTC_COUNTER_X86_TSC ||
	       hw_counter == VIRTIO_RTC_COUNTER_INVALID || hw_counter == m->hw_counter;
}

/* The one answer to both questions, CROSS_CAP and READ_CROSS (V-cap) */
static bool viortc_model_can_cross(const struct viortc_model *m, __u16 id, __u8 hw_counter)
{
	return m->clocks[id].cross && hw_counter == m->hw_counter;
}

static __u8 viortc_model_cross_cap(struct viortc_model *m, struct viortc_model_exchange *x)
{
	if (viortc_model_can_cross(m, x->id, x->req.cross_cap.hw_counter))
		x->resp.cross_cap.flags = VIRTIO_RTC_FLAG_CROSS_CAP;
	return VIRTIO_RTC_S_OK;
}

static __u8 viortc_model_read_cross(struct viortc_model *m, struct viortc_model_exchange *x)
{
	struct viortc_model_clock *clock = &m->clocks[x->id];
	__u64 reading, cycles;

	if (!viortc_model_can_cross(m, x->id, x->req.read_cross.hw_counter))
		return VIRTIO_RTC_S_EOPNOTSUPP;
	if (!m->ops->read_cross(m->priv, x->id, &reading, &cycles))
		return VIRTIO_RTC_S_EIO;
	/* Correcting one half of the pair would make the pair wrong: no answer instead. */
	if (cycles < m->last_cycles || viortc_model_goes_back(clock, reading))
		return VIRTIO_RTC_S_EIO;
	m->last_cycles = cycles;
	clock->last_reading = reading;

	x->resp.read_cross.clock_reading = __cpu_to_le64(reading);
	x->resp.read_cross.counter_cycles = __cpu_to_le64(cycles);
	return VIRTIO_RTC_S_OK;
}

/* Alarms */

static bool viortc_model_has_alarm(const struct viortc_model *m, __u16 id)
{
	return m->alarms && viortc_model_has_clock(m, id) && m->clocks[id].alarm;
}

/*
 * Clocks that get notifications take turns in a queue.  One whose notifications were
 * stopped stays in it until its turn: it may well have one again by then.
 */
static void viortc_model_enqueue(struct viortc_model *m, __u16 id)
{
	struct viortc_model_clock *clock = &m->clocks[id];

	if (clock->queued)
		return;
	clock->queued = true;
	clock->next = VIORTC_MODEL_NO_CLOCK;
	*(m->first == VIORTC_MODEL_NO_CLOCK ? &m->first : &m->clocks[m->last].next) = id;
	m->last = id;
}

static void viortc_model_add_pending(struct viortc_model *m, __u16 id)
{
	struct viortc_model_clock *clock = &m->clocks[id];

	if (!clock->pending)
		m->num_pending++;
	if (clock->pending < ~(__u32)0)
		clock->pending++;
	viortc_model_enqueue(m, id);
}

static void viortc_model_drop_pending(struct viortc_model *m, struct viortc_model_clock *clock)
{
	if (clock->pending)
		m->num_pending--;
	clock->pending = 0;
}

/*
 * Brings timer and expiry of an enabled alarm in line with its clock. An alarm
 * that has expired waits without a timer: only a step can bring it back before
 * its time, and steps are reported.
 */
static void viortc_model_update_alarm(struct viortc_model *m, __u16 id)
{
	struct viortc_model_clock *clock = &m->clocks[id];

	if (viortc_model_read_clock(m, id) < clock->alarm_time) {
		clock->alarm_expired = false;
		m->ops->arm_timer(m->priv, id, clock->alarm_time);
		return;
	}
	m->ops->cancel_timer(m->priv, id);
	if (clock->alarm_expired)
		return;
	clock->alarm_expired = true;
	viortc_model_add_pending(m, id);
}

void viortc_model_alarm_check(struct viortc_model *m, __u16 clock)
{
	if (clock < m->num_clocks && m->clocks[clock].alarm_enabled)
		viortc_model_update_alarm(m, clock);
}

static void viortc_model_disable_alarm(struct viortc_model *m, __u16 id)
{
	struct viortc_model_clock *clock = &m->clocks[id];

	clock->alarm_enabled = false;
	clock->alarm_expired = false;
	viortc_model_drop_pending(m, clock);
	m->ops->cancel_timer(m->priv, id);
}

static void viortc_model_set_alarm_to(struct viortc_model *m, __u16 id, __u64 time, __u8 flags)
{
	struct viortc_model_clock *clock = &m->clocks[id];

	/* Expired just now, with the timer a little late, is expired as well. */
	viortc_model_alarm_check(m, id);

	clock->alarm_time = time;
	if (flags & VIRTIO_RTC_FLAG_ALARM_ENABLED) {
		/* Evaluated anew: what is reached already expires (again). */
		clock->alarm_enabled = true;
		clock->alarm_expired = false;
		viortc_model_update_alarm(m, id);
	} else {
		viortc_model_disable_alarm(m, id);
	}
}

static __u8 viortc_model_read_alarm(struct viortc_model *m, struct viortc_model_exchange *x)
{
	const struct viortc_model_clock *clock = &m->clocks[x->id];

	x->resp.read_alarm.alarm_time = __cpu_to_le64(clock->alarm_time);
	if (clock->alarm_enabled)
		x->resp.read_alarm.flags = VIRTIO_RTC_FLAG_ALARM_ENABLED;
	return VIRTIO_RTC_S_OK;
}

static __u8 viortc_model_set_alarm(struct viortc_model *m, struct viortc_model_exchange *x)
{
	viortc_model_set_alarm_to(m, x->id, __le64_to_cpu(x->req.set_alarm.alarm_time),
				  x->req.set_alarm.flags);
	return VIRTIO_RTC_S_OK;
}

static __u8 viortc_model_set_alarm_enabled(struct viortc_model *m, struct viortc_model_exchange *x)
{
	viortc_model_set_alarm_to(m, x->id, m->clocks[x->id].alarm_time,
				  x->req.set_alarm_enabled.flags);
	return VIRTIO_RTC_S_OK;
}

/* Notifications */

bool viortc_model_pending(const struct viortc_model *m)
{
	return m->alarms && m->num_pending;
}

size_t viortc_model_notification(struct viortc_model *m, void *buf, size_t capacity)
{
	struct virtio_rtc_notif_alarm notif = {
		.head.msg_type = __cpu_to_le16(VIRTIO_RTC_NOTIF_ALARM),
	};
	__u16 id;

	if (capacity < sizeof(notif) || !viortc_model_pending(m))
		return 0;
	do {
		id = m->first;
		m->first = m->clocks[id].next;
		m->clocks[id].queued = false;
	} while (!m->clocks[id].pending);
	if (--m->clocks[id].pending)
		viortc_model_enqueue(m, id);
	else
		m->num_pending--;

	notif.clock_id = __cpu_to_le16(id);
	memcpy(buf, &notif, sizeof(notif));
	return sizeof(notif);
}

/* Requests */

#define VIORTC_REQ(name)		sizeof(struct virtio_rtc_req_##name)
#define VIORTC_RESP(name)		sizeof(struct virtio_rtc_resp_##name)
#define VIORTC_AT(name, member)		offsetof(struct virtio_rtc_req_##name, member)

/* What a request has to be: sizes, where in it something stands or 0, who does it. */
static const struct viortc_model_msg {
	__u16 type;
	__u8 req_size;
	__u8 resp_size;
	__u8 clock_id;
	__u8 hw_counter;
	__u8 flags;
	__u8 reserved;		/* those at its end */
	bool alarm;		/* it is for clocks with an alarm */
	/* For a clock that it can be for; returns the status. */
	__u8 (*handle)(struct viortc_model *m, struct viortc_model_exchange *x);
} viortc_model_msgs[] = {
	{ VIRTIO_RTC_REQ_READ, VIORTC_REQ(read), VIORTC_RESP(read),
	  VIORTC_AT(read, clock_id), 0, 0,
	  VIORTC_AT(read, reserved), false, viortc_model_read },
	{ VIRTIO_RTC_REQ_READ_CROSS, VIORTC_REQ(read_cross), VIORTC_RESP(read_cross),
	  VIORTC_AT(read_cross, clock_id), VIORTC_AT(read_cross, hw_counter), 0,
	  VIORTC_AT(read_cross, reserved), false, viortc_model_read_cross },
	{ VIRTIO_RTC_REQ_CFG, VIORTC_REQ(cfg), VIORTC_RESP(cfg),
	  0, 0, 0, VIORTC_REQ(cfg), false, viortc_model_cfg },
	{ VIRTIO_RTC_REQ_CLOCK_CAP, VIORTC_REQ(clock_cap), VIORTC_RESP(clock_cap),
	  VIORTC_AT(clock_cap, clock_id), 0, 0,
	  VIORTC_AT(clock_cap, reserved), false, viortc_model_clock_cap },
	{ VIRTIO_RTC_REQ_CROSS_CAP, VIORTC_REQ(cross_cap), VIORTC_RESP(cross_cap),
	  VIORTC_AT(cross_cap, clock_id), VIORTC_AT(cross_cap, hw_counter), 0,
	  VIORTC_AT(cross_cap, reserved), false, viortc_model_cross_cap },
	{ VIRTIO_RTC_REQ_READ_ALARM, VIORTC_REQ(read_alarm), VIORTC_RESP(read_alarm),
	  VIORTC_AT(read_alarm, clock_id), 0, 0,
	  VIORTC_AT(read_alarm, reserved), true, viortc_model_read_alarm },
	{ VIRTIO_RTC_REQ_SET_ALARM, VIORTC_REQ(set_alarm), VIORTC_RESP(set_alarm),
	  VIORTC_AT(set_alarm, clock_id), 0, VIORTC_AT(set_alarm, flags),
	  VIORTC_AT(set_alarm, reserved), true, viortc_model_set_alarm },
	{ VIRTIO_RTC_REQ_SET_ALARM_ENABLED, VIORTC_REQ(set_alarm_enabled),
	  VIORTC_RESP(set_alarm_enabled),
	  VIORTC_AT(set_alarm_enabled, clock_id), 0, VIORTC_AT(set_alarm_enabled, flags),
	  VIORTC_AT(set_alarm_enabled, reserved), true, viortc_model_set_alarm_enabled },
	/* Ends the table: a message that nobody knows still has headers. */
	{ .req_size = VIORTC_REQ(head), .resp_size = VIORTC_RESP(head) },
};

static const struct viortc_model_msg *viortc_model_find(__u16 type)
{
	const struct viortc_model_msg *msg = viortc_model_msgs;

	while (msg->handle && msg->type != type)
		msg++;
	return msg;
}

/* Whether a request has values that the specification does not allow (V-inconsistent) */
static bool viortc_model_inconsistent(const struct viortc_model_msg *msg,
				      const struct viortc_model_exchange *x)
{
	const __u8 *bytes = (const __u8 *)&x->req;
	size_t i;

	for (i = 0; i < sizeof(x->req.head.reserved); i++) {
		if (x->req.head.reserved[i])
			return true;
	}
	for (i = msg->reserved; i < msg->req_size; i++) {
		if (bytes[i])
			return true;
	}
	/* Without the feature that allows it there is no message with such flags. */
	if (msg->flags && (bytes[msg->flags] & ~VIRTIO_RTC_FLAG_ALARM_ENABLED))
		return true;
	return msg->hw_counter && bytes[msg->hw_counter] == VIRTIO_RTC_COUNTER_INVALID;
}

/*
 * Answers a request of full size. That it cannot be met, whatever else is in it,
 * comes before what is wrong with it.
 */
static __u8 viortc_model_answer(struct viortc_model *m, const struct viortc_model_msg *msg,
				struct viortc_model_exchange *x)
{
	const __u8 *bytes = (const __u8 *)&x->req;

	if (!msg->handle)
		return VIRTIO_RTC_S_EOPNOTSUPP;
	if (msg->clock_id) {
		x->id = bytes[msg->clock_id] | bytes[msg->clock_id + 1] << 8;
		if (!viortc_model_has_clock(m, x->id) ||
		    (msg->alarm && !viortc_model_has_alarm(m, x->id)))
			return VIRTIO_RTC_S_ENODEV;
	}
	if (msg->hw_counter && !viortc_model_knows_counter(m, bytes[msg->hw_counter]))
		return VIRTIO_RTC_S_EOPNOTSUPP;
	if (viortc_model_inconsistent(msg, x))
		return VIRTIO_RTC_S_EINVAL;
	return msg->handle(m, x);
}

size_t viortc_model_handle(struct viortc_model *m, const void *req, size_t req_len,
			   void *resp, size_t resp_capacity)
{
	struct viortc_model_exchange x = {};
	const struct viortc_model_msg *msg;
	__u16 type = 0;
	__u8 status;
	size_t len;

	if (req_len)
		memcpy(&x.req, req, req_len < sizeof(x.req) ? req_len : sizeof(x.req));

	/* 0 is no message. So is a header cut short, and gets a header. */
	if (req_len >= sizeof(x.req.head))
		type = __le16_to_cpu(x.req.head.msg_type);

	msg = viortc_model_find(type);
	len = msg->resp_size;
	if (len > resp_capacity) {
		status = VIRTIO_RTC_S_EINVAL;
		len = resp_capacity < sizeof(x.resp.head) ? resp_capacity : sizeof(x.resp.head);
	} else if (req_len < msg->req_size) {
		status = VIRTIO_RTC_S_EINVAL;
	} else {
		status = viortc_model_answer(m, msg, &x);
	}

	x.resp.head.status = status;
	if (len)
		memcpy(resp, &x.resp, len);
	return len;
}

/* Life */

void viortc_model_reset(struct viortc_model *m, bool retain_alarms)
{
	__u16 id;

	m->alarms = false;
	m->last_cycles = 0;
	for (id = 0; id < m->num_clocks; id++) {
		struct viortc_model_clock *clock = &m->clocks[id];

		if (!clock->alarm)
			continue;
		if (!retain_alarms) {
			clock->alarm_time = 0;
			viortc_model_disable_alarm(m, id);
			continue;
		}
		viortc_model_drop_pending(m, clock);
		clock->alarm_expired = false;
		viortc_model_alarm_check(m, id);
	}
}

__u64 viortc_model_features(const struct viortc_model *m)
{
	__u16 id;

	for (id = 0; id < m->num_clocks; id++) {
		if (m->clocks[id].alarm)
			return 1ULL << VIRTIO_RTC_F_ALARM;
	}
	return 0;
}

void viortc_model_set_features(struct viortc_model *m, __u64 features)
{
	m->alarms = features & viortc_model_features(m);
}

bool viortc_model_smearing_valid(__u8 type, __u8 smearing)
{
	if (type != VIRTIO_RTC_CLOCK_UTC_SMEARED)
		return smearing == VIRTIO_RTC_SMEAR_UNSPECIFIED;
	return smearing <= VIRTIO_RTC_SMEAR_UTC_SLS || smearing >= 0xf0;
}

static bool viortc_model_clock_valid(const struct viortc_model *m,
				     const struct viortc_model_clock *clock)
{
	if (!viortc_model_smearing_valid(clock->type, clock->smearing))
		return false;
	if (clock->cross && (m->hw_counter == VIRTIO_RTC_COUNTER_INVALID || !m->ops->read_cross))
		return false;
	return !clock->alarm || (m->ops->arm_timer && m->ops->cancel_timer);
}

int viortc_model_init(struct viortc_model *m, const struct viortc_model_ops *ops, void *priv,
		      struct viortc_model_clock *clocks, __u16 num_clocks, __u8 hw_counter)
{
	__u16 id;

	*m = (struct viortc_model) {
		.ops = ops,
		.priv = priv,
		.clocks = clocks,
		.num_clocks = num_clocks,
		.hw_counter = hw_counter,
		.first = VIORTC_MODEL_NO_CLOCK,
	};
	if (hw_counter > VIRTIO_RTC_COUNTER_X86_TSC && hw_counter < 0xf0)
		return -EINVAL;
	for (id = 0; id < num_clocks; id++) {
		struct viortc_model_clock *clock = &clocks[id];

		if (!viortc_model_clock_valid(m, clock))
			return -EINVAL;
		*clock = (struct viortc_model_clock) {
			.type = clock->type,
			.smearing = clock->smearing,
			.alarm = clock->alarm,
			.cross = clock->cross,
		};
	}
	return 0;
}
