/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over the vhost-user socket, without ever waiting for the peer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef VHOST_USER_STREAM_H
#define VHOST_USER_STREAM_H

#include <stddef.h>

#include "vhost_user_message.h"

/**
 * struct vhost_user_stream - a connection, and the message that is coming in
 * @fd: The socket.
 * @received: How many bytes of @message have come, header and payload.
 * @message: The message.
 */
struct vhost_user_stream {
	int fd;
	size_t received;
	struct vhost_user_message message;
};

/**
 * vhost_user_stream_init - begin with a new connection
 * @s: The stream.
 * @fd: The socket; remains the caller's.
 */
void vhost_user_stream_init(struct vhost_user_stream *s, int fd);

/**
 * vhost_user_stream_receive - take what has come
 * @s: The stream; its message is valid if 1 is returned, and to be passed to
 *	vhost_user_stream_next() when it was handled.
 * @error: Receives what is wrong, in words; NULL if the peer just left.
 *
 * The message's version and the size of its payload have been checked, what is
 * in there has not.
 *
 * Return: 1 if the message is complete, 0 if the rest is still to come, -1 if
 * the connection is at its end.
 */
int vhost_user_stream_receive(struct vhost_user_stream *s, const char **error);

/**
 * vhost_user_stream_next - be done with a message
 * @s: The stream. Descriptors that nobody took are closed.
 */
void vhost_user_stream_next(struct vhost_user_stream *s);

/**
 * vhost_user_stream_reply - answer the message
 * @s: The stream, with a complete message.
 * @payload: The answer's payload.
 * @size: Its size.
 *
 * A peer that does not take its answers is at fault: there is always room for
 * more of them than it may ask for.
 *
 * Return: 0 or a negative errno.
 */
int vhost_user_stream_reply(struct vhost_user_stream *s, const void *payload, size_t size);

#endif /* VHOST_USER_STREAM_H */
