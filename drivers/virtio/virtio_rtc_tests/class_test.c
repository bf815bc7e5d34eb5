// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RTCs and their alarms, as the RTC core and the device see them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/prandom.h>
#include <linux/rtc.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

#include "support.h"

/* The last full second of a reading: in the year 2554 */
#define VIORTC_TEST_LAST_SECOND		(U64_MAX / NSEC_PER_SEC)

static void viortc_time_of_the_rtc_is_right_until_2554(struct kunit *test)
{
	u64 *reading = kunit_kzalloc(test, sizeof(*reading), GFP_KERNEL);
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct rnd_state rnd;
	struct rtc_time tm;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, reading);
	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &viortc_test_alarm_clock,
		.num_clocks = 1,
		.time_ops = &viortc_test_fixed_ops,
		.time_priv = reading,
	});
	rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, rtc);

	prandom_seed_state(&rnd, 2554);
	for (i = 0; i < 2000; i++) {
		prandom_bytes_state(&rnd, reading, sizeof(*reading));
		KUNIT_ASSERT_EQ_MSG(test, viortc_test_rtc_now(test, rtc),
				    *reading / NSEC_PER_SEC, "%llu ns",
				    *reading);
	}

	*reading = 0;
	KUNIT_EXPECT_EQ(test, viortc_test_rtc_now(test, rtc), 0);
	*reading = NSEC_PER_SEC - 1;
	KUNIT_EXPECT_EQ(test, viortc_test_rtc_now(test, rtc), 0);
	*reading = NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, viortc_test_rtc_now(test, rtc), 1);

	*reading = U64_MAX;
	KUNIT_ASSERT_EQ(test, 0, rtc_read_time(rtc, &tm));
	KUNIT_EXPECT_EQ(test, tm.tm_year, 2554 - 1900);
	KUNIT_EXPECT_EQ(test, tm.tm_mon, 6);
	KUNIT_EXPECT_EQ(test, tm.tm_mday, 21);
	KUNIT_EXPECT_EQ(test, tm.tm_hour, 23);
	KUNIT_EXPECT_EQ(test, tm.tm_min, 34);
	KUNIT_EXPECT_EQ(test, tm.tm_sec, 33);
	KUNIT_EXPECT_EQ(test, rtc->range_min, 0);
	KUNIT_EXPECT_EQ(test, rtc->range_max, VIORTC_TEST_LAST_SECOND);
}

/* To the device and back, over all that it can hold, in any state */
static void viortc_alarm_times_are_right_until_2554(struct kunit *test)
{
	struct rtc_wkalrm alarm, got;
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct device *parent;
	struct rnd_state rnd;
	u64 seconds;
	int i;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	parent = rtc->dev.parent;
	prandom_seed_state(&rnd, 2262);
	for (i = 0; i < 2000; i++) {
		prandom_bytes_state(&rnd, &seconds, sizeof(seconds));
		seconds %= VIORTC_TEST_LAST_SECOND + 1;
		if (i == 0)
			seconds = VIORTC_TEST_LAST_SECOND;
		if (i == 1)
			seconds = 0;

		alarm = (struct rtc_wkalrm) { .enabled = i % 2 };
		rtc_time64_to_tm(seconds, &alarm.time);
		rtc_lock(rtc);
		KUNIT_EXPECT_EQ(test, 0, rtc->ops->set_alarm(parent, &alarm));
		viortc_test_expect_alarm(test, sim, seconds, alarm.enabled);

		got = (struct rtc_wkalrm) {};
		KUNIT_EXPECT_EQ(test, 0, rtc->ops->read_alarm(parent, &got));
		KUNIT_EXPECT_EQ_MSG(test, rtc_tm_to_time64(&got.time), seconds,
				    "set %llu s", seconds);
		KUNIT_EXPECT_EQ(test, got.enabled, alarm.enabled);

		/* Time stays when the state changes. */
		KUNIT_EXPECT_EQ(test, 0,
				rtc->ops->alarm_irq_enable(parent,
							   !alarm.enabled));
		viortc_test_expect_alarm(test, sim, seconds, !alarm.enabled);
		rtc_unlock(rtc);
	}
}

