/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device: the device model with this host's clocks and timers, on the
 * virtqueues of a vhost-user session.
 *
 * A request is answered in the handler of its kick, in this thread, unless a
 * delay was asked for.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/clocks.h"
#include "device_time.h"
#include "base/event_loop.h"
#include "transport/vhost_user.h"
#include "virtio_rtc_sim/faults.h"

/**
 * enum device_retain - over what alarms are kept (V-retain)
 * @DEVICE_RETAIN_NO: Over nothing, each reset clears them.
 * @DEVICE_RETAIN_RESETS: Over resets by the guest that has set them.
 * @DEVICE_RETAIN_ALWAYS: Over what the next guest does as well.
 */
enum device_retain {
	DEVICE_RETAIN_NO,
	DEVICE_RETAIN_RESETS,
	DEVICE_RETAIN_ALWAYS,
};

/**
 * struct device_config - what a device is to be
 * @clock: Its clocks.
 * @num_clocks: Their number.
 * @clocks: The host's time, and the guest's counter.
 * @retain_alarms: Over what alarms are kept.
 * @request_delay: ns from a request becoming available to its being handled.
 * @response_delay: ns from there to its buffer being used.
 * @poll: ns to look for the next request after one, at most; 0 to wait for a kick.
 * @faults: What is to go wrong.
 * @closed: Called when a front end has left; @failed if it was at fault.
 * @priv: Passed to @closed.
 */
struct device_config {
	struct device_clock *clock;
	uint16_t num_clocks;
	struct clocks clocks;
	enum device_retain retain_alarms;
	uint64_t request_delay;
	uint64_t response_delay;
	uint64_t poll;
	struct viortc_faults faults;
	void (*closed)(void *priv, bool failed);
	void *priv;
};

struct device;

/**
 * device_create - make a device
 * @loop: Where it waits for events.
 * @config: What it is to be; must stay.
 * @error: Receives a negative errno if it cannot be made.
 *
 * Return: The device, or NULL.
 */
struct device *device_create(struct event_loop *loop, struct device_config *config, int *error);

/**
 * device_destroy - undo device_create()
 * @d: The device; its session is closed.
 */
void device_destroy(struct device *d);

/**
 * device_time_set - tell a device that its time may have changed
 * @d: The device, after the leap seconds in its configuration were changed.
 */
void device_time_set(struct device *d);

/**
 * device_session - the vhost-user session that the device is in
 * @d: The device.
 *
 * Return: The session, to be opened with a front end's connection.
 */
struct vhost_user *device_session(struct device *d);

#endif /* DEVICE_H */
