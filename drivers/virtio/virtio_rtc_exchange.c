// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An exchange: the way of a task that has a request to the answer to it.
 *
 * This is the path of every clock reading, so nothing is allocated on it, and
 * the window between the two system timestamps of a reading holds no more
 * than making the request available, the notification, and seeing the answer.
 * A device that answers while it is notified, as one inside the hypervisor
 * does, costs no interrupt and no sleep.  For any other the task first looks
 * for the answer for a while, if answers about its clock came that soon lately,
 * or now and then to find out whether they do again, and unless another task
 * could use the processor, and then sleeps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>

#include "virtio_rtc_deadline.h"
#include "virtio_rtc_exchange.h"
#include "virtio_rtc_requestq.h"
#include "virtio_rtc_trace.h"

/*
 * A task looks for an answer no longer than this, and seldom if answers take
 * longer.  It is about what a sleep and the interrupt that ends it cost in a virtual
 * machine: whoever gives up after that has spent at most twice what was needed,
 * however long the answer takes.
 */
#define VIORTC_LOOK_NS		(100 * NSEC_PER_USEC)

/*
 * For so long it looks without a cpu_relax() in between.  On x86 that may give control to
 * whatever runs the virtual machine, an emulator above all, and take longer than a quick
 * answer does.
 */
#define VIORTC_RELAX_NS		(2 * NSEC_PER_USEC)

/*
 * While answers take longer, the tasks of the first few of so many requests look all the
 * same, to find out whether they still do.  In succession: a device that looks for
 * requests itself does so when they follow its answers soon, which they do not when
 * tasks sleep.
 */
#define VIORTC_SLOW_REQUESTS	128
#define VIORTC_SLOW_LOOKS	8

/* Every wait is bounded, whatever the module parameter says. */
#define VIORTC_TIMEOUT_MAX_MS	3600000u

static unsigned int request_timeout_ms = 10000;
module_param(request_timeout_ms, uint, 0644);
MODULE_PARM_DESC(request_timeout_ms,
		 "how long to wait for an answer of the device, in ms (default 10000, at most an hour)");

static unsigned int read_timeout_ms = 1000;
module_param(read_timeout_ms, uint, 0644);
MODULE_PARM_DESC(read_timeout_ms,
		 "how long a reading of a PTP clock waits, in ms (default 1000, at most request_timeout_ms)");

/*
 * A clock that gave no answer in time is waited for again after so many times
 * what was waited: its users have other things to do, and other clocks.
 */
#define VIORTC_STALLED_FACTOR	4

/* Nothing is tried just to find out while it owes more answers than this. */
#define VIORTC_OWED_MAX		2

static unsigned int viortc_timeout_ms(void)
{
	return clamp(READ_ONCE(request_timeout_ms), 1u, VIORTC_TIMEOUT_MAX_MS);
}

unsigned long viortc_exchange_timeout(void)
{
	return msecs_to_jiffies(viortc_timeout_ms());
}

void viortc_exchange_set_interruptible(struct viortc_requestq *requestq,
				       bool interruptible)
{
	WRITE_ONCE(requestq->steady, interruptible ? NULL : current);
}

/* While the system goes to sleep only tasks run that it needs for that. */
static bool viortc_is_interruptible(const struct viortc_requestq *requestq)
{
	return READ_ONCE(requestq->steady) != current &&
	       pm_suspend_target_state == PM_SUSPEND_ON;
}

/* Is it worth while to look for the next answer?  Counts requests while it is not. */
static bool viortc_share_pays(struct viortc_share *share)
{
	if (share->latency_ns <= VIORTC_LOOK_NS) {
		share->slow = 0;
		return true;
	}

	return share->slow++ % VIORTC_SLOW_REQUESTS < VIORTC_SLOW_LOOKS;
}

/*
 * Look for the answer, for as long as it is likely to come soon, with the lock
 * dropped in between.  Others rely on a task that looks, so it is not preempted
 * but stops when it should be.  That cannot be said on PREEMPT_RT, so there
 * nobody relies on it.  Return: whether it looked for as long as it may, in vain,
 * which a task that was held up until then has not.
 */
static bool viortc_slot_look(struct viortc_requestq *requestq,
			     struct viortc_slot *slot, unsigned long *flags)
	__must_hold(&requestq->lock)
{
	bool tried = false;
	u64 looked = 0;

	lockdep_assert_held(&requestq->lock);

	if (!viortc_share_pays(slot->share))
		return false;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		viortc_requestq_leave(requestq);
	else
		preempt_disable();
	spin_unlock_irqrestore(&requestq->lock, *flags);

	while (READ_ONCE(slot->result) == -EINPROGRESS &&
	       single_task_running() && !need_resched() &&
	       !signal_pending(current) &&
	       (looked = ktime_get_mono_fast_ns() - slot->sent_ns) < VIORTC_LOOK_NS) {
		if (looked >= VIORTC_RELAX_NS)
			cpu_relax();
		if (!spin_trylock_irqsave(&requestq->lock, *flags))
			continue;
		if (requestq->vq)
			viortc_requestq_reap(requestq);
		spin_unlock_irqrestore(&requestq->lock, *flags);
		tried = true;
	}

	spin_lock_irqsave(&requestq->lock, *flags);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		viortc_requestq_attend(requestq);
	else
		preempt_enable();

	return tried && looked >= VIORTC_LOOK_NS;
}