static void viortc_alarm_out_of_range_is_refused(struct kunit *test)
{
	struct rtc_wkalrm alarm = { .enabled = true };
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	rtc_time64_to_tm(VIORTC_TEST_LAST_SECOND + 1, &alarm.time);
	KUNIT_EXPECT_EQ(test, -ERANGE, rtc_set_alarm(rtc, &alarm));
	viortc_test_expect_alarm(test, sim, 0, false);
}

/* On time: not before, and not much after */
static void viortc_alarm_rings_when_it_is_time(struct kunit *test)
{
	static const unsigned int delays[] = { 1, 2, 3, 10, 59, 100 };
	struct rtc_device *rtc;
	u64 time, now;
	int i;

	viortc_test_plug_rtc(test, false, &rtc);
	for (i = 0; i < ARRAY_SIZE(delays); i++) {
		time = viortc_test_set_alarm_in(test, rtc, delays[i]);
		KUNIT_ASSERT_TRUE(test, viortc_test_rings_within(rtc, delays[i] + 1));
		now = viortc_test_rtc_now(test, rtc);
		KUNIT_EXPECT_GE(test, now, time);
		KUNIT_EXPECT_LE(test, now, time + 1);

		/* Once */
		WRITE_ONCE(rtc->irq_data, 0);
		KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 5));
	}
}

static void viortc_disabled_alarm_does_not_ring(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	time = viortc_test_set_alarm_in(test, rtc, 10);
	viortc_test_expect_alarm(test, sim, time, true);
	KUNIT_ASSERT_EQ(test, 0, rtc_alarm_irq_enable(rtc, false));
	viortc_test_expect_alarm(test, sim, time, false);
	KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 30));
}

/* The clock is another's: it may step over the time of an alarm. */
static void viortc_alarm_rings_when_the_clock_steps_over_it(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	int i;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	for (i = 1; i <= 10; i++) {
		viortc_test_set_alarm_in(test, rtc, 3600);
		KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 2));
		viortc_sim_set_offset(sim, 0, i * 2 * 3600 * NSEC_PER_SEC);
		KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 1));
	}
}

/* It is not this system's any more (D-alarm-reset). */
static void viortc_alarm_of_an_earlier_time_is_cleared(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct device *dev;

	sim = viortc_test_plug_rtc(test, true, &rtc);
	dev = &viortc_sim_vdev(sim)->dev;
	viortc_test_set_alarm_in(test, rtc, 10);
	device_release_driver(dev);
	ssleep(20);
	KUNIT_ASSERT_EQ(test, 1, device_attach(dev));
	viortc_test_expect_alarm(test, sim, 0, false);
	rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, rtc);
	KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 20));
}

/* Nor is it where nobody would hear it. */
static void viortc_alarm_without_an_rtc_is_cleared(struct kunit *test)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_TAI,
		.alarm = true,
	};
	struct viortc_sim *sim;
	struct device *dev;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &clock,
		.num_clocks = 1,
		.retain_alarms = true,
	});
	dev = &viortc_sim_vdev(sim)->dev;
	KUNIT_ASSERT_EQ(test, 0,
			viortc_set_alarm(viortc_test_clock(sim, 0),
					 1000 * NSEC_PER_SEC, true));
	viortc_test_expect_alarm(test, sim, 1000, true);
	device_release_driver(dev);
	KUNIT_ASSERT_EQ(test, 1, device_attach(dev));
	viortc_test_expect_alarm(test, sim, 0, false);
}

/*
 * What is no notification of the alarm does not ring it; and whatever comes on
 * the alarmq, the next one rings.
 */
