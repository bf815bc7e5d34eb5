// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's side of rings.  Descriptors are read as the driver may have them:
 * what is in a ring may be what the device itself has put there.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "rings.h"

#include <linux/virtio_config.h>

#define PACKED_AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define PACKED_USED	BIT(VRING_PACKED_DESC_F_USED)

static void *at_address(dma_addr_t addr)
{
	return (void *)(unsigned long)addr;
}

void ring_attach(struct ring *ring, struct virtqueue *vq)
{
	*ring = (struct ring){
		.vq = vq,
		.packed = virtio_has_feature(vq->vdev, VIRTIO_F_RING_PACKED),
		.num = virtqueue_get_vring_size(vq),
		.desc = at_address(virtqueue_get_desc_addr(vq)),
		.avail = at_address(virtqueue_get_avail_addr(vq)),
		.used = at_address(virtqueue_get_used_addr(vq)),
		.next_wrap = true,
		.use_wrap = true,
	};
}

static void add_descriptor(struct buffers *buffers, u64 addr, u32 len, bool write)
{
	if (write) {
		buffers->in = addr;
		buffers->in_len = len;
	} else {
		buffers->out = addr;
		buffers->out_len = len;
	}
	buffers->descriptors++;
}

static void look_split(struct ring *ring)
{
	const struct vring_desc *descs = (void *)ring->desc, *desc;
	const struct vring_avail *avail = (void *)ring->avail;
	struct buffers *buffers;
	u16 head;

	while (ring->next != avail->idx && ring->num_pending < MAX_PENDING) {
		head = avail->ring[ring->next++ % ring->num];
		buffers = &ring->pending[ring->num_pending++];
		*buffers = (struct buffers){ .id = head };
		do {
			desc = &descs[head % ring->num];
			add_descriptor(buffers, desc->addr, desc->len,
				       desc->flags & VRING_DESC_F_WRITE);
			head = desc->next;
		} while (desc->flags & VRING_DESC_F_NEXT && buffers->descriptors < 4);
	}
}

static bool is_available(const struct ring *ring, u16 flags)
{
	return !!(flags & PACKED_AVAIL) == ring->next_wrap &&
	       !!(flags & PACKED_USED) != ring->next_wrap;
}

static void look_packed(struct ring *ring)
{
	const struct vring_packed_desc *descs = (void *)ring->desc, *desc;
	struct buffers *buffers;
	u16 flags;

	while (is_available(ring, descs[ring->next].flags) && ring->num_pending < MAX_PENDING) {
		buffers = &ring->pending[ring->num_pending++];
		*buffers = (struct buffers){ .id = 0 };
		do {
			desc = &descs[ring->next];
			flags = desc->flags;
			buffers->id = desc->id;
			add_descriptor(buffers, desc->addr, desc->len,
				       flags & VRING_DESC_F_WRITE);
			if (++ring->next == ring->num) {
				ring->next = 0;
				ring->next_wrap = !ring->next_wrap;
			}
		} while (flags & VRING_DESC_F_NEXT && buffers->descriptors < 4);
	}
}

void ring_look(struct ring *ring)
{
	if (!ring->vq)
		return;
	if (ring->packed)
		look_packed(ring);
	else
		look_split(ring);
}

struct buffers *ring_pending(struct ring *ring, unsigned int nth)
{
	if (!ring->vq || nth >= ring->num_pending)
		return NULL;
	return &ring->pending[nth];
}

void ring_forget(struct ring *ring, struct buffers *buffers)
{
	struct buffers *end = &ring->pending[--ring->num_pending];

	memmove(buffers, buffers + 1, (char *)end - (char *)buffers);
}

static void use_split(struct ring *ring, u32 id, u32 len)
{
	struct vring_used *used = (void *)ring->used;

	used->ring[ring->use++ % ring->num] = (struct vring_used_elem){ id, len };
	used->idx = ring->use;
}

static void use_packed(struct ring *ring, u32 id, u32 len, unsigned int descriptors)
{
	struct vring_packed_desc *desc = (void *)ring->desc;

	desc += ring->use;
	desc->id = id;
	desc->len = len;
	desc->flags = ring->use_wrap ? PACKED_AVAIL | PACKED_USED : 0;
	ring->use += descriptors;
	if (ring->use >= ring->num) {
		ring->use %= ring->num;
		ring->use_wrap = !ring->use_wrap;
	}
}

void ring_use(struct ring *ring, u32 id, u32 len, unsigned int descriptors)
{
	if (!ring->vq)
		return;
	if (ring->packed)
		use_packed(ring, id, len, descriptors);
	else
		use_split(ring, id, len);
}

/*
 * The kernel goes by the flags in the descriptors of a split ring when it takes buffers
 * back, and they are where the device can write (see README.rst).  With FLAGS in the
 * environment the device does.
 */
static bool is_trusted(const struct ring *ring, size_t at)
{
	static int flags = -1;

	if (flags < 0)
		flags = !!getenv("FLAGS");
	return !flags && !ring->packed &&
	       at % sizeof(struct vring_desc) / sizeof(u16) ==
	       offsetof(struct vring_desc, flags) / sizeof(u16);
}

void ring_scribble(struct ring *ring, u8 part, u8 at, u8 value)
{
	size_t size;
	u8 *memory;

	if (!ring->vq)
		return;
	switch (part % 3) {
	case 0:
		memory = ring->desc;
		size = 16 * ring->num;
		break;
	case 1:
		memory = ring->avail;
		size = ring->packed ? 4 : 6 + 2 * ring->num;
		break;
	default:
		memory = ring->used;
		size = ring->packed ? 4 : 6 + 8 * ring->num;
		break;
	}
	if (part % 3 || !is_trusted(ring, at % size))
		memory[at % size] ^= value;
}
