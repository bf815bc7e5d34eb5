// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The buffers of the simulated device: taken, delayed, spoiled, used.
 *
 * A request waits for the request delay, is then handled by the model, which
 * takes the reading, and its buffer is used after the response delay.  Each of
 * these is a queue that nothing overtakes (V-order).  What is due is done
 * at once, inside the driver's notification if there is no delay.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>

#include "../virtio_rtc_compat.h"
#include "device.h"
#include "queue.h"

#define VIORTC_SIM_DELAY_MAX	(365ULL * 24 * 60 * 60 * NSEC_PER_SEC)

/*
 * struct viortc_sim_buffer - a buffer that the device has
 * @entry: in one of the lists of its queue
 * @due: when it leaves this list, in ktime_get()'s time; 0 for at once
 * @head: names it
 * @busy: the device has it
 * @stale: it is to be used again after the next reset, which is a fault
 * @in_len: room that the driver gave
 * @out_len: length of the request
 * @msg: first the request, then the answer
 * @len: length of the answer
 * @used_len: length to tell the driver
 */
struct viortc_sim_buffer {
	struct list_head entry;
	ktime_t due;
	u16 head;
	bool busy;
	bool stale;
	u32 in_len;
	u32 out_len;
	u8 msg[VIORTC_MODEL_MSG_MAX];
	size_t len;
	u32 used_len;
};

/* Without a delay there is no need to know what time it is. */
static ktime_t viortc_sim_due_in(u64 delay_ns)
{
	return delay_ns ? ktime_add_ns(ktime_get(), delay_ns) : 0;
}

static bool viortc_sim_is_due(const struct viortc_sim_buffer *buffer)
{
	return !buffer->due || ktime_compare(buffer->due, ktime_get()) <= 0;
}

