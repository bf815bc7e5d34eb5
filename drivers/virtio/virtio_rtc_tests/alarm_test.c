// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What RTCs and their alarms do when the clock below fails, jumps or goes.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/pm_wakeup.h>
#include <linux/rtc.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>
#include <linux/virtio.h>
#include <linux/workqueue.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_requestq.h"
#include "support.h"

/* Nothing may keep the system awake once all is over. */
static void viortc_alarm_expect_sleepy(struct kunit *test,
				       struct rtc_device *rtc)
{
	struct wakeup_source *ws = rtc->dev.parent->power.wakeup;

	KUNIT_ASSERT_NOT_NULL(test, ws);
	KUNIT_EXPECT_FALSE(test, ws->active);
}

/* By alarm they would expire once for each second that the reading jumps. */
static void viortc_update_interrupts_are_left_to_polling(struct kunit *test)
{
	struct rtc_device *rtc;

	viortc_test_plug_rtc(test, false, &rtc);
	KUNIT_EXPECT_NE(test, 0, rtc_update_irq_enable(rtc, 1));
	KUNIT_EXPECT_FALSE(test, rtc->uie_rtctimer.enabled);
}

static void viortc_failed_readings_do_not_lose_an_alarm(struct kunit *test)
{
	static const char * const faults[] = {
		"wrong-status=5,type=read,times=1",
		"wrong-status=5,type=read,times=7",
		"short-answer,type=read,times=3",
		"no-answer,type=read,times=2",
	};
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	int i;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		viortc_test_set_alarm_in(test, rtc, 2);
		viortc_test_fault(test, sim, faults[i]);
		ssleep(60);
		KUNIT_EXPECT_TRUE_MSG(test, viortc_test_rings_within(rtc, 0), "%s",
				      faults[i]);
		viortc_alarm_expect_sleepy(test, rtc);
		viortc_test_fault(test, sim, NULL);
	}
}

static void viortc_clock_that_fails_for_good_lets_sleep(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	viortc_test_set_alarm_in(test, rtc, 2);
	viortc_test_fault(test, sim, "wrong-status=5,type=read");
	ssleep(60);
	viortc_alarm_expect_sleepy(test, rtc);
	viortc_test_fault(test, sim, NULL);
	viortc_test_set_alarm_in(test, rtc, 2);
	ssleep(4);
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 0));
}

static void viortc_alarm_of_a_lost_clock_lets_sleep(struct kunit *test)
{
	struct wakeup_source *ws;
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	unsigned long events;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	ws = rtc->dev.parent->power.wakeup;
	KUNIT_ASSERT_NOT_NULL(test, ws);
	viortc_test_set_alarm_in(test, rtc, 2);
	viortc_test_clock(sim, 0)->gone = true;
	events = ws->event_count;
	ssleep(4);
	viortc_alarm_expect_sleepy(test, rtc);
	/* Nor does it end a sleep. */
	KUNIT_EXPECT_EQ(test, events, ws->event_count);
}

/* A file that is still open has the RTC, and ioctls of any kind. */
static void viortc_rtc_that_is_gone_says_so(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct rtc_time tm = {};

	sim = viortc_test_plug_rtc(test, false, &rtc);
	get_device(&rtc->dev);
	viortc_test_destroy(test, sim);
	KUNIT_EXPECT_EQ(test, -ENODEV, rtc_read_time(rtc, &tm));
	rtc_time64_to_tm(0, &tm);
	KUNIT_EXPECT_EQ(test, -ENODEV, rtc_set_time(rtc, &tm));
	KUNIT_EXPECT_NOT_NULL(test, rtc->ops);
	if (rtc->ops) {
		KUNIT_EXPECT_EQ(test, -ENODEV,
				rtc->ops->ioctl(rtc->dev.parent, RTC_VL_READ, 0));
		KUNIT_EXPECT_EQ(test, -ENODEV,
				rtc->ops->param_get(rtc->dev.parent, NULL));
	}
	put_device(&rtc->dev);
}

/* The kernel's alarm timers keep an RTC and set an alarm when it is to sleep. */
static void viortc_rtc_that_is_gone_lets_sleep(struct kunit *test)
{
	struct rtc_wkalrm alarm = { .enabled = 1 };
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	get_device(&rtc->dev);
	viortc_test_destroy(test, sim);
	rtc_time64_to_tm(ktime_get_real_seconds() + 1000, &alarm.time);
	KUNIT_EXPECT_EQ(test, -ENODEV, rtc_set_alarm(rtc, &alarm));
	pm_suspend_target_state = PM_SUSPEND_TO_IDLE;
	KUNIT_EXPECT_EQ(test, 0, rtc_set_alarm(rtc, &alarm));
	pm_suspend_target_state = PM_SUSPEND_ON;
	put_device(&rtc->dev);
}

