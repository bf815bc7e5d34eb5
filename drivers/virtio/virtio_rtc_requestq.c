// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The requestq: one request in, one answer out.
 *
 * This is the path of every clock reading, so nothing is allocated on it, and
 * the window between the two system timestamps of a reading holds no more
 * than making the request available, the notification, and seeing the answer.
 * A device that answers while it is notified, as one inside the hypervisor
 * does, costs no interrupt and no sleep.  For any other the task first looks
 * for the answer for as long as answers took lately, unless another task could
 * use the processor, and then sleeps.  Interrupts are requested only while a
 * task sleeps and no other one looks: whoever looks takes all answers.
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
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/timekeeping.h>
#include <linux/virtio.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_requestq.h"

/* How many requests can be under way; more tasks than that take turns. */
#define VIORTC_MAX_SLOTS	32u

/*
 * A task looks for an answer no longer than this.  It bounds what a reading
 * can cost in processor time, and is about what a sleep and the interrupt that
 * ends it cost in a virtual machine.
 */
#define VIORTC_LOOK_MAX_NS	(100 * NSEC_PER_USEC)

/* It looks at least this long, if it looks at all. */
#define VIORTC_LOOK_MIN_NS	(10 * NSEC_PER_USEC)

/* One answer that took long counts for no more than this in the average. */
#define VIORTC_LATENCY_MAX_NS	(4 * VIORTC_LOOK_MAX_NS)

/* Every wait is bounded, whatever the module parameter says. */
#define VIORTC_TIMEOUT_MAX_MS	3600000u

static unsigned int request_timeout_ms = 10000;
module_param(request_timeout_ms, uint, 0644);
MODULE_PARM_DESC(request_timeout_ms,
		 "how long to wait for an answer of the device, in ms (default 10000, at most an hour)");

void viortc_requestq_init(struct viortc_requestq *requestq, struct device *dev)
{
	requestq->dev = dev;
	spin_lock_init(&requestq->lock);
	requestq->error = -ENODEV;
	viortc_slots_init(&requestq->slots);
	init_waitqueue_head(&requestq->free_wait);
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
	requestq->error = 0;
	requestq->listening = false;
	virtqueue_disable_cb(vq);
	spin_unlock_irqrestore(&requestq->lock, flags);

	return 0;
}

void viortc_requestq_set_interruptible(struct viortc_requestq *requestq,
				       bool interruptible)
{
	WRITE_ONCE(requestq->uninterruptible, !interruptible);
}

/* A task or the device has left a slot: somebody may wait for it. */
static void viortc_slot_put(struct viortc_requestq *requestq,
			    struct viortc_slot *slot)
{
	lockdep_assert_held(&requestq->lock);

	if (viortc_slots_put(&requestq->slots, slot) && requestq->free_waiters)
		wake_up(&requestq->free_wait);
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
	struct viortc_slot *slot;

	lockdep_assert_held(&requestq->lock);

	requestq->error = error;
	viortc_for_each_slot(slot, &requestq->slots)
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
		while ((slot = virtqueue_detach_unused_buf(requestq->vq))) {
			slot->queued = false;
			viortc_slot_put(requestq, slot);
		}
		requestq->vq = NULL;
	}
	spin_unlock_irqrestore(&requestq->lock, flags);
}

void viortc_requestq_free(struct viortc_requestq *requestq)
{
	viortc_slots_free(&requestq->slots);
}

