// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance: clocks, their capabilities and readings.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include <linux/virtio.h>

#include "conformance.h"

/* How often a clock is read in a row */
#define CONF_READINGS	200

static void conf_ids(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++)
		conf_clock_cap(conf, id, &cap);
	conf_put(&conf->bufs[0], conf_find(VIRTIO_RTC_REQ_CLOCK_CAP), id);
	if (!conf->stuck)
		conf_expect(conf, conf_find(VIRTIO_RTC_REQ_CLOCK_CAP),
			    VIRTIO_RTC_S_ENODEV, "of one that CFG does not count");
}

static void conf_variant(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	bool defined;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return;
		defined = cap.leap_second_smearing <= VIRTIO_RTC_SMEAR_UTC_SLS ||
			  cap.leap_second_smearing >= 0xf0;
		if (cap.type == VIRTIO_RTC_CLOCK_UTC_SMEARED ? !defined :
		    cap.leap_second_smearing)
			conf_fail(conf, "clock %u, type %u: variant %u", id,
				  cap.type, cap.leap_second_smearing);
	}
}

static void conf_types(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return;
		if (cap.type > VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED &&
		    cap.type < 0xf0)
			conf_fail(conf, "clock %u: type %u", id, cap.type);
	}
}

static void conf_flags(struct conf *conf)
{
	u8 allowed = conf->alarms ? VIRTIO_RTC_FLAG_ALARM_CAP : 0;
	struct virtio_rtc_resp_cross_cap *cross = (void *)conf->bufs[0].resp;
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_CROSS_CAP);
	struct virtio_rtc_resp_clock_cap cap;
	int status;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return;
		if (cap.flags & ~allowed)
			conf_fail(conf, "CLOCK_CAP of clock %u: flags 0x%x", id,
				  cap.flags);
		conf_put(&conf->bufs[0], msg, id);
		status = conf_ask(conf, msg);
		if (status < 0)
			return;
		if (!status && (cross->flags & ~VIRTIO_RTC_FLAG_CROSS_CAP))
			conf_fail(conf, "CROSS_CAP of clock %u: flags 0x%x", id,
				  cross->flags);
	}
}

static void conf_has_alarm(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++)
		if (!conf_clock_cap(conf, id, &cap) ||
		    (cap.flags & VIRTIO_RTC_FLAG_ALARM_CAP))
			return;
	conf_fail(conf, "no clock has an alarm");
}

static void conf_readable(struct conf *conf)
{
	u64 reading;
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++)
		conf_read(conf, id, &reading);
}

/* All clocks of listed types count ns, at nearly the rate of this machine. */
static void conf_rate_of(struct conf *conf, u16 id)
{
	u64 first, second, passed, least, most;
	ktime_t before, after, again, end;

	before = ktime_get();
	if (!conf_read(conf, id, &first))
		return;
	after = ktime_get();
	msleep(100);
	again = ktime_get();
	if (!conf_read(conf, id, &second))
		return;
	end = ktime_get();

	/* A clock may be slewed by a tenth, and smeared. */
	passed = second - first;
	least = ktime_to_ns(ktime_sub(again, after)) / 8 * 7;
	most = ktime_to_ns(ktime_sub(end, before)) / 8 * 9;
	if (second < first || passed < least || passed > most)
		conf_fail(conf, "clock %u: %llu after %llu, in %llu to %llu ns",
			  id, second, first, least, most);
}

static void conf_rate(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return;
		if (cap.type <= VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED)
			conf_rate_of(conf, id);
		if (conf->stuck)
			return;
	}
}

/* Several readings of one clock are made available together. */
static void conf_order_of(struct conf *conf, u16 id)
{
	struct virtio_rtc_resp_read *resp;
	struct conf_buf *buf;
	unsigned int n, used;
	u64 last = 0;

	for (n = 0; n < CONF_NUM_BUFS; n++) {
		conf_put(&conf->bufs[n], conf_find(VIRTIO_RTC_REQ_READ), id);
		if (conf_add(conf, &conf->bufs[n], 16, 16, 0)) {
			conf->skipped = "the ring is too small";
			conf->stuck = true;
			return;
		}
	}
	for (n = 0; n < CONF_NUM_BUFS; n++) {
		buf = conf_get(conf, &used);
		if (!buf) {
			conf_fail(conf, "clock %u: %u of %u have no answer", id,
				  CONF_NUM_BUFS - n, CONF_NUM_BUFS);
			return;
		}
		resp = (void *)buf->resp;
		if (resp->head.status)
			conf_fail(conf, "clock %u: status %u", id,
				  resp->head.status);
		if (buf != &conf->bufs[n])
			conf_fail(conf, "clock %u: answer %d came as number %u",
				  id, (int)(buf - conf->bufs), n);
		if (le64_to_cpu(resp->clock_reading) < last)
			conf_fail(conf, "clock %u: reading %u goes back", id, n);
		last = le64_to_cpu(resp->clock_reading);
	}
}

static void conf_order(struct conf *conf)
{
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++)
		conf_order_of(conf, id);
}

