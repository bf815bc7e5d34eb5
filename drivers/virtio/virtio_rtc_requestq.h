/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requestq: requests into the ring, answers out of it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_REQUESTQ_H_
#define _VIRTIO_RTC_REQUESTQ_H_

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "virtio_rtc_slots.h"
#include "virtio_rtc_stats.h"

struct device;
struct task_struct;
struct virtqueue;

/**
 * struct viortc_requestq - the driver's side of the requestq
 * @dev: device for log messages
 * @silent: called when a request got no answer in time, unless @error is set, and when
 *	the device broke the ring; in any context, with @lock held
 * @lock: protects everything below, the state of each slot, and @vq itself;
 *	taken by the interrupt handler
 * @vq: the virtqueue, or NULL while there is none
 * @error: 0 while requests may be sent, else the errno that each gets
 * @starts: how often it was taken into use; read without the lock
 * @slots: room for requests and answers
 * @share: that of requests that are about no clock
 * @free_wait: tasks that wait for a slot
 * @free_waiters: how many they are
 * @sleepers: how many tasks sleep until an answer comes
 * @lookers: how many tasks are about to take the answers that come, others' too
 * @steady: NULL, or the task whose waits no signal ends
 * @listening: whether interrupts are requested
 * @stats: what happened
 */
struct viortc_requestq {
	struct device *dev;
	void (*silent)(struct viortc_requestq *requestq);
	spinlock_t lock;		/* the rest, and each slot */
	struct virtqueue *vq;
	int error;
	unsigned int starts;
	struct viortc_slots slots;
	struct viortc_share share;
	wait_queue_head_t free_wait;
	unsigned int free_waiters;
	unsigned int sleepers;
	unsigned int lookers;
	struct task_struct *steady;
	bool listening;
	struct viortc_stats stats;
};

/**
 * viortc_requestq_init() - prepare a requestq that has no virtqueue yet
 * @requestq: requestq
 * @dev: device for log messages
 * @silent: see struct viortc_requestq
 *
 * Until viortc_requestq_start() each request fails with -ENODEV.
 */
void viortc_requestq_init(struct viortc_requestq *requestq, struct device *dev,
			  void (*silent)(struct viortc_requestq *requestq));

/**
 * viortc_requestq_is_broken() - tell whether the device broke the ring
 * @requestq: requestq
 *
 * Context: Process context.  The virtqueue must not go meanwhile.
 * Return: true if it did; only a reset of the device mends that.
 */
bool viortc_requestq_is_broken(const struct viortc_requestq *requestq);

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
 * To be called when no task can be in viortc_exchange() any more.
 */
void viortc_requestq_free(struct viortc_requestq *requestq);

/**
 * viortc_requestq_take_late() - take answers that nobody waits for any more
 * @requestq: requestq
 *
 * They free their slots.  While nobody waits for an answer there are no interrupts.
 *
 * Context: Any context, interrupts included.
 */
void viortc_requestq_take_late(struct viortc_requestq *requestq);

/**
 * viortc_requestq_done() - the virtqueue's callback
 * @requestq: requestq whose device has used buffers
 *
 * Context: Any context, interrupts included.
 */
void viortc_requestq_done(struct viortc_requestq *requestq);

/*
 * What an exchange consists of.  Context of all: any, with the lock held and
 * local interrupts off; on PREEMPT_RT process context, with the lock held.
 */

/**
 * viortc_requestq_attend() - begin to send, and to look for the answer
 * @requestq: requestq
 *
 * The task takes the answers of others with its own, so nobody needs an
 * interrupt until it leaves; it must not be preempted before that.
 */
void viortc_requestq_attend(struct viortc_requestq *requestq);

/**
 * viortc_requestq_send() - make a request available and notify the device
 * @requestq: requestq that the task attends to
 * @slot: slot of the task, with the request
 *
 * The first timestamp is taken before the device can see the request
 * (V-order).  An answer that is there on return from the notification is taken.
 * The lock may be dropped in between.
 *
 * Return: 0, -ENOMEM when a buffer could not be mapped for DMA, or -EIO of a broken ring.
 */
int viortc_requestq_send(struct viortc_requestq *requestq,
			 struct viortc_slot *slot);

/**
 * viortc_requestq_reap() - take all answers that are there
 * @requestq: requestq with a virtqueue
 */
void viortc_requestq_reap(struct viortc_requestq *requestq);

/**
 * viortc_requestq_leave() - end what viortc_requestq_attend() began
 * @requestq: requestq
 *
 * If it was the last one, and another task sleeps, interrupts are requested
 * from now on, and answers that are there already are taken.
 */
void viortc_requestq_leave(struct viortc_requestq *requestq);

/**
 * viortc_requestq_listen() - have an interrupt for the next answer
 * @requestq: requestq with a virtqueue
 *
 * Takes all answers that are there, and requests interrupts for as long as they
 * are needed: while somebody sleeps, for an answer or a slot, and nobody looks.
 */
void viortc_requestq_listen(struct viortc_requestq *requestq);

/**
 * viortc_requestq_put() - the task gives its slot back, and to who waits for one
 * @requestq: requestq
 * @slot: slot of the task; it stays with the device if that still has it
 */
void viortc_requestq_put(struct viortc_requestq *requestq,
			 struct viortc_slot *slot);

#endif /* _VIRTIO_RTC_REQUESTQ_H_ */