static void viortc_odd_notifications_do_no_harm(struct kunit *test)
{
	static const struct {
		const char *fault;
		bool rings;
	} cases[] = {
		{ "bad-type,type=notification,times=1" },
		{ "bad-clock-id,type=notification,times=1" },
		{ "bad-clock-id=1,type=notification,times=1" },
		{ "bad-clock-id=2,type=notification,times=1" },
		{ "short-answer,type=notification,times=1" },
		{ "short-answer=16,type=notification,times=1" },
		{ "long-answer,type=notification,times=1" },
		{ "long-answer=0x7fffffff,type=notification,times=1" },
		{ "no-answer,type=notification,times=1" },
		{ "late-answer=1000,type=notification,times=1", true },
		{ "stale-answer,type=notification,times=1" },
		{ "reserved-bits,type=notification", true },
		{ "alarm-storm=1000", true },
	};
	const struct viortc_sim_clock_config clocks[] = {
		viortc_test_alarm_clock,
		{ .type = VIRTIO_RTC_CLOCK_TAI, .alarm = true },
	};
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	int i;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(clocks),
	});
	rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, rtc);

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		viortc_test_fault(test, sim, cases[i].fault);
		viortc_test_set_alarm_in(test, rtc, 2);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].rings,
				    viortc_test_rings_within(rtc, 5), "with %s",
				    cases[i].fault);
		viortc_test_fault(test, sim, NULL);
		viortc_test_set_alarm_in(test, rtc, 2);
		KUNIT_EXPECT_TRUE_MSG(test, viortc_test_rings_within(rtc, 3),
				      "after %s", cases[i].fault);
	}
}

/* More expiries than there are buffers: each comes when there is one. */
static void viortc_alarms_of_many_clocks_ring(struct kunit *test)
{
	struct viortc_sim_clock_config *clocks;
	struct rtc_device *rtc[40];
	struct viortc_sim *sim;
	u64 time;
	int i;

	clocks = kunit_kcalloc(test, ARRAY_SIZE(rtc), sizeof(*clocks),
			       GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clocks);
	for (i = 0; i < ARRAY_SIZE(rtc); i++)
		clocks[i] = viortc_test_alarm_clock;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(rtc),
	});
	for (i = 0; i < ARRAY_SIZE(rtc); i++) {
		rtc[i] = viortc_test_rtc(sim, i);
		KUNIT_ASSERT_NOT_NULL(test, rtc[i]);
	}
	time = viortc_test_rtc_now(test, rtc[0]) + 10;
	for (i = 0; i < ARRAY_SIZE(rtc); i++)
		viortc_test_set_alarm(test, rtc[i], time);
	for (i = 0; i < ARRAY_SIZE(rtc); i++)
		KUNIT_EXPECT_TRUE_MSG(test, viortc_test_rings_within(rtc[i], 12),
				      "clock %d", i);
}

/* Reading and alarms fail with what the device says, and change nothing. */
static void viortc_rtc_passes_errors_on(struct kunit *test)
{
	static const struct {
		const char *fault;
		int error;
	} cases[] = {
		{ "wrong-status=2", -EOPNOTSUPP },
		{ "wrong-status=3", -ENODEV },
		{ "wrong-status=4", -EINVAL },
		{ "wrong-status=5", -EIO },
		{ "wrong-status", -EIO },
		{ "short-answer", -EPROTO },
		{ "no-answer", -ETIMEDOUT },
	};
	struct rtc_wkalrm alarm = { .enabled = true };
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct device *parent;
	struct rtc_time tm;
	u64 time;
	int i;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	parent = rtc->dev.parent;
	time = viortc_test_set_alarm_in(test, rtc, 100000);
	rtc_time64_to_tm(time + 1, &alarm.time);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		viortc_test_fault(test, sim, cases[i].fault);
		KUNIT_EXPECT_EQ(test, cases[i].error, rtc_read_time(rtc, &tm));
		rtc_lock(rtc);
		KUNIT_EXPECT_EQ(test, cases[i].error,
				rtc->ops->read_alarm(parent, &alarm));
		KUNIT_EXPECT_EQ(test, cases[i].error,
				rtc->ops->set_alarm(parent, &alarm));
		KUNIT_EXPECT_EQ(test, cases[i].error,
				rtc->ops->alarm_irq_enable(parent, 1));
		rtc_unlock(rtc);
	}
	viortc_test_fault(test, sim, NULL);
	viortc_test_expect_alarm(test, sim, time + 1, true);
}

