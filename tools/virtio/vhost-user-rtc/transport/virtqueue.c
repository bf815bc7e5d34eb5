// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device's side of a split virtqueue.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <endian.h>
#include <string.h>

#include "virtqueue.h"

#define FEATURE(bit)	(UINT64_C(1) << (bit))

/* The ring's event indices follow the array of the other ring's entries. */

static const __virtio16 *used_event(const struct virtqueue *vq)
{
	return &vq->avail->ring[vq->size];
}

static __virtio16 *avail_event(const struct virtqueue *vq)
{
	return (__virtio16 *)&vq->used->ring[vq->size];
}

static uint16_t load16(const __virtio16 *p)
{
	return le16toh(__atomic_load_n(p, __ATOMIC_RELAXED));
}

const char *virtqueue_remap(struct virtqueue *vq, const struct virtqueue_setup *setup)
{
	uint64_t size = vq->size;

	vq->desc = guest_memory_user_ptr(vq->memory, setup->desc, size * sizeof(*vq->desc),
					 VRING_DESC_ALIGN_SIZE);
	vq->avail = guest_memory_user_ptr(vq->memory, setup->avail,
					  sizeof(*vq->avail) + (size + 1) * sizeof(__virtio16),
					  VRING_AVAIL_ALIGN_SIZE);
	vq->used = guest_memory_user_ptr(vq->memory, setup->used,
					 sizeof(*vq->used) + size * sizeof(vq->used->ring[0]) +
					 sizeof(__virtio16),
					 VRING_USED_ALIGN_SIZE);
	if (!vq->desc)
		return "descriptor table outside of the shared memory or not aligned";
	if (!vq->avail)
		return "available ring outside of the shared memory or not aligned";
	if (!vq->used)
		return "used ring outside of the shared memory or not aligned";
	return NULL;
}

const char *virtqueue_start(struct virtqueue *vq, const struct guest_memory *memory,
			    const struct virtqueue_setup *setup, uint64_t features)
{
	const char *error;

	/* Nothing of the ring before is left, whatever is wrong with this one. */
	*vq = (struct virtqueue) {
		.memory = memory,
		.size = setup->size,
		.indirect = features & FEATURE(VIRTIO_RING_F_INDIRECT_DESC),
		.event_idx = features & FEATURE(VIRTIO_RING_F_EVENT_IDX),
		.next_avail = setup->next_avail,
		.fresh = true,
	};
	if (!setup->size || setup->size > VIRTQUEUE_MAX_SIZE || setup->size & (setup->size - 1))
		return "size is no power of two up to 32768";
	error = virtqueue_remap(vq, setup);
	if (error)
		return error;
	vq->next_used = load16(&vq->used->idx);
	vq->called = vq->next_used;
	/* Each buffer is to be announced, unless event indices say otherwise. */
	__atomic_store_n(&vq->used->flags, 0, __ATOMIC_RELAXED);
	return NULL;
}

void virtqueue_resume(struct virtqueue *vq)
{
	uint16_t unused = vq->next_avail - vq->next_used;

	if (unused <= vq->size)
		vq->next_avail = vq->next_used;
}

/* The table that a chain of descriptors is in: the ring's or an indirect one. */
struct table {
	uint64_t addr;		/* of an indirect table in the guest */
	bool indirect;
	uint32_t size;
};

static bool read_desc(const struct virtqueue *vq, const struct table *table, uint32_t index,
		      struct vring_desc *desc)
{
	if (table->indirect) {
		if (!guest_memory_read(vq->memory, desc, table->addr + index * sizeof(*desc),
				       sizeof(*desc)))
			return false;
	} else {
		memcpy(desc, &vq->desc[index], sizeof(*desc));
	}
	desc->addr = le64toh(desc->addr);
	desc->len = le32toh(desc->len);
	desc->flags = le16toh(desc->flags);
	desc->next = le16toh(desc->next);
	return true;
}

static const char removed[] = "buffer in memory that was removed";

