// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance: a leap second that is inserted.
 *
 * Who runs the suite says when the device has one, by a parameter.  The first test
 * that needs it watches all clocks until it is over, and all tests judge what was
 * seen then: each reading is between two of another clock, which never steps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "virtio_rtc_compat.h"
#include "conformance.h"

static unsigned long long leap_at;
module_param(leap_at, ullong, 0644);
MODULE_PARM_DESC(leap_at,
		 "midnight after a leap second that the device inserts soon, in s since 1970 (default 0: none)");

#define CONF_NS			1000000000ull
/* How long it may be ahead, and how long before and after it clocks are watched */
#define CONF_LEAP_AHEAD		(300 * CONF_NS)
#define CONF_LEAP_BEFORE	(10 * CONF_NS)
#define CONF_LEAP_AFTER		(3 * CONF_NS)
#define CONF_LEAP_PAUSE_MS	50
#define CONF_LEAP_ROUNDS	300
#define CONF_LEAP_CLOCKS	16
/* The reading that others are compared with is the closest of so many. */
#define CONF_LEAP_FIRST		10
/* In place of a clock: this machine's own */
#define CONF_LEAP_OWN		0xffff

/* A reading, and the reference before and after it */
struct conf_sample {
	u64 before;
	u64 reading;
	u64 after;
};

struct conf_leap {
	const char *skipped;
	u16 num_clocks;
	u16 reference;
	unsigned int rounds;
	u8 type[CONF_LEAP_CLOCKS];
	u8 variant[CONF_LEAP_CLOCKS];
	struct conf_sample samples[CONF_LEAP_ROUNDS][CONF_LEAP_CLOCKS];
};

static u64 conf_midnight(void)
{
	return leap_at * CONF_NS;
}

static bool conf_never_steps(u8 type)
{
	return type == VIRTIO_RTC_CLOCK_TAI ||
	       type == VIRTIO_RTC_CLOCK_MONOTONIC;
}

/* Seeing */

static bool conf_leap_read(struct conf *conf, u16 id, u64 *reading)
{
	if (id != CONF_LEAP_OWN)
		return conf_read(conf, id, reading);
	*reading = ktime_get_raw_ns();

	return true;
}

static bool conf_leap_sample(struct conf *conf, struct conf_leap *leap, u16 id,
			     struct conf_sample *sample)
{
	u16 reference = leap->reference == id ? CONF_LEAP_OWN : leap->reference;

	return conf_leap_read(conf, reference, &sample->before) &&
	       conf_leap_read(conf, id, &sample->reading) &&
	       conf_leap_read(conf, reference, &sample->after);
}

/* The clocks, and of them one that shows UTC: false if there is none. */
static bool conf_leap_clocks(struct conf *conf, struct conf_leap *leap, u16 *utc)
{
	struct virtio_rtc_resp_clock_cap cap;
	bool found = false;
	u16 id;

	leap->reference = CONF_LEAP_OWN;
	leap->num_clocks = min_t(u16, conf->num_clocks, CONF_LEAP_CLOCKS);
	for (id = 0; id < leap->num_clocks; id++) {
		if (!conf_clock_cap(conf, id, &cap))
			return false;
		leap->type[id] = cap.type;
		leap->variant[id] = cap.leap_second_smearing;
		if (conf_never_steps(cap.type) &&
		    leap->reference == CONF_LEAP_OWN)
			leap->reference = id;
		if (conf_never_steps(cap.type) || found ||
		    cap.type > VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED)
			continue;
		*utc = id;
		found = true;
	}
	if (!found)
		leap->skipped = "no clock of UTC";

	return found;
}

