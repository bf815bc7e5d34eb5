// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages with file descriptors, as a front end sends them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>
#include <sys/socket.h>

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
