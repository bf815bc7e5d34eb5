// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting for front ends on a listening socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "listener.h"
#include "base/foreign.h"
#include "base/log.h"
#include "base/macros.h"

/* How often a lock that somebody else has is asked for, and how many ms later */
#define LOCK_TRIES	50
#define LOCK_MS		10

/* Without room for one more descriptor a connection would be announced for ever. */
static void turn_away(struct listener *l)
{
	int fd;

	if (l->spare >= 0)
		close(l->spare);
	fd = accept4(l->source.fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		foreign_close(fd);
	l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log_peer_warning("front end turned away: too many open files");
}

static void listener_ready(struct event_source *source, uint32_t events)
{
	struct listener *l = container_of(source, struct listener, source);
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd >= 0)
		l->connected(l->priv, fd);
	else if (errno == EMFILE || errno == ENFILE)
		turn_away(l);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		log_peer_warning("cannot accept a connection: %s", strerror(errno));
}

/*
 * Removes a socket that a process left behind which is no more. A socket of
 * another type tells so without a connection, which may be the only one that a
 * process at the other end would take.
 */
static void remove_leftover(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd;

	if (lstat(addr->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0 &&
	    errno == ECONNREFUSED)
		unlink(addr->sun_path);
	close(fd);
}

/* Signals become events, which nobody looks at before there is a socket. */
static bool is_to_end(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT));
}

/*
 * Gets the lock of a folder, which others need for a moment. Who may read the folder
 * may keep it locked for ever, so it goes without after a while.
 */
static bool get_lock(int fd)
{
	const struct timespec moment = { .tv_nsec = LOCK_MS * 1000000 };
	unsigned int tries;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return true;
		if (is_to_end())
			break;
		nanosleep(&moment, NULL);
	}
	return false;
}

/*
 * Locks the folder that @path is in, so that nobody binds a socket between the
 * look at a leftover and its removal. Returns a descriptor that holds the lock,
 * or -1 if the folder cannot be read: then it goes without.
 */
static int lock_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	int fd;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && !get_lock(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int listener_adopt(struct listener *l, int fd)
{
	int flags = fcntl(fd, F_GETFL);
	int err;

	/* Who made the connection may be gone again before it is accepted. */
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	l->source.fd = fd;
	l->source.ready = listener_ready;
	err = event_loop_add(l->loop, &l->source, EPOLLIN);
	if (!err)
		l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return err;
}

/*
 * Binds a socket that nobody can connect to before group and permissions are what
 * they are to be: the permissions of the file are those of its descriptor.
 */
static int bind_for(int fd, const struct sockaddr_un *addr, const struct listener_access *access)
{
	bool restricted = access->mode >= 0 || access->group >= 0;
	int err;

	if ((restricted && fchmod(fd, 0) < 0) ||
	    bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0)
		return -errno;
	if (!restricted)
		return 0;
	if ((access->group < 0 || !lchown(addr->sun_path, -1, access->group)) &&
	    !chmod(addr->sun_path, access->mode >= 0 ? access->mode : 0660))
		return 0;
	err = -errno;
	unlink(addr->sun_path);
	return err;
}

/* Makes the socket; returns its descriptor. */
static int bind_and_listen(struct listener *l, const struct sockaddr_un *addr,
			   const struct listener_access *access)
{
	struct stat st;
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = bind_for(fd, addr, access);
	if (err) {
		close(fd);
		return err;
	}
	if (listen(fd, 1) < 0 || lstat(addr->sun_path, &st) < 0) {
		err = -errno;
		close(fd);
		unlink(addr->sun_path);
		return err;
	}
	l->device = st.st_dev;
	l->inode = st.st_ino;
	return fd;
}

/* Removes the socket at @path, unless another one has taken its place. */
static void remove_own(const struct listener *l)
{
	struct stat st;

	if (!lstat(l->path, &st) && st.st_dev == l->device && st.st_ino == l->inode)
		unlink(l->path);
}

int listener_listen(struct listener *l, const char *path,
		    const struct listener_access *access)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int err, fd, lock;

	/* That would be a socket without a path, which any user could connect to. */
	if (!*path)
		return -EINVAL;
	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path));
	lock = lock_folder(path);
	/* Who does not wait for the lock, as it is to end, may remove what is in use by now. */
	if (lock >= 0 || !is_to_end())
		remove_leftover(&addr);
	fd = bind_and_listen(l, &addr, access);
	if (lock >= 0)
		close(lock);
	if (fd < 0)
		return fd;
	l->path = path;
	err = listener_adopt(l, fd);
	if (err) {
		close(fd);
		remove_own(l);
	}
	return err;
}

void listener_release(struct listener *l)
{
	event_loop_remove(l->loop, &l->source);
	/* With those who were not accepted, and what they have sent. */
	foreign_close(l->source.fd);
	if (l->spare >= 0)
		close(l->spare);
	if (l->path)
		remove_own(l);
}
