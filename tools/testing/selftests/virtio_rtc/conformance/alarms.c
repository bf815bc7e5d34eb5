// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance: alarms.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/virtio.h>

#include "conformance.h"

static unsigned int ring_ms = 3000;
module_param(ring_ms, uint, 0644);
MODULE_PARM_DESC(ring_ms,
		 "how long to wait for an alarm before it counts as silent, in ms (default 3000)");

static unsigned int step_ms;
module_param(step_ms, uint, 0644);
MODULE_PARM_DESC(step_ms,
		 "how long to wait for somebody to step a clock, after a note that asks for it, in ms (default 0: nobody does)");

#define CONF_MS			1000000ull
#define CONF_HOUR		(3600000 * CONF_MS)
/* An alarm that is set for soon, and how long one that must not ring is waited for */
#define CONF_SOON		(200 * CONF_MS)
#define CONF_QUIET_MS		400

/* Gives the device buffers for notifications. */
static bool conf_populate(struct conf *conf)
{
	struct scatterlist sg;
	unsigned int n;

	for (n = 0; n < CONF_NUM_NOTIFS; n++) {
		memset(conf->notifs[n], CONF_UNTOUCHED, CONF_ROOM);
		sg_init_one(&sg, conf->notifs[n],
			    sizeof(struct virtio_rtc_notif_alarm));
		if (virtqueue_add_inbuf(conf->alarmq, &sg, 1, conf->notifs[n],
					GFP_KERNEL)) {
			/* No rule says how many there are. */
			if (n)
				break;
			conf_fail(conf, "the alarmq has no room");
			return false;
		}
	}
	virtqueue_kick(conf->alarmq);

	return true;
}

/* The next notification, or NULL if there is none for so long */
static struct virtio_rtc_notif_alarm *conf_notified(struct conf *conf,
						    unsigned int ms,
						    unsigned int *used)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);
	void *notif;
	bool last;

	do {
		last = ktime_after(ktime_get(), end);
		notif = virtqueue_get_buf(conf->alarmq, used);
		if (notif)
			return notif;
		usleep_range(200, 1000);
	} while (!last);

	return NULL;
}

static bool conf_rings_within(struct conf *conf, u16 id, unsigned int ms,
			      const char *what)
{
	struct virtio_rtc_notif_alarm *notif;
	unsigned int used, n;

	notif = conf_notified(conf, ms, &used);
	if (!notif) {
		conf_fail(conf, "%s: no notification", what);
		return false;
	}
	if (used != sizeof(*notif) ||
	    le16_to_cpu(notif->head.msg_type) != VIRTIO_RTC_NOTIF_ALARM ||
	    le16_to_cpu(notif->clock_id) != id)
		conf_fail(conf, "%s: notification of %u bytes, type 0x%x, clock %u",
			  what, used, le16_to_cpu(notif->head.msg_type),
			  le16_to_cpu(notif->clock_id));
	for (n = 0; n < sizeof(notif->reserved); n++)
		if (notif->head.reserved[n] || notif->reserved[n])
			conf_fail(conf, "%s: reserved bytes are not zero", what);

	return true;
}

static bool conf_rings(struct conf *conf, u16 id, const char *what)
{
	return conf_rings_within(conf, id, ring_ms, what);
}

static bool conf_is_quiet(struct conf *conf, const char *what)
{
	unsigned int used;

	if (!conf_notified(conf, CONF_QUIET_MS, &used))
		return true;
	conf_fail(conf, "%s: a notification", what);
	return false;
}

/* The first clock with an alarm, and what it shows */
static bool conf_alarm_clock(struct conf *conf, u16 *id, u64 *now)
{
	struct virtio_rtc_resp_clock_cap cap;

	for (*id = 0; *id < conf->num_clocks; ++*id) {
		if (!conf_clock_cap(conf, *id, &cap))
			return false;
		if (cap.flags & VIRTIO_RTC_FLAG_ALARM_CAP)
			return conf_read(conf, *id, now);
	}
	conf_fail(conf, "no clock has an alarm");

	return false;
}

