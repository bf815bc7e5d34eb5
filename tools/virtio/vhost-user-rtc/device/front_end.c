// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: what the front end has it do: start, stop, begin anew, and leave.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "device_parts.h"

void device_kicked(struct device *d, unsigned int queue)
{
	stale_use(&d->stale, queue, &d->session.queue[queue].vq);
	if (queue == VHOST_USER_REQUESTQ)
		device_take_requests(d);
	else
		vhost_user_queue_call(&d->session.queue[queue]);
	/* Either queue may be what a notification has waited for. */
	device_deliver(d);
}

static void kicked(void *priv, unsigned int queue)
{
	device_kicked(priv, queue);
}

/*
 * Buffers in flight were given back.  Those that waited for room have it, whosever they
 * are, and a queue that goes on is not kicked for them.
 */
static void use_room(struct device *d)
{
	unsigned int i;

	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++) {
		struct vhost_user_queue *q = &d->session.queue[i];

		if (!d->starved[i] || !vhost_user_queue_live(q))
			continue;
		d->starved[i] = false;
		event_loop_again(d->loop, &q->kick);
	}
}

static void stopping(void *priv, unsigned int queue)
{
	struct vhost_user_queue *q;
	struct device *d = priv;
	struct in_flight *f;

	q = &d->session.queue[queue];
	while (vhost_user_queue_live(q)) {
		f = in_flight_next_of(&d->pool, queue);
		if (!f)
			break;
		/* What is answered by this waits again, until the next turn here. */
		device_go_on(d, f);
	}
	vhost_user_queue_call(q);
	use_room(d);
}

static void abandoned(void *priv, unsigned int queue)
{
	struct device *d = priv;
	struct in_flight *f;

	while ((f = in_flight_next_of(&d->pool, queue)))
		in_flight_put(&d->pool, f);
	d->starved[queue] = false;
	use_room(d);
}

static void reset(void *priv, bool anew)
{
	struct device *d = priv;
	enum device_retain retain = d->config->retain_alarms;
	uint16_t i;

	/* What one guest wants to be told at some time is none of the next one's business. */
	viortc_model_reset(&d->model, retain == DEVICE_RETAIN_ALWAYS ||
			   (retain == DEVICE_RETAIN_RESETS && !anew));
	for (i = 0; i < d->config->num_clocks; i++)
		device_look_for_expiry(d, i, 0);
	stale_reset(&d->stale);
	d->counters.resets++;
	device_alarms_changed(d);
}

static void negotiated(void *priv, uint64_t features)
{
	struct device *d = priv;
	bool cross;
	uint16_t i;

	/*
	 * Only here may the answer to CROSS_CAP change (V-cap): this driver has
	 * not asked yet, and a machine that starts anew may have a new counter.
	 */
	cross = counter_refresh(&d->config->clocks.counter, d->session.peer);
	for (i = 0; i < d->config->num_clocks; i++)
		d->clock[i].cross = cross;
	viortc_model_set_features(&d->model, features);
	/* Those that expired before this process: no reset has looked for them. */
	for (i = 0; i < d->config->num_clocks; i++) {
		if (d->config->clock[i].late && !d->counters.resets)
			device_look_for_expiry(d, i, 0);
		d->config->clock[i].late = false;
	}
}

static void closed(void *priv, bool failed)
{
	struct device *d = priv;

	d->config->closed(d->config->priv, failed);
}

const struct vhost_user_ops device_session_ops = {
	.reset = reset,
	.negotiated = negotiated,
	.kicked = kicked,
	.stopping = stopping,
	.abandoned = abandoned,
	.closed = closed,
};