/* Sleep until there is a result, and leave with one of one's own otherwise. */
static int viortc_slot_sleep(struct viortc_requestq *requestq,
			     struct viortc_slot *slot, unsigned long deadline)
{
	long left = max_t(long, deadline - jiffies, 1);

	if (!viortc_is_interruptible(requestq))
		left = wait_for_completion_timeout(&slot->done, left);
	else
		left = wait_for_completion_interruptible_timeout(&slot->done,
								 left);
	if (left < 0)
		return left;

	return left ? 0 : -ETIMEDOUT;
}

static struct viortc_share *viortc_share(struct viortc_requestq *requestq,
					 const struct viortc_request *request)
{
	return request->share ?: &requestq->share;
}

static bool viortc_is_reading(const struct viortc_request *request)
{
	return viortc_request_type(request->req) == VIRTIO_RTC_REQ_READ;
}

static bool viortc_is_allowed(struct viortc_requestq *requestq,
			      const struct viortc_request *request)
{
	return viortc_slots_allow(&requestq->slots,
				  viortc_share(requestq, request),
				  viortc_is_reading(request));
}

static bool viortc_slot_wait_is_over(struct viortc_requestq *requestq,
				     const struct viortc_request *request)
{
	return viortc_is_allowed(requestq, request) ||
	       READ_ONCE(requestq->error);
}

static long viortc_slot_wait(struct viortc_requestq *requestq,
			     const struct viortc_request *request, long left)
{
	if (!viortc_is_interruptible(requestq))
		return wait_event_timeout(requestq->free_wait,
					  viortc_slot_wait_is_over(requestq,
								   request),
					  left);

	return wait_event_interruptible_timeout(requestq->free_wait,
						viortc_slot_wait_is_over(requestq,
									 request),
						left);
}

/* The slot to use next; the lock is held and may be dropped in between. */
static struct viortc_slot *viortc_slot_get(struct viortc_requestq *requestq,
					   const struct viortc_request *request,
					   unsigned long deadline,
					   unsigned long *flags)
	__must_hold(&requestq->lock)
{
	long left;

	lockdep_assert_held(&requestq->lock);

	for (;;) {
		if (requestq->error)
			return ERR_PTR(requestq->error);

		/* The device may have come back with other clocks. */
		if (unlikely(requestq->starts != request->starts))
			return ERR_PTR(-EAGAIN);

		/* Late answers may be waiting that nobody was told of. */
		if (unlikely(!viortc_is_allowed(requestq, request))) {
			viortc_requestq_reap(requestq);
			if (requestq->error)
				return ERR_PTR(requestq->error);
		}

		if (likely(viortc_is_allowed(requestq, request)))
			break;

		left = deadline - jiffies;
		if (left <= 0)
			return ERR_PTR(-ETIMEDOUT);

		requestq->free_waiters++;
		viortc_requestq_listen(requestq);
		spin_unlock_irqrestore(&requestq->lock, *flags);
		left = viortc_slot_wait(requestq, request, left);
		spin_lock_irqsave(&requestq->lock, *flags);
		requestq->free_waiters--;
		if (left < 0)
			return ERR_PTR(left);
	}

	return viortc_slots_take(&requestq->slots,
				 viortc_share(requestq, request),
				 viortc_is_reading(request));
}

/* How long a task may wait, in jiffies */
static unsigned long viortc_patience(bool brief)
{
	unsigned int timeout_ms = viortc_timeout_ms();

	if (brief)
		timeout_ms = clamp(READ_ONCE(read_timeout_ms), 1u, timeout_ms);

	return msecs_to_jiffies(timeout_ms);
}

static void viortc_share_stall(struct viortc_share *share,
			       const struct viortc_request *request,
			       unsigned long patience)
{
	WRITE_ONCE(share->next_try, jiffies + VIORTC_STALLED_FACTOR * patience);
	WRITE_ONCE(share->stalled, viortc_request_type(request->req));
}

/*
 * Is it of no use to wait for the clock?  Now and then one task finds out.  A
 * device may be silent about cross-timestamps and answer readings.
 */