static void conf_leap_watch(struct conf *conf, struct conf_leap *leap)
{
	u64 now, left;
	ktime_t end;
	u16 utc, id;

	if (!conf_leap_clocks(conf, leap, &utc) || !conf_read(conf, utc, &now))
		return;
	if (now + CONF_NS > conf_midnight()) {
		leap->skipped = "the leap second is over";
		return;
	}
	left = conf_midnight() - now;
	if (left > CONF_LEAP_AHEAD) {
		leap->skipped = "the leap second is too far away";
		return;
	}

	if (left > CONF_LEAP_BEFORE) {
		msleep(div_u64(left - CONF_LEAP_BEFORE, NSEC_PER_MSEC));
		left = CONF_LEAP_BEFORE;
	}
	end = ktime_add_ns(ktime_get(), left + CONF_LEAP_AFTER);
	while (ktime_before(ktime_get(), end) &&
	       leap->rounds < CONF_LEAP_ROUNDS) {
		for (id = 0; id < leap->num_clocks; id++)
			if (!conf_leap_sample(conf, leap, id,
					      &leap->samples[leap->rounds][id]))
				return;
		leap->rounds++;
		msleep(CONF_LEAP_PAUSE_MS);
	}
}

/* What was seen, or NULL: then the test is done. */
static struct conf_leap *conf_leap_seen(struct conf *conf)
{
	if (!leap_at) {
		conf->skipped = "no leap second is said to come (parameter leap_at)";
		return NULL;
	}
	if (!conf->leap) {
		conf->leap = kvzalloc_objs(*conf->leap, 1);
		if (!conf->leap) {
			conf->skipped = "out of memory";
			return NULL;
		}
		conf_leap_watch(conf, conf->leap);
	}
	conf->skipped = conf->leap->skipped;
	if (!conf->skipped && conf->leap->rounds < CONF_LEAP_FIRST) {
		conf_fail(conf, "the clocks could be read %u times only",
			  conf->leap->rounds);
		return NULL;
	}

	return conf->skipped ? NULL : conf->leap;
}

void conf_leap_forget(struct conf *conf)
{
	kvfree(conf->leap);
	conf->leap = NULL;
}

/* Judging */

static const struct conf_sample *conf_leap_closest(const struct conf_leap *leap,
						   u16 id)
{
	const struct conf_sample *sample, *best = &leap->samples[0][id];
	unsigned int n;

	for (n = 1; n < CONF_LEAP_FIRST; n++) {
		sample = &leap->samples[n][id];
		if (sample->after - sample->before < best->after - best->before)
			best = sample;
	}

	return best;
}

static u64 conf_noon_linear(u64 start, u64 elapsed)
{
	return start + mul_u64_u32_div(elapsed, 86400, 86401);
}

/* 1000 s before the end of the leap second are shown as 999, up to midnight. */
static u64 conf_utc_sls(u64 start, u64 elapsed)
{
	u64 shown = mul_u64_u32_div(elapsed, 999, 1000);
	u64 left = conf_midnight() - start;

	if (shown > left)
		shown = elapsed - mul_u64_u32_div(left, 1, 999);

	return start + shown;
}

static u64 conf_going_on(u64 start, u64 elapsed)
{
	return start + elapsed;
}

/* It goes on up to midnight, and a second before midnight again from there. */
static bool conf_utc_is_right(u64 reading, u64 low, u64 high)
{
	if (reading >= low && reading <= high && reading < conf_midnight())
		return true;

	return high >= conf_midnight() && reading <= high - CONF_NS &&
	       reading >= max(low, conf_midnight()) - CONF_NS;
}

static void conf_leap_judge(struct conf *conf, const struct conf_leap *leap,
			    u16 id, u64 (*shown)(u64 start, u64 elapsed))
{
	const struct conf_sample *first = conf_leap_closest(leap, id), *sample;
	u64 low, high, slack = 0;

	for (sample = first; sample <= &leap->samples[leap->rounds - 1][id];
	     sample += CONF_LEAP_CLOCKS) {
		if (sample == first)
			continue;
		/* This machine's own clock may be wrong by some ppm. */
		if (leap->reference == CONF_LEAP_OWN)
			slack = div_u64(sample->after - first->before, 1000);
		low = shown(first->reading,
			    sample->before - first->after) - slack;
		high = shown(first->reading,
			     sample->after - first->before) + slack;
		if (leap->type[id] == VIRTIO_RTC_CLOCK_UTC ?
		    conf_utc_is_right(sample->reading, low, high) :
		    sample->reading >= low && sample->reading <= high)
			continue;
		conf_fail(conf, "clock %u, %lld ns from midnight: not between %lld and %lld",
			  id, (s64)(sample->reading - conf_midnight()),
			  (s64)(low - conf_midnight()),
			  (s64)(high - conf_midnight()));
		return;
	}
}

