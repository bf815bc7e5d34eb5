// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: model, time and virtqueues put together.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <linux/virtio_config.h>
#include <linux/virtio_rtc.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/types.h>

#include "device_parts.h"
#include "base/macros.h"

/*
 * What guests may cost in one turn of the event loop, in descriptors: a buffer may
 * have as many as its queue, and is itself as dear as some.
 */
#define TURN_DESCRIPTORS	4096
#define BUFFER_DESCRIPTORS	16

/* From an answer to a used buffer */

/* Uses a buffer whose time has come, on a queue that is live. */
static void use(struct device *d, struct in_flight *f)
{
	struct vhost_user_queue *q = &d->session.queue[f->queue];

	if (virtqueue_write(&q->vq, &f->buffer, f->bytes, f->answer.len))
		virtqueue_push(&q->vq, f->buffer.head, f->answer.used);
	else
		vhost_user_queue_break(q, "buffer no longer in the shared memory");
	in_flight_put(&d->pool, f);
}

/* Decides what becomes of a buffer whose answer is made. */
static void finish(struct device *d, struct in_flight *f, uint64_t delay)
{
	switch (f->answer.fate) {
	case VIORTC_FAULT_WITHHOLD:
		in_flight_put(&d->pool, f);
		return;
	case VIORTC_FAULT_AFTER_RESET:
		stale_keep(&d->stale, f->queue, f->buffer.head, f->answer.used);
		in_flight_put(&d->pool, f);
		return;
	case VIORTC_FAULT_DELAY:
		delay += f->answer.delay_ms * UINT64_C(1000000);
		break;
	case VIORTC_FAULT_SEND:
		break;
	}
	if (!delay) {
		use(d, f);
		return;
	}
	f->answered = true;
	f->due = clocks_now(CLOCK_MONOTONIC) + delay;
	in_flight_wait(&d->pool, f);
}

static void make_answer(struct in_flight *f, size_t len)
{
	f->answer = (struct viortc_fault_answer) {
		.buf = f->bytes,
		.len = len,
		.used = len,
		.fate = VIORTC_FAULT_SEND,
	};
}

/* Whether the guest may cost more in this turn. */
static bool has_turn(struct device *d)
{
	if (d->turn != d->loop->turn) {
		d->turn = d->loop->turn;
		d->spent = 0;
	}
	return d->spent < TURN_DESCRIPTORS;
}

/* Takes a buffer of a queue that is live, if there is one whose turn it is. */
static struct in_flight *take(struct device *d, unsigned int queue)
{
	struct vhost_user_queue *q = &d->session.queue[queue];
	uint32_t walked = q->vq.walked;
	struct in_flight *f;
	const char *error;
	int popped;

	if (q->waits)
		return NULL;
	if (!has_turn(d)) {
		event_loop_again(d->loop, &q->kick);
		return NULL;
	}
	f = in_flight_get(&d->pool);
	if (!f) {
		d->starved[queue] = true;
		return NULL;
	}
	f->queue = queue;
	f->answered = false;
	popped = virtqueue_pop(&q->vq, &f->buffer, &error);
	d->spent += BUFFER_DESCRIPTORS + q->vq.walked - walked;
	if (popped > 0)
		return f;
	in_flight_put(&d->pool, f);
	if (popped == VIRTQUEUE_AWAY)
		q->waits = true;
	else if (popped < 0)
		vhost_user_queue_break(q, error);
	return NULL;
}

/* Notifications */

/*
 * Without a requestq nobody has set an alarm yet, and the device may be about
 * to be reset.
 */
static bool deliverable(struct device *d)
{
	return (viortc_model_pending(&d->model) || d->config->faults.num) &&
	       vhost_user_queue_live(&d->session.queue[VHOST_USER_REQUESTQ]) &&
	       vhost_user_queue_live(&d->session.queue[VHOST_USER_ALARMQ]);
}

/* Fills an alarmq buffer; returns how many bytes of it are used, -1 for none. */
static ssize_t notification(struct device *d, struct in_flight *f)
{
	size_t capacity = f->buffer.writable_size;
	size_t len;

	if (viortc_model_pending(&d->model))
		return viortc_model_notification(&d->model, f->bytes, capacity);
	len = viortc_faults_storm(&d->config->faults, f->bytes, capacity);
	return len ? (ssize_t)len : -1;
}

static bool deliver_one(struct device *d)
{
	struct in_flight *f;
	ssize_t len;

	if (!deliverable(d))
		return false;
	f = take(d, VHOST_USER_ALARMQ);
	if (!f)
		return false;
	len = notification(d, f);
	if (len < 0) {
		virtqueue_unpop(&d->session.queue[VHOST_USER_ALARMQ].vq);
		in_flight_put(&d->pool, f);
		return false;
	}
	make_answer(f, len);
	d->counters.notifications++;
	if (len)
		viortc_faults_apply(&d->config->faults, NULL, 0, f->buffer.room, &f->answer);
	finish(d, f, 0);
	return true;
}

