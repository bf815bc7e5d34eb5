// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Buffers that the device has taken and not used yet.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "time/clocks.h"
#include "in_flight.h"
#include "base/macros.h"

static void timer_ready(struct event_source *source, uint32_t events)
{
	struct in_flight_pool *pool = container_of(source, struct in_flight_pool, timer);
	uint64_t expirations;

	(void)events;
	if (read(source->fd, &expirations, sizeof(expirations)) < 0)
		return;
	pool->armed = 0;
	pool->due(pool);
}

int in_flight_init(struct in_flight_pool *pool, struct event_loop *loop,
		   void (*due)(struct in_flight_pool *pool))
{
	unsigned int i;
	int err;

	pool->loop = loop;
	pool->due = due;
	pool->first_free = NULL;
	pool->first_waiting = NULL;
	pool->armed = 0;
	for (i = 0; i < IN_FLIGHT_MAX; i++)
		in_flight_put(pool, &pool->slot[i]);

	pool->timer.ready = timer_ready;
	pool->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (pool->timer.fd < 0)
		return -errno;
	err = event_loop_add(loop, &pool->timer, EPOLLIN);
	if (err)
		close(pool->timer.fd);
	return err;
}

void in_flight_release(struct in_flight_pool *pool)
{
	event_loop_remove(pool->loop, &pool->timer);
	close(pool->timer.fd);
}

struct in_flight *in_flight_get(struct in_flight_pool *pool)
{
	struct in_flight *f = pool->first_free;

	if (f)
		pool->first_free = f->next;
	return f;
}

void in_flight_put(struct in_flight_pool *pool, struct in_flight *f)
{
	f->next = pool->first_free;
	pool->first_free = f;
}

/* Sets the timer to the first buffer, unless it is set so already. */
static void arm(struct in_flight_pool *pool)
{
	uint64_t due = pool->first_waiting ? pool->first_waiting->due : 0;
	struct itimerspec spec = {
		.it_value = {
			.tv_sec = due / 1000000000,
			.tv_nsec = due % 1000000000,
		},
	};

	if (due == pool->armed)
		return;
	pool->armed = due;
	timerfd_settime(pool->timer.fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

void in_flight_wait(struct in_flight_pool *pool, struct in_flight *f)
{
	struct in_flight **p;

	for (p = &pool->first_waiting; *p && (*p)->due <= f->due; p = &(*p)->next)
		;
	f->next = *p;
	*p = f;
	arm(pool);
}

struct in_flight *in_flight_next_due(struct in_flight_pool *pool)
{
	struct in_flight *f = pool->first_waiting;

	if (f && f->due <= clocks_now(CLOCK_MONOTONIC)) {
		pool->first_waiting = f->next;
		return f;
	}
	arm(pool);
	return NULL;
}

struct in_flight *in_flight_next_of(struct in_flight_pool *pool, unsigned int queue)
{
	struct in_flight **p;

	for (p = &pool->first_waiting; *p; p = &(*p)->next) {
		struct in_flight *f = *p;

		if (f->queue != queue)
			continue;
		*p = f->next;
		return f;
	}
	arm(pool);
	return NULL;
}
