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
 * @faults_may_come: Some may be added while it runs.
 * @alarms_changed: Called when an alarm may have been set; NULL for nobody.
 * @expired: Called when the alarm of a clock expired, not to call the device; NULL for
 *	nobody.
 * @closed: Called when a front end has left; @failed if it was at fault.
 * @priv: Passed to them.
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
	bool faults_may_come;
	void (*alarms_changed)(void *priv);
	void (*expired)(void *priv, uint16_t clock);
	void (*closed)(void *priv, bool failed);
	void *priv;
};

/**
 * struct device_counters - what a device did since it was made
 * @requests: Requests that were handled.
 * @notifications: Notifications that were given.
 * @expiries: Alarms that expired.
 * @resets: Resets.
 */
struct device_counters {
	uint64_t requests;
	uint64_t notifications;
	uint64_t expiries;
	uint64_t resets;
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

/**
 * device_reading - read a clock
 * @d: The device.
 * @clock: The id of a clock.
 *
 * Return: What it shows, in ns.
 */
uint64_t device_reading(struct device *d, uint16_t clock);

/**
 * device_alarm - what an alarm is set to
 * @d: The device.
 * @clock: The id of a clock with an alarm.
 * @time: Receives the time, in ns.
 *
 * Return: Whether it is enabled.
 */
bool device_alarm(const struct device *d, uint16_t clock, uint64_t *time);

/**
 * device_alarm_rang - whether the driver was notified of an alarm
 * @d: The device.
 * @clock: The id of a clock with an alarm.
 *
 * Return: Whether it was, and has to set the alarm to be notified of it again.
 */
bool device_alarm_rang(const struct device *d, uint16_t clock);

/**
 * device_alarm_waits - whether an alarm has expired and the driver was not notified yet
 * @d: The device.
 * @clock: The id of a clock with an alarm.
 *
 * Return: Whether that is so.
 */
bool device_alarm_waits(const struct device *d, uint16_t clock);

/**
 * device_restore_alarm - set an alarm as it was before
 * @d: The device, which no driver has set up yet.
 * @clock: The id of a clock with an alarm.
 * @time: The time, in ns.
 * @enabled: Whether it is enabled.
 * @rang: What device_alarm_rang() said then; only of one that is enabled.
 */
void device_restore_alarm(struct device *d, uint16_t clock, uint64_t time, bool enabled,
			  bool rang);

/**
 * device_step - have a clock step
 * @d: The device.
 * @clock: The id of a clock that may.
 * @ns: By how much, negative for back.
 */
void device_step(struct device *d, uint16_t clock, int64_t ns);

/**
 * device_go_wrong - look what a fault that was just added has the device do by itself
 * @d: The device.
 */
void device_go_wrong(struct device *d);

/**
 * device_counters - what a device did
 * @d: The device.
 *
 * Return: Its counters; they go on.
 */
const struct device_counters *device_counters(const struct device *d);

#endif /* DEVICE_H */