/* Names what is wrong with memory that is not there: that it was removed, or @error. */
static const char *missing(const struct virtqueue *vq, uint64_t addr, uint64_t size,
			   const char *error)
{
	return guest_memory_was_removed(vq->memory, addr, size) ? removed : error;
}

/* Copies of the readable part what is not there yet; the rest is ignored. */
static bool add_readable(const struct virtqueue *vq, struct virtqueue_buffer *buffer,
			 uint64_t addr, uint32_t size)
{
	uint32_t room = sizeof(buffer->readable) - buffer->readable_size;
	uint32_t part = size < room ? size : room;

	if (!guest_memory_read(vq->memory, buffer->readable + buffer->readable_size, addr, part))
		return false;
	buffer->readable_size += part;
	return true;
}

/* As each segment has a byte, there is always room for the segments. */
static void add_writable(struct virtqueue_buffer *buffer, uint64_t addr, uint32_t size)
{
	uint32_t room = VIRTQUEUE_MSG_MAX - buffer->writable_size;
	uint32_t part = size < room ? size : room;

	buffer->room = size < UINT32_MAX - buffer->room ? buffer->room + size : UINT32_MAX;
	if (!part)
		return;
	buffer->segment[buffer->num_segments++] = (struct virtqueue_segment) {
		.addr = addr,
		.size = part,
	};
	buffer->writable_size += part;
}

static const char *add_desc(const struct virtqueue *vq, struct virtqueue_buffer *buffer,
			    const struct vring_desc *desc, bool *writable)
{
	if (!guest_memory_contains(vq->memory, desc->addr, desc->len))
		return missing(vq, desc->addr, desc->len,
			       "descriptor outside of the shared memory");
	if (desc->flags & VRING_DESC_F_WRITE) {
		*writable = true;
		add_writable(buffer, desc->addr, desc->len);
		return NULL;
	}
	if (*writable)
		return "device-readable descriptor after a device-writable one";
	if (!add_readable(vq, buffer, desc->addr, desc->len))
		return "descriptor outside of the shared memory";
	return NULL;
}

/* Checks what a descriptor says of an indirect table and makes it the table. */
static const char *enter_indirect(const struct virtqueue *vq, const struct vring_desc *desc,
				  struct table *table)
{
	if (!vq->indirect)
		return "indirect descriptor that was not negotiated";
	if (table->indirect)
		return "indirect descriptor in an indirect table";
	if (desc->flags & VRING_DESC_F_NEXT)
		return "indirect descriptor with a next one";
	if (!desc->len || desc->len % sizeof(*desc))
		return "indirect table of an odd size";
	if (desc->len / sizeof(*desc) > VIRTQUEUE_MAX_SIZE)
		return "indirect table larger than any queue";
	if (!guest_memory_contains(vq->memory, desc->addr, desc->len))
		return missing(vq, desc->addr, desc->len,
			       "indirect table outside of the shared memory");
	*table = (struct table) {
		.addr = desc->addr,
		.indirect = true,
		.size = desc->len / sizeof(*desc),
	};
	return NULL;
}

static const char *walk(struct virtqueue *vq, struct virtqueue_buffer *buffer)
{
	struct table table = { .size = vq->size };
	uint32_t index = buffer->head;
	bool writable = false;
	uint32_t seen = 0;

	for (;;) {
		struct vring_desc desc;
		const char *error;

		if (index >= table.size)
			return "descriptor index out of range";
		/* No chain may be longer than the queue, wherever it is; a loop is. */
		if (++seen > vq->size)
			return "chain of descriptors longer than the queue";
		vq->walked++;
		if (!read_desc(vq, &table, index, &desc))
			return "indirect table outside of the shared memory";
		if (desc.flags & VRING_DESC_F_INDIRECT) {
			/* Before it there may be descriptors of the ring's own table. */
			error = enter_indirect(vq, &desc, &table);
			if (error)
				return error;
			index = 0;
			seen--;
			continue;
		}
		error = add_desc(vq, buffer, &desc, &writable);
		if (error)
			return error;
		if (!(desc.flags & VRING_DESC_F_NEXT))
			return NULL;
		index = desc.next;
	}
}

