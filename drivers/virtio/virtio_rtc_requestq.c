// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The requestq: requests into the ring, answers out of it.
 *
 * The lock is held for work on the ring only, not for the notification: that
 * is where a hypervisor takes control, and other tasks should not spin until it
 * gives it back.  Local interrupts stay off for one notification, so that none
 * widens the window.
 *
 * On PREEMPT_RT the lock is a sleeping one and interrupts are on: preemption
 * then widens the window of the reading that it hits, which the reader sees
 * from the timestamps.  There the lock is held for the notification as well.
 * A device with event indices is notified once for requests of several tasks,
 * so the others depend on the one that does it: while it holds the lock it has
 * the priority of whoever waits for that.
 *
 * Because the virtqueue is notified without the lock, it is an RCU read-side
 * critical section, which viortc_requestq_stop() waits for.
 *
 * Interrupts are requested only while a task sleeps and no other one looks:
 * whoever looks takes all answers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/rcupdate.h>
#include <linux/timekeeping.h>
#include <linux/virtio.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_requestq.h"

/* How many requests can be under way; more tasks than that take turns. */
#define VIORTC_MAX_SLOTS	32u

/* One answer that took long counts for no more than this in the average. */
#define VIORTC_LATENCY_MAX_NS	(400 * NSEC_PER_USEC)

void viortc_requestq_init(struct viortc_requestq *requestq, struct device *dev,
			  void (*silent)(struct viortc_requestq *requestq))
{
	requestq->dev = dev;
	requestq->silent = silent;
	spin_lock_init(&requestq->lock);
	requestq->error = -ENODEV;
	viortc_slots_init(&requestq->slots);
	init_waitqueue_head(&requestq->free_wait);
}

bool viortc_requestq_is_broken(const struct viortc_requestq *requestq)
{
	return requestq->vq && virtqueue_is_broken(requestq->vq);
}

int viortc_requestq_start(struct viortc_requestq *requestq,
			  struct virtqueue *vq)
{
	/* A request takes two descriptors: one to read, one to write. */
	unsigned int num = virtqueue_get_vring_size(vq) / 2;
	unsigned long flags;
	int err;

	if (!requestq->slots.num) {
		if (!num)
			return -ENOSPC;
		err = viortc_slots_alloc(&requestq->slots,
					 min(num, VIORTC_MAX_SLOTS));
		if (err)
			return err;
	} else if (num < requestq->slots.num) {
		return -ENOSPC;
	}

	spin_lock_irqsave(&requestq->lock, flags);
	requestq->vq = vq;
	/* Pairs with VIORTC_REQUEST(): who knows of this start knows what came before it. */
	smp_store_release(&requestq->starts, requestq->starts + 1);
	WRITE_ONCE(requestq->error, 0);
	requestq->listening = false;
	virtqueue_disable_cb(vq);
	spin_unlock_irqrestore(&requestq->lock, flags);

	return 0;
}

void viortc_requestq_put(struct viortc_requestq *requestq,
			 struct viortc_slot *slot)
{
	lockdep_assert_held(&requestq->lock);

	if (viortc_slots_leave(&requestq->slots, slot) && requestq->free_waiters)
		wake_up(&requestq->free_wait);
}

/* The device is done with a slot: does a task wait for it? */
static bool viortc_requestq_take_back(struct viortc_requestq *requestq,
				      struct viortc_slot *slot)
{
	lockdep_assert_held(&requestq->lock);

	if (!viortc_slots_return(&requestq->slots, slot))
		return true;
	if (requestq->free_waiters)
		wake_up(&requestq->free_wait);

	return false;
}

/* Give the task that has a slot its result. */
static void viortc_slot_finish(struct viortc_requestq *requestq,
			       struct viortc_slot *slot, int result)
{
	lockdep_assert_held(&requestq->lock);

	/* Read without the lock by a task that looks for its answer. */
	WRITE_ONCE(slot->result, result);
	if (slot->sleeping) {
		slot->sleeping = false;
		requestq->sleepers--;
		complete(&slot->done);
	}
}

static void viortc_requestq_fail(struct viortc_requestq *requestq, int error)
{
	struct viortc_slots *slots = &requestq->slots;
	struct viortc_slot *slot;

	lockdep_assert_held(&requestq->lock);

	/* Read without the lock by who waits for a slot, or is told why not to. */
	WRITE_ONCE(requestq->error, error);
	for (slot = slots->slot; slot < slots->slot + slots->num; slot++)
		if (slot->owned && slot->result == -EINPROGRESS)
			viortc_slot_finish(requestq, slot, error);

	wake_up_all(&requestq->free_wait);
}

void viortc_requestq_stop(struct viortc_requestq *requestq, int error)
{
	unsigned long flags;

	spin_lock_irqsave(&requestq->lock, flags);
	viortc_requestq_fail(requestq, error);
	spin_unlock_irqrestore(&requestq->lock, flags);

	/* Notifications under way: from now on there are no others. */
	synchronize_rcu();
}

void viortc_requestq_release(struct viortc_requestq *requestq)
{
	struct viortc_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&requestq->lock, flags);
	if (requestq->vq) {
		while ((slot = virtqueue_detach_unused_buf(requestq->vq)))
			viortc_requestq_take_back(requestq, slot);
		requestq->vq = NULL;
		/* A task that still looks would turn them off once more. */
		requestq->listening = false;
	}
	spin_unlock_irqrestore(&requestq->lock, flags);
}

void viortc_requestq_free(struct viortc_requestq *requestq)
{
	viortc_slots_free(&requestq->slots);
}

