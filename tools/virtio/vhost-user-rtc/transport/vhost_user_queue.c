// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One virtqueue of a vhost-user session.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/event_signal.h"
#include "base/foreign.h"
#include "base/log.h"
#include "vhost_user_queue.h"

void vhost_user_queue_init(struct vhost_user_queue *q, struct event_loop *loop,
			   unsigned int index,
			   void (*ready)(struct event_source *kick, uint32_t events))
{
	*q = (struct vhost_user_queue) {
		.loop = loop,
		.kick = { .fd = -1, .ready = ready },
		.call_fd = -1,
		.err_fd = -1,
		.index = index,
	};
}

bool vhost_user_queue_live(const struct vhost_user_queue *q)
{
	return q->started && q->enabled && !q->absent && !q->broken;
}

bool vhost_user_queue_takes_fd(int fd)
{
	char link[32], what[32];
	ssize_t size;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	size = readlink(link, what, sizeof(what) - 1);
	if (size < 0)
		return false;
	what[size] = '\0';
	return !strcmp(what, "anon_inode:[eventfd]");
}

static void set_nonblocking(int fd)
{
	int flags;

	if (fd < 0)
		return;
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && !(flags & O_NONBLOCK))
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int vhost_user_queue_set_kick(struct vhost_user_queue *q, int fd)
{
	int err;

	event_loop_remove(q->loop, &q->kick);
	if (q->kick.fd >= 0)
		foreign_close(q->kick.fd);
	q->kick.fd = fd;
	if (fd < 0)
		return 0;
	/*
	 * Edge-triggered, each write to an eventfd is an event, whether the one
	 * before was read or not. Not to read it saves a system call, and with
	 * it time, on each request.
	 */
	err = event_loop_add(q->loop, &q->kick, EPOLLIN | EPOLLET);
	if (err) {
		foreign_close(fd);
		q->kick.fd = -1;
	}
	return err;
}

static void replace_fd(int *fd, int new_fd)
{
	if (*fd >= 0)
		foreign_close(*fd);
	*fd = new_fd;
	set_nonblocking(new_fd);
}

void vhost_user_queue_set_call(struct vhost_user_queue *q, int fd)
{
	replace_fd(&q->call_fd, fd);
	if (q->started)
		event_signal(q->call_fd);
}

void vhost_user_queue_set_err(struct vhost_user_queue *q, int fd)
{
	replace_fd(&q->err_fd, fd);
}

void vhost_user_queue_start(struct vhost_user_queue *q, const struct guest_memory *memory,
			    uint64_t features)
{
	const char *error = virtqueue_start(&q->vq, memory, &q->setup, features);

	q->started = true;
	q->absent = false;
	q->waits = false;
	q->broken = false;
	if (error) {
		vhost_user_queue_break(q, error);
	} else if (!q->known) {
		virtqueue_resume(&q->vq);
		/* Whoever used buffers before may not have come to telling. */
		event_signal(q->call_fd);
	} else if (q->setup.next_avail != q->stood_at) {
		/* The front end goes by what the driver offers, which may be there already. */
		virtqueue_resume(&q->vq);
	}
	q->known = true;
}

void vhost_user_queue_remap(struct vhost_user_queue *q)
{
	const char *error;

	if (!q->started || q->broken)
		return;
	error = virtqueue_remap(&q->vq, &q->setup);
	q->absent = false;
	q->waits = false;
	if (error)
		vhost_user_queue_break(q, error);
}

void vhost_user_queue_regions_changed(struct vhost_user_queue *q)
{
	if (!q->started || q->broken)
		return;
	q->absent = virtqueue_remap(&q->vq, &q->setup);
	q->waits = false;
}

void vhost_user_queue_stop(struct vhost_user_queue *q)
{
	if (!q->started)
		return;
	q->setup.next_avail = q->vq.next_avail;
	q->stood_at = q->vq.next_avail;
	q->started = false;
	q->broken = false;
}

void vhost_user_queue_release(struct vhost_user_queue *q)
{
	vhost_user_queue_stop(q);
	vhost_user_queue_set_kick(q, -1);
	vhost_user_queue_set_call(q, -1);
	vhost_user_queue_set_err(q, -1);
	q->enabled = false;
	q->known = false;
	q->setup = (struct virtqueue_setup) { .next_avail = q->setup.next_avail };
}

void vhost_user_queue_break(struct vhost_user_queue *q, const char *why)
{
	if (q->broken)
		return;
	q->broken = true;
	log_peer_warning("queue %u stopped: %s", q->index, why);
	event_signal(q->err_fd);
}

void vhost_user_queue_call(struct vhost_user_queue *q)
{
	if (virtqueue_wants_call(&q->vq))
		event_signal(q->call_fd);
}
