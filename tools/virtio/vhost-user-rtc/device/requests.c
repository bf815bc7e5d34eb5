// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: requests, and when to look for them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/virtio_rtc.h>
#include <stddef.h>

#include "device_parts.h"

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

static void handle_request(struct device *d, struct in_flight *f)
{
	const struct virtqueue_buffer *buffer = &f->buffer;
	int clock = alarm_of(d, buffer);
	uint32_t before = clock < 0 ? 0 : d->clock[clock].pending;

	d->counters.requests++;
	device_make_answer(f, viortc_model_handle(&d->model, buffer->readable,
						  buffer->readable_size, f->bytes,
						  buffer->writable_size));
	viortc_faults_apply(&d->config->faults, buffer->readable, buffer->readable_size,
			    buffer->room, &f->answer);
	device_finish(d, f, d->config->response_delay);
	if (clock >= 0) {
		device_look_for_expiry(d, clock, before);
		device_alarms_changed(d);
	}
	/* In front of the next request, which may be to stop notifications. */
	device_deliver(d);
}

/* Looks for requests, without kicks, and whether there is one still in this turn. */
static bool look_again(struct device *d, struct vhost_user_queue *q)
{
	bool looks;

	if (device_has_turn(d)) {
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

void device_take_requests(struct device *d)
{
	struct vhost_user_queue *q = &d->session.queue[VHOST_USER_REQUESTQ];
	struct in_flight *f;

	do {
		bool any = false;

		while (vhost_user_queue_live(q) && (f = device_take(d, VHOST_USER_REQUESTQ))) {
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

void device_go_on(struct device *d, struct in_flight *f)
{
	if (f->answered)
		device_use(d, f);
	else
		handle_request(d, f);
}
