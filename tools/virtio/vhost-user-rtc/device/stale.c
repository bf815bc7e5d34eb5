// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Buffers that a fault keeps until after a device reset.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "stale.h"

void stale_keep(struct stale *s, unsigned int queue, uint16_t head, uint32_t used)
{
	if (s->num == STALE_MAX)
		return;
	s->buffer[s->num].queue = queue;
	s->buffer[s->num].head = head;
	s->buffer[s->num].used = used;
	s->num++;
	s->due = false;
}

void stale_reset(struct stale *s)
{
	s->due = true;
}

void stale_use(struct stale *s, unsigned int queue, struct virtqueue *vq)
{
	unsigned int i, left = 0;

	if (!s->due)
		return;
	for (i = 0; i < s->num; i++) {
		if (s->buffer[i].queue == queue)
			virtqueue_push(vq, s->buffer[i].head, s->buffer[i].used);
		else
			s->buffer[left++] = s->buffer[i];
	}
	s->num = left;
}
