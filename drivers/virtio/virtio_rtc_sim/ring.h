/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's side of a split virtqueue in the same kernel.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_RING_H_
#define _VIRTIO_RTC_SIM_RING_H_

#include <linux/types.h>

struct virtqueue;
struct vring;

/**
 * struct viortc_sim_ring - the device's side of a virtqueue
 * @vq: the driver's side
 * @vring: the memory that both share
 * @last_avail: how many buffers were taken
 * @used: how many buffers were used
 *
 * The caller serialises all that happens to a ring.
 */
struct viortc_sim_ring {
	struct virtqueue *vq;
	const struct vring *vring;
	u16 last_avail;
	u16 used;
};

/**
 * struct viortc_sim_chain - what is in a buffer
 * @head: names the buffer
 * @out_len: number of device-readable bytes
 * @in_len: number of device-writable bytes
 */
struct viortc_sim_chain {
	u16 head;
	u32 out_len;
	u32 in_len;
};

/**
 * viortc_sim_ring_init() - start with a fresh virtqueue
 * @ring: ring
 * @vq: its virtqueue, a split one whose buffers are physical addresses
 */
void viortc_sim_ring_init(struct viortc_sim_ring *ring, struct virtqueue *vq);

/**
 * viortc_sim_ring_has_buffer() - tell whether a buffer is available
 * @ring: ring
 *
 * Context: Any context.
 * Return: whether viortc_sim_ring_take() has something to take.
 */
bool viortc_sim_ring_has_buffer(const struct viortc_sim_ring *ring);

/**
 * viortc_sim_ring_take() - take the next available buffer
 * @ring: ring that has one
 * @chain: what is in it
 * @out: receives the first of its device-readable bytes
 * @out_max: how many at most
 *
 * Context: Any context.
 * Return: 0, or -EINVAL when the driver broke the rules: the buffer has a bad
 *	index or address, descriptors of a kind that was not negotiated, bytes to
 *	read after bytes to write, or no end; or too many buffers are available.
 *	Nothing more can be made of the ring then.
 */
int viortc_sim_ring_take(struct viortc_sim_ring *ring,
			 struct viortc_sim_chain *chain, void *out,
			 size_t out_max);

/**
 * viortc_sim_ring_use() - fill a buffer and give it back
 * @ring: ring
 * @head: the buffer's &viortc_sim_chain.head, or any number below the ring's
 *	size, to spoil things, when @len is 0
 * @in: what to write to its device-writable bytes
 * @len: how much
 * @used_len: the length to tell the driver, which may be a lie
 *
 * The driver sees it at once.
 *
 * Context: Any context.
 * Return: whether the driver wants an interrupt now.
 */
bool viortc_sim_ring_use(struct viortc_sim_ring *ring, u16 head,
			 void *in, size_t len, u32 used_len);

#endif /* _VIRTIO_RTC_SIM_RING_H_ */
