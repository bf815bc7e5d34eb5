// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting for front ends on a listening socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listener.h"
#include "base/log.h"
#include "base/macros.h"

static void listener_ready(struct event_source *source, uint32_t events)
{
	struct listener *l = container_of(source, struct listener, source);
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd >= 0)
		l->connected(l->priv, fd);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		log_line("cannot accept a connection: %s", strerror(errno));
}

/* Removes a socket that a process left behind which is no more. */
static void remove_leftover(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd;

	if (lstat(addr->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0 &&
	    errno == ECONNREFUSED)
		unlink(addr->sun_path);
	close(fd);
}

int listener_adopt(struct listener *l, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	/* Who made the connection may be gone again before it is accepted. */
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	l->source.fd = fd;
	l->source.ready = listener_ready;
	return event_loop_add(l->loop, &l->source, EPOLLIN);
}

int listener_listen(struct listener *l, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int err;
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path));
	remove_leftover(&addr);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	l->path = path;
	err = listen(fd, 1) < 0 ? -errno : listener_adopt(l, fd);
	if (err) {
		close(fd);
		unlink(path);
	}
	return err;
}

void listener_release(struct listener *l)
{
	event_loop_remove(l->loop, &l->source);
	close(l->source.fd);
	if (l->path)
		unlink(l->path);
}
