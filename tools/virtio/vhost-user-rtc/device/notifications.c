// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: alarms that expired, and notifications of them for the driver.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sys/types.h>

#include "device_parts.h"

void device_alarms_changed(struct device *d)
{
	if (d->config->alarms_changed)
		d->config->alarms_changed(d->config->priv);
}

void device_look_for_expiry(struct device *d, uint16_t clock, uint32_t before)
{
	if (d->clock[clock].pending <= before)
		return;
	d->counters.expiries++;
	if (d->config->expired)
		d->config->expired(d->config->priv, clock);
}

/*
 * Without a requestq nobody has set an alarm yet, and the device may be about
 * to be reset.  One that is broken has been there.
 */
static bool deliverable(struct device *d)
{
	return (viortc_model_pending(&d->model) || d->config->faults.num) &&
	       d->session.queue[VHOST_USER_REQUESTQ].started &&
	       vhost_user_queue_live(&d->session.queue[VHOST_USER_ALARMQ]);
}

/* Fills an alarmq buffer; returns how many bytes of it are used, -1 for none. */
static ssize_t notification(struct device *d, struct in_flight *f)
{
	size_t capacity = f->buffer.writable_size;
	size_t len;

	if (viortc_model_pending(&d->model)) {
		len = viortc_model_notification(&d->model, f->bytes, capacity);
		/* That it rang is kept with it. */
		if (len)
			device_alarms_changed(d);
		return len;
	}
	len = viortc_faults_storm(&d->config->faults, f->bytes, capacity);
	return len ? (ssize_t)len : -1;
}

static bool deliver_one(struct device *d)
{
	struct in_flight *f;
	ssize_t len;

	if (!deliverable(d))
		return false;
	f = device_take(d, VHOST_USER_ALARMQ);
	if (!f)
		return false;
	len = notification(d, f);
	if (len < 0) {
		virtqueue_unpop(&d->session.queue[VHOST_USER_ALARMQ].vq);
		in_flight_put(&d->pool, f);
		return false;
	}
	device_make_answer(f, len);
	/* A buffer that is too small for one is given back empty. */
	if (len) {
		d->counters.notifications++;
		viortc_faults_apply(&d->config->faults, NULL, 0, f->buffer.room, &f->answer);
	}
	device_finish(d, f, 0);
	return true;
}

void device_deliver(struct device *d)
{
	bool any = false;

	while (deliver_one(d))
		any = true;
	if (any)
		vhost_user_queue_call(&d->session.queue[VHOST_USER_ALARMQ]);
}
