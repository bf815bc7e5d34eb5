// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance: statuses of right and of wrong messages.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/kernel.h>
#include <linux/string.h>

#include "conformance.h"

/*
 * Calls @each for each message that the device can be sent now, with a right
 * request in the first buffer, and with the status that this gets.
 */
static void conf_for_each(struct conf *conf,
			  void (*each)(struct conf *conf,
				       const struct conf_msg *msg, u16 id,
				       u8 right))
{
	const struct conf_msg *msg;
	int right;
	u16 id;

	for (msg = conf_msgs; msg->name; msg++) {
		id = conf_clock_for(conf, msg);
		if (id == CONF_NO_CLOCK && msg->clock_at)
			continue;
		conf_put(&conf->bufs[0], msg, id);
		right = conf_ask(conf, msg);
		if (right < 0)
			return;
		each(conf, msg, id, right);
	}
}

static void conf_reserved_of(struct conf *conf, const struct conf_msg *msg,
			     u16 id, u8 right)
{
	const u8 *resp = conf->bufs[0].resp;
	unsigned int n;

	for (n = 1; n < sizeof(struct virtio_rtc_resp_head); n++)
		if (resp[n])
			conf_fail(conf, "%s: byte %u of the answer is %u",
				  msg->name, n, resp[n]);
	for (n = msg->resp_reserved_at; !right && n < msg->resp_size; n++)
		if (resp[n])
			conf_fail(conf, "%s: byte %u of the answer is %u",
				  msg->name, n, resp[n]);
}

static void conf_reserved(struct conf *conf)
{
	conf_for_each(conf, conf_reserved_of);
}

/* Where a request cannot be met anyway, what it got comes first. */
static bool conf_is_refusal(int status, u8 right)
{
	return status == VIRTIO_RTC_S_EINVAL || (right && status == right);
}

static void conf_wrong_byte(struct conf *conf, const struct conf_msg *msg,
			    u16 id, u8 right, unsigned int at, u8 value)
{
	int status;

	conf_put(&conf->bufs[0], msg, id);
	conf->bufs[0].req[at] |= value;
	status = conf_ask(conf, msg);
	if (status >= 0 && !conf_is_refusal(status, right))
		conf_fail(conf, "%s with %u in byte %u: status %d", msg->name,
			  conf->bufs[0].req[at], at, status);
}

static void conf_inconsistent_of(struct conf *conf, const struct conf_msg *msg,
				 u16 id, u8 right)
{
	unsigned int at;

	for (at = 2; at < 8 && !conf->stuck; at++)
		conf_wrong_byte(conf, msg, id, right, at, 1);
	for (at = msg->req_reserved_at; at < msg->req_size && !conf->stuck; at++)
		conf_wrong_byte(conf, msg, id, right, at, 0x80);
}

static void conf_inconsistent(struct conf *conf)
{
	conf_for_each(conf, conf_inconsistent_of);
}

static void conf_wrong_flags_of(struct conf *conf, const struct conf_msg *msg,
				u16 id, u8 right)
{
	unsigned int bit;

	for (bit = 1; msg->flags_at && bit < 8 && !conf->stuck; bit++)
		conf_wrong_byte(conf, msg, id, right, msg->flags_at, BIT(bit));
}

static void conf_wrong_flags(struct conf *conf)
{
	conf_for_each(conf, conf_wrong_flags_of);
}

/* Both messages with a counter, with one that is special */
static void conf_counter(struct conf *conf, u8 counter, u8 status)
{
	const struct conf_msg *msg;
	int right, got;

	if (!conf->num_clocks) {
		conf->skipped = "no clock";
		return;
	}
	for (msg = conf_msgs; msg->name; msg++) {
		if (!msg->counter_at)
			continue;
		conf_put(&conf->bufs[0], msg, 0);
		right = conf_ask(conf, msg);
		if (right < 0)
			return;
		conf_put(&conf->bufs[0], msg, 0);
		conf->bufs[0].req[msg->counter_at] = counter;
		got = conf_ask(conf, msg);
		if (got < 0)
			return;
		/* Without any cross-timestamps it may say just that. */
		if (got != status && !(right == VIRTIO_RTC_S_EOPNOTSUPP &&
				       got == right))
			conf_fail(conf, "%s of counter 0x%x: status %d",
				  msg->name, counter, got);
	}
}

static void conf_no_counter(struct conf *conf)
{
	conf_counter(conf, VIRTIO_RTC_COUNTER_INVALID, VIRTIO_RTC_S_EINVAL);
}

static void conf_unknown_counter(struct conf *conf)
{
	conf_counter(conf, 0x42, VIRTIO_RTC_S_EOPNOTSUPP);
}

