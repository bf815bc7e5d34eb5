// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vhost-user front end: the driver's rings and requests.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"

/* Each of 16 requests has two descriptors and a page with request and response. */
#define REQUEST(slot)	(BUFFERS + (slot) * UINT64_C(0x1000))
#define RESPONSE(slot)	(REQUEST(slot) + 0x800)
#define NOTIFICATION(i)	(BUFFERS + UINT64_C(0x20000) + (i) * UINT64_C(0x40))

static bool has_event_idx(struct frontend *f)
{
	return f->features & BIT(VIRTIO_RING_F_EVENT_IDX);
}

void frontend_desc(struct frontend *f, unsigned int q, uint16_t index, uint64_t addr,
		   uint32_t len, uint16_t flags, uint16_t next)
{
	f->queue[q].desc[index] = (struct vring_desc) {
		.addr = addr,
		.len = len,
		.flags = flags,
		.next = next,
	};
}

void frontend_offer(struct frontend *f, unsigned int q, uint16_t head)
{
	struct frontend_queue *queue = &f->queue[q];
	const __virtio16 *avail_event = (__virtio16 *)&queue->used->ring[queue->size];
	uint16_t old = queue->avail->idx;
	const uint64_t one = 1;

	queue->avail->ring[old % queue->size] = head;
	__atomic_store_n(&queue->avail->idx, old + 1, __ATOMIC_SEQ_CST);
	if (has_event_idx(f) &&
	    !vring_need_event(__atomic_load_n(avail_event, __ATOMIC_SEQ_CST), old + 1, old))
		return;
	if (!has_event_idx(f) &&
	    __atomic_load_n(&queue->used->flags, __ATOMIC_SEQ_CST) & VRING_USED_F_NO_NOTIFY)
		return;
	assert_int_equal(write(queue->kick, &one, sizeof(one)), sizeof(one));
}

static bool has_used(struct frontend_queue *queue)
{
	return __atomic_load_n(&queue->used->idx, __ATOMIC_SEQ_CST) != queue->taken;
}

/* Waits for an interrupt as long as there is nothing in the ring. */
static bool wait_used(struct frontend *f, struct frontend_queue *queue, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = queue->call, .events = POLLIN };
	uint64_t end = host_ns(CLOCK_MONOTONIC) + timeout_ms * UINT64_C(1000000);
	uint64_t calls;

	for (;;) {
		uint64_t now;

		if (has_event_idx(f))
			__atomic_store_n(&queue->avail->ring[queue->size], queue->taken,
					 __ATOMIC_SEQ_CST);
		if (has_used(queue))
			return true;
		now = host_ns(CLOCK_MONOTONIC);
		if (now >= end || poll(&poll_fd, 1, (end - now) / 1000000 + 1) <= 0)
			return false;
		if (read(queue->call, &calls, sizeof(calls)) < 0)
			return false;
	}
}

int frontend_take(struct frontend *f, unsigned int q, uint32_t *head, int timeout_ms)
{
	struct frontend_queue *queue = &f->queue[q];
	struct vring_used_elem *elem;

	if (!wait_used(f, queue, timeout_ms))
		return -1;
	elem = &queue->used->ring[queue->taken++ % queue->size];
	*head = elem->id;
	return elem->len;
}

bool frontend_is_broken(struct frontend *f, unsigned int q, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = f->queue[q].err, .events = POLLIN };
	uint64_t errors;

	return poll(&poll_fd, 1, timeout_ms) == 1 &&
	       read(f->queue[q].err, &errors, sizeof(errors)) == sizeof(errors);
}

/* A driver's requests */

void *frontend_response(struct frontend *f, unsigned int slot)
{
	return f->mem + RESPONSE(slot);
}

