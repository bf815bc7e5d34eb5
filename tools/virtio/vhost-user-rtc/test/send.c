// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages with file descriptors, as a front end sends them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "send.h"

ssize_t send_with_fds(int socket, struct iovec *iov, size_t num_iov, const int *fds,
		      unsigned int num_fds, int flags)
{
	union {
		char buf[CMSG_SPACE(SEND_FDS * sizeof(int))];
		struct cmsghdr align;
	} control = { .buf = "" };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = num_iov };

	if (num_fds) {
		struct cmsghdr *cmsg = &control.align;

		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(num_fds * sizeof(int));
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(num_fds * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, num_fds * sizeof(int));
	}
	return sendmsg(socket, &msg, flags | MSG_NOSIGNAL);
}

/* What is kept of what is sent, at either end */
static const int least = 1;

/* A connection on this machine; its ends are -1 if there is none. */
static void make_connection(int end[2])
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr *to = (struct sockaddr *)&addr;
	socklen_t size = sizeof(addr);
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	end[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	end[1] = -1;
	setsockopt(listening, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	if (!bind(listening, to, size) && !listen(listening, 1) &&
	    !getsockname(listening, to, &size) && !connect(end[0], to, size))
		end[1] = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	close(listening);
}

int lingering_socket(int *peer)
{
	const struct linger hour = { .l_onoff = 1, .l_linger = 3600 };
	static const char bytes[4096];
	struct pollfd room = { .events = POLLOUT };
	int end[2];

	make_connection(end);
	room.fd = end[0];
	setsockopt(end[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof(least));
	/* There may be room again when what was sent has come. */
	while (end[1] >= 0 && poll(&room, 1, 100) == 1 &&
	       send(end[0], bytes, sizeof(bytes), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		;
	*peer = end[1];
	if (end[1] >= 0 && !setsockopt(end[0], SOL_SOCKET, SO_LINGER, &hour, sizeof(hour)))
		return end[0];
	close(end[0]);
	return -1;
}
