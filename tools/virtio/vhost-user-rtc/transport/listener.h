/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for front ends on a listening socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LISTENER_H
#define LISTENER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/event_loop.h"

/**
 * struct listener_access - who may connect to a socket
 * @mode: Its permissions, or -1 for what the umask leaves.
 * @group: Its group, or -1 for that of the process.
 */
struct listener_access {
	long mode;
	int64_t group;
};

/**
 * struct listener - a listening socket
 * @source: Its descriptor.
 * @loop: Where it is waited for.
 * @path: Where the socket is, if it was made here; NULL if it was not.
 * @device: With @inode, what the socket at @path is, to remove no other.
 * @inode: See @device.
 * @spare: A descriptor to close when there are no more, so that a connection
 *	can be turned away instead of being announced for ever.
 * @connected: Called with each new connection, which is then its to close.
 * @priv: Passed to it.
 */
struct listener {
	struct event_source source;
	struct event_loop *loop;
	const char *path;
	dev_t device;
	ino_t inode;
	int spare;
	void (*connected)(void *priv, int fd);
	void *priv;
};

/**
 * listener_listen - make a socket and listen on it
 * @l: The listener, with loop, connected and priv set.
 * @path: Where. A socket there that no process has any more is replaced; one that
 *	is alive is neither replaced nor connected to. Must stay.
 * @access: Who may connect: nobody else can, not even for a moment.
 *
 * Of two processes that do this at once, one gets the path.
 *
 * Return: 0; -EINVAL if @path is empty; -ENAMETOOLONG; -EADDRINUSE if there is
 * something else; or another negative errno.
 */
int listener_listen(struct listener *l, const char *path,
		    const struct listener_access *access);

/**
 * listener_adopt - use a socket that is listening already
 * @l: The listener, with loop, connected and priv set.
 * @fd: The socket.
 *
 * Return: 0 or a negative errno.
 */
int listener_adopt(struct listener *l, int fd);

/**
 * listener_release - no longer listen, and remove the socket that was made here
 * @l: The listener.
 */
void listener_release(struct listener *l);

#endif /* LISTENER_H */
