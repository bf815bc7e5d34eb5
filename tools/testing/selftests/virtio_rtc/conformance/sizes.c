// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance: sizes of buffers, and the descriptors that they consist of.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/virtio.h>

#include "conformance.h"

/* The nth message that the device can be sent now, in the first buffer, or NULL */
static const struct conf_msg *conf_nth(struct conf *conf, unsigned int n)
{
	const struct conf_msg *msg;
	u16 id;

	for (msg = conf_msgs; msg->name && !conf->stuck; msg++) {
		id = conf_clock_for(conf, msg);
		if ((id == CONF_NO_CLOCK && msg->clock_at) || n--)
			continue;
		conf_put(&conf->bufs[0], msg, id);
		return msg;
	}

	return NULL;
}

static void conf_sized_as(struct conf *conf, const struct conf_msg *msg,
			  unsigned int req_len, unsigned int resp_len)
{
	int used = conf_exchange(conf, req_len, resp_len, msg->name);

	if (used < 0)
		return;
	if (!used || used > resp_len)
		conf_fail(conf, "%s in %u bytes, answer in %u: %d were used",
			  msg->name, req_len, resp_len, used);
	else if (conf->bufs[0].resp[0] != VIRTIO_RTC_S_EINVAL)
		conf_fail(conf, "%s in %u bytes, answer in %u: status %u",
			  msg->name, req_len, resp_len, conf->bufs[0].resp[0]);
}

static void conf_short_request(struct conf *conf)
{
	const struct conf_msg *msg;
	unsigned int n;

	for (n = 0; (msg = conf_nth(conf, n)); n++)
		conf_sized_as(conf, msg, msg->req_size - 1, msg->resp_size);
}

static void conf_short_head(struct conf *conf)
{
	const struct conf_msg *msg;
	unsigned int len;

	for (len = 1; len < sizeof(struct virtio_rtc_req_head); len++) {
		msg = conf_nth(conf, 0);
		if (!msg)
			return;
		conf_sized_as(conf, msg, len, msg->resp_size);
	}
}

static void conf_short_answer(struct conf *conf)
{
	const struct conf_msg *msg;
	unsigned int n;

	for (n = 0; (msg = conf_nth(conf, n)); n++) {
		conf_sized_as(conf, msg, msg->req_size, msg->resp_size - 1);
		conf_nth(conf, n);
		conf_sized_as(conf, msg, msg->req_size, 1);
	}
}

/* With more room than needed all is as with just enough. */
static void conf_large(struct conf *conf)
{
	const struct conf_msg *msg;
	unsigned int n, at;
	int used, right;

	for (n = 0; (msg = conf_nth(conf, n)); n++) {
		right = conf_ask(conf, msg);
		if (right < 0)
			return;
		conf_nth(conf, n);
		/* What follows the request may be anything. */
		memset(conf->bufs[0].req + msg->req_size, 0xff,
		       CONF_ROOM - msg->req_size);
		used = conf_exchange(conf, CONF_ROOM, CONF_ROOM, msg->name);
		if (used < 0)
			return;
		if (conf->bufs[0].resp[0] != right)
			conf_fail(conf, "%s with room: status %u, not %d",
				  msg->name, conf->bufs[0].resp[0], right);
		if (!right && used < msg->resp_size)
			conf_fail(conf, "%s with room: %d bytes were used",
				  msg->name, used);
		for (at = msg->resp_size; at < CONF_ROOM; at++)
			if (conf->bufs[0].resp[at] != CONF_UNTOUCHED)
				break;
		if (at < CONF_ROOM)
			conf_fail(conf, "%s with room: byte %u was written",
				  msg->name, at);
	}
}

/* An answer has its size, and is written to its end. */
static void conf_whole(struct conf *conf)
{
	const struct conf_msg *msg;
	unsigned int n;
	int used;

	for (n = 0; (msg = conf_nth(conf, n)); n++) {
		used = conf_exchange(conf, msg->req_size, msg->resp_size,
				     msg->name);
		if (used < 0)
			return;
		if (conf->bufs[0].resp[0] == VIRTIO_RTC_S_OK &&
		    used != msg->resp_size)
			conf_fail(conf, "%s: %d bytes were used, not %u",
				  msg->name, used, msg->resp_size);
	}
}

static void conf_pieces_of(struct conf *conf, unsigned int piece)
{
	const struct conf_msg *msg;
	unsigned int n, used;
	int right, err;

	for (n = 0; (msg = conf_nth(conf, n)); n++) {
		right = conf_ask(conf, msg);
		if (right < 0)
			return;
		conf_nth(conf, n);
		err = conf_add(conf, &conf->bufs[0], msg->req_size,
			       msg->resp_size, piece);
		if (err == -ENOSPC) {
			conf->skipped = "the ring is too small";
			return;
		}
		if (err || !conf_get(conf, &used)) {
			conf_fail(conf, "%s in pieces of %u: no answer",
				  msg->name, piece);
			return;
		}
		if (conf->bufs[0].resp[0] != right)
			conf_fail(conf, "%s in pieces of %u: status %u, not %d",
				  msg->name, piece, conf->bufs[0].resp[0],
				  right);
	}
}

static void conf_in_pieces(struct conf *conf)
{
	conf_pieces_of(conf, 7);
	if (!conf->stuck)
		conf_pieces_of(conf, 3);
}

/* The buffer is used, without a status, and the device goes on. */
static void conf_no_room(struct conf *conf)
{
	const struct conf_msg *cfg = conf_nth(conf, 0);
	int used;

	used = conf_exchange(conf, cfg->req_size, 0, "CFG without room");
	if (used > 0)
		conf_fail(conf, "CFG without room: %d bytes were used", used);
	if (used < 0)
		return;
	conf_nth(conf, 0);
	conf_expect(conf, cfg, VIRTIO_RTC_S_OK, "after one without room");
}

static void conf_no_request(struct conf *conf)
{
	const struct conf_msg *cfg = conf_nth(conf, 0);
	int used;

	used = conf_exchange(conf, 0, cfg->resp_size, "nothing to read");
	if (used < 0)
		return;
	if (!used || conf->bufs[0].resp[0] != VIRTIO_RTC_S_EINVAL)
		conf_fail(conf, "nothing to read: %d bytes, status %u", used,
			  conf->bufs[0].resp[0]);
	conf_nth(conf, 0);
	conf_expect(conf, cfg, VIRTIO_RTC_S_OK, "after one of no bytes");
}

const struct conf_test conf_size_tests[] = {
	{ "V-size: an answer has its size", CONF_ALL, conf_whole },
	{ "V-size: a request that is too short gets EINVAL", CONF_ALL,
	  conf_short_request },
	{ "V-size: a header that is too short gets EINVAL", CONF_ALL,
	  conf_short_head },
	{ "V-size: too little room for the answer gets EINVAL", CONF_ALL,
	  conf_short_answer },
	{ "V-size: larger buffers are fine, and the rest is ignored", CONF_ALL,
	  conf_large },
	{ "V-size: buffers may consist of any descriptors", CONF_ALL,
	  conf_in_pieces },
	{ "V-status-space: without room for a status the buffer is used all the same",
	  CONF_ALL, conf_no_room },
	{ "V-size: a request of no bytes gets EINVAL", CONF_ALL,
	  conf_no_request },
	{ 0 },
};
