// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause
/*
 * Device model of the virtio RTC device: requests in, responses out.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "model_parts.h"

/* Requests */

static __u8 viortc_model_cfg(struct viortc_model *m, struct viortc_model_exchange *x)
{
	x->resp.cfg.num_clocks = __cpu_to_le16(m->num_clocks);
	return VIRTIO_RTC_S_OK;
}

static bool viortc_model_has_alarm(const struct viortc_model *m, __u16 id)
{
	return m->alarms && m->clocks[id].alarm;
}

static __u8 viortc_model_clock_cap(struct viortc_model *m, struct viortc_model_exchange *x)
{
	const struct viortc_model_clock *clock = &m->clocks[x->id];

	x->resp.clock_cap.type = clock->type;
	x->resp.clock_cap.leap_second_smearing = clock->smearing;
	if (viortc_model_has_alarm(m, x->id))
		x->resp.clock_cap.flags = VIRTIO_RTC_FLAG_ALARM_CAP;
	return VIRTIO_RTC_S_OK;
}

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
		if (x->id >= m->num_clocks || (msg->alarm && !viortc_model_has_alarm(m, x->id)))
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
	m->alarms = false;
	m->last_cycles = 0;
	viortc_model_reset_alarms(m, retain_alarms);
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
