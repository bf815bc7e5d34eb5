// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The messages of the requestq: requests are put together and answers checked
 * here, and nowhere else.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/errno.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_exchange.h"
#include "virtio_rtc_internal.h"
#include "virtio_rtc_requestq.h"

static int viortc_status_to_errno(u8 status)
{
	switch (status) {
	case VIRTIO_RTC_S_OK:
		return 0;
	case VIRTIO_RTC_S_EOPNOTSUPP:
		return -EOPNOTSUPP;
	case VIRTIO_RTC_S_ENODEV:
		return -ENODEV;
	case VIRTIO_RTC_S_EINVAL:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static bool viortc_status_is_known(u8 status)
{
	return status <= VIRTIO_RTC_S_EIO && status != 1;
}

/* An answer counts if it has a status and, with status OK, all of its bytes. */
static int viortc_check(struct viortc_requestq *requestq, u16 msg_type,
			const struct virtio_rtc_resp_head *head,
			size_t size, size_t used)
{
	if (used < sizeof(head->status) || used > size ||
	    (head->status == VIRTIO_RTC_S_OK && used != size)) {
		dev_err_ratelimited(requestq->dev,
				    "message 0x%x: answer of %zu instead of %zu bytes\n",
				    msg_type, used, size);
		return -EPROTO;
	}

	if (!viortc_status_is_known(head->status))
		dev_err_ratelimited(requestq->dev,
				    "message 0x%x: unknown status %u\n",
				    msg_type, head->status);

	return viortc_status_to_errno(head->status);
}

/*
 * What a message sends, and where it has room for the answer.  A reset after this makes it
 * fail, whatever was found out about the clock in between.
 */
#define VIORTC_REQUEST(_requestq, _req, _resp) {			\
	/* Pairs with viortc_requestq_start(). */			\
	.starts = smp_load_acquire(&(_requestq)->starts),		\
	.req = &(_req),							\
	.req_size = sizeof(_req),					\
	.resp = &(_resp),						\
	.resp_size = sizeof(_resp),					\
}

/* Each request and each answer starts with its head. */
static int viortc_send(struct viortc_requestq *requestq,
		       const struct viortc_request *request)
{
	u16 msg_type = viortc_request_type(request->req);
	int used;

	used = viortc_exchange(requestq, request);
	if (used == -ETIMEDOUT)
		dev_err_ratelimited(requestq->dev,
				    "message 0x%x: no answer in time\n",
				    msg_type);
	if (used < 0)
		return used;

	return viortc_check(requestq, msg_type, request->resp,
			    request->resp_size, used);
}

static int viortc_send_about(struct viortc_clock *clock,
			     struct viortc_request *request)
{
	/*
	 * Pairs with viortc_restore_clock().  When the restart fails nobody is asked any
	 * more, which the requestq says.
	 */
	if (smp_load_acquire(&clock->asking))
		return READ_ONCE(clock->requestq->error) ?: -EAGAIN;
	if (READ_ONCE(clock->gone))
		return -ENODEV;

	request->share = &clock->share;

	return viortc_send(clock->requestq, request);
}

int viortc_cfg(struct viortc_requestq *requestq, u16 *num_clocks)
{
	struct virtio_rtc_req_cfg req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_CFG),
	};
	struct virtio_rtc_resp_cfg resp;
	struct viortc_request request = VIORTC_REQUEST(requestq, req, resp);
	int err;

	err = viortc_send(requestq, &request);
	if (err)
		return err;

	*num_clocks = le16_to_cpu(resp.num_clocks);

	return 0;
}

int viortc_clock_cap(struct viortc_clock *clock, u8 *type, u8 *smearing,
		     u8 *flags)
{
	struct virtio_rtc_req_clock_cap req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_CLOCK_CAP),
		.clock_id = cpu_to_le16(clock->id),
	};
	struct virtio_rtc_resp_clock_cap resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);
	int err;

	/* Also of a clock that is gone: this tells whether it is back. */
	request.share = &clock->share;
	err = viortc_send(clock->requestq, &request);
	if (err)
		return err;

	*type = resp.type;
	*smearing = resp.leap_second_smearing;
	*flags = resp.flags;

	return 0;
}

