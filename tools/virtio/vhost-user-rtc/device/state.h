/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Alarms in a file, so that they outlive the process.
 *
 * The file has a line for what it is, and one for each clock with an alarm: the
 * clock's id and name, the alarm's time in ns and its state: "off", "on", or "rang" if
 * it is on and the driver was notified of it. It is replaced as a whole, a moment after
 * an alarm was set or rang, as guests set as many as they like.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef STATE_H
#define STATE_H

#include "base/event_loop.h"
#include "device.h"

/**
 * struct state - a file of alarms
 * @path: Where it is; NULL for nowhere, all else does nothing then.
 * @device: The device.
 * @config: What it is.
 * @loop: Where to wait.
 */
struct state {
	const char *path;
	struct device *device;
	const struct device_config *config;
	struct event_loop *loop;
	/* private: */
	struct event_source timer;
	bool changed;
	int failed;	/* what went wrong at the last time */
};

/**
 * state_load - set the alarms as they were, and begin to keep them
 * @s: The state, with the public members set.
 *
 * A file that is not there is no error. One that is not of this form, or not of
 * these clocks, is not used, and a line says so.
 *
 * Return: 0 or a negative errno, of what has nothing to do with the file.
 */
int state_load(struct state *s);

/**
 * state_changed - an alarm may have been set, or rang
 * @s: The state.
 */
void state_changed(struct state *s);

/**
 * state_release - write what is not written yet, and end
 * @s: The state.
 */
void state_release(struct state *s);

#endif /* STATE_H */
