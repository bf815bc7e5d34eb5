/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the device model needs of the world around it, from this host: clocks,
 * counter and alarm timers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef DEVICE_TIME_H
#define DEVICE_TIME_H

#include <stdint.h>

#include "alarm_timers.h"
#include "time/clocks.h"
#include "base/event_loop.h"
#include "virtio_rtc_sim/model.h"

/**
 * struct device_clock - what a clock is to be
 * @type: VIRTIO_RTC_CLOCK_*.
 * @smearing: VIRTIO_RTC_SMEAR_*.
 * @alarm: It has an alarm.
 * @scale: What it shows.
 * @step: By how much it was set, besides, in ns.
 * @late: Its alarm had expired when it was restored, and nobody was told yet.
 */
struct device_clock {
	uint8_t type;
	uint8_t smearing;
	bool alarm;
	struct clocks_scale scale;
	int64_t step;
	bool late;
};

/**
 * struct device_time - the time of a device
 * @clocks: The host's time.
 * @clock: The device's clocks.
 * @num_clocks: Their number.
 * @check: Called when the alarm of a clock is to be looked at.
 * @priv: Passed to @check.
 */
struct device_time {
	struct clocks *clocks;
	const struct device_clock *clock;
	uint16_t num_clocks;
	void (*check)(void *priv, uint16_t clock);
	void *priv;
	/* private: */
	struct event_loop *loop;
	struct step_watch watch;
	struct alarm_timer *timer;
	uint16_t num_timers;
};

/* The functions for the model; their private pointer is a struct device_time. */
extern const struct viortc_model_ops device_time_ops;

/**
 * device_time_init - make the timers
 * @t: The time, with the public members set.
 * @loop: Where timers are waited for.
 *
 * Return: 0 or a negative errno.
 */
int device_time_init(struct device_time *t, struct event_loop *loop);

/**
 * device_time_stepped - look at all alarms again
 * @t: The time, after the host's clock or the leap seconds were set.
 */
void device_time_stepped(struct device_time *t);

/**
 * device_time_release - undo device_time_init()
 * @t: The time.
 */
void device_time_release(struct device_time *t);

#endif /* DEVICE_TIME_H */
