// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause
/*
 * Device model of the virtio RTC device: its clocks are read, alone and together with
 * the driver's counter.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <asm/byteorder.h>

#include "model_parts.h"

/* V-mono does not rely on the embedding code. */
static bool viortc_model_goes_back(const struct viortc_model_clock *clock, __u64 reading)
{
	return clock->type == VIRTIO_RTC_CLOCK_MONOTONIC && reading < clock->last_reading;
}

__u64 viortc_model_read_clock(struct viortc_model *m, __u16 id)
{
	struct viortc_model_clock *clock = &m->clocks[id];
	__u64 reading = m->ops->read(m->priv, id);

	if (viortc_model_goes_back(clock, reading))
		return clock->last_reading;
	clock->last_reading = reading;
	return reading;
}

__u8 viortc_model_read(struct viortc_model *m, struct viortc_model_exchange *x)
{
	x->resp.read.clock_reading = __cpu_to_le64(viortc_model_read_clock(m, x->id));
	return VIRTIO_RTC_S_OK;
}

/* The one answer to both questions, CROSS_CAP and READ_CROSS (V-cap) */
static bool viortc_model_can_cross(const struct viortc_model *m, __u16 id, __u8 hw_counter)
{
	return m->clocks[id].cross && hw_counter == m->hw_counter;
}

__u8 viortc_model_cross_cap(struct viortc_model *m, struct viortc_model_exchange *x)
{
	if (viortc_model_can_cross(m, x->id, x->req.cross_cap.hw_counter))
		x->resp.cross_cap.flags = VIRTIO_RTC_FLAG_CROSS_CAP;
	return VIRTIO_RTC_S_OK;
}

__u8 viortc_model_read_cross(struct viortc_model *m, struct viortc_model_exchange *x)
{
	struct viortc_model_clock *clock = &m->clocks[x->id];
	__u64 reading, cycles;

	if (!viortc_model_can_cross(m, x->id, x->req.read_cross.hw_counter))
		return VIRTIO_RTC_S_EOPNOTSUPP;
	if (!m->ops->read_cross(m->priv, x->id, &reading, &cycles))
		return VIRTIO_RTC_S_EIO;
	/* Correcting one half of the pair would make the pair wrong: no answer instead. */
	if (cycles < m->last_cycles || viortc_model_goes_back(clock, reading))
		return VIRTIO_RTC_S_EIO;
	m->last_cycles = cycles;
	clock->last_reading = reading;

	x->resp.read_cross.clock_reading = __cpu_to_le64(reading);
	x->resp.read_cross.counter_cycles = __cpu_to_le64(cycles);
	return VIRTIO_RTC_S_OK;
}
