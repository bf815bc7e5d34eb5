/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages with file descriptors, as a front end sends them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SEND_H
#define SEND_H

#include <sys/types.h>
#include <sys/uio.h>

/* As many as one message can have here */
#define SEND_FDS	64

/**
 * send_with_fds() - send bytes and file descriptors, without a signal
 * @socket: A socket of the Unix domain.
 * @iov: The bytes.
 * @num_iov: Number of its elements.
 * @fds: The descriptors.
 * @num_fds: Their number, up to SEND_FDS.
 * @flags: Flags of sendmsg().
 *
 * Return: The number of bytes sent, or -1 with errno of sendmsg().
 */
ssize_t send_with_fds(int socket, struct iovec *iov, size_t num_iov, const int *fds,
		      unsigned int num_fds, int flags);

/**
 * lingering_socket() - a socket whose last descriptor takes an hour to be closed
 * @peer: Receives its other end, which has not read, or -1.
 *
 * Return: Its descriptor, or -1.
 */
int lingering_socket(int *peer);

#endif /* SEND_H */
