/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An exchange: the way of a task that has a request to the answer to it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_EXCHANGE_H_
#define _VIRTIO_RTC_EXCHANGE_H_

#include <linux/types.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

struct ptp_system_timestamp;
struct viortc_requestq;
struct viortc_share;

/**
 * struct viortc_request - a request, and where its answer goes
 * @starts: how often the requestq had been taken into use when the request was begun
 * @share: what the clock has that the request is about, or NULL
 * @req: the request
 * @req_size: its size in bytes, at most VIORTC_REQUEST_MAX
 * @resp: where the answer goes
 * @resp_size: size of @resp in bytes, at most VIORTC_RESPONSE_MAX: the
 *	device gets just this much room
 * @sts: NULL, or where system time goes that was read immediately before the
 *	device could see the request and immediately after its answer was seen
 * @brief: no answer is better than one that comes late
 */
struct viortc_request {
	unsigned int starts;
	struct viortc_share *share;
	const void *req;
	size_t req_size;
	void *resp;
	size_t resp_size;
	struct ptp_system_timestamp *sts;
	bool brief;
};

/**
 * viortc_request_type() - tell what kind of message a request is
 * @req: the request
 *
 * Context: Any context.
 * Return: its msg_type.
 */
static inline u16 viortc_request_type(const void *req)
{
	const struct virtio_rtc_req_head *head = req;

	return le16_to_cpu(head->msg_type);
}

/**
 * viortc_exchange() - send one request and get the answer
 * @requestq: requestq
 * @request: the request
 *
 * The answer is as the device gave it, only its bytes are here to stay; what
 * the device did not write is zero.  The wait is bounded by the module
 * parameter request_timeout_ms, and read_timeout_ms if it is to be brief, and
 * ended by a signal; the buffers then remain with the device until it is done
 * with them.
 *
 * Context: Process context, may sleep.
 * Return: the used length that the device reported, which may be anything, or
 *	-ETIMEDOUT when there was no answer (or no free slot) in time,
 *	-EBUSY when it is to be brief and the device owes the clock an answer to
 *	such a message,
 *	-EAGAIN when the device was reset since the request was begun,
 *	-ERESTARTSYS after a signal, -EIO when the virtqueue is broken,
 *	-ENOMEM when a buffer could not be mapped for DMA, or the errno of
 *	viortc_requestq_stop().
 */
int viortc_exchange(struct viortc_requestq *requestq,
		    const struct viortc_request *request);

/**
 * viortc_exchange_is_put_off() - are brief requests about a clock not even tried?
 * @share: what the clock has
 *
 * Context: Any context; the answer may be an old one.
 * Return: true while the device owes the clock an answer and is left alone with it;
 *	that is for messages of the same kind.
 */
bool viortc_exchange_is_put_off(const struct viortc_share *share);

/**
 * viortc_exchange_has_room() - is there room for a request that is to find something out?
 * @requestq: requestq
 * @share: what the clock has
 *
 * Context: Any context; the answer may be an old one.
 * Return: false if the device owes some answers about the clock that nobody waits for
 *	any more, or the request had to wait for a slot.
 */
bool viortc_exchange_has_room(const struct viortc_requestq *requestq,
			      const struct viortc_share *share);

/**
 * viortc_exchange_timeout() - tell how long an answer is waited for
 *
 * Context: Any context.
 * Return: the module parameter request_timeout_ms, in jiffies, within its bounds.
 */
unsigned long viortc_exchange_timeout(void);

/**
 * viortc_exchange_set_interruptible() - say whether signals end the task's waits
 * @requestq: requestq
 * @interruptible: whether they do those of the calling task, as they do at
 *	first; there is one task at most whose waits they do not end
 *
 * While the system goes to sleep they end nobody's.  The timeout ends waits in
 * any case.
 *
 * Context: Process context.
 */
void viortc_exchange_set_interruptible(struct viortc_requestq *requestq,
				       bool interruptible);

#endif /* _VIRTIO_RTC_EXCHANGE_H_ */
