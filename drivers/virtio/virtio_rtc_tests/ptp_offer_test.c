// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which PTP clocks offer cross-timestamps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/timekeeping.h>
#include <uapi/linux/virtio_rtc.h>

#include "counter.h"
#include "support.h"

/* The system's clock may come to run on the counter later. */
static void viortc_cross_waits_for_the_clocksource(struct kunit *test)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;

	if (!IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "needs a machine without the counter");

	info = viortc_test_cross_plug(test, &device, &sim);
	device->live = true;
	KUNIT_ASSERT_NOT_NULL(test, info->getcrosststamp);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, info->getcrosststamp(info, &cts));

	counter = viortc_test_counter_new(test, 256, NSEC_PER_SEC);
	viortc_test_counter_add(test, counter, NSEC_PER_SEC);
	KUNIT_EXPECT_LE(test, abs(viortc_test_cross_error(test, info, device)), 1);
}

/* The system's clock runs on the counter, and devices with this time know it. */
static struct viortc_test_cross *viortc_offer_device(struct kunit *test)
{
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;

	counter = viortc_test_counter_new(test, 256, NSEC_PER_SEC);
	viortc_test_counter_add(test, counter, NSEC_PER_SEC);
	device = kunit_kzalloc(test, sizeof(*device), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, device);
	device->live = true;

	return device;
}

/* One clock of such a device that is there; returns its PTP clock. */
static struct ptp_clock_info *viortc_offer_plug(struct kunit *test,
						struct viortc_sim **sim)
{
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;

	counter = viortc_test_counter_new(test, 256, NSEC_PER_SEC);
	viortc_test_counter_add(test, counter, NSEC_PER_SEC);
	info = viortc_test_cross_plug(test, &device, sim);
	device->live = true;

	return info;
}

/* So may a device that failed when it was asked whether it can. */
static void viortc_cross_outlives_a_failure_at_probe(struct kunit *test)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_UTC,
		.cross = true,
	};
	static const char * const faults[] = {
		"wrong-status=5,type=cross-cap",
		"short-answer,type=cross-cap",
	};
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	int i;

	device = viortc_offer_device(test);
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
			.clocks = &clock,
			.num_clocks = 1,
			.time_ops = &viortc_test_cross_ops,
			.time_priv = device,
		}, faults[i]);
		info = viortc_test_ptp(sim, 0);
		KUNIT_ASSERT_NOT_NULL(test, info);
		KUNIT_ASSERT_NOT_NULL(test, info->getcrosststamp);
		KUNIT_EXPECT_LE(test,
				abs(viortc_test_cross_error(test, info, device)), 1);
		viortc_test_destroy(test, sim);
	}
}

/* Silence about that question is no verdict about the clock. */
static void viortc_cross_outlives_silence_at_probe(struct kunit *test)
{
	static const struct viortc_sim_clock_config clocks[] = {
		{ .type = VIRTIO_RTC_CLOCK_UTC, .cross = true },
		{ .type = VIRTIO_RTC_CLOCK_UTC, .cross = true },
		{ .type = VIRTIO_RTC_CLOCK_UTC, .cross = true },
		{ .type = VIRTIO_RTC_CLOCK_UTC, .cross = true },
		{ .type = VIRTIO_RTC_CLOCK_UTC_SMEARED, .alarm = true, .cross = true },
	};
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	struct timespec64 ts;
	int id;

	sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(clocks),
		.time_ops = &viortc_test_cross_ops,
		.time_priv = viortc_offer_device(test),
	}, "no-answer,type=cross-cap");
	for (id = 0; id < ARRAY_SIZE(clocks); id++) {
		info = viortc_test_ptp(sim, id);
		KUNIT_ASSERT_NOT_NULL(test, info);
		KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
	}
	KUNIT_EXPECT_NOT_NULL(test,
			      viortc_test_rtc(sim, ARRAY_SIZE(clocks) - 1));
	ssleep(11);
	info = viortc_test_ptp(sim, 0);
	KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
	KUNIT_EXPECT_EQ(test, 0, info->getcrosststamp(info, &cts));
}