static bool conf_set(struct conf *conf, u16 id, u64 time, bool enable)
{
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_SET_ALARM);
	struct virtio_rtc_req_set_alarm *req = (void *)conf->bufs[0].req;

	conf_put(&conf->bufs[0], msg, id);
	req->alarm_time = cpu_to_le64(time);
	req->flags = enable ? VIRTIO_RTC_FLAG_ALARM_ENABLED : 0;

	return conf_expect(conf, msg, VIRTIO_RTC_S_OK, "as it should be");
}

static bool conf_enable(struct conf *conf, u16 id, bool enable)
{
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_SET_ALARM_ENABLED);

	conf_put(&conf->bufs[0], msg, id);
	conf->bufs[0].req[msg->flags_at] = enable ?
		VIRTIO_RTC_FLAG_ALARM_ENABLED : 0;

	return conf_expect(conf, msg, VIRTIO_RTC_S_OK, "as it should be");
}

static bool conf_get_alarm(struct conf *conf, u16 id, u64 *time, u8 *flags)
{
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_READ_ALARM);
	struct virtio_rtc_resp_read_alarm *resp = (void *)conf->bufs[0].resp;

	conf_put(&conf->bufs[0], msg, id);
	if (!conf_expect(conf, msg, VIRTIO_RTC_S_OK, "as it should be"))
		return false;
	*time = le64_to_cpu(resp->alarm_time);
	*flags = resp->flags;

	return true;
}

static bool conf_alarm_is(struct conf *conf, u16 id, u64 time, u8 flags,
			  const char *what)
{
	u64 got_time;
	u8 got_flags;

	if (!conf_get_alarm(conf, id, &got_time, &got_flags))
		return false;
	if (got_time == time && got_flags == flags)
		return true;
	conf_fail(conf, "%s: time %llu, flags 0x%x instead of %llu, 0x%x", what,
		  got_time, got_flags, time, flags);

	return false;
}

/* Takes the alarm out of the way of the next test, should it be retained. */
static void conf_clear(struct conf *conf, u16 id)
{
	if (!conf->stuck)
		conf_set(conf, id, 0, false);
}

static void conf_initially(struct conf *conf)
{
	u64 now, time;
	u8 flags;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) ||
	    !conf_get_alarm(conf, id, &time, &flags) || (!time && !flags))
		return;
	/* Somebody may have set it before a reset, if it survives one. */
	time = now + CONF_HOUR;
	if (!conf_set(conf, id, time, true))
		return;
	if (conf_start(conf, true)) {
		conf_fail(conf, "cannot be used after a reset");
		return;
	}
	if (conf_alarm_is(conf, id, time, VIRTIO_RTC_FLAG_ALARM_ENABLED,
			  "not 0 and disabled at first, and after a reset"))
		conf->skipped = "alarms survive resets, and somebody has set this one";
	conf_clear(conf, id);
}

static void conf_any_time(struct conf *conf)
{
	static const u64 times[] = { 0, 1, U64_MAX, 1ull << 63 };
	unsigned int n;
	u64 now;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) || !conf_populate(conf))
		return;
	for (n = 0; n < ARRAY_SIZE(times) && !conf->stuck; n++) {
		if (conf_set(conf, id, times[n], false))
			conf_alarm_is(conf, id, times[n], 0, "disabled");
		if (times[n] > now && conf_set(conf, id, times[n], true)) {
			conf_alarm_is(conf, id, times[n],
				      VIRTIO_RTC_FLAG_ALARM_ENABLED, "enabled");
			conf_is_quiet(conf, "enabled for a time far ahead");
		}
	}
	conf_clear(conf, id);
}

