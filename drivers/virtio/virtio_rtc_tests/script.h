/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device that answers as the test says, byte by byte.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_TEST_SCRIPT_H_
#define _VIRTIO_RTC_TEST_SCRIPT_H_

#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/virtio_ring.h>

#include "../virtio_rtc_internal.h"
#include "../virtio_rtc_requestq.h"

struct kunit;

/**
 * struct viortc_script - a device that answers as the test says
 * @vdev: virtio device, as far as a virtqueue needs one
 * @ring: the ring, as the device sees it
 * @requestq: the driver's side
 * @clock: a clock of it
 * @req: the latest request
 * @req_len: its length
 * @room: room that the driver gave for the answer
 * @requests: number of requests
 * @locked: whether one came with the requestq's lock held
 * @unguarded: whether one came outside an RCU read-side critical section
 * @resp: bytes of the answer, as far as there is room
 * @used: used length of the answer
 */
struct viortc_script {
	struct virtio_device vdev;
	struct vring ring;
	struct viortc_requestq requestq;
	struct viortc_clock clock;
	u8 req[64];
	size_t req_len;
	size_t room;
	unsigned int requests;
	bool locked;
	bool unguarded;
	u8 resp[64];
	u32 used;
};

/**
 * viortc_script() - make such a device, with a clock
 * @test: test, at whose end it goes
 *
 * Context: Process context, may sleep.
 * Return: the device; the test ends here if there is none.
 */
struct viortc_script *viortc_script(struct kunit *test);

#endif /* _VIRTIO_RTC_TEST_SCRIPT_H_ */
