// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: buffers are taken from their ring, and used once they have their answer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "device_parts.h"

/*
 * What guests may cost in one turn of the event loop, in descriptors: a buffer may
 * have as many as its queue, and is itself as dear as some.
 */
#define TURN_DESCRIPTORS	4096
#define BUFFER_DESCRIPTORS	16

/* And in ns: memory that has to be made or fetched first is dear beyond all descriptors. */
#define TURN_NS			2000000

void device_use(struct device *d, struct in_flight *f)
{
	struct vhost_user_queue *q = &d->session.queue[f->queue];

	if (virtqueue_write(&q->vq, &f->buffer, f->bytes, f->answer.len))
		virtqueue_push(&q->vq, f->buffer.head, f->answer.used);
	else
		vhost_user_queue_break(q, "buffer no longer in the shared memory");
	in_flight_put(&d->pool, f);
}

void device_finish(struct device *d, struct in_flight *f, uint64_t delay)
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
		device_use(d, f);
		return;
	}
	f->answered = true;
	f->due = clocks_now(CLOCK_MONOTONIC) + delay;
	in_flight_wait(&d->pool, f);
}

void device_make_answer(struct in_flight *f, size_t len)
{
	f->answer = (struct viortc_fault_answer) {
		.buf = f->bytes,
		.len = len,
		.used = len,
		.fate = VIORTC_FAULT_SEND,
	};
}

bool device_has_turn(struct device *d)
{
	if (d->turn != d->loop->turn) {
		d->turn = d->loop->turn;
		d->spent = 0;
		d->began = clocks_now(CLOCK_MONOTONIC);
	}
	return d->spent < TURN_DESCRIPTORS;
}

/* The same for one more buffer; what those before have cost is known by now. */
static bool has_turn_for_one(struct device *d)
{
	if (!device_has_turn(d))
		return false;
	if (clocks_now(CLOCK_MONOTONIC) - d->began > TURN_NS)
		d->spent = TURN_DESCRIPTORS;
	return d->spent < TURN_DESCRIPTORS;
}

struct in_flight *device_take(struct device *d, unsigned int queue)
{
	struct vhost_user_queue *q = &d->session.queue[queue];
	uint32_t walked = q->vq.walked;
	struct in_flight *f;
	const char *error;
	int popped;

	if (q->waits)
		return NULL;
	if (!has_turn_for_one(d)) {
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
