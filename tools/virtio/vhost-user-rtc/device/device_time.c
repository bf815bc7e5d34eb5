// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the device model needs of the world around it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdlib.h>

#include "device_time.h"

/* When a clock would show @time if it had not been set */
static uint64_t unset(uint64_t time, int64_t step)
{
	if (step > 0)
		return time > (uint64_t)step ? time - step : 0;
	return time < UINT64_MAX + step ? time - step : UINT64_MAX;
}

/* In its turn: alarms are not looked at in the middle of a request. */
static void see_offset(struct device_time *t, uint16_t clock)
{
	if (!clocks_are_checked(t->clocks, t->clock[clock].scale))
		step_watch_wake(&t->watch);
}

static __u64 read_clock(void *priv, __u16 clock)
{
	struct device_time *t = priv;

	see_offset(t, clock);
	return clocks_read(t->clocks, t->clock[clock].scale) + t->clock[clock].step;
}

static bool read_cross(void *priv, __u16 clock, __u64 *reading, __u64 *cycles)
{
	struct device_time *t = priv;
	uint64_t ns, counter;

	if (!counter_follow(&t->clocks->counter))
		return false;
	see_offset(t, clock);
	clocks_read_cross(t->clocks, t->clock[clock].scale, &ns, &counter);
	*reading = ns + t->clock[clock].step;
	*cycles = counter;
	return true;
}

/* The clocks with an alarm have a timer each, in the order of their ids. */
static struct alarm_timer *find_timer(struct device_time *t, uint16_t clock)
{
	unsigned int low = 0, high = t->num_timers - 1;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (t->timer[middle].clock < clock)
			low = middle + 1;
		else
			high = middle;
	}
	return &t->timer[low];
}

static void arm_timer(void *priv, __u16 clock, __u64 time)
{
	struct device_time *t = priv;
	uint64_t when;

	time = unset(time, t->clock[clock].step);
	clocks_timer(t->clocks, t->clock[clock].scale, time, &when);
	alarm_timer_arm(find_timer(t, clock), when);
}

static void cancel_timer(void *priv, __u16 clock)
{
	struct device_time *t = priv;

	alarm_timer_cancel(find_timer(t, clock));
}

const struct viortc_model_ops device_time_ops = {
	.read = read_clock,
	.read_cross = read_cross,
	.arm_timer = arm_timer,
	.cancel_timer = cancel_timer,
};

/* Timers that are armed are set anew by the checks. */
void device_time_stepped(struct device_time *t)
{
	uint16_t i;

	clocks_check(t->clocks);
	for (i = 0; i < t->num_timers; i++)
		t->check(t->priv, t->timer[i].clock);
}

static void stepped(void *priv)
{
	device_time_stepped(priv);
}

static int add_timer(struct device_time *t, uint16_t clock)
{
	struct alarm_timer *timer = &t->timer[t->num_timers];
	clockid_t host_clock;
	uint64_t when;
	int err;

	timer->check = t->check;
	timer->priv = t->priv;
	timer->clock = clock;
	host_clock = clocks_timer(t->clocks, t->clock[clock].scale, 0, &when);
	err = alarm_timer_init(timer, t->loop, host_clock);
	if (!err)
		t->num_timers++;
	return err;
}

int device_time_init(struct device_time *t, struct event_loop *loop)
{
	uint16_t i;
	int err;

	clocks_begin(t->clocks);
	t->loop = loop;
	t->num_timers = 0;
	/* One more, so that a device without clocks is no special case. */
	t->timer = calloc(t->num_clocks + 1, sizeof(*t->timer));
	if (!t->timer)
		return -ENOMEM;
	t->watch.stepped = stepped;
	t->watch.priv = t;
	err = step_watch_init(&t->watch, loop);
	if (err) {
		free(t->timer);
		return err;
	}
	for (i = 0; i < t->num_clocks && !err; i++)
		if (t->clock[i].alarm)
			err = add_timer(t, i);
	if (err)
		device_time_release(t);
	return err;
}

void device_time_release(struct device_time *t)
{
	while (t->num_timers)
		alarm_timer_release(&t->timer[--t->num_timers], t->loop);
	step_watch_release(&t->watch, t->loop);
	free(t->timer);
}