static void viortc_share_learn(struct viortc_share *share, u64 ns)
{
	u32 sample = min_t(u64, ns, VIORTC_LATENCY_MAX_NS);

	share->latency_ns += sample / 8;
	share->latency_ns -= share->latency_ns / 8;
}

/* Somebody sleeps, for an answer or for a slot, and nobody looks. */
static bool
viortc_requestq_needs_interrupt(const struct viortc_requestq *requestq)
{
	return (requestq->sleepers || requestq->free_waiters) &&
	       !requestq->lookers;
}

/* Have no more interrupts. */
static void viortc_requestq_ignore(struct viortc_requestq *requestq)
{
	if (requestq->listening) {
		virtqueue_disable_cb(requestq->vq);
		requestq->listening = false;
	}
}

/* The timestamp comes first. */
void viortc_requestq_reap(struct viortc_requestq *requestq)
{
	struct viortc_slot *slot;
	unsigned int len;
	u8 status;
	u64 now;

	lockdep_assert_held(&requestq->lock);

	while ((slot = virtqueue_get_buf(requestq->vq, &len))) {
		if (slot->stamp)
			ptp_read_system_postts(&slot->sts);

		WRITE_ONCE(slot->share->stalled, 0);
		now = ktime_get_mono_fast_ns();
		slot->took_ns = now - slot->begun_ns;
		if (slot->sent_ns)
			viortc_share_learn(slot->share, now - slot->sent_ns);
		/* Once: it becomes an index, and the device may still write. */
		status = len ? READ_ONCE(slot->resp[0]) : VIORTC_STATUS_OTHER;
		viortc_stats_answer(&requestq->stats, status, slot->took_ns);

		if (!viortc_requestq_take_back(requestq, slot)) {
			requestq->stats.late++;
		} else if (slot->result == -EINPROGRESS) {
			viortc_slot_finish(requestq, slot,
					   min_t(unsigned int, len, INT_MAX));
		}
	}

	if (unlikely(virtqueue_is_broken(requestq->vq)) && !requestq->error) {
		viortc_requestq_fail(requestq, -EIO);
		requestq->silent(requestq);
	}

	/* An interrupt that finds nothing to do would not end itself. */
	if (!viortc_requestq_needs_interrupt(requestq))
		viortc_requestq_ignore(requestq);
}

void viortc_requestq_listen(struct viortc_requestq *requestq)
{
	lockdep_assert_held(&requestq->lock);

	for (;;) {
		viortc_requestq_ignore(requestq);
		viortc_requestq_reap(requestq);
		if (!viortc_requestq_needs_interrupt(requestq))
			return;

		requestq->listening = true;
		if (virtqueue_enable_cb(requestq->vq))
			return;
	}
}

void viortc_requestq_take_late(struct viortc_requestq *requestq)
{
	unsigned long flags;

	spin_lock_irqsave(&requestq->lock, flags);
	if (requestq->vq)
		viortc_requestq_reap(requestq);
	spin_unlock_irqrestore(&requestq->lock, flags);
}

void viortc_requestq_done(struct viortc_requestq *requestq)
{
	unsigned long flags;

	spin_lock_irqsave(&requestq->lock, flags);
	requestq->stats.interrupts++;
	if (requestq->vq)
		viortc_requestq_listen(requestq);
	spin_unlock_irqrestore(&requestq->lock, flags);
}

void viortc_requestq_attend(struct viortc_requestq *requestq)
{
	lockdep_assert_held(&requestq->lock);

	requestq->lookers++;
	viortc_requestq_ignore(requestq);
}

void viortc_requestq_leave(struct viortc_requestq *requestq)
{
	lockdep_assert_held(&requestq->lock);

	requestq->lookers--;
	if (requestq->vq && viortc_requestq_needs_interrupt(requestq))
		viortc_requestq_listen(requestq);
}

/*
 * Notify the device, with the lock dropped in between but on PREEMPT_RT.  The
 * virtqueue is not released before the lock is held again and dropped: see the
 * top.
 */
static void viortc_requestq_notify(struct viortc_requestq *requestq)
	__must_hold(&requestq->lock)
{
	struct virtqueue *vq = requestq->vq;

	lockdep_assert_held(&requestq->lock);

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		virtqueue_notify(vq);
		return;
	}

	rcu_read_lock();
	spin_unlock(&requestq->lock);
	virtqueue_notify(vq);
	spin_lock(&requestq->lock);
	rcu_read_unlock();
}

/*
 * A device may look at the ring without having been notified, so the first
 * timestamp comes before the request is in it.
 */
int viortc_requestq_send(struct viortc_requestq *requestq,
			 struct viortc_slot *slot)
	__must_hold(&requestq->lock)
{
	struct scatterlist *sgs[] = { &slot->out, &slot->in };
	int err;

	lockdep_assert_held(&requestq->lock);

	slot->result = -EINPROGRESS;
	slot->sent_ns = 0;
	slot->queued = true;
	slot->begun_ns = ktime_get_mono_fast_ns();

	if (slot->stamp)
		ptp_read_system_prets(&slot->sts);

	err = virtqueue_add_sgs(requestq->vq, sgs, 1, 1, slot, GFP_ATOMIC);
	if (unlikely(err)) {
		slot->queued = false;
		return err;
	}

	requestq->stats.requests++;
	if (virtqueue_kick_prepare(requestq->vq))
		viortc_requestq_notify(requestq);

	viortc_requestq_reap(requestq);
	if (slot->queued)
		slot->sent_ns = ktime_get_mono_fast_ns();
	else
		viortc_share_learn(slot->share, 0);

	return 0;
}
