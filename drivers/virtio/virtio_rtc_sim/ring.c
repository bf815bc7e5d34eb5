// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's side of a split virtqueue in the same kernel.
 *
 * The kernel's vringh does this and much more, but few kernels have it.  Since
 * neither VIRTIO_F_ACCESS_PLATFORM, indirect descriptors nor the event index
 * are offered, there is not much to do: buffers are physical addresses, of
 * memory that the kernel has mapped.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "ring.h"

void viortc_sim_ring_init(struct viortc_sim_ring *ring, struct virtqueue *vq)
{
	*ring = (struct viortc_sim_ring) {
		.vq = vq,
		.vring = virtqueue_get_vring(vq),
	};
}

static u16 viortc_sim_ring_num_available(const struct viortc_sim_ring *ring)
{
	__virtio16 idx = READ_ONCE(ring->vring->avail->idx);

	/* Buffers are read after the index that says they are there. */
	virt_rmb();

	return virtio16_to_cpu(ring->vq->vdev, idx) - ring->last_avail;
}

bool viortc_sim_ring_has_buffer(const struct viortc_sim_ring *ring)
{
	return viortc_sim_ring_num_available(ring);
}

/* Bytes of a descriptor, or NULL if the kernel has nothing mapped there. */
static void *viortc_sim_ring_bytes(u64 addr, size_t len)
{
	u64 last = addr + len - 1;
	u64 pfn;

	if (last < addr)
		return NULL;

	for (pfn = addr >> PAGE_SHIFT; pfn <= last >> PAGE_SHIFT; pfn++)
		if (pfn != (unsigned long)pfn || !pfn_valid(pfn) ||
		    PageHighMem(pfn_to_page(pfn)))
			return NULL;

	return phys_to_virt(addr);
}

/* The rest of a message that is copied out of descriptors, or into them */
struct viortc_sim_rest {
	u8 *at;
	size_t len;
};

static int viortc_sim_ring_copy(struct virtio_device *vdev,
				const struct vring_desc *desc, bool in,
				struct viortc_sim_rest *rest)
{
	size_t len = min_t(size_t, virtio32_to_cpu(vdev, desc->len), rest->len);
	void *bytes;

	if (!len)
		return 0;

	bytes = viortc_sim_ring_bytes(virtio64_to_cpu(vdev, desc->addr), len);
	if (!bytes)
		return -EINVAL;

	if (in)
		memcpy(bytes, rest->at, len);
	else
		memcpy(rest->at, bytes, len);
	rest->at += len;
	rest->len -= len;

	return 0;
}

/* Go through a buffer: first what is to be read, then what to be written. */
static int viortc_sim_ring_walk(const struct viortc_sim_ring *ring,
				struct viortc_sim_chain *chain,
				struct viortc_sim_rest *out,
				struct viortc_sim_rest *in)
{
	struct virtio_device *vdev = ring->vq->vdev;
	const struct vring *vring = ring->vring;
	u16 flags, next = chain->head;
	bool is_in = false;
	unsigned int i;

	chain->out_len = 0;
	chain->in_len = 0;
	/* A chain has no more descriptors than there are: it must not loop. */
	for (i = 0; i < vring->num && next < vring->num; i++) {
		struct vring_desc desc = vring->desc[next];
		u32 *sum;

		flags = virtio16_to_cpu(vdev, desc.flags);
		next = virtio16_to_cpu(vdev, desc.next);
		if (flags & ~(VRING_DESC_F_NEXT | VRING_DESC_F_WRITE) ||
		    (is_in && !(flags & VRING_DESC_F_WRITE)))
			return -EINVAL;

		is_in = flags & VRING_DESC_F_WRITE;
		if (viortc_sim_ring_copy(vdev, &desc, is_in, is_in ? in : out))
			return -EINVAL;

		sum = is_in ? &chain->in_len : &chain->out_len;
		if (check_add_overflow(*sum, virtio32_to_cpu(vdev, desc.len),
				       sum))
			return -EINVAL;

		if (!(flags & VRING_DESC_F_NEXT))
			return 0;
	}

	return -EINVAL;
}

int viortc_sim_ring_take(struct viortc_sim_ring *ring,
			 struct viortc_sim_chain *chain, void *out,
			 size_t out_max)
{
	struct viortc_sim_rest to = { .at = out, .len = out_max };
	const struct vring *vring = ring->vring;
	struct viortc_sim_rest none = {};
	__virtio16 head;

	if (viortc_sim_ring_num_available(ring) > vring->num)
		return -EINVAL;

	head = vring->avail->ring[ring->last_avail % vring->num];
	ring->last_avail++;
	chain->head = virtio16_to_cpu(ring->vq->vdev, head);

	return viortc_sim_ring_walk(ring, chain, &to, &none);
}

bool viortc_sim_ring_use(struct viortc_sim_ring *ring, u16 head,
			 void *in, size_t len, u32 used_len)
{
	struct viortc_sim_chain chain = { .head = head };
	struct viortc_sim_rest from = { .at = in, .len = len };
	struct viortc_sim_rest none = {};
	struct virtio_device *vdev = ring->vq->vdev;
	const struct vring *vring = ring->vring;
	struct vring_used_elem *elem;

	if (len)
		viortc_sim_ring_walk(ring, &chain, &none, &from);

	elem = &vring->used->ring[ring->used % vring->num];
	elem->id = cpu_to_virtio32(vdev, head);
	elem->len = cpu_to_virtio32(vdev, used_len);
	ring->used++;

	/* All of this before the index that says it is there. */
	virt_wmb();
	WRITE_ONCE(vring->used->idx, cpu_to_virtio16(vdev, ring->used));

	/* The driver first allows interrupts and then looks at the index. */
	virt_mb();

	return !(READ_ONCE(vring->avail->flags) &
		 cpu_to_virtio16(vdev, VRING_AVAIL_F_NO_INTERRUPT));
}