/* Whether the driver offers more; asks it for a kick if not. */
static bool has_avail(struct virtqueue *vq, uint16_t *offered)
{
	*offered = (uint16_t)(load16(&vq->avail->idx) - vq->next_avail);
	if (*offered)
		return true;
	if (!vq->event_idx || vq->quiet)
		return false;
	__atomic_store_n(avail_event(vq), htole16(vq->next_avail), __ATOMIC_RELAXED);
	/* Either the driver sees the event index, or we see its buffer. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*offered = (uint16_t)(load16(&vq->avail->idx) - vq->next_avail);
	return *offered;
}

int virtqueue_pop(struct virtqueue *vq, struct virtqueue_buffer *buffer, const char **error)
{
	uint16_t offered;

	if (!has_avail(vq, &offered))
		return 0;
	if (offered > vq->size) {
		*error = "available index ahead by more than the size";
		return -1;
	}
	/* What the index announces is read after it. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);

	buffer->head = load16(&vq->avail->ring[vq->next_avail & (vq->size - 1)]);
	buffer->num_segments = 0;
	buffer->readable_size = 0;
	buffer->writable_size = 0;
	buffer->room = 0;
	*error = walk(vq, buffer);
	if (*error == removed)
		return VIRTQUEUE_AWAY;
	if (*error)
		return -1;
	vq->next_avail++;
	return 1;
}

void virtqueue_quiet(struct virtqueue *vq, bool quiet)
{
	vq->quiet = quiet;
	if (vq->event_idx) {
		/* The buffer that was taken last is announced already. */
		if (quiet)
			__atomic_store_n(avail_event(vq), htole16(vq->next_avail - 1),
					 __ATOMIC_RELAXED);
		return;
	}
	__atomic_store_n(&vq->used->flags, htole16(quiet ? VRING_USED_F_NO_NOTIFY : 0),
			 __ATOMIC_RELAXED);
	/* Either the driver sees the flag, or we see its buffer. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void relax_processor(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

bool virtqueue_look(const struct virtqueue *vq)
{
	unsigned int i;

	for (i = 0; i < 32; i++) {
		if (load16(&vq->avail->idx) != vq->next_avail)
			return true;
		relax_processor();
	}
	return false;
}

void virtqueue_unpop(struct virtqueue *vq)
{
	vq->next_avail--;
}

bool virtqueue_write(const struct virtqueue *vq, const struct virtqueue_buffer *buffer,
		     const void *from, size_t size)
{
	const uint8_t *bytes = from;
	unsigned int i;

	for (i = 0; i < buffer->num_segments && size; i++) {
		const struct virtqueue_segment *segment = &buffer->segment[i];
		size_t part = size < segment->size ? size : segment->size;

		if (!guest_memory_write(vq->memory, segment->addr, bytes, part))
			return false;
		bytes += part;
		size -= part;
	}
	return true;
}

void virtqueue_push(struct virtqueue *vq, uint16_t head, uint32_t used)
{
	struct vring_used_elem *elem = &vq->used->ring[vq->next_used & (vq->size - 1)];

	__atomic_store_n(&elem->id, htole32(head), __ATOMIC_RELAXED);
	__atomic_store_n(&elem->len, htole32(used), __ATOMIC_RELAXED);
	vq->next_used++;
	/* The driver reads buffer and element when it sees the index. */
	__atomic_store_n(&vq->used->idx, htole16(vq->next_used), __ATOMIC_RELEASE);
}

bool virtqueue_wants_call(struct virtqueue *vq)
{
	uint16_t called = vq->called;
	bool fresh = vq->fresh;

	if (called == vq->next_used)
		return false;
	vq->called = vq->next_used;
	vq->fresh = false;
	/* Either the driver sees the used index, or we see that it waits. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!vq->event_idx)
		return !(load16(&vq->avail->flags) & VRING_AVAIL_F_NO_INTERRUPT);
	return fresh || vring_need_event(load16(used_event(vq)), vq->next_used, called);
}