static bool viortc_share_is_stalled(struct viortc_requestq *requestq,
				    struct viortc_share *share,
				    const struct viortc_request *request,
				    unsigned long patience)
{
	lockdep_assert_held(&requestq->lock);

	if (likely(!share->stalled) || requestq->error ||
	    share->stalled != viortc_request_type(request->req))
		return false;

	/* Late answers may be waiting that nobody was told of. */
	viortc_requestq_reap(requestq);
	if (!share->stalled)
		return false;
	if (viortc_is_before(share->next_try, VIORTC_STALLED_FACTOR * patience))
		return true;

	viortc_share_stall(share, request, patience);

	return false;
}

bool viortc_exchange_is_put_off(const struct viortc_share *share)
{
	return READ_ONCE(share->stalled) &&
	       viortc_is_before(READ_ONCE(share->next_try),
				VIORTC_STALLED_FACTOR * viortc_patience(true));
}

bool viortc_exchange_has_room(const struct viortc_requestq *requestq,
			      const struct viortc_share *share)
{
	return READ_ONCE(share->owed) <= VIORTC_OWED_MAX &&
	       viortc_slots_allow(&requestq->slots, share, false);
}

/* Note that a request came to nothing: there was no answer, or no room for it. */
static void viortc_request_failed(struct viortc_requestq *requestq,
				  const struct viortc_request *request,
				  unsigned long patience, int err)
{
	lockdep_assert_held(&requestq->lock);

	viortc_stats_error(&requestq->stats, err);
	if (err != -ETIMEDOUT)
		return;

	if (request->brief)
		viortc_share_stall(viortc_share(requestq, request), request,
				   patience);
	if (!requestq->error)
		requestq->silent(requestq);
}

int viortc_exchange(struct viortc_requestq *requestq,
		    const struct viortc_request *request)
{
	struct viortc_share *share = viortc_share(requestq, request);
	unsigned long patience = viortc_patience(request->brief);
	unsigned long deadline = jiffies + patience;
	struct viortc_slot *slot;
	unsigned long flags;
	bool in_vain = false;
	int err, result;
	u64 took_ns;
	u8 status;

	if (WARN_ON_ONCE(request->req_size > VIORTC_REQUEST_MAX ||
			 request->resp_size > VIORTC_RESPONSE_MAX))
		return -EINVAL;

	spin_lock_irqsave(&requestq->lock, flags);
	if (request->brief &&
	    viortc_share_is_stalled(requestq, share, request, patience)) {
		viortc_stats_error(&requestq->stats, -EBUSY);
		spin_unlock_irqrestore(&requestq->lock, flags);
		trace_virtio_rtc_failure(requestq->dev, request->req, -EBUSY);
		return -EBUSY;
	}

	slot = viortc_slot_get(requestq, request, deadline, &flags);
	if (IS_ERR(slot)) {
		viortc_request_failed(requestq, request, patience,
				      PTR_ERR(slot));
		spin_unlock_irqrestore(&requestq->lock, flags);
		trace_virtio_rtc_failure(requestq->dev, request->req,
					 PTR_ERR(slot));
		return PTR_ERR(slot);
	}

	memcpy(slot->req, request->req, request->req_size);
	memset(slot->resp, 0, sizeof(slot->resp));
	slot->out.length = request->req_size;
	slot->in.length = request->resp_size;
	slot->stamp = request->sts;
	if (request->sts)
		slot->sts = *request->sts;

	trace_virtio_rtc_request(requestq->dev, request->req);
	viortc_requestq_attend(requestq);
	err = viortc_requestq_send(requestq, slot);
	if (!err && slot->result == -EINPROGRESS)
		in_vain = viortc_slot_look(requestq, slot, &flags);
	if (!err && slot->result == -EINPROGRESS) {
		reinit_completion(&slot->done);
		slot->sleeping = true;
		requestq->sleepers++;
		requestq->stats.sleeps++;
	}
	/* Unless somebody else looks, this may have the answer, too. */
	viortc_requestq_leave(requestq);

	if (slot->sleeping) {
		/*
		 * Who sleeps sees when the interrupt comes, not when the answer did.
		 * It says that the answer took long if it was looked for long enough.
		 */
		if (!in_vain)
			slot->sent_ns = 0;
		spin_unlock_irqrestore(&requestq->lock, flags);
		err = viortc_slot_sleep(requestq, slot, deadline);
		spin_lock_irqsave(&requestq->lock, flags);
		/* Who was to take it may not have come to that. */
		if (err && requestq->vq)
			viortc_requestq_reap(requestq);
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
	} else {
		viortc_request_failed(requestq, request, patience, result);
	}
	took_ns = slot->took_ns;
	status = slot->resp[0];
	slot->stamp = false;
	viortc_requestq_put(requestq, slot);
	spin_unlock_irqrestore(&requestq->lock, flags);

	if (result < 0)
		trace_virtio_rtc_failure(requestq->dev, request->req, result);
	else
		trace_virtio_rtc_answer(requestq->dev, request->req, status,
					result, took_ns);

	return result;
}
