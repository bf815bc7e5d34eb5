// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting for file descriptors.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "event_loop.h"

int event_loop_init(struct event_loop *loop)
{
	*loop = (struct event_loop) { .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	loop->end_again = &loop->first_again;
	return loop->epoll_fd < 0 ? -errno : 0;
}

void event_loop_release(struct event_loop *loop)
{
	close(loop->epoll_fd);
}

int event_loop_add(struct event_loop *loop, struct event_source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	source->again = false;
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0)
		return -errno;
	return 0;
}

void event_loop_remove(struct event_loop *loop, struct event_source *source)
{
	struct event_source **p;

	epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	if (!source->again)
		return;
	for (p = &loop->first_again; *p != source; p = &(*p)->next)
		;
	*p = source->next;
	if (!*p)
		loop->end_again = p;
	source->again = false;
}

void event_loop_again(struct event_loop *loop, struct event_source *source)
{
	if (source->again)
		return;
	source->again = true;
	source->next = NULL;
	*loop->end_again = source;
	loop->end_again = &source->next;
}

static void call_again(struct event_loop *loop)
{
	struct event_source *source = loop->first_again;

	if (!source)
		return;
	loop->first_again = source->next;
	if (!loop->first_again)
		loop->end_again = &loop->first_again;
	source->again = false;
	loop->turn++;
	source->ready(source, 0);
}

int event_loop_run(struct event_loop *loop)
{
	while (!loop->stopped) {
		struct epoll_event event;
		int num;

		num = epoll_wait(loop->epoll_fd, &event, 1, loop->first_again ? 0 : -1);
		if (num < 0 && errno != EINTR)
			return -errno;
		if (num > 0) {
			struct event_source *source = event.data.ptr;

			loop->turn++;
			source->ready(source, event.events);
		}
		call_again(loop);
	}
	return 0;
}

void event_loop_stop(struct event_loop *loop)
{
	loop->stopped = true;
}