static void conf_monotonic(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	u64 last, reading;
	unsigned int n;
	bool found = false;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return;
		if (cap.type != VIRTIO_RTC_CLOCK_MONOTONIC)
			continue;
		found = true;
		for (n = 0, last = 0; n < CONF_READINGS; n++) {
			if (!conf_read(conf, id, &reading))
				return;
			if (reading < last) {
				conf_fail(conf, "clock %u: %llu after %llu", id,
					  reading, last);
				return;
			}
			last = reading;
		}
	}
	if (!found)
		conf->skipped = "no monotonic clock";
}

/* What a device says of its clocks, put together */
static bool conf_caps(struct conf *conf, u8 *caps, size_t size)
{
	struct virtio_rtc_resp_cross_cap *cross = (void *)conf->bufs[0].resp;
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_CROSS_CAP);
	struct virtio_rtc_resp_clock_cap cap;
	int status;
	u16 id;

	memset(caps, 0, size);
	caps[0] = conf->num_clocks & 0xff;
	for (id = 0; id < conf->num_clocks && 4 * (id + 1) + 1 <= size; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return false;
		conf_put(&conf->bufs[0], msg, id);
		status = conf_ask(conf, msg);
		if (status < 0)
			return false;
		caps[4 * id + 1] = cap.type;
		caps[4 * id + 2] = cap.leap_second_smearing;
		caps[4 * id + 3] = cap.flags;
		caps[4 * id + 4] = status ?: cross->flags;
	}

	return true;
}

static void conf_same_caps(struct conf *conf)
{
	const struct conf_msg *cfg = conf_find(VIRTIO_RTC_REQ_CFG);
	struct virtio_rtc_resp_cfg *resp = (void *)conf->bufs[0].resp;
	u8 first[65], second[65];

	if (!conf_caps(conf, first, sizeof(first)))
		return;
	conf_readable(conf);
	conf_put(&conf->bufs[0], cfg, 0);
	if (!conf_expect(conf, cfg, VIRTIO_RTC_S_OK, "once more"))
		return;
	if (le16_to_cpu(resp->num_clocks) != conf->num_clocks)
		conf_fail(conf, "%u clocks, then %u", conf->num_clocks,
			  le16_to_cpu(resp->num_clocks));
	if (conf_caps(conf, second, sizeof(second)) &&
	    memcmp(first, second, sizeof(first)))
		conf_fail(conf, "capabilities have changed");

	if (conf_start(conf, conf->alarms)) {
		conf_fail(conf, "cannot be used after a reset");
		return;
	}
	conf_put(&conf->bufs[0], cfg, 0);
	if (!conf_expect(conf, cfg, VIRTIO_RTC_S_OK, "after a reset"))
		return;
	if (le16_to_cpu(resp->num_clocks) != conf->num_clocks)
		conf_fail(conf, "%u clocks, after a reset %u", conf->num_clocks,
			  le16_to_cpu(resp->num_clocks));
	if (conf_caps(conf, second, sizeof(second)) &&
	    memcmp(first, second, sizeof(first)))
		conf_fail(conf, "capabilities have changed with a reset");
}

/* A reset while requests are under way takes them back. */
static void conf_reset(struct conf *conf)
{
	const struct conf_msg *cfg = conf_find(VIRTIO_RTC_REQ_CFG);
	unsigned int n, round;

	for (round = 0; round < 5; round++) {
		for (n = 0; n < 4; n++) {
			conf_put(&conf->bufs[n], cfg, 0);
			if (conf_add(conf, &conf->bufs[n], 8, 16, 0))
				break;
		}
		virtqueue_kick(conf->requestq);
		if (conf_start(conf, conf->alarms)) {
			conf_fail(conf, "cannot be used after a reset");
			return;
		}
		conf_put(&conf->bufs[0], cfg, 0);
		if (!conf_expect(conf, cfg, VIRTIO_RTC_S_OK, "after a reset"))
			return;
	}
}

const struct conf_test conf_clock_tests[] = {
	{ "V-read: each clock can be read", CONF_ALL, conf_readable },
	{ "clocks: their ids are dense, from 0", CONF_ALL, conf_ids },
	{ "clocks: each is of a type that is defined", CONF_ALL, conf_types },
	{ "clocks: they count nanoseconds", CONF_ALL, conf_rate },
	{ "V-variant: a clock has a variant that fits its type", CONF_ALL,
	  conf_variant },
	{ "V-feature: without the feature no flag is set", CONF_WITHOUT_ALARMS,
	  conf_flags },
	{ "V-feature: with the feature no undefined flag is set",
	  CONF_WITH_ALARMS, conf_flags },
	{ "V-feature: with the feature a clock has an alarm", CONF_WITH_ALARMS,
	  conf_has_alarm },
	{ "V-order: readings of one clock come in order and do not go back",
	  CONF_ALL, conf_order },
	{ "V-mono: a monotonic clock never goes back", CONF_ALL,
	  conf_monotonic },
	{ "V-cap: capabilities stay, also over a reset", CONF_ALL,
	  conf_same_caps },
	{ "reset: a device works again after a reset with requests under way",
	  CONF_ALL, conf_reset },
	{ 0 },
};
