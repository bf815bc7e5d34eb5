// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: model, time and virtqueues put together.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <linux/virtio_config.h>
#include <linux/virtio_rtc.h>
#include <stdlib.h>

#include "device_parts.h"
#include "base/macros.h"

/* What timers tell */

static void pool_due(struct in_flight_pool *pool)
{
	struct device *d = container_of(pool, struct device, pool);
	struct in_flight *f;
	unsigned int i;

	while ((f = in_flight_next_due(pool))) {
		struct vhost_user_queue *q = &d->session.queue[f->queue];

		if (!vhost_user_queue_live(q)) {
			in_flight_put(pool, f);
			continue;
		}
		device_go_on(d, f);
		vhost_user_queue_call(q);
	}
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++) {
		if (!d->starved[i])
			continue;
		d->starved[i] = false;
		if (vhost_user_queue_live(&d->session.queue[i]))
			device_kicked(d, i);
	}
	vhost_user_check_memory(&d->session);
}

static void check_alarm(void *priv, uint16_t clock)
{
	struct device *d = priv;
	uint32_t before = d->clock[clock].pending;

	viortc_model_alarm_check(&d->model, clock);
	device_look_for_expiry(d, clock, before);
	device_deliver(d);
	vhost_user_check_memory(&d->session);
}

/* Life */

static int init_model(struct device *d)
{
	struct device_config *config = d->config;
	bool cross = config->clocks.counter.type != VIRTIO_RTC_COUNTER_INVALID;
	uint16_t i;

	for (i = 0; i < config->num_clocks; i++) {
		d->clock[i].type = config->clock[i].type;
		d->clock[i].smearing = config->clock[i].smearing;
		d->clock[i].alarm = config->clock[i].alarm;
		d->clock[i].cross = cross;
	}
	return viortc_model_init(&d->model, &device_time_ops, &d->time, d->clock,
				 config->num_clocks, config->clocks.counter.type);
}

static int init(struct device *d)
{
	int err;

	d->time.clocks = &d->config->clocks;
	d->time.clock = d->config->clock;
	d->time.num_clocks = d->config->num_clocks;
	d->time.check = check_alarm;
	d->time.priv = d;
	err = init_model(d);
	if (!err)
		err = in_flight_init(&d->pool, d->loop, pool_due);
	if (err)
		return err;
	err = device_time_init(&d->time, d->loop);
	if (err)
		in_flight_release(&d->pool);
	return err;
}

/* Buffers are used in the order made available, unless a fault holds one back. */
static uint64_t offered(const struct device *d)
{
	uint64_t features = viortc_model_features(&d->model);

	if (!d->config->faults.num && !d->config->faults_may_come)
		features |= UINT64_C(1) << VIRTIO_F_IN_ORDER;
	return features;
}

struct device *device_create(struct event_loop *loop, struct device_config *config, int *error)
{
	struct device *d = calloc(1, sizeof(*d));

	*error = -ENOMEM;
	if (!d)
		return NULL;
	d->loop = loop;
	d->config = config;
	/* One more, so that a device without clocks is no special case. */
	d->clock = calloc(config->num_clocks + 1, sizeof(*d->clock));
	if (d->clock)
		*error = init(d);
	if (*error) {
		free(d->clock);
		free(d);
		return NULL;
	}
	polling_init(&d->polling, config->poll);
	vhost_user_init(&d->session, loop, offered(d), &device_session_ops, d);
	return d;
}

void device_destroy(struct device *d)
{
	polling_release(&d->polling);
	device_time_release(&d->time);
	in_flight_release(&d->pool);
	free(d->clock);
	free(d);
}

void device_time_set(struct device *d)
{
	device_time_stepped(&d->time);
}

struct vhost_user *device_session(struct device *d)
{
	return &d->session;
}