static void conf_unknown_message(struct conf *conf)
{
	/* On both sides of those that there are; one is a notification's. */
	static const u16 types[] = {
		0x0000, 0x0003, 0x0fff, 0x1006, 0x1fff, VIRTIO_RTC_NOTIF_ALARM,
		0x0100, 0xffff,
	};
	struct conf_msg msg = { .name = "unknown message", .resp_size = 24 };
	unsigned int n;
	char what[16];

	msg.req_size = sizeof(struct virtio_rtc_req_head);
	for (n = 0; n < ARRAY_SIZE(types) && !conf->stuck; n++) {
		msg.type = types[n];
		conf_put(&conf->bufs[0], &msg, 0);
		snprintf(what, sizeof(what), "0x%04x", types[n]);
		conf_expect(conf, &msg, VIRTIO_RTC_S_EOPNOTSUPP, what);
	}
}

static void conf_unknown_clock(struct conf *conf)
{
	const struct conf_msg *msg;

	for (msg = conf_msgs; msg->name && !conf->stuck; msg++) {
		if (!msg->clock_at)
			continue;
		conf_put(&conf->bufs[0], msg, conf->num_clocks);
		conf_expect(conf, msg, VIRTIO_RTC_S_ENODEV, "of the next clock");
		conf_put(&conf->bufs[0], msg, CONF_NO_CLOCK);
		conf_expect(conf, msg, VIRTIO_RTC_S_ENODEV, "of clock 0xffff");
	}
}

static void conf_no_alarm_messages(struct conf *conf)
{
	const struct conf_msg *msg;
	u16 id;

	if (!conf->num_clocks)
		conf->skipped = "no clock";
	for (msg = conf_msgs; msg->name; msg++) {
		if (!msg->alarm)
			continue;
		for (id = 0; id < conf->num_clocks && !conf->stuck; id++) {
			conf_put(&conf->bufs[0], msg, id);
			conf_expect(conf, msg, VIRTIO_RTC_S_ENODEV,
				    "without the feature");
		}
	}
}

static void conf_no_alarm_clock(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	const struct conf_msg *msg;
	bool found = false;
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++) {
		if (!conf_clock_cap(conf, id, &cap) ||
		    (cap.flags & VIRTIO_RTC_FLAG_ALARM_CAP))
			continue;
		found = true;
		for (msg = conf_msgs; msg->name && !conf->stuck; msg++) {
			if (!msg->alarm)
				continue;
			conf_put(&conf->bufs[0], msg, id);
			conf_expect(conf, msg, VIRTIO_RTC_S_ENODEV,
				    "of a clock without alarm");
		}
	}
	if (!found)
		conf->skipped = "all clocks have alarms";
}

/* Whatever else is wrong with a request: who is not there cannot say. */
static void conf_precedence(struct conf *conf)
{
	struct conf_msg unknown = {
		.name = "unknown message",
		.type = 0x0003,
		.req_size = sizeof(struct virtio_rtc_req_head),
		.resp_size = sizeof(struct virtio_rtc_resp_head),
	};
	const struct conf_msg *read = conf_find(VIRTIO_RTC_REQ_READ);

	conf_put(&conf->bufs[0], &unknown, 0);
	conf->bufs[0].req[7] = 1;
	if (!conf_expect(conf, &unknown, VIRTIO_RTC_S_EOPNOTSUPP,
			 "with a reserved byte"))
		return;
	conf_put(&conf->bufs[0], read, CONF_NO_CLOCK);
	conf->bufs[0].req[read->req_reserved_at] = 1;
	conf_expect(conf, read, VIRTIO_RTC_S_ENODEV,
		    "of clock 0xffff, with a reserved byte");
}

const struct conf_test conf_message_tests[] = {
	{ "reserved: reserved bytes of answers are zero", CONF_ALL,
	  conf_reserved },
	{ "V-inconsistent: reserved bytes that are not zero get EINVAL",
	  CONF_ALL, conf_inconsistent },
	{ "V-inconsistent: flags that no feature allows get EINVAL",
	  CONF_WITH_ALARMS, conf_wrong_flags },
	{ "V-inconsistent: the counter that is none gets EINVAL",
	  CONF_WITHOUT_ALARMS, conf_no_counter },
	{ "status: an unknown counter gets EOPNOTSUPP", CONF_WITHOUT_ALARMS,
	  conf_unknown_counter },
	{ "status: an unknown message gets EOPNOTSUPP", CONF_ALL,
	  conf_unknown_message },
	{ "status: an unknown clock gets ENODEV", CONF_ALL,
	  conf_unknown_clock },
	{ "V-inconsistent: what is not there is said before what is wrong",
	  CONF_ALL, conf_precedence },
	{ "V-feature: without the feature alarm messages get ENODEV",
	  CONF_WITHOUT_ALARMS, conf_no_alarm_messages },
	{ "V-feature: alarm messages of a clock without alarm get ENODEV",
	  CONF_WITH_ALARMS, conf_no_alarm_clock },
	{ 0 },
};
