// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raw messages to a device: from its reset to a buffer that it used.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "virtio_rtc_compat.h"
#include "conformance.h"

static unsigned int patience_ms = 2000;
module_param(patience_ms, uint, 0644);
MODULE_PARM_DESC(patience_ms,
		 "how long to wait for an answer before it counts as none, in ms (default 2000)");

/* Descriptors of one request, at most */
#define CONF_MAX_PIECES	(2 * CONF_ROOM)

#define CONF_REQ(name)	sizeof(struct virtio_rtc_req_##name)
#define CONF_RESP(name)	sizeof(struct virtio_rtc_resp_##name)

const struct conf_msg conf_msgs[] = {
	{ VIRTIO_RTC_REQ_CFG, "CFG", CONF_REQ(cfg), CONF_RESP(cfg),
	  0, 0, 0, 8, 10, false },
	{ VIRTIO_RTC_REQ_CLOCK_CAP, "CLOCK_CAP", CONF_REQ(clock_cap),
	  CONF_RESP(clock_cap), 8, 0, 0, 10, 11, false },
	{ VIRTIO_RTC_REQ_CROSS_CAP, "CROSS_CAP", CONF_REQ(cross_cap),
	  CONF_RESP(cross_cap), 8, 10, 0, 11, 9, false },
	{ VIRTIO_RTC_REQ_READ, "READ", CONF_REQ(read), CONF_RESP(read),
	  8, 0, 0, 10, 16, false },
	{ VIRTIO_RTC_REQ_READ_CROSS, "READ_CROSS", CONF_REQ(read_cross),
	  CONF_RESP(read_cross), 8, 10, 0, 11, 24, false },
	{ VIRTIO_RTC_REQ_READ_ALARM, "READ_ALARM", CONF_REQ(read_alarm),
	  CONF_RESP(read_alarm), 8, 0, 0, 10, 17, true },
	{ VIRTIO_RTC_REQ_SET_ALARM, "SET_ALARM", CONF_REQ(set_alarm),
	  CONF_RESP(set_alarm), 16, 0, 18, 19, 8, true },
	{ VIRTIO_RTC_REQ_SET_ALARM_ENABLED, "SET_ALARM_ENABLED",
	  CONF_REQ(set_alarm_enabled), CONF_RESP(set_alarm_enabled),
	  8, 0, 10, 11, 8, true },
	{ 0 },
};

const struct conf_msg *conf_find(u16 type)
{
	const struct conf_msg *msg = conf_msgs;

	while (msg->type != type)
		msg++;

	return msg;
}

u8 conf_own_counter(void)
{
	if (IS_ENABLED(CONFIG_X86_TSC))
		return VIRTIO_RTC_COUNTER_X86_TSC;
	if (IS_ENABLED(CONFIG_ARM_ARCH_TIMER))
		return VIRTIO_RTC_COUNTER_ARM_VCT;

	return VIRTIO_RTC_COUNTER_INVALID;
}

/* Buffers are looked for, so interrupts say nothing new. */
static void conf_ignore(struct virtqueue *vq)
{
}

