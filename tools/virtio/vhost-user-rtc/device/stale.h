/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers that a fault keeps until after a device reset.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef STALE_H
#define STALE_H

#include <stdbool.h>
#include <stdint.h>

#include "transport/virtqueue.h"

/* More are lost. */
#define STALE_MAX	16

/**
 * struct stale - the buffers; all zero is a set of none
 */
struct stale {
	/* private: */
	bool due;
	unsigned int num;
	struct {
		unsigned int queue;
		uint16_t head;
		uint32_t used;
	} buffer[STALE_MAX];
};

/**
 * stale_keep - keep a buffer
 * @s: The set.
 * @queue: Its queue.
 * @head: Its name.
 * @used: The used length that it will have.
 */
void stale_keep(struct stale *s, unsigned int queue, uint16_t head, uint32_t used);

/**
 * stale_reset - the device was reset
 * @s: The set. From now on what it has may be used.
 */
void stale_reset(struct stale *s);

/**
 * stale_use - use what was kept of a queue
 * @s: The set.
 * @queue: The queue.
 * @vq: Its ring. Only that is written to: what the buffers were in front of the
 *	reset may be anything now.
 */
void stale_use(struct stale *s, unsigned int queue, struct virtqueue *vq);

#endif /* STALE_H */