int viortc_cross_cap(struct viortc_clock *clock, u8 hw_counter, bool *capable)
{
	struct virtio_rtc_req_cross_cap req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_CROSS_CAP),
		.clock_id = cpu_to_le16(clock->id),
		.hw_counter = hw_counter,
	};
	struct virtio_rtc_resp_cross_cap resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);
	int err;

	err = viortc_send_about(clock, &request);
	if (err == -EOPNOTSUPP) {
		*capable = false;
		return 0;
	}
	if (err)
		return err;

	*capable = resp.flags & VIRTIO_RTC_FLAG_CROSS_CAP;

	return 0;
}

static int viortc_read_any(struct viortc_clock *clock, u64 *reading,
			   struct ptp_system_timestamp *sts, bool brief)
{
	struct virtio_rtc_req_read req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_READ),
		.clock_id = cpu_to_le16(clock->id),
	};
	struct virtio_rtc_resp_read resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);
	int err;

	request.sts = sts;
	request.brief = brief;
	err = viortc_send_about(clock, &request);
	if (err)
		return err;

	*reading = le64_to_cpu(resp.clock_reading);

	return 0;
}

int viortc_read(struct viortc_clock *clock, u64 *reading,
		struct ptp_system_timestamp *sts)
{
	return viortc_read_any(clock, reading, sts, false);
}

int viortc_read_brief(struct viortc_clock *clock, u64 *reading,
		      struct ptp_system_timestamp *sts)
{
	return viortc_read_any(clock, reading, sts, true);
}

int viortc_read_cross(struct viortc_clock *clock, u8 hw_counter, u64 *reading,
		      u64 *cycles)
{
	struct virtio_rtc_req_read_cross req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_READ_CROSS),
		.clock_id = cpu_to_le16(clock->id),
		.hw_counter = hw_counter,
	};
	struct virtio_rtc_resp_read_cross resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);
	int err;

	request.brief = true;
	err = viortc_send_about(clock, &request);
	/* A clock that is there and denied for this is not gone. */
	if (err == -ENODEV && !READ_ONCE(clock->gone) &&
	    !READ_ONCE(clock->requestq->error))
		err = -EIO;
	if (err)
		return err;

	*reading = le64_to_cpu(resp.clock_reading);
	*cycles = le64_to_cpu(resp.counter_cycles);

	return 0;
}

bool viortc_is_put_off(const struct viortc_clock *clock)
{
	return viortc_exchange_is_put_off(&clock->share);
}

bool viortc_has_room(const struct viortc_clock *clock)
{
	return viortc_exchange_has_room(clock->requestq, &clock->share);
}

int viortc_read_alarm(struct viortc_clock *clock, u64 *alarm_time,
		      bool *enabled)
{
	struct virtio_rtc_req_read_alarm req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_READ_ALARM),
		.clock_id = cpu_to_le16(clock->id),
	};
	struct virtio_rtc_resp_read_alarm resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);
	int err;

	err = viortc_send_about(clock, &request);
	if (err)
		return err;

	*alarm_time = le64_to_cpu(resp.alarm_time);
	*enabled = resp.flags & VIRTIO_RTC_FLAG_ALARM_ENABLED;

	return 0;
}

int viortc_set_alarm(struct viortc_clock *clock, u64 alarm_time, bool enable)
{
	struct virtio_rtc_req_set_alarm req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_SET_ALARM),
		.alarm_time = cpu_to_le64(alarm_time),
		.clock_id = cpu_to_le16(clock->id),
		.flags = enable ? VIRTIO_RTC_FLAG_ALARM_ENABLED : 0,
	};
	struct virtio_rtc_resp_set_alarm resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);

	return viortc_send_about(clock, &request);
}

int viortc_set_alarm_enabled(struct viortc_clock *clock, bool enable)
{
	struct virtio_rtc_req_set_alarm_enabled req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_SET_ALARM_ENABLED),
		.clock_id = cpu_to_le16(clock->id),
		.flags = enable ? VIRTIO_RTC_FLAG_ALARM_ENABLED : 0,
	};
	struct virtio_rtc_resp_set_alarm_enabled resp;
	struct viortc_request request = VIORTC_REQUEST(clock->requestq, req, resp);

	return viortc_send_about(clock, &request);
}