static void deliver(struct device *d)
{
	bool any = false;

	while (deliver_one(d))
		any = true;
	if (any)
		vhost_user_queue_call(&d->session.queue[VHOST_USER_ALARMQ]);
}

/* Requests */

static void alarms_changed(struct device *d)
{
	if (d->config->alarms_changed)
		d->config->alarms_changed(d->config->priv);
}

/* The clock whose alarm a request may set, -1 for none */
static int alarm_of(const struct device *d, const struct virtqueue_buffer *buffer)
{
	const uint8_t *bytes = buffer->readable;
	unsigned int type = bytes[0] | bytes[1] << 8;
	unsigned int at = offsetof(struct virtio_rtc_req_set_alarm, clock_id);
	unsigned int clock;

	if (type == VIRTIO_RTC_REQ_SET_ALARM_ENABLED)
		at = offsetof(struct virtio_rtc_req_set_alarm_enabled, clock_id);
	else if (type != VIRTIO_RTC_REQ_SET_ALARM)
		return -1;
	clock = bytes[at] | bytes[at + 1] << 8;
	return buffer->readable_size >= at + 2 && clock < d->config->num_clocks ? (int)clock : -1;
}

/* Tells of an expiry if there is one more than there were @before. */
static void look_for_expiry(struct device *d, uint16_t clock, uint32_t before)
{
	if (d->clock[clock].pending <= before)
		return;
	d->counters.expiries++;
	if (d->config->expired)
		d->config->expired(d->config->priv, clock);
}

static void handle_request(struct device *d, struct in_flight *f)
{
	const struct virtqueue_buffer *buffer = &f->buffer;
	int clock = alarm_of(d, buffer);
	uint32_t before = clock < 0 ? 0 : d->clock[clock].pending;

	d->counters.requests++;
	make_answer(f, viortc_model_handle(&d->model, buffer->readable, buffer->readable_size,
					   f->bytes, buffer->writable_size));
	viortc_faults_apply(&d->config->faults, buffer->readable, buffer->readable_size,
			    buffer->room, &f->answer);
	finish(d, f, d->config->response_delay);
	if (clock >= 0) {
		look_for_expiry(d, clock, before);
		alarms_changed(d);
	}
	/* In front of the next request, which may be to stop notifications. */
	deliver(d);
}

/* Looks for requests, without kicks, and whether there is one still in this turn. */
static bool look_again(struct device *d, struct vhost_user_queue *q)
{
	bool looks;

	if (has_turn(d)) {
		looks = polling_goes_on(&d->polling);
		if (!looks && !q->vq.quiet)
			return false;
		if (looks != q->vq.quiet)
			virtqueue_quiet(&q->vq, looks);
		if (looks && virtqueue_look(&q->vq))
			return true;
	}
	event_loop_again(d->loop, &q->kick);
	return false;
}

static void take_requests(struct device *d)
{
	struct vhost_user_queue *q = &d->session.queue[VHOST_USER_REQUESTQ];
	struct in_flight *f;

	do {
		bool any = false;

		while (vhost_user_queue_live(q) && (f = take(d, VHOST_USER_REQUESTQ))) {
			any = true;
			if (d->config->request_delay) {
				f->due = clocks_now(CLOCK_MONOTONIC) + d->config->request_delay;
				in_flight_wait(&d->pool, f);
			} else {
				handle_request(d, f);
			}
		}
		vhost_user_queue_call(q);
		if (any)
			polling_worked(&d->polling, q->vq.quiet);
	} while (vhost_user_queue_live(q) && !q->waits && !d->starved[VHOST_USER_REQUESTQ] &&
		 look_again(d, q));
}

/* Lets a buffer go on whose waiting has ended, on a queue that is live. */
static void go_on(struct device *d, struct in_flight *f)
{
	if (f->answered)
		use(d, f);
	else
		handle_request(d, f);
}

/* What the session tells */

static void session_kicked(void *priv, unsigned int queue)
{
	struct device *d = priv;

	stale_use(&d->stale, queue, &d->session.queue[queue].vq);
	if (queue == VHOST_USER_REQUESTQ)
		take_requests(d);
	else
		vhost_user_queue_call(&d->session.queue[queue]);
	/* Either queue may be what a notification has waited for. */
	deliver(d);
}

static void session_stopping(void *priv, unsigned int queue)
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
		go_on(d, f);
	}
	vhost_user_queue_call(q);
}

