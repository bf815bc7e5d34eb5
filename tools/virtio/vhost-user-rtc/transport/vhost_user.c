// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vhost-user session.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/foreign.h"
#include "base/log.h"
#include "base/macros.h"
#include "vhost_user.h"
#include "vhost_user_handlers.h"

#define SECOND	UINT64_C(1000000000)

/*
 * Answers a message that was handled. A front end that does not ask whether
 * its message was accepted must not go on as if it had been.
 */
static const char *acknowledge(struct vhost_user *vu, const struct vhost_user_message *msg,
			       const char *error)
{
	bool wanted = msg->header.flags & VHOST_USER_NEED_REPLY &&
			   vu->protocol_features & (UINT64_C(1) << VHOST_USER_PROTOCOL_F_REPLY_ACK);

	if (error && !wanted)
		return error;
	if (error || (wanted && !vu->reply_size))
		vhost_user_reply_u64(vu, error ? 1 : 0);
	if (vu->reply_size && vhost_user_stream_reply(&vu->stream, &vu->reply, vu->reply_size))
		return "does not take its answer";
	return NULL;
}

/* Handles one complete message. */
static void handle_message(struct vhost_user *vu)
{
	struct vhost_user_message *msg = &vu->stream.message;
	const char *error;

	vu->reply_size = 0;
	log_peer_debug("message %u (%s) of %u bytes", msg->header.request,
		       vhost_user_message_name(msg), msg->header.size);
	error = vhost_user_handle(vu, msg);
	if (error)
		log_peer_warning("front end's message %u (%s) refused: %s", msg->header.request,
				 vhost_user_message_name(msg), error);
	error = acknowledge(vu, msg, error);
	vhost_user_stream_next(&vu->stream);
	if (error)
		vhost_user_close(vu, error);
	else
		vhost_user_check_memory(vu);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void connection_ready(struct event_source *source, uint32_t events)
{
	struct vhost_user *vu = container_of(source, struct vhost_user, source);
	const char *error;
	int complete;

	(void)events;
	complete = vhost_user_stream_receive(&vu->stream, &error);
	if (complete < 0)
		vhost_user_close(vu, error);
	else if (complete)
		handle_message(vu);
	if (complete > 0)
		vu->owes_since = 0;
	else if (!complete && vu->stream.received && !vu->owes_since)
		vu->owes_since = now();
}

static void queue_ready(struct vhost_user *vu, unsigned int index)
{
	if (vhost_user_queue_live(&vu->queue[index]))
		vu->ops->kicked(vu->priv, index);
	vhost_user_check_memory(vu);
}

static void requestq_ready(struct event_source *kick, uint32_t events)
{
	(void)events;
	queue_ready(container_of(kick, struct vhost_user, queue[VHOST_USER_REQUESTQ].kick),
		    VHOST_USER_REQUESTQ);
}

static void alarmq_ready(struct event_source *kick, uint32_t events)
{
	(void)events;
	queue_ready(container_of(kick, struct vhost_user, queue[VHOST_USER_ALARMQ].kick),
		    VHOST_USER_ALARMQ);
}

void vhost_user_init(struct vhost_user *vu, struct event_loop *loop, uint64_t offered,
		     const struct vhost_user_ops *ops, void *priv)
{
	memset(vu, 0, sizeof(*vu));
	vu->loop = loop;
	vu->ops = ops;
	vu->priv = priv;
	vu->offered = offered;
	vu->source.fd = -1;
	vu->source.ready = connection_ready;
	vhost_user_queue_init(&vu->queue[VHOST_USER_REQUESTQ], loop, VHOST_USER_REQUESTQ,
			      requestq_ready);
	vhost_user_queue_init(&vu->queue[VHOST_USER_ALARMQ], loop, VHOST_USER_ALARMQ,
			      alarmq_ready);
}

static pid_t log_connection(int fd)
{
	socklen_t size = sizeof(struct ucred);
	struct ucred peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return 0;
	log_peer_info("front end connected: process %d of user %u", peer.pid, peer.uid);
	return peer.pid;
}

int vhost_user_open(struct vhost_user *vu, int fd)
{
	int err;

	vu->source.fd = fd;
	err = event_loop_add(vu->loop, &vu->source, EPOLLIN);
	if (err) {
		foreign_close(fd);
		vu->source.fd = -1;
		return err;
	}
	vhost_user_stream_init(&vu->stream, fd);
	vu->owes_since = now();
	vu->features = 0;
	vu->protocol_features = 0;
	/* What it was to one front end, it is not to the next. */
	vu->was_reset = false;
	vu->anew = true;
	guest_memory_guard(&vu->memory);
	vu->peer = log_connection(fd);
	return 0;
}

bool vhost_user_is_open(const struct vhost_user *vu)
{
	return vu->source.fd >= 0;
}

bool vhost_user_peer_left(const struct vhost_user *vu)
{
	struct pollfd poll_fd = { .fd = vu->source.fd };

	return poll(&poll_fd, 1, 0) == 1 && poll_fd.revents & (POLLHUP | POLLERR);
}

bool vhost_user_overdue(const struct vhost_user *vu)
{
	return vu->owes_since && now() - vu->owes_since > VHOST_USER_PATIENCE * SECOND;
}

void vhost_user_check_memory(struct vhost_user *vu)
{
	if (guest_memory_lost())
		vhost_user_close(vu, "its memory was truncated");
}

void vhost_user_close(struct vhost_user *vu, const char *why)
{
	unsigned int i;

	if (!vhost_user_is_open(vu))
		return;
	if (why)
		log_peer_warning("front end disconnected: %s", why);
	else
		log_peer_info("front end disconnected");
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++) {
		struct vhost_user_queue *q = &vu->queue[i];

		/*
		 * A front end that comes back goes on after what was used last, as
		 * nobody told it where the queue stopped.
		 */
		if (q->started && i == VHOST_USER_REQUESTQ)
			vu->stopped_at = q->vq.next_used;
		if (q->started)
			vu->ops->abandoned(vu->priv, i);
		vhost_user_queue_release(q);
	}
	guest_memory_clear(&vu->memory);
	vhost_user_stream_next(&vu->stream);
	event_loop_remove(vu->loop, &vu->source);
	foreign_close(vu->source.fd);
	vu->source.fd = -1;
	vu->ops->closed(vu->priv, why);
}
