/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers that the device has taken and not used yet.
 *
 * Their memory is there from the start. When all of it is in use no more
 * buffers are taken; they wait in their ring.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef IN_FLIGHT_H
#define IN_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event_loop.h"
#include "virtio_rtc_sim/faults.h"
#include "transport/virtqueue.h"

/* More than any driver's ring has use for. */
#define IN_FLIGHT_MAX	256

/**
 * struct in_flight - a buffer
 * @queue: The queue that it is of.
 * @answered: @answer is made.
 * @due: When it goes on, in ns of CLOCK_MONOTONIC.
 * @buffer: The buffer.
 * @bytes: The bytes of @answer.
 * @answer: What goes into the buffer and what else happens with it.
 * @next: Private.
 */
struct in_flight {
	unsigned int queue;
	bool answered;
	uint64_t due;
	struct virtqueue_buffer buffer;
	uint8_t bytes[VIRTQUEUE_MSG_MAX];
	struct viortc_fault_answer answer;
	struct in_flight *next;
};

/**
 * struct in_flight_pool - all buffers
 * @timer: Becomes ready when a buffer is due.
 * @due: Called when one is, or may be.
 */
struct in_flight_pool {
	struct event_source timer;
	void (*due)(struct in_flight_pool *pool);
	/* private: */
	struct event_loop *loop;
	struct in_flight *first_free;
	struct in_flight *first_waiting;
	uint64_t armed;
	struct in_flight slot[IN_FLIGHT_MAX];
};

/**
 * in_flight_init - begin without buffers
 * @pool: The pool.
 * @loop: Where to wait for the time that a buffer is due.
 * @due: Called when one is, or may be.
 *
 * Return: 0 or a negative errno.
 */
int in_flight_init(struct in_flight_pool *pool, struct event_loop *loop,
		   void (*due)(struct in_flight_pool *pool));

/**
 * in_flight_release - end
 * @pool: The pool.
 */
void in_flight_release(struct in_flight_pool *pool);

/**
 * in_flight_get - get room for a buffer
 * @pool: The pool.
 *
 * Return: A buffer that is not waiting, or NULL if there is none.
 */
struct in_flight *in_flight_get(struct in_flight_pool *pool);

/**
 * in_flight_put - give the room back
 * @pool: The pool.
 * @f: A buffer that is not waiting.
 */
void in_flight_put(struct in_flight_pool *pool, struct in_flight *f);

/**
 * in_flight_wait - have a buffer wait until it is due
 * @pool: The pool.
 * @f: The buffer. Those that are due at one time keep their order.
 */
void in_flight_wait(struct in_flight_pool *pool, struct in_flight *f);

/**
 * in_flight_next_due - take a buffer that is due
 * @pool: The pool.
 *
 * When there is none, the pool's function due will be called again in time.
 *
 * Return: The first of them, which is not waiting any more; NULL if there is
 * none.
 */
struct in_flight *in_flight_next_due(struct in_flight_pool *pool);

/**
 * in_flight_next_of - take a buffer of a queue, whether it is due or not
 * @pool: The pool.
 * @queue: The queue.
 *
 * Return: The first of them, which is not waiting any more; NULL if there is
 * none.
 */
struct in_flight *in_flight_next_of(struct in_flight_pool *pool, unsigned int queue);

#endif /* IN_FLIGHT_H */
