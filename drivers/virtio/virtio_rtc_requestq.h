/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requestq: one request in, one answer out.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_REQUESTQ_H_
#define _VIRTIO_RTC_REQUESTQ_H_

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "virtio_rtc_slots.h"

struct device;
struct virtqueue;

/**
 * struct viortc_requestq - the driver's side of the requestq
 * @dev: device for log messages
 * @lock: protects everything below, the state of each slot, and @vq itself;
 *	taken by the interrupt handler
 * @vq: the virtqueue, or NULL while there is none
 * @error: 0 while requests may be sent, else the errno that each gets
 * @slots: room for requests and answers
 * @share: the slots of requests that are about no clock
 * @free_wait: tasks that wait for a slot
 * @free_waiters: how many they are
 * @sleepers: how many tasks sleep until an answer comes
 * @lookers: how many tasks are about to take the answers that come, others' too
 * @uninterruptible: whether signals do not end waits
 * @listening: whether interrupts are requested
 * @latency_ns: what answers took lately once the notification was sent, a
 *	moving average in ns: how long it pays to look for one before sleeping
 */
struct viortc_requestq {
	struct device *dev;
	spinlock_t lock;		/* the rest, and each slot */
	struct virtqueue *vq;
	int error;
	struct viortc_slots slots;
	struct viortc_share share;
	wait_queue_head_t free_wait;
	unsigned int free_waiters;
	unsigned int sleepers;
	unsigned int lookers;
	bool uninterruptible;
	bool listening;
	u32 latency_ns;
};

/**
 * viortc_requestq_init() - prepare a requestq that has no virtqueue yet
 * @requestq: requestq
 * @dev: device for log messages
 *
 * Until viortc_requestq_start() each request fails with -ENODEV.
 */
void viortc_requestq_init(struct viortc_requestq *requestq, struct device *dev);

/**
 * viortc_requestq_start() - take a virtqueue into use
 * @requestq: requestq, initialised or stopped and released
 * @vq: its virtqueue, fresh
 *
 * The first call allocates the slots, as many as the ring carries; a later
 * one (after a reset) uses them again.  Requests can be sent once the device
 * is ready as well.
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOMEM, or -ENOSPC when the ring is too small for the slots.
 */
int viortc_requestq_start(struct viortc_requestq *requestq,
			  struct virtqueue *vq);

/**
 * viortc_requestq_set_interruptible() - say whether signals end waits
 * @requestq: requestq
 * @interruptible: whether they do, as they do at first
 *
 * The timeout ends waits in any case.
 *
 * Context: Any context.
 */
void viortc_requestq_set_interruptible(struct viortc_requestq *requestq,
				       bool interruptible);

/**
 * viortc_requestq_stop() - fail all requests, those under way and later ones
 * @requestq: requestq
 * @error: the negative errno that they get
 *
 * Does not wait for the device: tasks that wait for an answer are woken with
 * @error, and the buffers that the device holds stay valid.  Once this has
 * returned, no task notifies the device.
 *
 * Context: Process context, may sleep.
 */
void viortc_requestq_stop(struct viortc_requestq *requestq, int error);

/**
 * viortc_requestq_release() - take all buffers back and forget the virtqueue
 * @requestq: requestq, stopped
 *
 * To be called after the device was reset, when it can no longer use a buffer,
 * and before the virtqueue is deleted.
 *
 * Context: Process context.
 */
void viortc_requestq_release(struct viortc_requestq *requestq);

/**
 * viortc_requestq_free() - free the slots
 * @requestq: requestq, stopped and released
 *
 * To be called when no task can be in viortc_requestq_exchange() any more.
 */
void viortc_requestq_free(struct viortc_requestq *requestq);

/**
 * viortc_requestq_done() - the virtqueue's callback
 * @requestq: requestq whose device has used buffers
 *
 * Context: Any context, interrupts included.
 */
void viortc_requestq_done(struct viortc_requestq *requestq);

/**
 * struct viortc_request - a request, and where its answer goes
 * @share: what the clock has that the request is about, or NULL
 * @req: the request
 * @req_size: its size in bytes, at most VIORTC_REQUEST_MAX
 * @resp: where the answer goes
 * @resp_size: size of @resp in bytes, at most VIORTC_RESPONSE_MAX: the
 *	device gets just this much room
 * @sts: NULL, or where system time goes that was read immediately before the
 *	device could see the request and immediately after its answer was seen
 */
struct viortc_request {
	struct viortc_share *share;
	const void *req;
	size_t req_size;
	void *resp;
	size_t resp_size;
	struct ptp_system_timestamp *sts;
};

/**
 * viortc_requestq_exchange() - send one request and get the answer
 * @requestq: requestq
 * @request: the request
 *
 * The answer is as the device gave it, only its bytes are here to stay; what
 * the device did not write is zero.  The wait is bounded by the module
 * parameter request_timeout_ms and ended by a signal; the buffers then remain
 * with the device until it is done with them.
 *
 * Context: Process context, may sleep.
 * Return: the used length that the device reported, which may be anything, or
 *	-ETIMEDOUT when there was no answer (or no free slot) in time,
 *	-ERESTARTSYS after a signal, -EIO when the virtqueue is broken,
 *	-ENOMEM when a buffer could not be mapped for DMA, or the errno of
 *	viortc_requestq_stop().
 */
int viortc_requestq_exchange(struct viortc_requestq *requestq,
			     const struct viortc_request *request);

#endif /* _VIRTIO_RTC_REQUESTQ_H_ */
