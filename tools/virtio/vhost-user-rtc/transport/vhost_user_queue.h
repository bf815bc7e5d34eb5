/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One virtqueue of a vhost-user session: what the front end said of it so far,
 * its event descriptors, and the ring while it runs.
 *
 * A ring is processed while it is started and enabled and not broken. What is
 * wrong in a ring breaks that ring until it is stopped, and nothing else.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef VHOST_USER_QUEUE_H
#define VHOST_USER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event_loop.h"
#include "virtqueue.h"

/**
 * struct vhost_user_queue - one virtqueue
 * @loop: Where @kick is waited for.
 * @kick: The front end's descriptor for kicks, -1 if there is none.
 * @call_fd: Its descriptor for calls, -1 if there is none.
 * @err_fd: Its descriptor for errors, -1 if there is none.
 * @index: The queue's number.
 * @setup: Where the front end says the ring is.
 * @vq: The ring, while @started.
 * @started: The ring is in use.
 * @enabled: It may be processed.
 * @known: It was started since the front end came.
 * @stood_at: Where it was when it was stopped.
 * @absent: Its memory was removed; the ring goes on when that is there again.
 * @waits: Its next buffer is in memory that was removed; it goes on when memory comes.
 * @broken: It contradicts the specification.
 */
struct vhost_user_queue {
	struct event_loop *loop;
	struct event_source kick;
	int call_fd;
	int err_fd;
	unsigned int index;
	struct virtqueue_setup setup;
	struct virtqueue vq;
	bool started;
	bool enabled;
	bool known;
	uint16_t stood_at;
	bool absent;
	bool waits;
	bool broken;
};

/**
 * vhost_user_queue_init - begin with a queue of which nothing is known
 * @q: The queue.
 * @loop: Where to wait for kicks.
 * @index: The queue's number.
 * @ready: Called on each kick.
 */
void vhost_user_queue_init(struct vhost_user_queue *q, struct event_loop *loop,
			   unsigned int index,
			   void (*ready)(struct event_source *kick, uint32_t events));

/**
 * vhost_user_queue_release - forget all that a front end said
 * @q: The queue; stopped and without descriptors afterwards. setup.next_avail
 *	is where it stood.
 */
void vhost_user_queue_release(struct vhost_user_queue *q);

/**
 * vhost_user_queue_live - whether the ring may be processed
 * @q: The queue.
 *
 * Return: Whether it is started, enabled, in memory that is there, and not broken.
 */
bool vhost_user_queue_live(const struct vhost_user_queue *q);

/**
 * vhost_user_queue_takes_fd - whether a descriptor may be one of a queue
 * @fd: What a front end gave.
 *
 * Only an eventfd may: whatever else it was could hold the process up, or keep
 * the connection of a front end alive that has left, as its own socket would.
 * That takes /proc to be there.
 *
 * Return: Whether it is an eventfd.
 */
bool vhost_user_queue_takes_fd(int fd);

/**
 * vhost_user_queue_set_kick - replace the descriptor for kicks
 * @q: The queue.
 * @fd: The new one, which is @q's from now on also if this fails; -1 for none.
 *
 * Return: 0 or a negative errno.
 */
int vhost_user_queue_set_kick(struct vhost_user_queue *q, int fd);

/**
 * vhost_user_queue_set_call - replace the descriptor for calls
 * @q: The queue.
 * @fd: The new one, which is @q's from now on; -1 for none.
 *
 * As a call may have gone to the old one too late, one goes to the new one.
 */
void vhost_user_queue_set_call(struct vhost_user_queue *q, int fd);

/**
 * vhost_user_queue_set_err - replace the descriptor for errors
 * @q: The queue.
 * @fd: The new one, which is @q's from now on; -1 for none.
 */
void vhost_user_queue_set_err(struct vhost_user_queue *q, int fd);

/**
 * vhost_user_queue_start - start the ring where setup says it is
 * @q: The queue, which is not started.
 * @memory: The guest's memory.
 * @features: What was negotiated.
 *
 * If that is not possible the ring counts as started and broken.
 */
void vhost_user_queue_start(struct vhost_user_queue *q, const struct guest_memory *memory,
			    uint64_t features);

/**
 * vhost_user_queue_remap - follow a change of the memory or of setup's addresses
 * @q: The queue.
 */
void vhost_user_queue_remap(struct vhost_user_queue *q);

/**
 * vhost_user_queue_regions_changed - follow a region that came or went
 * @q: The queue.
 *
 * Front ends change a region by removing and adding it. In between a ring that
 * is in it waits.
 */
void vhost_user_queue_regions_changed(struct vhost_user_queue *q);

/**
 * vhost_user_queue_stop - stop the ring
 * @q: The queue; setup.next_avail becomes where it stood.
 */
void vhost_user_queue_stop(struct vhost_user_queue *q);

/**
 * vhost_user_queue_break - stop processing a ring that is not as it must be
 * @q: The queue.
 * @why: What is wrong, for the log.
 */
void vhost_user_queue_break(struct vhost_user_queue *q, const char *why);

/**
 * vhost_user_queue_call - tell the driver of used buffers, if it wants to know
 * @q: The queue.
 */
void vhost_user_queue_call(struct vhost_user_queue *q);

#endif /* VHOST_USER_QUEUE_H */
