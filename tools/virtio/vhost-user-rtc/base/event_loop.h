/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for file descriptors, in one thread, without any periodic work.
 *
 * Each source is told of its events one at a time, and no event is fetched
 * before the one in front of it was handled: a handler may remove and free any
 * source, its own included.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct event_source - a file descriptor to wait for
 * @fd: The descriptor; remains its owner's to close, after the removal.
 * @ready: Called with EPOLLIN and the like, or with 0 after event_loop_again().
 * @next: Private.
 * @again: Private.
 */
struct event_source {
	int fd;
	void (*ready)(struct event_source *source, uint32_t events);
	struct event_source *next;
	bool again;
};

/**
 * struct event_loop - a set of sources
 * @turn: Another number each time that a source is called; it wraps around.
 */
struct event_loop {
	unsigned int turn;
	/* private: */
	int epoll_fd;
	bool stopped;
	struct event_source *first_again;
	struct event_source **end_again;
};

/**
 * event_loop_init - begin without sources
 * @loop: The loop.
 *
 * Return: 0 or a negative errno.
 */
int event_loop_init(struct event_loop *loop);

/**
 * event_loop_release - end
 * @loop: The loop, of which nothing is used any more.
 */
void event_loop_release(struct event_loop *loop);

/**
 * event_loop_add - begin to wait for a descriptor
 * @loop: The loop.
 * @source: The source, with fd and ready set; must stay until it is removed.
 * @events: EPOLLIN and the like. With EPOLLET an eventfd need not be read.
 *
 * Return: 0 or a negative errno, as -EPERM if it can't be waited for.
 */
int event_loop_add(struct event_loop *loop, struct event_source *source, uint32_t events);

/**
 * event_loop_remove - no longer wait for a descriptor
 * @loop: The loop.
 * @source: The source; it is no error if it is none of @loop's.
 */
void event_loop_remove(struct event_loop *loop, struct event_source *source);

/**
 * event_loop_again - have a source called again
 * @loop: The loop.
 * @source: The source; has more to do but should let others have their turn.
 */
void event_loop_again(struct event_loop *loop, struct event_source *source);

/**
 * event_loop_run - handle events until event_loop_stop()
 * @loop: The loop.
 *
 * Return: 0 or a negative errno.
 */
int event_loop_run(struct event_loop *loop);

/**
 * event_loop_stop - end event_loop_run() when the handler that runs returns
 * @loop: The loop.
 */
void event_loop_stop(struct event_loop *loop);

#endif /* EVENT_LOOP_H */