static bool viortc_sim_is_running(const struct viortc_sim *sim)
{
	return (sim->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
	       !(sim->status & VIRTIO_CONFIG_S_NEEDS_RESET);
}

static bool viortc_sim_may_take(const struct viortc_sim *sim,
				const struct viortc_sim_queue *queue)
{
	return viortc_sim_is_running(sim) && queue->ring.vq &&
	       viortc_sim_ring_has_buffer(&queue->ring);
}

static struct viortc_sim_buffer *viortc_sim_first(struct list_head *list)
{
	return list_first_entry_or_null(list, struct viortc_sim_buffer, entry);
}

/* A delay that was made shorter does not let a buffer overtake. */
static void viortc_sim_enqueue(struct list_head *list,
			       struct viortc_sim_buffer *buffer, u64 delay_ns)
{
	struct viortc_sim_buffer *last;

	buffer->due = viortc_sim_due_in(delay_ns);
	if (!list_empty(list)) {
		last = list_last_entry(list, struct viortc_sim_buffer, entry);
		if (ktime_before(buffer->due, last->due))
			buffer->due = last->due;
	}
	list_add_tail(&buffer->entry, list);
}

/* A late answer goes where its time puts it. */
static void viortc_sim_enqueue_late(struct list_head *list,
				    struct viortc_sim_buffer *buffer,
				    u64 delay_ns)
{
	struct viortc_sim_buffer *before;

	buffer->due = viortc_sim_due_in(delay_ns);
	list_for_each_entry_reverse(before, list, entry)
		if (!ktime_after(before->due, buffer->due))
			break;
	list_add(&buffer->entry, &before->entry);
}

void viortc_sim_fail(struct viortc_sim *sim)
{
	lockdep_assert_held(&sim->lock);

	sim->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	sim->config_changed = true;
	irq_work_queue(&sim->interrupt);
}

/* Take the next buffer; one that breaks the rules breaks the device. */
static struct viortc_sim_buffer *viortc_sim_take(struct viortc_sim *sim,
						 struct viortc_sim_queue *queue)
{
	u8 msg[VIORTC_MODEL_MSG_MAX] = {};
	struct viortc_sim_buffer *buffer;
	struct viortc_sim_chain chain;

	if (viortc_sim_ring_take(&queue->ring, &chain, msg, sizeof(msg)) ||
	    queue->buffers[chain.head].busy) {
		viortc_sim_fail(sim);
		return NULL;
	}

	buffer = &queue->buffers[chain.head];
	buffer->busy = true;
	buffer->in_len = chain.in_len;
	buffer->out_len = chain.out_len;
	memcpy(buffer->msg, msg, sizeof(msg));
	sim->stats.in_flight++;

	return buffer;
}

static void viortc_sim_use(struct viortc_sim *sim,
			   struct viortc_sim_queue *queue,
			   struct viortc_sim_buffer *buffer)
{
	buffer->busy = false;
	sim->stats.in_flight--;
	if (viortc_sim_ring_use(&queue->ring, buffer->head, buffer->msg,
				buffer->len, buffer->used_len)) {
		queue->interrupt = true;
		irq_work_queue(&sim->interrupt);
	}
}

/* A right answer is in the buffer: spoil it if wanted, and send it off. */
static void viortc_sim_answer(struct viortc_sim *sim,
			      struct viortc_sim_queue *queue,
			      struct viortc_sim_buffer *buffer,
			      const void *req, size_t len, u64 delay_ns)
{
	struct viortc_fault_answer answer = { .buf = buffer->msg, .len = len };

	viortc_faults_apply(&sim->faults, req,
			    min_t(size_t, buffer->out_len, sizeof(buffer->msg)),
			    buffer->in_len, &answer);
	buffer->len = len;
	buffer->used_len = answer.used;

	switch (answer.fate) {
	case VIORTC_FAULT_SEND:
		viortc_sim_enqueue(&queue->answered, buffer, delay_ns);
		break;
	case VIORTC_FAULT_DELAY:
		viortc_sim_enqueue_late(&queue->late, buffer, delay_ns +
					(u64)answer.delay_ms * NSEC_PER_MSEC);
		break;
	case VIORTC_FAULT_WITHHOLD:
		break;
	case VIORTC_FAULT_AFTER_RESET:
		buffer->stale = true;
		break;
	}
}

static void viortc_sim_handle(struct viortc_sim *sim,
			      struct viortc_sim_buffer *buffer)
{
	u8 req[VIORTC_MODEL_MSG_MAX];
	size_t len;
	u16 type;

	memcpy(req, buffer->msg, sizeof(req));
	type = req[0] | req[1] << 8;
	sim->in_request = type == VIRTIO_RTC_REQ_READ ||
			  type == VIRTIO_RTC_REQ_READ_CROSS;
	len = viortc_model_handle(&sim->model, req, buffer->out_len,
				  buffer->msg, buffer->in_len);
	sim->in_request = false;
	sim->stats.requests++;

	viortc_sim_answer(sim, &sim->queues[VIORTC_SIM_REQUESTQ], buffer, req,
			  len, sim->response_delay_ns);
}

/* Use all buffers that are due. */
static void viortc_sim_use_due(struct viortc_sim *sim,
			       struct viortc_sim_queue *queue)
{
	struct list_head *lists[] = { &queue->answered, &queue->late };
	struct viortc_sim_buffer *buffer;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		while ((buffer = viortc_sim_first(lists[i])) &&
		       viortc_sim_is_due(buffer)) {
			list_del(&buffer->entry);
			viortc_sim_use(sim, queue, buffer);
		}
	}
}

/*
 * Send the notifications there are, as long as there are buffers.  They are on
 * their way before another request is handled, which might stop them.
 */
static void viortc_sim_notify_alarms(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue = &sim->queues[VIORTC_SIM_ALARMQ];
	u8 storm[VIORTC_MODEL_MSG_MAX];
	struct viortc_sim_buffer *buffer;
	size_t len;

	while (viortc_sim_may_take(sim, queue)) {
		len = 0;
		if (!viortc_model_pending(&sim->model)) {
			len = viortc_faults_storm(&sim->faults, storm,
						  sizeof(storm));
			if (!len)
				break;
		}

		buffer = viortc_sim_take(sim, queue);
		if (!buffer)
			break;

		if (len) {
			len = min_t(size_t, len, buffer->in_len);
			memcpy(buffer->msg, storm, len);
		} else {
			len = viortc_model_notification(&sim->model,
							buffer->msg,
							buffer->in_len);
		}
		viortc_sim_answer(sim, queue, buffer, NULL, len, 0);
	}

	viortc_sim_use_due(sim, queue);
}

static void viortc_sim_set_timer(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue;
	struct viortc_sim_buffer *next = NULL;
	unsigned int i, j;

	for (i = 0; i < VIORTC_SIM_QUEUES; i++) {
		struct list_head *lists[3];

		queue = &sim->queues[i];
		lists[0] = &queue->waiting;
		lists[1] = &queue->answered;
		lists[2] = &queue->late;
		for (j = 0; j < ARRAY_SIZE(lists); j++) {
			struct viortc_sim_buffer *first;

			first = viortc_sim_first(lists[j]);
			if (first && (!next ||
				      ktime_before(first->due, next->due)))
				next = first;
		}
	}

	/* A timer of earlier days that still rings does no harm. */
	if (next && !sim->dying)
		hrtimer_start(&sim->timer, next->due, HRTIMER_MODE_ABS_SOFT);
}

