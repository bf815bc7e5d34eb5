// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: what others than guests want of it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <endian.h>
#include <linux/virtio_rtc.h>

#include "device_parts.h"

uint64_t device_reading(struct device *d, uint16_t clock)
{
	return device_time_ops.read(&d->time, clock);
}

bool device_alarm(const struct device *d, uint16_t clock, uint64_t *time)
{
	/* As READ_ALARM tells it, which needs the feature. */
	*time = d->clock[clock].alarm_time;
	return d->clock[clock].alarm_enabled;
}

bool device_alarm_rang(const struct device *d, uint16_t clock)
{
	const struct viortc_model_clock *c = &d->clock[clock];

	return c->alarm_enabled && c->alarm_expired && !c->pending;
}

bool device_alarm_waits(const struct device *d, uint16_t clock)
{
	return d->clock[clock].pending;
}

/*
 * As the model leaves one whose notification was taken.  If its clock was set back
 * meanwhile, its time is still to come, and it rings.
 */
static void restore_rang(struct device *d, uint16_t clock, uint64_t time)
{
	struct viortc_model_clock *c = &d->clock[clock];

	c->alarm_time = time;
	c->alarm_enabled = true;
	c->alarm_expired = true;
	viortc_model_alarm_check(&d->model, clock);
}

void device_restore_alarm(struct device *d, uint16_t clock, uint64_t time, bool enabled,
			  bool rang)
{
	const struct virtio_rtc_req_set_alarm req = {
		.head.msg_type = htole16(VIRTIO_RTC_REQ_SET_ALARM),
		.alarm_time = htole64(time),
		.clock_id = htole16(clock),
		.flags = enabled ? VIRTIO_RTC_FLAG_ALARM_ENABLED : 0,
	};
	struct virtio_rtc_resp_set_alarm resp;

	if (rang) {
		restore_rang(d, clock, time);
		return;
	}
	viortc_model_set_features(&d->model, 1 << VIRTIO_RTC_F_ALARM);
	viortc_model_handle(&d->model, &req, sizeof(req), &resp, sizeof(resp));
	viortc_model_set_features(&d->model, 0);
	d->config->clock[clock].late = d->clock[clock].pending;
}

void device_step(struct device *d, uint16_t clock, int64_t ns)
{
	d->config->clock[clock].step += (uint64_t)ns;
	d->time.check(d, clock);
}

void device_go_wrong(struct device *d)
{
	device_deliver(d);
	vhost_user_check_memory(&d->session);
}

const struct device_counters *device_counters(const struct device *d)
{
	return &d->counters;
}