/* From one reading to the next; slewed or smeared by no more than an eighth. */
static void conf_leap_no_step(struct conf *conf, const struct conf_leap *leap,
			      u16 id)
{
	const struct conf_sample *last, *sample;
	unsigned int n;
	u64 passed;

	for (n = 1; n < leap->rounds; n++) {
		last = &leap->samples[n - 1][id];
		sample = &leap->samples[n][id];
		passed = sample->reading - last->reading;
		if (sample->reading >= last->reading &&
		    passed >= (sample->before - last->after) / 8 * 7 &&
		    passed <= (sample->after - last->before) / 8 * 9)
			continue;
		conf_fail(conf, "clock %u: %llu after %llu, in %llu to %llu ns",
			  id, sample->reading, last->reading,
			  sample->before - last->after,
			  sample->after - last->before);
		return;
	}
}

static void conf_leap_utc(struct conf *conf)
{
	struct conf_leap *leap = conf_leap_seen(conf);
	bool any = false;
	u16 id;

	for (id = 0; leap && id < leap->num_clocks; id++) {
		if (leap->type[id] != VIRTIO_RTC_CLOCK_UTC)
			continue;
		any = true;
		conf_leap_judge(conf, leap, id, conf_going_on);
	}
	if (leap && !any)
		conf->skipped = "no clock that steps";
}

static void conf_leap_variant(struct conf *conf, u8 variant,
			      u64 (*shown)(u64 start, u64 elapsed))
{
	struct conf_leap *leap = conf_leap_seen(conf);
	bool any = false;
	u16 id;

	if (leap && leap->reference == CONF_LEAP_OWN) {
		conf->skipped = "no clock of TAI or monotonic to compare with";
		return;
	}
	for (id = 0; leap && id < leap->num_clocks; id++) {
		if (leap->type[id] != VIRTIO_RTC_CLOCK_UTC_SMEARED ||
		    leap->variant[id] != variant)
			continue;
		any = true;
		conf_leap_judge(conf, leap, id, shown);
	}
	if (leap && !any)
		conf->skipped = "no clock of this variant";
}

static void conf_leap_noon(struct conf *conf)
{
	conf_leap_variant(conf, VIRTIO_RTC_SMEAR_NOON_LINEAR, conf_noon_linear);
}

static void conf_leap_sls(struct conf *conf)
{
	conf_leap_variant(conf, VIRTIO_RTC_SMEAR_UTC_SLS, conf_utc_sls);
}

static void conf_leap_smeared(struct conf *conf)
{
	struct conf_leap *leap = conf_leap_seen(conf);
	bool any = false;
	u16 id;

	for (id = 0; leap && id < leap->num_clocks; id++) {
		if (leap->type[id] != VIRTIO_RTC_CLOCK_UTC_SMEARED)
			continue;
		any = true;
		conf_leap_no_step(conf, leap, id);
	}
	if (leap && !any)
		conf->skipped = "no smeared clock";
}

static void conf_leap_others(struct conf *conf)
{
	struct conf_leap *leap = conf_leap_seen(conf);
	bool any = false;
	u16 id;

	for (id = 0; leap && id < leap->num_clocks; id++) {
		if (!conf_never_steps(leap->type[id]))
			continue;
		any = true;
		conf_leap_no_step(conf, leap, id);
	}
	if (leap && !any)
		conf->skipped = "no clock of TAI, and none that is monotonic";
}

const struct conf_test conf_leap_tests[] = {
	{ "V-leap: UTC steps back by a second at the start of the leap second, and only there",
	  CONF_ALL, conf_leap_utc },
	{ "V-leap: a smeared clock never steps", CONF_ALL, conf_leap_smeared },
	{ "V-leap: noon-linear is slower by 1/86401 around midnight", CONF_ALL,
	  conf_leap_noon },
	{ "V-leap: UTC-SLS is slower by 0.1 % before midnight, and not after it",
	  CONF_ALL, conf_leap_sls },
	{ "V-leap: TAI and monotonic clocks go on", CONF_ALL,
	  conf_leap_others },
	{ 0 },
};
