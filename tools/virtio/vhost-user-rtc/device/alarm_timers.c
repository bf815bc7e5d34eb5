// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timers for alarms, and the watch for steps of the host's clock.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "alarm_timers.h"
#include "base/macros.h"

static int timer_init(struct event_source *source, struct event_loop *loop, clockid_t clock)
{
	int err;

	source->fd = timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC);
	if (source->fd < 0)
		return -errno;
	err = event_loop_add(loop, source, EPOLLIN);
	if (err)
		close(source->fd);
	return err;
}

static void timer_release(struct event_source *source, struct event_loop *loop)
{
	event_loop_remove(loop, source);
	close(source->fd);
}

/* Takes what made a timer ready; 0 or why there is nothing. */
static int timer_read(struct event_source *source)
{
	uint64_t expirations;

	if (read(source->fd, &expirations, sizeof(expirations)) < 0)
		return -errno;
	return 0;
}

static void alarm_ready(struct event_source *source, uint32_t events)
{
	struct alarm_timer *t = container_of(source, struct alarm_timer, source);

	(void)events;
	if (timer_read(source))
		return;
	t->armed = false;
	t->check(t->priv, t->clock);
}

int alarm_timer_init(struct alarm_timer *t, struct event_loop *loop, clockid_t host_clock)
{
	t->armed = false;
	t->source.ready = alarm_ready;
	return timer_init(&t->source, loop, host_clock);
}

void alarm_timer_release(struct alarm_timer *t, struct event_loop *loop)
{
	timer_release(&t->source, loop);
}

void alarm_timer_arm(struct alarm_timer *t, uint64_t when)
{
	struct itimerspec spec = {
		.it_value = {
			.tv_sec = when / 1000000000,
			.tv_nsec = when % 1000000000,
		},
	};

	/* A time of 0 would disarm it. */
	if (!when)
		spec.it_value.tv_nsec = 1;
	t->armed = true;
	timerfd_settime(t->source.fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

void alarm_timer_cancel(struct alarm_timer *t)
{
	const struct itimerspec never = { 0 };

	if (!t->armed)
		return;
	t->armed = false;
	timerfd_settime(t->source.fd, 0, &never, NULL);
}

/* A time that never comes: only that it was cancelled is of interest. */
static void watch_arm(struct step_watch *w)
{
	const struct itimerspec never = { .it_value.tv_sec = INT32_MAX * INT64_C(4) };

	timerfd_settime(w->source.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static void watch_ready(struct event_source *source, uint32_t events)
{
	struct step_watch *w = container_of(source, struct step_watch, source);

	(void)events;
	if (timer_read(source) == -EAGAIN)
		return;
	watch_arm(w);
	w->stepped(w->priv);
}

int step_watch_init(struct step_watch *w, struct event_loop *loop)
{
	int err;

	w->source.ready = watch_ready;
	err = timer_init(&w->source, loop, CLOCK_REALTIME);
	if (!err)
		watch_arm(w);
	return err;
}

void step_watch_wake(struct step_watch *w)
{
	const struct itimerspec now = { .it_value.tv_nsec = 1 };

	timerfd_settime(w->source.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &now, NULL);
}

void step_watch_release(struct step_watch *w, struct event_loop *loop)
{
	timer_release(&w->source, loop);
}