/* Who looks for an RTC would find one that shows nothing. */
static void viortc_clock_that_cannot_be_read_is_no_rtc(struct kunit *test)
{
	struct viortc_sim *sim;

	sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
		.clocks = &viortc_test_alarm_clock,
		.num_clocks = 1,
	}, "wrong-status=5,type=read");
	KUNIT_ASSERT_TRUE(test, viortc_test_is_bound(sim));
	KUNIT_EXPECT_NULL(test, viortc_test_rtc(sim, 0));
	KUNIT_EXPECT_NOT_NULL(test, viortc_test_ptp(sim, 0));
}

static void viortc_rtc_without_alarm_has_none(struct kunit *test)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_UTC_SMEARED,
	};
	struct rtc_wkalrm alarm = { .enabled = true };
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &clock,
		.num_clocks = 1,
	});
	rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, rtc);
	KUNIT_EXPECT_FALSE(test, test_bit(RTC_FEATURE_ALARM, rtc->features));
	KUNIT_EXPECT_FALSE(test, device_can_wakeup(rtc->dev.parent));
	rtc_time64_to_tm(viortc_test_rtc_now(test, rtc) + 10, &alarm.time);
	KUNIT_EXPECT_EQ(test, -EINVAL, rtc_set_alarm(rtc, &alarm));

	/* Sleep has nothing to do for it. */
	KUNIT_EXPECT_EQ(test, 0, virtio_device_freeze(viortc_sim_vdev(sim)));
	KUNIT_EXPECT_EQ(test, 0, virtio_device_restore(viortc_sim_vdev(sim)));
	viortc_test_rtc_now(test, rtc);
}

static void viortc_removal_with_an_alarm_set_is_clean(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	int i;

	for (i = 0; i < 10; i++) {
		sim = viortc_test_plug_rtc(test, i % 2, &rtc);
		viortc_test_set_alarm_in(test, rtc, 1);
		/* Just before, at, and after the time */
		msleep(200 * i);
		viortc_test_destroy(test, sim);
		msleep(2000);
	}
}

static struct kunit_case viortc_class_cases[] = {
	KUNIT_CASE(viortc_time_of_the_rtc_is_right_until_2554),
	KUNIT_CASE(viortc_alarm_times_are_right_until_2554),
	KUNIT_CASE(viortc_alarm_out_of_range_is_refused),
	KUNIT_CASE_SLOW(viortc_alarm_rings_when_it_is_time),
	KUNIT_CASE_SLOW(viortc_disabled_alarm_does_not_ring),
	KUNIT_CASE_SLOW(viortc_alarm_rings_when_the_clock_steps_over_it),
	KUNIT_CASE_SLOW(viortc_alarm_of_an_earlier_time_is_cleared),
	KUNIT_CASE(viortc_alarm_without_an_rtc_is_cleared),
	KUNIT_CASE_SLOW(viortc_odd_notifications_do_no_harm),
	KUNIT_CASE_SLOW(viortc_alarms_of_many_clocks_ring),
	KUNIT_CASE_SLOW(viortc_rtc_passes_errors_on),
	KUNIT_CASE(viortc_clock_that_cannot_be_read_is_no_rtc),
	KUNIT_CASE(viortc_rtc_without_alarm_has_none),
	KUNIT_CASE_SLOW(viortc_removal_with_an_alarm_set_is_clean),
	{}
};

static struct kunit_suite viortc_class_suite = {
	.name = "virtio_rtc_class",
	.test_cases = viortc_class_cases,
};

kunit_test_suite(viortc_class_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: RTCs");
MODULE_LICENSE("GPL");
