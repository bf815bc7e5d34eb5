/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device is made of, for the files of the device only.  Each uses those below it
 * in this list:
 *
 *  device.c		its life, and what its timers start
 *  front_end.c		the front end starts, stops, begins anew and leaves
 *  requests.c		requests
 *  notifications.c	alarms that expired
 *  buffers.c		from a ring, to an answer, into the ring
 *  in_flight.c, stale.c	buffers that wait
 *  device_time.c	what the model needs of this host
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef DEVICE_PARTS_H
#define DEVICE_PARTS_H

#include "device.h"
#include "in_flight.h"
#include "base/polling.h"
#include "stale.h"
#include "virtio_rtc_sim/model.h"

struct device {
	struct event_loop *loop;
	struct device_config *config;
	struct viortc_model model;
	struct viortc_model_clock *clock;
	struct device_time time;
	struct in_flight_pool pool;
	struct polling polling;
	struct stale stale;
	bool starved[VHOST_USER_NUM_QUEUES];	/* buffers wait for room in the pool */
	unsigned int turn;	/* that of the event loop in which */
	uint32_t spent;		/* so many descriptors were looked at, */
	uint64_t began;		/* and which began then, in ns of CLOCK_MONOTONIC */
	struct device_counters counters;
	struct vhost_user session;
};

/* What the session calls */
extern const struct vhost_user_ops device_session_ops;

/**
 * device_kicked - there may be buffers to take
 * @d: The device.
 * @queue: Of this queue, which is live.
 */
void device_kicked(struct device *d, unsigned int queue);

/**
 * device_take_requests - handle those requests whose turn it is
 * @d: The device, whose requestq is live.
 *
 * And look for more as long as that pays.
 */
void device_take_requests(struct device *d);

/**
 * device_go_on - have a buffer go on whose waiting has ended
 * @d: The device.
 * @f: The buffer, of a queue that is live.  It is used, or waits for the next time.
 */
void device_go_on(struct device *d, struct in_flight *f);

/**
 * device_deliver - use alarmq buffers for the notifications that wait
 * @d: The device.
 */
void device_deliver(struct device *d);

/**
 * device_look_for_expiry - tell of an expiry, if there is one more
 * @d: The device.
 * @clock: The clock.
 * @before: How many notifications waited for it before.
 */
void device_look_for_expiry(struct device *d, uint16_t clock, uint32_t before);

/**
 * device_alarms_changed - tell that an alarm may have been set, or rang
 * @d: The device.
 */
void device_alarms_changed(struct device *d);

/**
 * device_has_turn - whether the guest may cost more in this turn of the loop
 * @d: The device.
 *
 * Return: Whether it may; otherwise the next turn is to go on.
 */
bool device_has_turn(struct device *d);

/**
 * device_take - take a buffer
 * @d: The device.
 * @queue: Its queue, which is live.
 *
 * A queue whose buffers are not what they should be is broken by this.
 *
 * Return: A buffer that is not waiting; NULL if there is none, or none whose turn it is.
 */
struct in_flight *device_take(struct device *d, unsigned int queue);

/**
 * device_make_answer - make the answer that a buffer has without a fault
 * @f: The buffer, whose bytes are made.
 * @len: Their number.
 */
void device_make_answer(struct in_flight *f, size_t len);

/**
 * device_finish - decide what becomes of a buffer whose answer is made
 * @d: The device.
 * @f: The buffer, of a queue that is live.
 * @delay: How long it waits before it is used, in ns, unless a fault says otherwise.
 */
void device_finish(struct device *d, struct in_flight *f, uint64_t delay);

/**
 * device_use - write an answer into its buffer, and use it
 * @d: The device.
 * @f: The buffer, of a queue that is live, whose time has come.
 */
void device_use(struct device *d, struct in_flight *f);

#endif /* DEVICE_PARTS_H */