/* A device that refuses now and then has not lost them. */
static void viortc_cross_outlives_a_refusal(struct kunit *test)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct viortc_clock *clock;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	int n;

	info = viortc_offer_plug(test, &sim);
	clock = viortc_test_clock(sim, 0);
	viortc_test_fault(test, sim, "wrong-status=2,type=read-cross,every=2");
	for (n = 0; n < 20; n++)
		KUNIT_EXPECT_EQ(test, n % 2 ? -EOPNOTSUPP : 0,
				info->getcrosststamp(info, &cts));
	KUNIT_EXPECT_STREQ(test, "yes", viortc_ptp_cross_word(clock));

	/* One that always does has. */
	viortc_test_fault(test, sim, "wrong-status=2,type=read-cross");
	for (n = 0; n < 10; n++)
		KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
				info->getcrosststamp(info, &cts));
	KUNIT_EXPECT_STREQ(test, "failing", viortc_ptp_cross_word(clock));
}

static void viortc_cross_is_not_offered_when_the_device_cannot(struct kunit *test)
{
	static const struct viortc_sim_clock_config clocks[] = {
		{ .type = VIRTIO_RTC_CLOCK_UTC },
		{ .type = VIRTIO_RTC_CLOCK_TAI, .cross = true },
	};
	static const char * const faults[] = {
		NULL,
		"wrong-status=2,type=cross-cap",
	};
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct viortc_sim *sim;
	int i, id;

	counter = viortc_test_counter_new(test, 256, 0);
	viortc_test_counter_add(test, counter, NSEC_PER_SEC);
	device = kunit_kzalloc(test, sizeof(*device), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, device);
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
			.clocks = clocks,
			.num_clocks = ARRAY_SIZE(clocks),
			.time_ops = &viortc_test_cross_ops,
			.time_priv = device,
		}, faults[i]);
		KUNIT_ASSERT_TRUE(test, viortc_test_is_bound(sim));
		for (id = 0; id < ARRAY_SIZE(clocks); id++) {
			struct ptp_clock_info *info = viortc_test_ptp(sim, id);

			KUNIT_ASSERT_NOT_NULL(test, info);
			KUNIT_EXPECT_EQ_MSG(test, !!info->getcrosststamp,
					    clocks[id].cross && !faults[i],
					    "clock %d, %s", id,
					    faults[i] ?: "no fault");
		}
		viortc_test_destroy(test, sim);
	}
}

/* Silence is an answer, too, if it is about cross-timestamps alone. */
static void viortc_cross_without_an_answer_is_none(struct kunit *test)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct viortc_clock *clock;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	struct timespec64 ts;
	int seconds;

	info = viortc_offer_plug(test, &sim);
	clock = viortc_test_clock(sim, 0);
	KUNIT_ASSERT_EQ(test, 0, info->getcrosststamp(info, &cts));
	KUNIT_ASSERT_STREQ(test, "yes", viortc_ptp_cross_word(clock));

	/* A late answer costs no more than the call that did not wait for it. */
	viortc_test_fault(test, sim, "late-answer=1500,type=read-cross,times=1");
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, info->getcrosststamp(info, &cts));
	KUNIT_EXPECT_EQ(test, -EBUSY, info->getcrosststamp(info, &cts));
	ssleep(1);
	KUNIT_EXPECT_EQ(test, 0, info->getcrosststamp(info, &cts));

	/* Nothing at all says nothing of cross-timestamps. */
	viortc_test_fault(test, sim, "no-answer");
	for (seconds = 0; seconds < 10; seconds++) {
		KUNIT_ASSERT_NE(test, 0, info->getcrosststamp(info, &cts));
		ssleep(1);
	}
	KUNIT_EXPECT_STREQ(test, "yes", viortc_ptp_cross_word(clock));
	/* With it the buffers come back that the device has kept. */
	viortc_test_reset(test, sim, NULL);
	KUNIT_EXPECT_EQ(test, 0, info->getcrosststamp(info, &cts));

	/* Nor does it cost the readings. */
	viortc_test_fault(test, sim, "no-answer,type=read-cross");
	for (seconds = 0; seconds < 60; seconds++) {
		KUNIT_ASSERT_NE(test, 0, info->getcrosststamp(info, &cts));
		KUNIT_ASSERT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
		ssleep(1);
	}
	KUNIT_EXPECT_STREQ(test, "failing", viortc_ptp_cross_word(clock));
	KUNIT_EXPECT_LE(test, clock->share.in_flight, 4);
	viortc_test_reset(test, sim, NULL);
	ssleep(21);
	KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
	KUNIT_EXPECT_STREQ(test, "yes", viortc_ptp_cross_word(clock));

	/* When the answers come there may be others. */
	viortc_test_fault(test, sim, "late-answer=20000,type=read-cross");
	for (seconds = 0; seconds < 30; seconds++) {
		KUNIT_ASSERT_NE(test, 0, info->getcrosststamp(info, &cts));
		KUNIT_ASSERT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
		ssleep(1);
	}
	KUNIT_EXPECT_STREQ(test, "failing", viortc_ptp_cross_word(clock));
	viortc_test_fault(test, sim, NULL);
	ssleep(50);
	KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
	KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
	KUNIT_EXPECT_STREQ(test, "yes", viortc_ptp_cross_word(clock));
}

