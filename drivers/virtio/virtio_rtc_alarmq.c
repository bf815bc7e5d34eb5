// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The alarmq: the device tells whose alarm expired.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_alarmq.h"
#include "virtio_rtc_compat.h"
#include "virtio_rtc_trace.h"

/*
 * Each expiry waits in the device until a buffer is there, so few will do;
 * some more let several clocks ring at once.
 */
#define VIORTC_MAX_NOTIFS	16u

/*
 * struct viortc_notif - a buffer for one notification
 * @used: entry in the list of buffers that the device has filled
 * @sg: describes @msg
 * @msg: notification, in cache lines of its own
 */
struct viortc_notif {
	struct list_head used;
	struct scatterlist sg;
	__dma_from_device_group_begin(msg);
	struct virtio_rtc_notif_alarm msg;
	__dma_from_device_group_end(msg);
};

static int viortc_notif_queue(struct viortc_alarmq *alarmq,
			      struct viortc_notif *notif)
{
	return virtqueue_add_inbuf(alarmq->vq, &notif->sg, 1, notif,
				   GFP_ATOMIC);
}

static void viortc_notif_report(struct viortc_alarmq *alarmq,
				const struct viortc_notif *notif,
				unsigned int len)
{
	/* The device may still write to the buffer: read it once. */
	struct virtio_rtc_notif_alarm msg = notif->msg;

	if (len != sizeof(msg)) {
		dev_warn_ratelimited(alarmq->dev,
				     "notification of %u instead of %zu bytes\n",
				     len, sizeof(msg));
		return;
	}

	if (le16_to_cpu(msg.head.msg_type) != VIRTIO_RTC_NOTIF_ALARM) {
		dev_warn_ratelimited(alarmq->dev,
				     "notification of unknown type 0x%x\n",
				     le16_to_cpu(msg.head.msg_type));
		return;
	}

	alarmq->alarms++;
	trace_virtio_rtc_alarm(alarmq->dev, le16_to_cpu(msg.clock_id));
	alarmq->expired(alarmq, le16_to_cpu(msg.clock_id));
}

/* Report what the device has filled in; the buffers stay here for now. */
static void viortc_alarmq_drain(struct viortc_alarmq *alarmq)
{
	struct viortc_notif *notif;
	unsigned int len;

	lockdep_assert_held(&alarmq->lock);

	virtqueue_disable_cb(alarmq->vq);
	while ((notif = virtqueue_get_buf(alarmq->vq, &len))) {
		viortc_notif_report(alarmq, notif, len);
		list_add_tail(&notif->used, &alarmq->used);
	}

	if (unlikely(virtqueue_is_broken(alarmq->vq)))
		alarmq->broken(alarmq);
}

bool viortc_alarmq_is_broken(const struct viortc_alarmq *alarmq)
{
	return alarmq->vq && virtqueue_is_broken(alarmq->vq);
}

void viortc_alarmq_done(struct viortc_alarmq *alarmq)
{
	unsigned long flags;

	spin_lock_irqsave(&alarmq->lock, flags);
	if (alarmq->vq) {
		viortc_alarmq_drain(alarmq);
		if (!alarmq->resting)
			schedule_delayed_work(&alarmq->refill, 0);
		else
			while (!virtqueue_enable_cb(alarmq->vq))
				viortc_alarmq_drain(alarmq);
	}
	spin_unlock_irqrestore(&alarmq->lock, flags);
}

static void viortc_alarmq_refill(struct work_struct *work)
{
	struct viortc_alarmq *alarmq = container_of(to_delayed_work(work),
						    struct viortc_alarmq,
						    refill);
	struct viortc_notif *notif;
	unsigned long flags;

	spin_lock_irqsave(&alarmq->lock, flags);
	if (!alarmq->vq || alarmq->resting)
		goto out_unlock;

	while ((notif = list_first_entry_or_null(&alarmq->used,
						 struct viortc_notif, used))) {
		/* DMA mappings may be short for a while; a broken ring stays. */
		if (viortc_notif_queue(alarmq, notif)) {
			if (!virtqueue_is_broken(alarmq->vq))
				schedule_delayed_work(&alarmq->refill, HZ);
			break;
		}
		list_del(&notif->used);
	}
	virtqueue_kick(alarmq->vq);

	if (!virtqueue_enable_cb(alarmq->vq)) {
		viortc_alarmq_drain(alarmq);
		schedule_delayed_work(&alarmq->refill, 0);
	}
out_unlock:
	spin_unlock_irqrestore(&alarmq->lock, flags);
}