/* Nor one whose clock was lost, which is still registered. */
static void viortc_lost_clock_lets_sleep(struct kunit *test)
{
	struct rtc_wkalrm alarm = { .enabled = 1 };
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	viortc_test_reset(test, sim, "wrong-status=3,type=clock-cap,times=1");
	rtc_time64_to_tm(ktime_get_real_seconds() + 1000, &alarm.time);
	KUNIT_EXPECT_EQ(test, -ENODEV, rtc_set_alarm(rtc, &alarm));
	pm_suspend_target_state = PM_SUSPEND_TO_IDLE;
	KUNIT_EXPECT_EQ(test, 0, rtc_set_alarm(rtc, &alarm));
	pm_suspend_target_state = PM_SUSPEND_ON;
}

/* After each attempt the RTC core looks which alarms have expired. */
static void viortc_attempts_to_set_the_time_lose_no_alarm(struct kunit *test)
{
	struct viortc_requestq *requestq;
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct rtc_time tm;
	u64 requests;
	int i;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	requestq = viortc_test_clock(sim, 0)->requestq;
	viortc_test_set_alarm_in(test, rtc, 1000);
	rtc_time64_to_tm(ktime_get_real_seconds(), &tm);
	for (i = 0; i < 100; i++) {
		requests = requestq->stats.requests;
		KUNIT_ASSERT_NE(test, 0, rtc_set_time(rtc, &tm));
		flush_work(&rtc->irqwork);
		KUNIT_ASSERT_GT_MSG(test, requestq->stats.requests, requests,
				    "the clock was not read after %d attempts", i);
	}
}

/* Alarm timers would choose it, and rtcwake have the system sleep for ever. */
static void viortc_rtc_that_cannot_wake_does_not_say_so(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &viortc_test_alarm_clock,
		.num_clocks = 1,
		.cannot_wake = true,
	});
	rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, rtc);
	KUNIT_EXPECT_FALSE(test, device_can_wakeup(rtc->dev.parent));
	viortc_test_set_alarm_in(test, rtc, 2);
	KUNIT_EXPECT_FALSE(test, viortc_class_may_wake(viortc_test_clock(sim, 0)));
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 3));
}

/**
 * struct viortc_alarm_reading - a reading at a later time
 * @work: reads
 * @clock: the clock
 * @err: what came of it
 */
struct viortc_alarm_reading {
	struct delayed_work work;
	struct viortc_clock *clock;
	int err;
};

static void viortc_alarm_reading_work(struct work_struct *work)
{
	struct viortc_alarm_reading *reading =
		container_of(to_delayed_work(work), struct viortc_alarm_reading,
			     work);
	u64 ns;

	reading->err = viortc_read(reading->clock, &ns, NULL);
}

/* Programs take ENODEV for unplugged. */
static void viortc_clock_that_is_asked_for_is_not_gone(struct kunit *test)
{
	static const struct viortc_sim_clock_config clocks[2] = {};
	struct viortc_alarm_reading *reading;
	struct viortc_sim *sim;
	u64 ns;

	reading = kunit_kzalloc(test, sizeof(*reading), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, reading);
	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(clocks),
	});
	KUNIT_ASSERT_EQ(test, 0,
			virtio_device_reset_prepare(viortc_sim_vdev(sim)));
	viortc_test_fault(test, sim, "no-answer,type=clock-cap,times=1");
	reading->clock = viortc_test_clock(sim, 1);
	INIT_DELAYED_WORK(&reading->work, viortc_alarm_reading_work);
	schedule_delayed_work(&reading->work, HZ);
	KUNIT_EXPECT_EQ(test, 0,
			virtio_device_reset_done(viortc_sim_vdev(sim)));
	flush_delayed_work(&reading->work);
	KUNIT_EXPECT_EQ(test, -EAGAIN, reading->err);
	KUNIT_EXPECT_EQ(test, 0, viortc_read(reading->clock, &ns, NULL));
}