static void conf_own_alarm(struct conf *conf)
{
	struct virtio_rtc_resp_clock_cap cap;
	u16 ids[2], id, n = 0;
	u64 times[2], now;

	for (id = 0; id < conf->num_clocks && n < 2; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return;
		if (!(cap.flags & VIRTIO_RTC_FLAG_ALARM_CAP))
			continue;
		if (!conf_read(conf, id, &now))
			return;
		times[n] = now + (n + 1) * CONF_HOUR;
		ids[n++] = id;
	}
	if (n < 2) {
		conf->skipped = "no second clock has an alarm";
		return;
	}
	if (!conf_populate(conf) || !conf_set(conf, ids[0], times[0], false) ||
	    !conf_set(conf, ids[1], times[1], true))
		return;
	conf_alarm_is(conf, ids[0], times[0], 0, "the first of two");
	conf_alarm_is(conf, ids[1], times[1], VIRTIO_RTC_FLAG_ALARM_ENABLED,
		      "the second of two");
	for (n = 0; n < 2 && !conf->stuck; n++) {
		if (conf_set(conf, ids[n], 0, true))
			conf_rings(conf, ids[n], "one of two");
		conf_clear(conf, ids[n]);
	}
}

static void conf_keeps_time(struct conf *conf)
{
	u64 now, time;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now))
		return;
	time = now + CONF_HOUR;
	if (conf_set(conf, id, time, false) && conf_enable(conf, id, true) &&
	    conf_alarm_is(conf, id, time, VIRTIO_RTC_FLAG_ALARM_ENABLED,
			  "enabled") &&
	    conf_enable(conf, id, false))
		conf_alarm_is(conf, id, time, 0, "disabled again");
	conf_clear(conf, id);
}

static void conf_rings_in_time(struct conf *conf)
{
	u64 now, time;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) || !conf_populate(conf))
		return;
	time = now + CONF_SOON;
	if (!conf_set(conf, id, time, true) ||
	    !conf_rings(conf, id, "in the future"))
		return;
	if (conf_read(conf, id, &now) && now < time)
		conf_fail(conf, "%llu ns too early", time - now);
	conf_is_quiet(conf, "once more");
	conf_alarm_is(conf, id, time, VIRTIO_RTC_FLAG_ALARM_ENABLED,
		      "after it expired");
	conf_clear(conf, id);
}

static void conf_set_reached(struct conf *conf)
{
	u64 now;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) || !conf_populate(conf))
		return;
	if (conf_set(conf, id, now, true))
		conf_rings(conf, id, "set to a time that is over");
	conf_clear(conf, id);
}

static void conf_enable_reached(struct conf *conf)
{
	u64 now;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) || !conf_populate(conf))
		return;
	if (conf_set(conf, id, now, false) &&
	    conf_is_quiet(conf, "not enabled") && conf_enable(conf, id, true))
		conf_rings(conf, id, "enabled after its time");
	conf_clear(conf, id);
}

static void conf_disabled(struct conf *conf)
{
	u64 now, time;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) || !conf_populate(conf))
		return;
	time = now + CONF_SOON;
	if (conf_set(conf, id, time, true) && conf_enable(conf, id, false) &&
	    conf_read(conf, id, &now)) {
		/* Later than that it may have rung before it was disabled. */
		if (now < time)
			conf_is_quiet(conf, "disabled before its time");
		else
			conf->skipped = "it took too long to disable it";
	}
	conf_clear(conf, id);
}

static void conf_waits_for_buffer(struct conf *conf)
{
	u64 now;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) || !conf_set(conf, id, now, true))
		return;
	msleep(50);
	if (conf_populate(conf))
		conf_rings(conf, id, "before there was a buffer");
	conf_clear(conf, id);
}

static void conf_disabling_stops(struct conf *conf)
{
	u64 now;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now))
		return;
	if (conf_set(conf, id, now, true) && conf_enable(conf, id, false) &&
	    conf_populate(conf))
		conf_is_quiet(conf, "disabled while it waited for a buffer");
	conf_clear(conf, id);
}

/* Whether the clock has been stepped back before a time */
static bool conf_stepped_back(struct conf *conf, u16 id, u64 time)
{
	ktime_t end = ktime_add_ms(ktime_get(), step_ms);
	u64 now;

	do {
		if (!conf_read(conf, id, &now))
			return false;
		if (now < time)
			return true;
		msleep(20);
	} while (ktime_before(ktime_get(), end));
	conf_fail(conf, "the clock was not stepped back");

	return false;
}