void viortc_sim_run(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue = &sim->queues[VIORTC_SIM_REQUESTQ];
	struct viortc_sim_buffer *buffer;

	lockdep_assert_held(&sim->lock);

	if (!viortc_sim_is_running(sim))
		return;

	viortc_sim_notify_alarms(sim);
	while (viortc_sim_may_take(sim, queue)) {
		buffer = viortc_sim_take(sim, queue);
		if (!buffer)
			break;
		viortc_sim_enqueue(&queue->waiting, buffer,
				   sim->request_delay_ns);
	}

	while ((buffer = viortc_sim_first(&queue->waiting)) &&
	       viortc_sim_is_due(buffer)) {
		list_del(&buffer->entry);
		viortc_sim_handle(sim, buffer);
		viortc_sim_notify_alarms(sim);
	}

	viortc_sim_use_due(sim, queue);
	viortc_sim_set_timer(sim);
}

/* A delay is over. */
static enum hrtimer_restart viortc_sim_timer(struct hrtimer *timer)
{
	struct viortc_sim *sim = container_of(timer, struct viortc_sim, timer);
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);

	return HRTIMER_NORESTART;
}

void viortc_sim_set_delays(struct viortc_sim *sim, u64 request_delay_ns,
			   u64 response_delay_ns)
{
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	sim->request_delay_ns = min(request_delay_ns, VIORTC_SIM_DELAY_MAX);
	sim->response_delay_ns = min(response_delay_ns, VIORTC_SIM_DELAY_MAX);
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_set_delays);

void viortc_sim_set_faults(struct viortc_sim *sim,
			   const struct viortc_faults *faults)
{
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	sim->faults = faults ? *faults : (struct viortc_faults) {};
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_set_faults);

void viortc_sim_stats(struct viortc_sim *sim, struct viortc_sim_stats *stats)
{
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	*stats = sim->stats;
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_stats);

void viortc_sim_queues_reset(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue;
	u16 head;

	lockdep_assert_held(&sim->lock);

	for (queue = sim->queues; queue < sim->queues + VIORTC_SIM_QUEUES;
	     queue++) {
		INIT_LIST_HEAD(&queue->waiting);
		INIT_LIST_HEAD(&queue->answered);
		INIT_LIST_HEAD(&queue->late);
		queue->interrupt = false;
		for (head = 0; head < sim->queue_size; head++)
			queue->buffers[head].busy = false;
	}
	sim->stats.in_flight = 0;
}

/* The driver knows nothing of these buffers any more. */
static void viortc_sim_use_stale(struct viortc_sim *sim,
				 struct viortc_sim_queue *queue)
{
	struct viortc_sim_buffer *buffer;

	for (buffer = queue->buffers;
	     buffer < queue->buffers + sim->queue_size; buffer++) {
		if (!buffer->stale)
			continue;
		buffer->stale = false;
		viortc_sim_ring_use(&queue->ring, buffer->head, NULL, 0,
				    buffer->used_len);
		queue->interrupt = true;
		irq_work_queue(&sim->interrupt);
	}
}

void viortc_sim_queues_ready(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue;

	lockdep_assert_held(&sim->lock);

	for (queue = sim->queues; queue < sim->queues + VIORTC_SIM_QUEUES;
	     queue++)
		if (queue->ring.vq)
			viortc_sim_use_stale(sim, queue);
	viortc_sim_run(sim);
}

int viortc_sim_queues_init(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue;
	u16 head;

	hrtimer_setup(&sim->timer, viortc_sim_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
	for (queue = sim->queues; queue < sim->queues + VIORTC_SIM_QUEUES;
	     queue++) {
		INIT_LIST_HEAD(&queue->waiting);
		INIT_LIST_HEAD(&queue->answered);
		INIT_LIST_HEAD(&queue->late);
		queue->buffers = kvzalloc_objs(*queue->buffers,
					       sim->queue_size);
		if (!queue->buffers)
			return -ENOMEM;
		for (head = 0; head < sim->queue_size; head++)
			queue->buffers[head].head = head;
	}

	return 0;
}

void viortc_sim_queues_free(struct viortc_sim *sim)
{
	struct viortc_sim_queue *queue;

	for (queue = sim->queues; queue < sim->queues + VIORTC_SIM_QUEUES;
	     queue++)
		kvfree(queue->buffers);
}
