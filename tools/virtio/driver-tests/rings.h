/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's side of rings, split and packed.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef RINGS_H
#define RINGS_H

#include <linux/virtio.h>
#include <linux/virtio_ring.h>

#define MAX_PENDING	16

/**
 * struct buffers - what the driver made available at once
 * @id: by what it is known
 * @descriptors: how many it has in the ring
 * @out: address of what the device reads
 * @out_len: its size in bytes
 * @in: address of what it writes
 * @in_len: its size in bytes
 */
struct buffers {
	u32 id;
	unsigned int descriptors;
	u64 out;
	u32 out_len;
	u64 in;
	u32 in_len;
};

/**
 * struct ring - a ring
 * @vq: the virtqueue, or NULL
 * @packed: whether it is a packed ring
 * @num: how many descriptors it has
 * @desc: where it is
 * @avail: where the driver tells what is available, or its event suppression
 * @used: where the device tells what is used, or its event suppression
 * @next: where the driver makes the next buffers available
 * @next_wrap: the wrap counter there, in a packed ring
 * @use: where the device uses the next ones
 * @use_wrap: the wrap counter there, in a packed ring
 * @pending: @num_pending buffers that are not used yet
 * @num_pending: how many they are
 */
struct ring {
	struct virtqueue *vq;
	bool packed;
	unsigned int num;
	u8 *desc;
	u8 *avail;
	u8 *used;
	u16 next;
	bool next_wrap;
	u16 use;
	bool use_wrap;
	struct buffers pending[MAX_PENDING];
	unsigned int num_pending;
};

/**
 * ring_attach() - begin to use a virtqueue
 * @ring: ring
 * @vq: virtqueue
 */
void ring_attach(struct ring *ring, struct virtqueue *vq);

/**
 * ring_look() - see what the driver has made available
 * @ring: ring, of a virtqueue or of none
 */
void ring_look(struct ring *ring);

/**
 * ring_pending() - buffers that are not used yet
 * @ring: ring
 * @nth: which, by age
 *
 * Return: the buffers, or NULL if there are not as many.
 */
struct buffers *ring_pending(struct ring *ring, unsigned int nth);

/**
 * ring_forget() - some are used now
 * @ring: ring
 * @buffers: which
 */
void ring_forget(struct ring *ring, struct buffers *buffers);

/**
 * ring_use() - say that some are used, be it true or not
 * @ring: ring, of a virtqueue or of none
 * @id: which
 * @len: how many bytes are said to be written
 * @descriptors: how many descriptors they are
 */
void ring_use(struct ring *ring, u32 id, u32 len, unsigned int descriptors);

/**
 * ring_scribble() - change a byte of a ring
 * @ring: ring, of a virtqueue or of none
 * @part: which part of it
 * @at: where in it
 * @value: bits to turn round
 */
void ring_scribble(struct ring *ring, u8 part, u8 at, u8 value);

#endif /* RINGS_H */
