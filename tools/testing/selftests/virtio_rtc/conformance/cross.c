// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance: cross-timestamps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/virtio.h>

#include "conformance.h"

/* How often a clock is read in a row */
#define CONF_CROSSES	50

#define CONF_NO_CROSS	"no clock can be read with this machine's counter"

/* Answers to CROSS_CAP and READ_CROSS; the latter is left in the first buffer. */
static bool conf_cross(struct conf *conf, u16 id, u8 counter, bool *capable,
		       int *status)
{
	const struct conf_msg *cap = conf_find(VIRTIO_RTC_REQ_CROSS_CAP);
	const struct conf_msg *read = conf_find(VIRTIO_RTC_REQ_READ_CROSS);
	struct virtio_rtc_resp_cross_cap *resp = (void *)conf->bufs[0].resp;
	int got;

	conf_put(&conf->bufs[0], cap, id);
	conf->bufs[0].req[cap->counter_at] = counter;
	got = conf_ask(conf, cap);
	if (got < 0)
		return false;
	*capable = !got && (resp->flags & VIRTIO_RTC_FLAG_CROSS_CAP);

	conf_put(&conf->bufs[0], read, id);
	conf->bufs[0].req[read->counter_at] = counter;
	*status = conf_ask(conf, read);

	return *status >= 0;
}

static void conf_cross_cap(struct conf *conf)
{
	bool capable;
	int status;
	u8 counter;
	u16 id;

	for (id = 0; id < conf->num_clocks; id++) {
		for (counter = VIRTIO_RTC_COUNTER_ARM_VCT;
		     counter <= VIRTIO_RTC_COUNTER_X86_TSC; counter++) {
			if (!conf_cross(conf, id, counter, &capable, &status))
				return;
			if (capable != !status)
				conf_fail(conf, "clock %u, counter %u: capable: %d, but status %d",
					  id, counter, capable, status);
		}
	}
}

static void conf_cross_of(struct conf *conf, u16 id)
{
	struct virtio_rtc_resp_read_cross *resp = (void *)conf->bufs[0].resp;
	u64 shown, cycles, from, to;
	cycles_t before, after;
	bool capable;
	int status;

	before = get_cycles();
	if (!conf_read(conf, id, &from) ||
	    !conf_cross(conf, id, conf_own_counter(), &capable, &status))
		return;
	after = get_cycles();
	if (status)
		return;
	shown = le64_to_cpu(resp->clock_reading);
	cycles = le64_to_cpu(resp->counter_cycles);
	if (!conf_read(conf, id, &to))
		return;

	/* The kernel may count with fewer bits than the counter has. */
	if ((cycles_t)cycles - before > after - before)
		conf_fail(conf, "clock %u: counter 0x%llx is not between 0x%llx and 0x%llx",
			  id, cycles, (u64)before, (u64)after);
	if (shown < from || shown > to)
		conf_fail(conf, "clock %u: %llu is not between %llu and %llu",
			  id, shown, from, to);
}

/* Whether a clock can be read with this machine's counter; if so, @any is set. */
static bool conf_can_cross(struct conf *conf, u16 id, bool *any)
{
	bool capable;
	int status;

	if (conf_own_counter() == VIRTIO_RTC_COUNTER_INVALID ||
	    !conf_cross(conf, id, conf_own_counter(), &capable, &status) ||
	    status)
		return false;
	*any = true;

	return true;
}

static void conf_cross_instant(struct conf *conf)
{
	bool any = false;
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++) {
		if (!conf_can_cross(conf, id, &any))
			continue;
		conf_cross_of(conf, id);
		conf_cross_of(conf, id);
	}
	if (!any)
		conf->skipped = CONF_NO_CROSS;
}

static void conf_cross_counts(struct conf *conf, u16 id)
{
	struct virtio_rtc_resp_read_cross *resp = (void *)conf->bufs[0].resp;
	const struct conf_msg *msg = conf_find(VIRTIO_RTC_REQ_READ_CROSS);
	u64 last = 0, cycles;
	unsigned int n;

	for (n = 0; n < CONF_CROSSES; n++) {
		conf_put(&conf->bufs[0], msg, id);
		if (!conf_expect(conf, msg, VIRTIO_RTC_S_OK, "once more"))
			return;
		cycles = le64_to_cpu(resp->counter_cycles);
		if (cycles < last) {
			conf_fail(conf, "clock %u: counter 0x%llx after 0x%llx",
				  id, cycles, last);
			return;
		}
		last = cycles;
	}
}

static void conf_cross_forward(struct conf *conf)
{
	bool any = false;
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++)
		if (conf_can_cross(conf, id, &any))
			conf_cross_counts(conf, id);
	if (!any)
		conf->skipped = CONF_NO_CROSS;
}

/* Readings and cross-timestamps in turn, made available together */
static void conf_mixed_of(struct conf *conf, u16 id)
{
	const struct conf_msg *msgs[] = {
		conf_find(VIRTIO_RTC_REQ_READ_CROSS),
		conf_find(VIRTIO_RTC_REQ_READ),
	};
	const struct conf_msg *msg;
	struct conf_buf *buf;
	unsigned int n, used;
	u64 last = 0, reading;

	for (n = 0; n < CONF_NUM_BUFS; n++) {
		msg = msgs[n % ARRAY_SIZE(msgs)];
		conf_put(&conf->bufs[n], msg, id);
		if (conf_add(conf, &conf->bufs[n], msg->req_size,
			     msg->resp_size, 0)) {
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
		if (buf != &conf->bufs[n])
			conf_fail(conf, "clock %u: answer %d came as number %u",
				  id, (int)(buf - conf->bufs), n);
		/* Both have the reading at the same place. */
		reading = le64_to_cpu(((struct virtio_rtc_resp_read *)
				       buf->resp)->clock_reading);
		if (buf->resp[0])
			conf_fail(conf, "clock %u: status %u", id, buf->resp[0]);
		else if (reading < last)
			conf_fail(conf, "clock %u: reading %u goes back", id, n);
		else
			last = reading;
	}
}

static void conf_mixed(struct conf *conf)
{
	bool any = false;
	u16 id;

	for (id = 0; id < conf->num_clocks && !conf->stuck; id++)
		if (conf_can_cross(conf, id, &any))
			conf_mixed_of(conf, id);
	if (!any)
		conf->skipped = CONF_NO_CROSS;
}

const struct conf_test conf_cross_tests[] = {
	{ "V-cap: CROSS_CAP says yes exactly when READ_CROSS succeeds",
	  CONF_ALL, conf_cross_cap },
	{ "V-cross: counter and reading are of one instant", CONF_ALL,
	  conf_cross_instant },
	{ "V-cross: the counter of a clock's cross-timestamps never goes back",
	  CONF_ALL, conf_cross_forward },
	{ "V-order: cross-timestamps and readings of one clock come in order",
	  CONF_ALL, conf_mixed },
	{ 0 },
};
