/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's side of a split virtqueue.
 *
 * All of the ring and of what it points to is written by a guest that may be
 * hostile, at any time. Each value is read once, into memory of our own, and
 * checked there. A ring that contradicts the specification is an error of its
 * caller's to report: nothing that the guest writes can do more than that.
 *
 * The unit knows memory only, no file descriptors: who sees kicks and sends
 * calls is the transport.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest_memory.h"

/* What the specification allows. */
#define VIRTQUEUE_MAX_SIZE	32768

/* How much of a message is looked at; no message of the device is longer. */
#define VIRTQUEUE_MSG_MAX	32

/* What virtqueue_pop() returns for a buffer in memory that was removed */
#define VIRTQUEUE_AWAY		(-2)

/**
 * struct virtqueue - a ring that was set up
 * @memory: The guest's memory.
 * @desc: The descriptor table.
 * @avail: The driver's ring.
 * @used: Our ring.
 * @size: The number of descriptors, a power of two.
 * @indirect: VIRTIO_RING_F_INDIRECT_DESC was negotiated.
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was negotiated.
 * @next_avail: The next entry of the driver's ring to take, free-running.
 * @next_used: The next entry of our ring to fill, free-running.
 * @called: @next_used when the driver was last told.
 * @walked: How many descriptors were looked at, for whoever wants to bound that.
 * @quiet: The driver is asked for no kicks.
 * @fresh: The driver was not told of anything since virtqueue_start(), so what it
 *	was told before that is not known.
 */
struct virtqueue {
	const struct guest_memory *memory;
	const struct vring_desc *desc;
	const struct vring_avail *avail;
	struct vring_used *used;
	uint16_t size;
	bool indirect;
	bool event_idx;
	uint16_t next_avail;
	uint16_t next_used;
	uint16_t called;
	uint32_t walked;
	bool quiet;
	bool fresh;
};

/**
 * struct virtqueue_segment - part of the device-writable memory of a buffer
 * @addr: Guest address.
 * @size: Bytes, not 0.
 */
struct virtqueue_segment {
	uint64_t addr;
	uint32_t size;
};

/**
 * struct virtqueue_buffer - a buffer that the driver made available
 * @head: Its name, the index of its first descriptor.
 * @num_segments: How many of @segment there are.
 * @readable_size: How many bytes of @readable there are.
 * @writable_size: How many bytes @segment has room for.
 * @room: How many its device-writable part has, or UINT32_MAX if those are more.
 * @readable: The first bytes of its device-readable part.
 * @segment: The first %VIRTQUEUE_MSG_MAX bytes of its device-writable part.
 */
struct virtqueue_buffer {
	uint16_t head;
	uint16_t num_segments;
	uint16_t readable_size;
	uint16_t writable_size;
	uint32_t room;
	uint8_t readable[VIRTQUEUE_MSG_MAX];
	struct virtqueue_segment segment[VIRTQUEUE_MSG_MAX];
};

/**
 * struct virtqueue_setup - where a ring is, as a front end tells it
 * @size: The number of descriptors.
 * @desc: The front end's own address of the descriptor table.
 * @avail: The same of the driver's ring.
 * @used: The same of the device's ring.
 * @next_avail: The first entry of the driver's ring to take.
 */
struct virtqueue_setup {
	uint32_t size;
	uint64_t desc;
	uint64_t avail;
	uint64_t used;
	uint16_t next_avail;
};

/**
 * virtqueue_start - begin to use a ring
 * @vq: The ring, filled here.
 * @memory: The guest's memory; must outlive @vq.
 * @setup: Where the ring is.
 * @features: What was negotiated.
 *
 * Return: NULL, or what is wrong with @setup, in words.
 */
const char *virtqueue_start(struct virtqueue *vq, const struct guest_memory *memory,
			    const struct virtqueue_setup *setup, uint64_t features);

/**
 * virtqueue_resume - go on with a ring whose front end was lost
 * @vq: The ring, just started.
 *
 * A front end that cannot know where the device stood may say that it had taken
 * all that is available. What is not used then would never be: it is taken again.
 */
void virtqueue_resume(struct virtqueue *vq);

/**
 * virtqueue_remap - find a started ring again after the memory was changed
 * @vq: The ring.
 * @setup: Where it is; the position in it is left as it is.
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *virtqueue_remap(struct virtqueue *vq, const struct virtqueue_setup *setup);

/**
 * virtqueue_pop - take the next buffer
 * @vq: The ring.
 * @buffer: Receives it.
 * @error: Receives what is wrong, in words, when the ring is broken. It must
 *	then not be used until it is started again.
 *
 * When there is no buffer the driver was asked for a kick for the next one,
 * and none that it made available before it could see that is missed; unless
 * virtqueue_quiet() said that none is needed.
 *
 * Return: 1 if @buffer is one, 0 if there is none, -1 if the ring is broken,
 * %VIRTQUEUE_AWAY if the buffer is in memory that was removed: it remains the next one.
 */
int virtqueue_pop(struct virtqueue *vq, struct virtqueue_buffer *buffer, const char **error);

/**
 * virtqueue_quiet - ask the driver for no kicks, or for kicks again
 * @vq: The ring.
 * @quiet: Which of the two.
 *
 * Whoever wants none looks with virtqueue_pop() for what is there.  With kicks again
 * that has to be done once more: it closes the gap.
 */
void virtqueue_quiet(struct virtqueue *vq, bool quiet);

/**
 * virtqueue_look - look for about a microsecond whether there is a next buffer
 * @vq: The ring.
 *
 * Return: Whether there is.
 */
bool virtqueue_look(const struct virtqueue *vq);

/**
 * virtqueue_unpop - give the buffer back that was taken last
 * @vq: The ring.
 *
 * It becomes the next one again.
 */
void virtqueue_unpop(struct virtqueue *vq);

/**
 * virtqueue_write - write to the device-writable part of a buffer
 * @vq: The ring.
 * @buffer: The buffer.
 * @from: The bytes.
 * @size: Their number; those that the buffer has no room for are left out.
 *
 * Return: Whether the guest still shares the memory.
 */
bool virtqueue_write(const struct virtqueue *vq, const struct virtqueue_buffer *buffer,
		     const void *from, size_t size);

/**
 * virtqueue_push - give a buffer back to the driver, used
 * @vq: The ring.
 * @head: The buffer's name.
 * @used: How many bytes of it were written; taken as it is.
 */
void virtqueue_push(struct virtqueue *vq, uint16_t head, uint32_t used);

/**
 * virtqueue_wants_call - whether the driver is to be told of used buffers
 * @vq: The ring.
 *
 * To be asked after a batch of virtqueue_push(), and heeded.
 *
 * Return: Whether it wants to be told of any since the last call of this.
 */
bool virtqueue_wants_call(struct virtqueue *vq);

#endif /* VIRTQUEUE_H */