/* A device that is silent about alarms alone costs no clock. */
static void viortc_silence_about_alarms_costs_no_clock(struct kunit *test)
{
	const struct viortc_sim_clock_config clocks[] = {
		viortc_test_alarm_clock, viortc_test_alarm_clock,
		viortc_test_alarm_clock, viortc_test_alarm_clock,
		viortc_test_alarm_clock,
	};
	struct viortc_sim *sim;
	int id;

	sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(clocks),
	}, "no-answer,type=set-alarm");
	for (id = 0; id < ARRAY_SIZE(clocks); id++) {
		KUNIT_EXPECT_NOT_NULL(test, viortc_test_ptp(sim, id));
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
	}
	viortc_test_destroy(test, sim);

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(clocks),
	});
	viortc_test_reset(test, sim, "no-answer,type=set-alarm");
	for (id = 0; id < ARRAY_SIZE(clocks); id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

/* A cancelled alarm is not set again because the device refused that. */
static void viortc_cancelled_alarm_stays_so(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	time = viortc_test_set_alarm_in(test, rtc, 1000);
	viortc_test_fault(test, sim,
			  "wrong-status=5,type=set-alarm-enabled,times=2");
	rtc_alarm_irq_enable(rtc, 0);
	viortc_test_reset(test, sim, NULL);
	viortc_test_expect_alarm(test, sim, time, false);
}

#define VIORTC_ALARM_TIME	1000

/**
 * struct viortc_alarm_to_and_fro - a clock that reaches an alarm's time and is before it
 * @moves: it does so
 * @readings: how often it was read since then
 */
struct viortc_alarm_to_and_fro {
	bool moves;
	unsigned int readings;
};

/* Not for ever, so that the test has an end in any case. */
static u64 viortc_alarm_to_and_fro_read(void *priv, u16 clock)
{
	struct viortc_alarm_to_and_fro *time = priv;
	u64 seconds = VIORTC_ALARM_TIME - 10;

	if (time->moves && time->readings++ % 2 && time->readings < 100000)
		seconds = VIORTC_ALARM_TIME;

	return seconds * NSEC_PER_SEC;
}

static void viortc_readings_to_and_fro_have_an_end(struct kunit *test)
{
	static const struct viortc_sim_time_ops ops = {
		.hw_counter = VIRTIO_RTC_COUNTER_INVALID,
		.read = viortc_alarm_to_and_fro_read,
	};
	static struct viortc_alarm_to_and_fro time;
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	time = (struct viortc_alarm_to_and_fro) {};
	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &viortc_test_alarm_clock,
		.num_clocks = 1,
		.time_ops = &ops,
		.time_priv = &time,
	});
	rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, rtc);
	viortc_test_set_alarm(test, rtc, VIORTC_ALARM_TIME);
	time.moves = true;
	rtc_update_irq(rtc, 1, RTC_AF | RTC_IRQF);
	msleep(100);
	flush_work(&rtc->irqwork);
	KUNIT_EXPECT_GT(test, time.readings, 30);
	KUNIT_EXPECT_LT(test, time.readings, 10000);
	time.moves = false;
}

static struct kunit_case viortc_alarm_cases[] = {
	KUNIT_CASE(viortc_update_interrupts_are_left_to_polling),
	KUNIT_CASE(viortc_cancelled_alarm_stays_so),
	KUNIT_CASE(viortc_readings_to_and_fro_have_an_end),
	KUNIT_CASE_SLOW(viortc_failed_readings_do_not_lose_an_alarm),
	KUNIT_CASE_SLOW(viortc_clock_that_fails_for_good_lets_sleep),
	KUNIT_CASE_SLOW(viortc_alarm_of_a_lost_clock_lets_sleep),
	KUNIT_CASE(viortc_rtc_that_is_gone_says_so),
	KUNIT_CASE(viortc_rtc_that_is_gone_lets_sleep),
	KUNIT_CASE(viortc_lost_clock_lets_sleep),
	KUNIT_CASE(viortc_attempts_to_set_the_time_lose_no_alarm),
	KUNIT_CASE_SLOW(viortc_rtc_that_cannot_wake_does_not_say_so),
	KUNIT_CASE_SLOW(viortc_clock_that_is_asked_for_is_not_gone),
	KUNIT_CASE_SLOW(viortc_silence_about_alarms_costs_no_clock),
	{}
};

static struct kunit_suite viortc_alarm_suite = {
	.name = "virtio_rtc_alarm",
	.test_cases = viortc_alarm_cases,
};

kunit_test_suite(viortc_alarm_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: RTCs in trouble");
MODULE_LICENSE("GPL");
