/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints: requests, their answers, what there was instead of an answer, and
 * alarms.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#undef TRACE_SYSTEM
#define TRACE_SYSTEM virtio_rtc

#if !defined(_VIRTIO_RTC_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _VIRTIO_RTC_TRACE_H_

#include <linux/tracepoint.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_exchange.h"

#ifndef VIORTC_NO_CLOCK
#define VIORTC_NO_CLOCK	(-1)

/* The clock that a request is about, or VIORTC_NO_CLOCK */
static inline int viortc_trace_clock(const void *req)
{
	const struct virtio_rtc_req_set_alarm *set_alarm = req;
	const struct virtio_rtc_req_read *other = req;

	switch (viortc_request_type(req)) {
	case VIRTIO_RTC_REQ_CFG:
		return VIORTC_NO_CLOCK;
	case VIRTIO_RTC_REQ_SET_ALARM:
		return le16_to_cpu(set_alarm->clock_id);
	default:
		/* All others have it in this place. */
		return le16_to_cpu(other->clock_id);
	}
}
#endif

#define viortc_show_type(type)					\
	__print_symbolic(type,					\
		{ VIRTIO_RTC_REQ_READ, "READ" },		\
		{ VIRTIO_RTC_REQ_READ_CROSS, "READ_CROSS" },	\
		{ VIRTIO_RTC_REQ_CFG, "CFG" },			\
		{ VIRTIO_RTC_REQ_CLOCK_CAP, "CLOCK_CAP" },	\
		{ VIRTIO_RTC_REQ_CROSS_CAP, "CROSS_CAP" },	\
		{ VIRTIO_RTC_REQ_READ_ALARM, "READ_ALARM" },	\
		{ VIRTIO_RTC_REQ_SET_ALARM, "SET_ALARM" },	\
		{ VIRTIO_RTC_REQ_SET_ALARM_ENABLED, "SET_ALARM_ENABLED" })

#define viortc_show_status(status)				\
	__print_symbolic(status,				\
		{ VIRTIO_RTC_S_OK, "OK" },			\
		{ VIRTIO_RTC_S_EOPNOTSUPP, "EOPNOTSUPP" },	\
		{ VIRTIO_RTC_S_ENODEV, "ENODEV" },		\
		{ VIRTIO_RTC_S_EINVAL, "EINVAL" },		\
		{ VIRTIO_RTC_S_EIO, "EIO" })

/* A request is about to be made available to the device. */
TRACE_EVENT(virtio_rtc_request,

	TP_PROTO(struct device *dev, const void *req),

	TP_ARGS(dev, req),

	TP_STRUCT__entry(
		__field(u32, device)
		__field(s32, clock)
		__field(u16, type)
	),

	TP_fast_assign(
		__entry->device = dev_to_virtio(dev)->index;
		__entry->clock = viortc_trace_clock(req);
		__entry->type = viortc_request_type(req);
	),

	TP_printk("virtio%u clock=%d type=%s", __entry->device, __entry->clock,
		  viortc_show_type(__entry->type))
);

/* The answer to a request was seen, @latency_ns after it was made available. */
TRACE_EVENT(virtio_rtc_answer,

	TP_PROTO(struct device *dev, const void *req, u8 status,
		 unsigned int len, u64 latency_ns),

	TP_ARGS(dev, req, status, len, latency_ns),

	TP_STRUCT__entry(
		__field(u32, device)
		__field(s32, clock)
		__field(u64, latency_ns)
		__field(u32, len)
		__field(u16, type)
		__field(u8, status)
	),

	TP_fast_assign(
		__entry->device = dev_to_virtio(dev)->index;
		__entry->clock = viortc_trace_clock(req);
		__entry->latency_ns = latency_ns;
		__entry->len = len;
		__entry->type = viortc_request_type(req);
		__entry->status = status;
	),

	TP_printk("virtio%u clock=%d type=%s status=%s len=%u latency_ns=%llu",
		  __entry->device, __entry->clock,
		  viortc_show_type(__entry->type),
		  viortc_show_status(__entry->status), __entry->len,
		  __entry->latency_ns)
);

/* A request came to its end without an answer. */
TRACE_EVENT(virtio_rtc_failure,

	TP_PROTO(struct device *dev, const void *req, int error),

	TP_ARGS(dev, req, error),

	TP_STRUCT__entry(
		__field(u32, device)
		__field(s32, clock)
		__field(s32, error)
		__field(u16, type)
	),

	TP_fast_assign(
		__entry->device = dev_to_virtio(dev)->index;
		__entry->clock = viortc_trace_clock(req);
		__entry->error = error;
		__entry->type = viortc_request_type(req);
	),

	TP_printk("virtio%u clock=%d type=%s error=%d", __entry->device,
		  __entry->clock, viortc_show_type(__entry->type),
		  __entry->error)
);

/* The device notified of a clock's alarm. */
TRACE_EVENT(virtio_rtc_alarm,

	TP_PROTO(struct device *dev, u16 clock_id),

	TP_ARGS(dev, clock_id),

	TP_STRUCT__entry(
		__field(u32, device)
		__field(s32, clock)
	),

	TP_fast_assign(
		__entry->device = dev_to_virtio(dev)->index;
		__entry->clock = clock_id;
	),

	TP_printk("virtio%u clock=%d", __entry->device, __entry->clock)
);

#endif /* _VIRTIO_RTC_TRACE_H_ */

/* The header is in the folder of what includes it: see the Makefile. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE virtio_rtc_trace
#include <trace/define_trace.h>
