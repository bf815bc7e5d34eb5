/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One timer for each clock with an alarm, and one that tells when the host's
 * clock was set: then alarms may have come, or be further away than they were.
 * Nothing runs while nothing is due.
 *
 * Each has a timerfd of its own, as the kernel keeps their order then, and has it
 * right when a clock is set or the host was asleep. It costs a descriptor, of which
 * there are half a million, and a system call where an alarm is set, which guests
 * seldom do.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef ALARM_TIMERS_H
#define ALARM_TIMERS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/event_loop.h"

/**
 * struct alarm_timer - the timer of one clock
 * @source: Its descriptor.
 * @check: Called when the alarm is to be looked at.
 * @priv: Passed to @check.
 * @armed: It is to become ready.
 * @clock: Passed to @check, the clock's id.
 */
struct alarm_timer {
	struct event_source source;
	void (*check)(void *priv, uint16_t clock);
	void *priv;
	bool armed;
	uint16_t clock;
};

/**
 * struct step_watch - notices when the host's clock is set
 * @source: Its descriptor.
 * @stepped: Called after CLOCK_REALTIME was set, or stepped at a leap second.
 * @priv: Passed to @stepped.
 */
struct step_watch {
	struct event_source source;
	void (*stepped)(void *priv);
	void *priv;
};

/**
 * alarm_timer_init - make a timer, not armed
 * @t: The timer, with check, priv and clock set.
 * @loop: Where it is waited for.
 * @host_clock: The clock it runs by, CLOCK_REALTIME or CLOCK_BOOTTIME.
 *
 * Return: 0 or a negative errno.
 */
int alarm_timer_init(struct alarm_timer *t, struct event_loop *loop, clockid_t host_clock);

/**
 * alarm_timer_release - undo alarm_timer_init()
 * @t: The timer.
 * @loop: As there.
 */
void alarm_timer_release(struct alarm_timer *t, struct event_loop *loop);

/**
 * alarm_timer_arm - have the alarm looked at when its time has come
 * @t: The timer. Whether it was armed before does not matter.
 * @when: The time, in ns of the host's clock, also one that has passed.
 */
void alarm_timer_arm(struct alarm_timer *t, uint64_t when);

/**
 * alarm_timer_cancel - undo alarm_timer_arm()
 * @t: The timer.
 */
void alarm_timer_cancel(struct alarm_timer *t);

/**
 * step_watch_init - begin to watch
 * @w: The watch, with stepped and priv set.
 * @loop: Where it is waited for.
 *
 * Return: 0 or a negative errno.
 */
int step_watch_init(struct step_watch *w, struct event_loop *loop);

/**
 * step_watch_wake - have stepped called soon, as for a step
 * @w: The watch.
 */
void step_watch_wake(struct step_watch *w);

/**
 * step_watch_release - undo step_watch_init()
 * @w: The watch.
 * @loop: As there.
 */
void step_watch_release(struct step_watch *w, struct event_loop *loop);

#endif /* ALARM_TIMERS_H */
