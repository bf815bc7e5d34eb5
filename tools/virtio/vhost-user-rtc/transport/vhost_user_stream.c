// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages over the vhost-user socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/foreign.h"
#include "vhost_user_stream.h"

void vhost_user_stream_init(struct vhost_user_stream *s, int fd)
{
	memset(s, 0, sizeof(*s));
	s->fd = fd;
}

static void close_all(const int *fd, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		if (fd[i] >= 0)
			foreign_close(fd[i]);
}

void vhost_user_stream_next(struct vhost_user_stream *s)
{
	close_all(s->message.fd, s->message.num_fds);
	s->message.num_fds = 0;
	s->received = 0;
}

/* The macro of some C libraries compares signed with unsigned numbers. */
static struct cmsghdr *next_header(struct msghdr *msg, struct cmsghdr *cmsg)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
	return CMSG_NXTHDR(msg, cmsg);
#pragma GCC diagnostic pop
}

/* Takes the descriptors out of a control message. */
static const char *take_fds(struct vhost_user_message *message, struct msghdr *msg)
{
	struct cmsghdr *cmsg;
	bool too_many = false;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = next_header(msg, cmsg)) {
		unsigned int num, room;
		int fd[VHOST_USER_MAX_REGIONS];

		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		/* The control buffer has no room for more than fd[] has. */
		num = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fd, CMSG_DATA(cmsg), num * sizeof(int));
		room = VHOST_USER_MAX_REGIONS - message->num_fds;
		if (num > room) {
			close_all(fd + room, num - room);
			num = room;
			too_many = true;
		}
		memcpy(message->fd + message->num_fds, fd, num * sizeof(int));
		message->num_fds += num;
	}
	if (too_many || msg->msg_flags & MSG_CTRUNC)
		return "too many file descriptors";
	return NULL;
}

/* Receives up to @size bytes to @to; returns their number or -1. */
static ssize_t receive(struct vhost_user_stream *s, void *to, size_t size, const char **error)
{
	union {
		char buf[CMSG_SPACE(sizeof(s->message.fd))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = to, .iov_len = size };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t num;

	*error = NULL;
	/* Descriptors for which there is no room are closed by this. */
	foreign_begin();
	do {
		num = recvmsg(s->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (num < 0 && errno == EINTR);
	foreign_end();
	if (num < 0 && errno == EAGAIN)
		return 0;
	if (num < 0) {
		*error = strerror(errno);
		return -1;
	}
	*error = take_fds(&s->message, &msg);
	if (*error)
		return -1;
	if (!num) {
		if (s->received)
			*error = "end within a message";
		return -1;
	}
	return num;
}

static const char *check_header(const struct vhost_user_header *header)
{
	if ((header->flags & VHOST_USER_VERSION_MASK) != VHOST_USER_VERSION)
		return "message of an unknown version";
	if (header->size > sizeof(union vhost_user_payload))
		return "message larger than any known one";
	return NULL;
}

int vhost_user_stream_receive(struct vhost_user_stream *s, const char **error)
{
	struct vhost_user_message *message = &s->message;
	const size_t header_size = sizeof(message->header);

	for (;;) {
		uint8_t *to;
		ssize_t num;
		size_t size;

		if (s->received < header_size) {
			to = (uint8_t *)&message->header + s->received;
			size = header_size - s->received;
		} else {
			*error = check_header(&message->header);
			if (*error)
				return -1;
			size = header_size + message->header.size - s->received;
			if (!size)
				return 1;
			to = (uint8_t *)&message->payload + (s->received - header_size);
		}
		num = receive(s, to, size, error);
		if (num <= 0)
			return num;
		s->received += num;
	}
}

int vhost_user_stream_reply(struct vhost_user_stream *s, const void *payload, size_t size)
{
	struct vhost_user_header header = {
		.request = s->message.header.request,
		.flags = VHOST_USER_VERSION | VHOST_USER_REPLY,
		.size = size,
	};
	struct iovec iov[] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)payload, .iov_len = size },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t num;

	do {
		num = sendmsg(s->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (num < 0 && errno == EINTR);
	if (num < 0)
		return -errno;
	return (size_t)num == sizeof(header) + size ? 0 : -EAGAIN;
}