void frontend_post(struct frontend *f, unsigned int slot, const void *req, uint32_t req_size,
		   uint32_t resp_size)
{
	uint16_t head = slot * 2;

	memcpy(f->mem + REQUEST(slot), req, req_size);
	memset(f->mem + RESPONSE(slot), 0xee, resp_size + 8);
	frontend_desc(f, REQUESTQ, head, GUEST_BASE + REQUEST(slot), req_size, VRING_DESC_F_NEXT,
		      head + 1);
	frontend_desc(f, REQUESTQ, head + 1, GUEST_BASE + RESPONSE(slot), resp_size,
		      VRING_DESC_F_WRITE, 0);
	frontend_offer(f, REQUESTQ, head);
}

int frontend_request(struct frontend *f, const void *req, uint32_t req_size, void *resp,
		     uint32_t resp_size)
{
	uint32_t head;
	int used;

	frontend_post(f, 0, req, req_size, resp_size);
	used = frontend_take(f, REQUESTQ, &head, PATIENCE_MS);
	if (used < 0)
		return used;
	assert_int_equal(head, 0);
	memcpy(resp, frontend_response(f, 0), resp_size);
	return used;
}

void frontend_ask_ok(struct frontend *f, const void *req, uint32_t req_size, void *resp,
		     uint32_t resp_size)
{
	const struct virtio_rtc_resp_head *head = resp;

	assert_int_equal(frontend_request(f, req, req_size, resp, resp_size), resp_size);
	assert_int_equal(head->status, VIRTIO_RTC_S_OK);
}

uint64_t frontend_read(struct frontend *f, uint16_t clock)
{
	struct virtio_rtc_req_read req = {
		.head.msg_type = VIRTIO_RTC_REQ_READ,
		.clock_id = clock,
	};
	struct virtio_rtc_resp_read resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
	return resp.clock_reading;
}

void frontend_set_alarm(struct frontend *f, uint16_t clock, uint64_t time, bool enable)
{
	struct virtio_rtc_req_set_alarm req = {
		.head.msg_type = VIRTIO_RTC_REQ_SET_ALARM,
		.alarm_time = time,
		.clock_id = clock,
		.flags = enable ? VIRTIO_RTC_FLAG_ALARM_ENABLED : 0,
	};
	struct virtio_rtc_resp_set_alarm resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
}

void frontend_enable_alarm(struct frontend *f, uint16_t clock, bool enable)
{
	struct virtio_rtc_req_set_alarm_enabled req = {
		.head.msg_type = VIRTIO_RTC_REQ_SET_ALARM_ENABLED,
		.clock_id = clock,
		.flags = enable ? VIRTIO_RTC_FLAG_ALARM_ENABLED : 0,
	};
	struct virtio_rtc_resp_set_alarm_enabled resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
}

uint64_t frontend_read_alarm(struct frontend *f, uint16_t clock, bool *enabled)
{
	struct virtio_rtc_req_read_alarm req = {
		.head.msg_type = VIRTIO_RTC_REQ_READ_ALARM,
		.clock_id = clock,
	};
	struct virtio_rtc_resp_read_alarm resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
	*enabled = resp.flags & VIRTIO_RTC_FLAG_ALARM_ENABLED;
	return resp.alarm_time;
}

void frontend_populate(struct frontend *f, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++) {
		frontend_desc(f, ALARMQ, i, GUEST_BASE + NOTIFICATION(i),
			      sizeof(struct virtio_rtc_notif_alarm), VRING_DESC_F_WRITE, 0);
		frontend_offer(f, ALARMQ, i);
	}
}

int frontend_notification(struct frontend *f, int timeout_ms)
{
	struct virtio_rtc_notif_alarm notification;
	uint32_t head;
	int used;

	used = frontend_take(f, ALARMQ, &head, timeout_ms);
	if (used < 0)
		return -1;
	assert_int_equal(used, sizeof(notification));
	check(head < QUEUE_SIZE, "buffer %u was never offered", head);
	memcpy(&notification, f->mem + NOTIFICATION(head), sizeof(notification));
	assert_int_equal(notification.head.msg_type, VIRTIO_RTC_NOTIF_ALARM);
	frontend_offer(f, ALARMQ, head);
	return notification.clock_id;
}