static void viortc_requestq_learn(struct viortc_requestq *requestq, u64 ns)
{
	u32 sample = min_t(u64, ns, VIORTC_LATENCY_MAX_NS);

	requestq->latency_ns += sample / 8;
	requestq->latency_ns -= requestq->latency_ns / 8;
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

/* Take all answers that are there.  The timestamp comes first. */
static void viortc_requestq_reap(struct viortc_requestq *requestq)
{
	struct viortc_slot *slot;
	unsigned int len;

	lockdep_assert_held(&requestq->lock);

	while ((slot = virtqueue_get_buf(requestq->vq, &len))) {
		if (slot->stamp)
			ptp_read_system_postts(&slot->sts);

		slot->queued = false;
		if (slot->sent_ns)
			viortc_requestq_learn(requestq,
					      ktime_get_mono_fast_ns() - slot->sent_ns);

		if (!slot->owned)
			viortc_slot_put(requestq, slot);
		else if (slot->result == -EINPROGRESS)
			viortc_slot_finish(requestq, slot,
					   min_t(unsigned int, len, INT_MAX));
	}

	if (unlikely(virtqueue_is_broken(requestq->vq)) && !requestq->error)
		viortc_requestq_fail(requestq, -EIO);

	/* An interrupt that finds nothing to do would not end itself. */
	if (!viortc_requestq_needs_interrupt(requestq))
		viortc_requestq_ignore(requestq);
}

/*
 * Take all answers that are there, and have an interrupt come for the next one
 * just as long as it is needed.
 */
static void viortc_requestq_listen(struct viortc_requestq *requestq)
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

void viortc_requestq_done(struct viortc_requestq *requestq)
{
	unsigned long flags;

	spin_lock_irqsave(&requestq->lock, flags);
	if (requestq->vq)
		viortc_requestq_listen(requestq);
	spin_unlock_irqrestore(&requestq->lock, flags);
}

/*
 * A task begins to send and to look for its answer.  It takes the answers of
 * others with its own, so nobody needs an interrupt until it leaves.
 */
static void viortc_requestq_attend(struct viortc_requestq *requestq)
{
	lockdep_assert_held(&requestq->lock);

	requestq->lookers++;
	viortc_requestq_ignore(requestq);
}

static void viortc_requestq_leave(struct viortc_requestq *requestq)
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
 * Make a request available, notify, and take the answer if it is there on
 * return.  A device may look at the ring without having been notified, so the
 * first timestamp comes before the request is in it (V-order).  The lock is
 * dropped in between.
 */
static int viortc_slot_send(struct viortc_requestq *requestq,
			    struct viortc_slot *slot)
	__must_hold(&requestq->lock)
{
	struct scatterlist *sgs[] = { &slot->out, &slot->in };
	int err;

	lockdep_assert_held(&requestq->lock);

	slot->result = -EINPROGRESS;
	slot->sent_ns = 0;
	slot->queued = true;

	if (slot->stamp)
		ptp_read_system_prets(&slot->sts);

	err = virtqueue_add_sgs(requestq->vq, sgs, 1, 1, slot, GFP_ATOMIC);
	if (unlikely(err)) {
		slot->queued = false;
		return err;
	}

	if (virtqueue_kick_prepare(requestq->vq))
		viortc_requestq_notify(requestq);

	viortc_requestq_reap(requestq);
	if (slot->queued)
		slot->sent_ns = ktime_get_mono_fast_ns();
	else
		viortc_requestq_learn(requestq, 0);

	return 0;
}

/*
 * Look for the answer, for as long as it is likely to come soon, with the lock
 * dropped in between.  Others rely on a task that looks, so it is not preempted
 * but stops when it should be.  That cannot be said on PREEMPT_RT, so there
 * nobody relies on it.
 */
static void viortc_slot_look(struct viortc_requestq *requestq,
			     struct viortc_slot *slot, unsigned long *flags)
	__must_hold(&requestq->lock)
{
	u64 budget = 2 * (u64)requestq->latency_ns;

	lockdep_assert_held(&requestq->lock);

	if (budget > 2 * VIORTC_LOOK_MAX_NS)
		return;

	budget = clamp_t(u64, budget, VIORTC_LOOK_MIN_NS, VIORTC_LOOK_MAX_NS);

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		viortc_requestq_leave(requestq);
	else
		preempt_disable();
	spin_unlock_irqrestore(&requestq->lock, *flags);

	while (READ_ONCE(slot->result) == -EINPROGRESS &&
	       ktime_get_mono_fast_ns() - slot->sent_ns < budget &&
	       single_task_running() && !need_resched() &&
	       !signal_pending(current)) {
		cpu_relax();
		if (!spin_trylock_irqsave(&requestq->lock, *flags))
			continue;
		if (requestq->vq)
			viortc_requestq_reap(requestq);
		spin_unlock_irqrestore(&requestq->lock, *flags);
	}

	spin_lock_irqsave(&requestq->lock, *flags);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		viortc_requestq_attend(requestq);
	else
		preempt_enable();
}

/* Sleep until there is a result, and leave with one of one's own otherwise. */
static int viortc_slot_sleep(struct viortc_requestq *requestq,
			     struct viortc_slot *slot, unsigned long deadline)
{
	long left = max_t(long, deadline - jiffies, 1);

	if (READ_ONCE(requestq->uninterruptible))
		left = wait_for_completion_timeout(&slot->done, left);
	else
		left = wait_for_completion_interruptible_timeout(&slot->done,
								 left);
	if (left < 0)
		return left;

	return left ? 0 : -ETIMEDOUT;
}

static bool viortc_slot_wait_is_over(const struct viortc_requestq *requestq,
				     const struct viortc_share *share)
{
	return viortc_slots_allow(&requestq->slots, share) ||
	       READ_ONCE(requestq->error);
}

/* The slot to use next; the lock is held and may be dropped in between. */
static struct viortc_slot *viortc_slot_get(struct viortc_requestq *requestq,
					   struct viortc_share *share,
					   unsigned long deadline,
					   unsigned long *flags)
	__must_hold(&requestq->lock)
{
	long left;

	lockdep_assert_held(&requestq->lock);

	for (;;) {
		if (requestq->error)
			return ERR_PTR(requestq->error);

		/* Late answers may be waiting that nobody was told of. */
		if (unlikely(!viortc_slots_allow(&requestq->slots, share))) {
			viortc_requestq_reap(requestq);
			if (requestq->error)
				return ERR_PTR(requestq->error);
		}

		if (likely(viortc_slots_allow(&requestq->slots, share)))
			break;

		left = deadline - jiffies;
		if (left <= 0)
			return ERR_PTR(-ETIMEDOUT);

		requestq->free_waiters++;
		viortc_requestq_listen(requestq);
		spin_unlock_irqrestore(&requestq->lock, *flags);
		if (READ_ONCE(requestq->uninterruptible))
			left = wait_event_timeout(requestq->free_wait,
						  viortc_slot_wait_is_over(requestq, share),
						  left);
		else
			left = wait_event_interruptible_timeout(requestq->free_wait,
								viortc_slot_wait_is_over(requestq, share),
								left);
		spin_lock_irqsave(&requestq->lock, *flags);
		requestq->free_waiters--;
		if (left < 0)
			return ERR_PTR(left);
	}

	return viortc_slots_take(&requestq->slots, share);
}

int viortc_requestq_exchange(struct viortc_requestq *requestq,
			     const struct viortc_request *request)
{
	unsigned int timeout_ms = clamp(READ_ONCE(request_timeout_ms), 1u,
					VIORTC_TIMEOUT_MAX_MS);
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);
	struct viortc_share *share = request->share ?: &requestq->share;
	struct viortc_slot *slot;
	unsigned long flags;
	int err, result;

	if (WARN_ON_ONCE(request->req_size > VIORTC_REQUEST_MAX ||
			 request->resp_size > VIORTC_RESPONSE_MAX))
		return -EINVAL;

	spin_lock_irqsave(&requestq->lock, flags);
	slot = viortc_slot_get(requestq, share, deadline, &flags);
	if (IS_ERR(slot)) {
		spin_unlock_irqrestore(&requestq->lock, flags);
		return PTR_ERR(slot);
	}

	memcpy(slot->req, request->req, request->req_size);
	memset(slot->resp, 0, sizeof(slot->resp));
	slot->out.length = request->req_size;
	slot->in.length = request->resp_size;
	slot->stamp = request->sts;
	if (request->sts)
		slot->sts = *request->sts;

	viortc_requestq_attend(requestq);
	err = viortc_slot_send(requestq, slot);
	if (!err && slot->result == -EINPROGRESS)
		viortc_slot_look(requestq, slot, &flags);
	if (!err && slot->result == -EINPROGRESS) {
		reinit_completion(&slot->done);
		slot->sleeping = true;
		requestq->sleepers++;
	}
	/* Unless somebody else looks, this may have the answer, too. */
	viortc_requestq_leave(requestq);

	if (slot->sleeping) {
		spin_unlock_irqrestore(&requestq->lock, flags);
		err = viortc_slot_sleep(requestq, slot, deadline);
		spin_lock_irqsave(&requestq->lock, flags);
	}

	/* A result that came with the signal or the timeout still counts. */
	result = slot->result == -EINPROGRESS ? err : slot->result;
	if (slot->sleeping) {
		slot->sleeping = false;
		requestq->sleepers--;
	}
	if (result >= 0) {
		memcpy(request->resp, slot->resp, request->resp_size);
		if (request->sts)
			*request->sts = slot->sts;
	}
	slot->stamp = false;
	slot->owned = false;
	viortc_slot_put(requestq, slot);
	spin_unlock_irqrestore(&requestq->lock, flags);

	return result;
}