int conf_start(struct conf *conf, bool alarms)
{
	struct virtqueue_info infos[] = {
		{ .name = "requestq", .callback = conf_ignore },
		{ .name = "alarmq", .callback = conf_ignore },
	};
	struct virtio_device *vdev = conf->vdev;
	struct virtqueue *vqs[2] = {};
	int err;

	conf_stop(conf);
	virtio_reset_device(vdev);
	virtio_add_status(vdev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	virtio_add_status(vdev, VIRTIO_CONFIG_S_DRIVER);
	if (alarms)
		__virtio_set_bit(vdev, VIRTIO_RTC_F_ALARM);
	else
		__virtio_clear_bit(vdev, VIRTIO_RTC_F_ALARM);
	err = vdev->config->finalize_features(vdev);
	if (err)
		return err;

	virtio_add_status(vdev, VIRTIO_CONFIG_S_FEATURES_OK);
	if (!(vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_FEATURES_OK))
		return -EOPNOTSUPP;

	err = virtio_find_vqs(vdev, alarms ? 2 : 1, vqs, infos, NULL);
	if (err)
		return err;

	conf->requestq = vqs[0];
	conf->alarmq = vqs[1];
	conf->alarms = alarms;
	conf->stuck = false;
	conf->live = true;
	virtio_device_ready(vdev);

	return 0;
}

void conf_stop(struct conf *conf)
{
	if (!conf->live)
		return;

	virtio_break_device(conf->vdev);
	virtio_reset_device(conf->vdev);
	while (virtqueue_detach_unused_buf(conf->requestq))
		;
	while (conf->alarmq && virtqueue_detach_unused_buf(conf->alarmq))
		;
	conf->vdev->config->del_vqs(conf->vdev);
	conf->live = false;
}

void conf_put(struct conf_buf *buf, const struct conf_msg *msg, u16 id)
{
	memset(buf->req, 0, sizeof(buf->req));
	buf->req[0] = msg->type & 0xff;
	buf->req[1] = msg->type >> 8;
	if (msg->clock_at) {
		buf->req[msg->clock_at] = id & 0xff;
		buf->req[msg->clock_at + 1] = id >> 8;
	}
	if (msg->counter_at)
		buf->req[msg->counter_at] =
			conf_own_counter() == VIRTIO_RTC_COUNTER_INVALID ?
			VIRTIO_RTC_COUNTER_ARM_VCT : conf_own_counter();
	/* The largest byte of the alarm time: in the year 2261 */
	if (msg->type == VIRTIO_RTC_REQ_SET_ALARM)
		buf->req[15] = 0x7f;
}

/* Descriptors of @piece bytes; the number of them */
static unsigned int conf_pieces(struct scatterlist *sgs, u8 *bytes,
				unsigned int len, unsigned int piece)
{
	unsigned int n = 0, at, size;

	for (at = 0; at < len; at += size) {
		size = piece ? min(piece, len - at) : len;
		n++;
	}
	if (!n)
		return 0;

	sg_init_table(sgs, n);
	for (n = 0, at = 0; at < len; at += size) {
		size = piece ? min(piece, len - at) : len;
		sg_set_buf(&sgs[n++], bytes + at, size);
	}

	return n;
}

int conf_add(struct conf *conf, struct conf_buf *buf, unsigned int req_len,
	     unsigned int resp_len, unsigned int piece)
{
	struct scatterlist *out, *in, *sgs[2];
	unsigned int num_out = 0, num_in = 0;
	int err;

	if (conf->stuck)
		return -ESHUTDOWN;

	out = kcalloc(CONF_MAX_PIECES, sizeof(*out), GFP_KERNEL);
	if (!out)
		return -ENOMEM;

	in = out + CONF_ROOM;
	memset(buf->resp, CONF_UNTOUCHED, sizeof(buf->resp));
	if (conf_pieces(out, buf->req, req_len, piece))
		sgs[num_out++] = out;
	if (conf_pieces(in, buf->resp, resp_len, piece))
		sgs[num_out + num_in++] = in;
	err = virtqueue_add_sgs(conf->requestq, sgs, num_out, num_in, buf,
				GFP_KERNEL);
	kfree(out);

	return err;
}

struct conf_buf *conf_get(struct conf *conf, unsigned int *used)
{
	ktime_t end = ktime_add_ms(ktime_get(), patience_ms);
	struct conf_buf *buf;

	virtqueue_kick(conf->requestq);
	for (;;) {
		/* A look after the end of patience as well */
		bool last = ktime_after(ktime_get(), end) ||
			    virtqueue_is_broken(conf->requestq);

		buf = virtqueue_get_buf(conf->requestq, used);
		if (buf)
			return buf;
		if (last)
			break;
		usleep_range(50, 200);
	}
	conf->stuck = true;

	return NULL;
}

int conf_exchange(struct conf *conf, unsigned int req_len,
		  unsigned int resp_len, const char *what)
{
	unsigned int used;
	int err;

	err = conf_add(conf, &conf->bufs[0], req_len, resp_len, 0);
	if (!err && !conf_get(conf, &used))
		err = -ETIMEDOUT;
	if (err) {
		conf_fail(conf, "%s: no answer: error %d%s", what, err,
			  conf->vdev->config->get_status(conf->vdev) &
			  VIRTIO_CONFIG_S_NEEDS_RESET ?
			  ", the device needs a reset" : "");
		return err;
	}

	return used;
}

int conf_ask(struct conf *conf, const struct conf_msg *msg)
{
	int used = conf_exchange(conf, msg->req_size, msg->resp_size,
				 msg->name);

	if (used < 0)
		return used;
	if (!used || used > msg->resp_size) {
		conf_fail(conf, "%s: an answer of %d bytes", msg->name, used);
		return -EPROTO;
	}

	return conf->bufs[0].resp[0];
}

bool conf_expect(struct conf *conf, const struct conf_msg *msg, u8 status,
		 const char *what)
{
	int got = conf_ask(conf, msg);

	if (got < 0)
		return false;
	if (got == status)
		return true;
	conf_fail(conf, "%s, %s: status %d, not %u", msg->name, what, got,
		  status);

	return false;
}

bool conf_read(struct conf *conf, u16 id, u64 *reading)
{
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_READ);
	struct virtio_rtc_resp_read *resp = (void *)conf->bufs[0].resp;

	conf_put(&conf->bufs[0], msg, id);
	if (!conf_expect(conf, msg, VIRTIO_RTC_S_OK, "of a clock that is there"))
		return false;

	*reading = le64_to_cpu(resp->clock_reading);

	return true;
}

bool conf_clock_cap(struct conf *conf, u16 id,
		    struct virtio_rtc_resp_clock_cap *cap)
{
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_CLOCK_CAP);

	conf_put(&conf->bufs[0], msg, id);
	if (!conf_expect(conf, msg, VIRTIO_RTC_S_OK, "of a clock that is there"))
		return false;

	memcpy(cap, conf->bufs[0].resp, sizeof(*cap));

	return true;
}

u16 conf_clock_for(struct conf *conf, const struct conf_msg *msg)
{
	struct virtio_rtc_resp_clock_cap cap;
	u16 id;

	if (!msg->alarm)
		return conf->num_clocks ? 0 : CONF_NO_CLOCK;

	for (id = 0; conf->alarms && id < conf->num_clocks; id++)
		if (conf_clock_cap(conf, id, &cap) &&
		    (cap.flags & VIRTIO_RTC_FLAG_ALARM_CAP))
			return id;

	return CONF_NO_CLOCK;
}