/* However few slots there are, and whatever was wrong before. */
static void viortc_silent_cross_costs_no_reading(struct kunit *test)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_UTC,
		.cross = true,
	};
	static const u16 sizes[] = { 8, 16, 64 };
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	struct timespec64 ts;
	int i, seconds;

	device = viortc_offer_device(test);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		sim = viortc_test_plug(test, (struct viortc_sim_config) {
			.clocks = &clock,
			.num_clocks = 1,
			.time_ops = &viortc_test_cross_ops,
			.time_priv = device,
			.queue_size = sizes[i],
		});
		info = viortc_test_ptp(sim, 0);
		KUNIT_ASSERT_NOT_NULL(test, info);
		viortc_test_fault(test, sim, "no-answer,type=read-cross");
		for (seconds = 0; seconds < 30; seconds++) {
			KUNIT_ASSERT_NE(test, 0,
					info->getcrosststamp(info, &cts));
			KUNIT_ASSERT_EQ_MSG(test, 0,
					    info->gettimex64(info, &ts, NULL),
					    "%u descriptors, after %d s",
					    sizes[i], seconds);
			ssleep(1);
		}
		viortc_test_destroy(test, sim);
	}
}

static void viortc_cross_may_fail_and_be_silent_then(struct kunit *test)
{
	static const char * const faults[] = {
		"wrong-status=5,type=read-cross",
		/* The clock is there: no program is to take it for one that is gone. */
		"wrong-status=3,type=read-cross",
	};
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct viortc_clock *clock;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	struct timespec64 ts;
	int i, n;

	info = viortc_offer_plug(test, &sim);
	clock = viortc_test_clock(sim, 0);
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		viortc_test_fault(test, sim, faults[i]);
		for (n = 0; n < 10; n++)
			KUNIT_EXPECT_EQ_MSG(test, -EIO,
					    info->getcrosststamp(info, &cts),
					    "%s", faults[i]);
		KUNIT_EXPECT_STREQ(test, "failing",
				   viortc_ptp_cross_word(clock));

		/* Each call waits once more at most, and none for ever. */
		viortc_test_fault(test, sim, "no-answer,type=read-cross");
		for (n = 0; n < 20; n++) {
			KUNIT_ASSERT_NE(test, 0,
					info->getcrosststamp(info, &cts));
			KUNIT_ASSERT_EQ(test, 0,
					info->gettimex64(info, &ts, NULL));
		}
		KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
				info->getcrosststamp(info, &cts));
		KUNIT_EXPECT_LE(test, clock->share.in_flight, 4);

		viortc_test_reset(test, sim, NULL);
		ssleep(45);
		KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
		KUNIT_EXPECT_STREQ(test, "yes", viortc_ptp_cross_word(clock));
	}
}

static struct kunit_case viortc_ptp_offer_cases[] = {
	KUNIT_CASE(viortc_cross_waits_for_the_clocksource),
	KUNIT_CASE(viortc_cross_outlives_a_failure_at_probe),
	KUNIT_CASE_SLOW(viortc_cross_outlives_silence_at_probe),
	KUNIT_CASE(viortc_cross_outlives_a_refusal),
	KUNIT_CASE(viortc_cross_is_not_offered_when_the_device_cannot),
	KUNIT_CASE_SLOW(viortc_cross_without_an_answer_is_none),
	KUNIT_CASE_SLOW(viortc_silent_cross_costs_no_reading),
	KUNIT_CASE_SLOW(viortc_cross_may_fail_and_be_silent_then),
	{}
};

static struct kunit_suite viortc_ptp_offer_suite = {
	.name = "virtio_rtc_ptp_offer",
	.test_cases = viortc_ptp_offer_cases,
};

kunit_test_suite(viortc_ptp_offer_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: who offers cross-timestamps");
MODULE_LICENSE("GPL");