static void session_abandoned(void *priv, unsigned int queue)
{
	struct device *d = priv;
	struct in_flight *f;

	while ((f = in_flight_next_of(&d->pool, queue)))
		in_flight_put(&d->pool, f);
	d->starved[queue] = false;
}

static void session_reset(void *priv, bool anew)
{
	struct device *d = priv;
	enum device_retain retain = d->config->retain_alarms;
	uint16_t i;

	/* What one guest wants to be told at some time is none of the next one's business. */
	viortc_model_reset(&d->model, retain == DEVICE_RETAIN_ALWAYS ||
			   (retain == DEVICE_RETAIN_RESETS && !anew));
	for (i = 0; i < d->config->num_clocks; i++)
		look_for_expiry(d, i, 0);
	stale_reset(&d->stale);
	d->counters.resets++;
	alarms_changed(d);
}

static void session_negotiated(void *priv, uint64_t features)
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
}

static void session_closed(void *priv, bool failed)
{
	struct device *d = priv;

	d->config->closed(d->config->priv, failed);
}

static const struct vhost_user_ops session_ops = {
	.reset = session_reset,
	.negotiated = session_negotiated,
	.kicked = session_kicked,
	.stopping = session_stopping,
	.abandoned = session_abandoned,
	.closed = session_closed,
};

/* What timers tell */

static void pool_due(struct in_flight_pool *pool)
{
	struct device *d = container_of(pool, struct device, pool);
	struct in_flight *f;
	unsigned int i;

	while ((f = in_flight_next_due(pool))) {
		struct vhost_user_queue *q = &d->session.queue[f->queue];

		if (!vhost_user_queue_live(q)) {
			in_flight_put(pool, f);
			continue;
		}
		go_on(d, f);
		vhost_user_queue_call(q);
	}
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++) {
		if (!d->starved[i])
			continue;
		d->starved[i] = false;
		if (vhost_user_queue_live(&d->session.queue[i]))
			session_kicked(d, i);
	}
	vhost_user_check_memory(&d->session);
}

static void check_alarm(void *priv, uint16_t clock)
{
	struct device *d = priv;
	uint32_t before = d->clock[clock].pending;

	viortc_model_alarm_check(&d->model, clock);
	look_for_expiry(d, clock, before);
	deliver(d);
	vhost_user_check_memory(&d->session);
}

/* Life */

static int init_model(struct device *d)
{
	struct device_config *config = d->config;
	bool cross = config->clocks.counter.type != VIRTIO_RTC_COUNTER_INVALID;
	uint16_t i;

	for (i = 0; i < config->num_clocks; i++) {
		d->clock[i].type = config->clock[i].type;
		d->clock[i].smearing = config->clock[i].smearing;
		d->clock[i].alarm = config->clock[i].alarm;
		d->clock[i].cross = cross;
	}
	return viortc_model_init(&d->model, &device_time_ops, &d->time, d->clock,
				 config->num_clocks, config->clocks.counter.type);
}

static int init(struct device *d)
{
	int err;

	d->time.clocks = &d->config->clocks;
	d->time.clock = d->config->clock;
	d->time.num_clocks = d->config->num_clocks;
	d->time.check = check_alarm;
	d->time.priv = d;
	err = init_model(d);
	if (!err)
		err = in_flight_init(&d->pool, d->loop, pool_due);
	if (err)
		return err;
	err = device_time_init(&d->time, d->loop);
	if (err)
		in_flight_release(&d->pool);
	return err;
}

/* Buffers are used in the order made available, unless a fault holds one back. */
static uint64_t offered(const struct device *d)
{
	uint64_t features = viortc_model_features(&d->model);

	if (!d->config->faults.num && !d->config->faults_may_come)
		features |= UINT64_C(1) << VIRTIO_F_IN_ORDER;
	return features;
}

struct device *device_create(struct event_loop *loop, struct device_config *config, int *error)
{
	struct device *d = calloc(1, sizeof(*d));

	*error = -ENOMEM;
	if (!d)
		return NULL;
	d->loop = loop;
	d->config = config;
	/* One more, so that a device without clocks is no special case. */
	d->clock = calloc(config->num_clocks + 1, sizeof(*d->clock));
	if (d->clock)
		*error = init(d);
	if (*error) {
		free(d->clock);
		free(d);
		return NULL;
	}
	polling_init(&d->polling, config->poll);
	vhost_user_init(&d->session, loop, offered(d), &session_ops, d);
	return d;
}

void device_destroy(struct device *d)
{
	polling_release(&d->polling);
	device_time_release(&d->time);
	in_flight_release(&d->pool);
	free(d->clock);
	free(d);
}

void device_time_set(struct device *d)
{
	device_time_stepped(&d->time);
}

struct vhost_user *device_session(struct device *d)
{
	return &d->session;
}
