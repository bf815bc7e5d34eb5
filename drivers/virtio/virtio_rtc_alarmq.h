/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The alarmq: the device tells whose alarm expired.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_ALARMQ_H_
#define _VIRTIO_RTC_ALARMQ_H_

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct device;
struct viortc_notif;
struct virtqueue;

/**
 * struct viortc_alarmq - the driver's side of the alarmq
 * @dev: device for log messages
 * @expired: called with the clock id of each notification, which is the
 *	device's word and may be any; in any context, with @lock held
 * @broken: called when the device broke the ring, so that no more notifications come; in
 *	any context, with @lock held
 * @lock: protects everything below; taken by the interrupt handler
 * @vq: the virtqueue, or NULL while there is none
 * @notifs: @num_notifs buffers
 * @num_notifs: number of buffers
 * @alarms: how many notifications of alarms came
 * @used: buffers that the device has filled
 * @resting: they stay here for now
 * @refill: gives them back; in a task, so that a device which rings without
 *	end takes its turns with everybody else
 */
struct viortc_alarmq {
	struct device *dev;
	void (*expired)(struct viortc_alarmq *alarmq, u16 clock_id);
	void (*broken)(struct viortc_alarmq *alarmq);
	spinlock_t lock;		/* the rest, and each buffer */
	struct virtqueue *vq;
	struct viortc_notif *notifs;
	unsigned int num_notifs;
	u64 alarms;
	struct list_head used;
	bool resting;
	struct delayed_work refill;
};

/**
 * viortc_alarmq_init() - prepare an alarmq that has no virtqueue yet
 * @alarmq: alarmq
 * @dev: device for log messages
 * @expired: see struct viortc_alarmq
 * @broken: see struct viortc_alarmq
 */
void viortc_alarmq_init(struct viortc_alarmq *alarmq, struct device *dev,
			void (*expired)(struct viortc_alarmq *alarmq,
					u16 clock_id),
			void (*broken)(struct viortc_alarmq *alarmq));

/**
 * viortc_alarmq_is_broken() - tell whether the device broke the ring
 * @alarmq: alarmq
 *
 * Context: Process context.  The virtqueue must not go meanwhile.
 * Return: true if it did; only a reset of the device mends that.
 */
bool viortc_alarmq_is_broken(const struct viortc_alarmq *alarmq);

/**
 * viortc_alarmq_start() - take a virtqueue into use and populate it (D-alarmq)
 * @alarmq: alarmq, initialised or released
 * @vq: its virtqueue, of a device that is ready
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOMEM, or what the virtqueue refused the buffers with.
 */
int viortc_alarmq_start(struct viortc_alarmq *alarmq, struct virtqueue *vq);

/**
 * viortc_alarmq_rest() - go on without making buffers available
 * @alarmq: alarmq, started, until it is stopped or released
 *
 * While the system sleeps the device may ring, but when it wakes the virtio core
 * resets the device before the driver knows: nothing may notify it then.
 *
 * Context: Process context, may sleep.
 */
void viortc_alarmq_rest(struct viortc_alarmq *alarmq);

/**
 * viortc_alarmq_stop() - make no more buffers available
 * @alarmq: alarmq of a device that is broken or is about to be reset
 *
 * Context: Process context, may sleep.
 */
void viortc_alarmq_stop(struct viortc_alarmq *alarmq);

/**
 * viortc_alarmq_release() - take all buffers back and forget the virtqueue
 * @alarmq: alarmq
 *
 * To be called after the device was reset and before the virtqueue is deleted.
 *
 * Context: Process context.
 */
void viortc_alarmq_release(struct viortc_alarmq *alarmq);

/**
 * viortc_alarmq_free() - free the buffers
 * @alarmq: alarmq, released
 */
void viortc_alarmq_free(struct viortc_alarmq *alarmq);

/**
 * viortc_alarmq_done() - the virtqueue's callback
 * @alarmq: alarmq whose device has used buffers
 *
 * Context: Any context, interrupts included.
 */
void viortc_alarmq_done(struct viortc_alarmq *alarmq);

#endif /* _VIRTIO_RTC_ALARMQ_H_ */
