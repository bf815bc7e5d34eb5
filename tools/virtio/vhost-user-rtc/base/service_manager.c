// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service manager: what it is told, and what it gives.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "service_manager.h"

void service_manager_ready(void)
{
	static const char message[] = "READY=1";
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t size = path ? strlen(path) : 0;
	int fd;

	if (size < 2 || size >= sizeof(addr.sun_path) || (*path != '/' && *path != '@'))
		return;
	memcpy(addr.sun_path, path, size);
	/* An abstract socket */
	if (*path == '@')
		addr.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, message, sizeof(message) - 1, MSG_NOSIGNAL | MSG_DONTWAIT,
	       (struct sockaddr *)&addr, offsetof(struct sockaddr_un, sun_path) + size);
	close(fd);
}

/* What the service manager passes begins here. */
#define FIRST_FD	3

int service_manager_socket(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *num = getenv("LISTEN_FDS");

	/* They may be for another process that did not know them. */
	if (!pid || !num || atoll(pid) != getpid())
		return -1;
	if (strcmp(num, "1"))
		return -EINVAL;
	fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC);
	return FIRST_FD;
}
