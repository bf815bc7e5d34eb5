/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device is made of, for the files of the device only.
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
	uint32_t spent;		/* so many descriptors were looked at */
	struct device_counters counters;
	struct vhost_user session;
};

#endif /* DEVICE_PARTS_H */
