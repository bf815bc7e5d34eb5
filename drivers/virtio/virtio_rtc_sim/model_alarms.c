// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause
/*
 * Device model of the virtio RTC device: its alarms, when they expire, and what the
 * driver is told of that.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <asm/byteorder.h>
#include <linux/string.h>

#include "model_parts.h"

/* Notifications */

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

/* Alarms */

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

__u8 viortc_model_read_alarm(struct viortc_model *m, struct viortc_model_exchange *x)
{
	const struct viortc_model_clock *clock = &m->clocks[x->id];

	x->resp.read_alarm.alarm_time = __cpu_to_le64(clock->alarm_time);
	if (clock->alarm_enabled)
		x->resp.read_alarm.flags = VIRTIO_RTC_FLAG_ALARM_ENABLED;
	return VIRTIO_RTC_S_OK;
}

__u8 viortc_model_set_alarm(struct viortc_model *m, struct viortc_model_exchange *x)
{
	viortc_model_set_alarm_to(m, x->id, __le64_to_cpu(x->req.set_alarm.alarm_time),
				  x->req.set_alarm.flags);
	return VIRTIO_RTC_S_OK;
}

__u8 viortc_model_set_alarm_enabled(struct viortc_model *m, struct viortc_model_exchange *x)
{
	viortc_model_set_alarm_to(m, x->id, m->clocks[x->id].alarm_time,
				  x->req.set_alarm_enabled.flags);
	return VIRTIO_RTC_S_OK;
}

void viortc_model_reset_alarms(struct viortc_model *m, bool retain)
{
	__u16 id;

	for (id = 0; id < m->num_clocks; id++) {
		struct viortc_model_clock *clock = &m->clocks[id];

		if (!clock->alarm)
			continue;
		if (!retain) {
			clock->alarm_time = 0;
			viortc_model_disable_alarm(m, id);
			continue;
		}
		viortc_model_drop_pending(m, clock);
		clock->alarm_expired = false;
		viortc_model_alarm_check(m, id);
	}
}