static void conf_stepped(struct conf *conf)
{
	u64 now, time;
	u16 id;

	if (!step_ms) {
		conf->skipped = "nobody steps a clock (parameter step_ms)";
		return;
	}
	if (!conf_alarm_clock(conf, &id, &now) || !conf_populate(conf))
		return;

	time = now + CONF_HOUR;
	if (!conf_set(conf, id, time, true))
		return;
	pr_info("# step clock %u ahead by two hours\n", id);
	if (!conf_rings_within(conf, id, step_ms, "stepped over"))
		return;
	if (conf_read(conf, id, &now) && now < time)
		conf_fail(conf, "%llu ns too early", time - now);

	pr_info("# step clock %u back by two hours\n", id);
	if (!conf_stepped_back(conf, id, time) ||
	    !conf_is_quiet(conf, "stepped back"))
		return;
	pr_info("# step clock %u ahead by two hours\n", id);
	conf_rings_within(conf, id, step_ms, "stepped over once more");
	conf_clear(conf, id);
}

/* Both are kept over a reset, or neither. */
static void conf_retain(struct conf *conf)
{
	u64 now, time, got_time;
	u8 flags;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now))
		return;
	time = now + CONF_HOUR;
	if (!conf_set(conf, id, time, true))
		return;
	if (conf_start(conf, true)) {
		conf_fail(conf, "cannot be used after a reset");
		return;
	}
	if (!conf_get_alarm(conf, id, &got_time, &flags))
		return;
	if (!(got_time == time && flags == VIRTIO_RTC_FLAG_ALARM_ENABLED) &&
	    !(got_time == 0 && flags == 0))
		conf_fail(conf, "after a reset: time %llu, flags 0x%x", got_time,
			  flags);
	conf_clear(conf, id);
}

static void conf_retain_reached(struct conf *conf)
{
	u64 now, time;
	u8 flags;
	u16 id;

	if (!conf_alarm_clock(conf, &id, &now) ||
	    !conf_set(conf, id, now + CONF_SOON, true))
		return;
	conf_stop(conf);
	msleep(CONF_QUIET_MS);
	if (conf_start(conf, true)) {
		conf_fail(conf, "cannot be used after a reset");
		return;
	}
	if (!conf_get_alarm(conf, id, &time, &flags) || !conf_populate(conf))
		return;
	if (flags & VIRTIO_RTC_FLAG_ALARM_ENABLED)
		conf_rings(conf, id, "reached during a reset");
	else
		conf_is_quiet(conf, "lost in a reset");
	conf_clear(conf, id);
}

const struct conf_test conf_alarm_tests[] = {
	{ "V-alarm: an alarm is initially disabled, at time 0",
	  CONF_WITH_ALARMS, conf_initially },
	{ "V-alarm: any time is accepted, and read back", CONF_WITH_ALARMS,
	  conf_any_time },
	{ "V-alarm: each clock has an alarm of its own", CONF_WITH_ALARMS,
	  conf_own_alarm },
	{ "V-alarm: enabling and disabling keep the time", CONF_WITH_ALARMS,
	  conf_keeps_time },
	{ "V-alarm-read: an alarm rings once, not before its time",
	  CONF_WITH_ALARMS, conf_rings_in_time },
	{ "V-alarm: one set to a time that is over rings at once",
	  CONF_WITH_ALARMS, conf_set_reached },
	{ "V-alarm: one enabled after its time rings, and not before",
	  CONF_WITH_ALARMS, conf_enable_reached },
	{ "V-alarm: a disabled alarm does not ring", CONF_WITH_ALARMS,
	  conf_disabled },
	{ "V-alarm: a notification waits for a buffer", CONF_WITH_ALARMS,
	  conf_waits_for_buffer },
	{ "V-alarm: disabling stops a notification that waits",
	  CONF_WITH_ALARMS, conf_disabling_stops },
	{ "V-alarm: one that its clock steps over rings, and again after a step back",
	  CONF_WITH_ALARMS, conf_stepped },
	{ "V-retain: time and state survive a reset together, or neither does",
	  CONF_WITH_ALARMS, conf_retain },
	{ "V-retain: a retained alarm that is reached rings after the reset",
	  CONF_WITH_ALARMS, conf_retain_reached },
	{ 0 },
};