void viortc_alarmq_init(struct viortc_alarmq *alarmq, struct device *dev,
			void (*expired)(struct viortc_alarmq *alarmq,
					u16 clock_id),
			void (*broken)(struct viortc_alarmq *alarmq))
{
	alarmq->dev = dev;
	alarmq->expired = expired;
	alarmq->broken = broken;
	spin_lock_init(&alarmq->lock);
	INIT_LIST_HEAD(&alarmq->used);
	INIT_DELAYED_WORK(&alarmq->refill, viortc_alarmq_refill);
}

static int viortc_alarmq_alloc(struct viortc_alarmq *alarmq, unsigned int num)
{
	struct viortc_notif *notif;

	alarmq->notifs = kzalloc_objs(*alarmq->notifs, num);
	if (!alarmq->notifs)
		return -ENOMEM;

	alarmq->num_notifs = num;
	for (notif = alarmq->notifs; notif < alarmq->notifs + num; notif++)
		sg_init_one(&notif->sg, &notif->msg, sizeof(notif->msg));

	return 0;
}

int viortc_alarmq_start(struct viortc_alarmq *alarmq, struct virtqueue *vq)
{
	unsigned int num = virtqueue_get_vring_size(vq);
	struct viortc_notif *notif;
	unsigned long flags;
	int err = 0;

	if (!alarmq->notifs) {
		err = viortc_alarmq_alloc(alarmq, min(num, VIORTC_MAX_NOTIFS));
		if (err)
			return err;
	}

	spin_lock_irqsave(&alarmq->lock, flags);
	alarmq->vq = vq;
	alarmq->resting = false;
	for (notif = alarmq->notifs;
	     notif < alarmq->notifs + alarmq->num_notifs && !err; notif++)
		err = viortc_notif_queue(alarmq, notif);
	virtqueue_kick(vq);
	spin_unlock_irqrestore(&alarmq->lock, flags);

	return err;
}

void viortc_alarmq_rest(struct viortc_alarmq *alarmq)
{
	unsigned long flags;

	/* As many notifications as there can be shall find room. */
	cancel_delayed_work_sync(&alarmq->refill);
	viortc_alarmq_refill(&alarmq->refill.work);
	spin_lock_irqsave(&alarmq->lock, flags);
	alarmq->resting = true;
	/* One that came in between left it to the refill to listen again. */
	while (alarmq->vq && !virtqueue_enable_cb(alarmq->vq))
		viortc_alarmq_drain(alarmq);
	spin_unlock_irqrestore(&alarmq->lock, flags);
	/* It may have been started again. */
	cancel_delayed_work_sync(&alarmq->refill);
}

void viortc_alarmq_stop(struct viortc_alarmq *alarmq)
{
	cancel_delayed_work_sync(&alarmq->refill);
}

void viortc_alarmq_release(struct viortc_alarmq *alarmq)
{
	unsigned long flags;

	spin_lock_irqsave(&alarmq->lock, flags);
	if (alarmq->vq) {
		while (virtqueue_detach_unused_buf(alarmq->vq))
			;
		alarmq->vq = NULL;
		INIT_LIST_HEAD(&alarmq->used);
	}
	spin_unlock_irqrestore(&alarmq->lock, flags);

	/* It finds no virtqueue any more. */
	cancel_delayed_work_sync(&alarmq->refill);
}

void viortc_alarmq_free(struct viortc_alarmq *alarmq)
{
	kfree(alarmq->notifs);
	alarmq->notifs = NULL;
	alarmq->num_notifs = 0;
}
