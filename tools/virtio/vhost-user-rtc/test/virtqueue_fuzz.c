// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk of rings: any ring in any memory, also one that changes meanwhile.
 *
 * The input is a struct header, the memory from its start, and then a struct
 * change for each step.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/virtio_config.h>
#include <string.h>

#include "fuzz.h"
#include "transport/guest_memory.h"
#include "transport/virtqueue.h"

#define FEATURE(bit)	(UINT64_C(1) << (bit))

/* Two regions that follow each other for the guest only */
#define REGION_SIZE	4096
#define GUEST_BASE	4096
#define USER_BASE	0x10000
#define STEPS		300

struct header {
	uint8_t size_log2;
	uint8_t features;
	uint16_t next_avail;
	uint16_t desc;
	uint16_t avail;
	uint16_t used;
	uint16_t memory_size;
};

struct change {
	uint16_t offset;
	uint8_t value;
	uint8_t what;
};

static size_t take(void *to, size_t want, const uint8_t **data, size_t *size)
{
	size_t part = want < *size ? want : *size;

	memcpy(to, *data, part);
	*data += part;
	*size -= part;
	return part;
}

/* Whatever the ring says, what comes out of it can be used. */
static void check_buffer(const struct virtqueue *vq, const struct virtqueue_buffer *buffer)
{
	uint32_t writable = 0;
	unsigned int i;

	fuzz_check(buffer->readable_size <= sizeof(buffer->readable));
	fuzz_check(buffer->num_segments <= VIRTQUEUE_MSG_MAX);
	for (i = 0; i < buffer->num_segments; i++) {
		const struct virtqueue_segment *segment = &buffer->segment[i];

		fuzz_check(segment->size);
		fuzz_check(segment->addr >= GUEST_BASE);
		fuzz_check(segment->addr + segment->size <= GUEST_BASE + 2 * REGION_SIZE);
		writable += segment->size;
	}
	fuzz_check(writable == buffer->writable_size);
	fuzz_check(writable <= VIRTQUEUE_MSG_MAX);
	fuzz_check(buffer->head < vq->size);
}

static void run(struct virtqueue *vq, uint8_t *const region[], const uint8_t *data, size_t size)
{
	static const uint8_t answer[VIRTQUEUE_MSG_MAX] = { 1, 2, 3 };
	struct virtqueue_buffer buffer;
	const char *error = NULL;
	struct change change;
	unsigned int step;

	for (step = 0; step < STEPS; step++) {
		uint16_t next = vq->next_avail;
		int popped;

		memset(&change, 0, sizeof(change));
		if (take(&change, sizeof(change), &data, &size))
			region[change.offset / REGION_SIZE % 2][change.offset % REGION_SIZE] =
				change.value;
		popped = virtqueue_pop(vq, &buffer, &error);
		if (popped < 0) {
			fuzz_check(error);
			return;
		}
		if (!popped)
			continue;
		fuzz_check(vq->next_avail == (uint16_t)(next + 1));
		check_buffer(vq, &buffer);
		if (change.what % 8 == 0) {
			virtqueue_unpop(vq);
			fuzz_check(vq->next_avail == next);
			continue;
		}
		fuzz_check(virtqueue_write(vq, &buffer, answer, sizeof(answer)));
		virtqueue_push(vq, buffer.head, buffer.writable_size);
		virtqueue_wants_call(vq);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest_memory *memory;
	struct virtqueue_setup setup;
	struct header header = { 0 };
	uint8_t *region[2];
	struct virtqueue vq;
	uint64_t features;
	size_t left;
	unsigned int i;

	take(&header, sizeof(header), &data, &size);
	memory = calloc(1, sizeof(*memory));
	left = header.memory_size;
	for (i = 0; i < 2; i++) {
		size_t part = left < REGION_SIZE ? left : REGION_SIZE;

		region[i] = calloc(1, REGION_SIZE);
		left -= take(region[i], part, &data, &size);
		fuzz_check(!guest_memory_add_mapped(memory, GUEST_BASE + i * REGION_SIZE,
						    USER_BASE + i * 2 * REGION_SIZE,
						    REGION_SIZE, region[i]));
	}
	setup = (struct virtqueue_setup) {
		.size = (1 << header.size_log2 % 18) - (header.size_log2 >= 128),
		.desc = USER_BASE + header.desc,
		.avail = USER_BASE + header.avail,
		.used = USER_BASE + header.used,
		.next_avail = header.next_avail,
	};
	features = FEATURE(VIRTIO_F_VERSION_1);
	if (header.features & 1)
		features |= FEATURE(VIRTIO_RING_F_INDIRECT_DESC);
	if (header.features & 2)
		features |= FEATURE(VIRTIO_RING_F_EVENT_IDX);
	if (!virtqueue_start(&vq, memory, &setup, features))
		run(&vq, region, data, size);
	guest_memory_clear(memory);
	free(memory);
	free(region[0]);
	free(region[1]);
	return 0;
}
