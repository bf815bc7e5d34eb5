// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RTCs over suspend and hibernation: alarms ring in it or after it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/rtc.h>
#include <linux/sched/signal.h>
#include <linux/suspend.h>
#include <linux/virtio.h>

#include "support.h"

/**
 * struct viortc_sleep - a way to sleep
 * @name: what it is
 * @retain: the device keeps its alarms over a reset
 * @wakes: the alarm may wake the system
 * @hibernate: this is hibernation
 */
struct viortc_sleep {
	const char *name;
	bool retain;
	bool wakes;
	bool hibernate;
};

static const struct viortc_sleep viortc_sleeps[] = {
	{ "suspend, alarm wakes", false, true, false },
	{ "suspend, alarm wakes and is kept", true, true, false },
	{ "suspend", false, false, false },
	{ "suspend, alarm is kept", true, false, false },
	{ "hibernation", false, true, true },
	{ "hibernation, alarm is kept", true, true, true },
};

KUNIT_ARRAY_PARAM_DESC(viortc_sleep, viortc_sleeps, name);

static struct viortc_sim *viortc_plug_sleeper(struct kunit *test,
					      struct rtc_device **rtc)
{
	const struct viortc_sleep *sleep = test->param_value;
	struct viortc_sim *sim = viortc_test_plug_rtc(test, sleep->retain, rtc);

	KUNIT_EXPECT_TRUE(test, device_may_wakeup((*rtc)->dev.parent));
	device_set_wakeup_enable((*rtc)->dev.parent, sleep->wakes);

	return sim;
}

static void viortc_sleep(struct kunit *test, struct viortc_sim *sim)
{
	const struct viortc_sleep *sleep = test->param_value;

	pm_suspend_target_state = sleep->hibernate ? PM_SUSPEND_ON :
						     PM_SUSPEND_TO_IDLE;
	KUNIT_EXPECT_EQ(test, 0, virtio_device_freeze(viortc_sim_vdev(sim)));
}

static void viortc_wake(struct kunit *test, struct viortc_sim *sim)
{
	KUNIT_EXPECT_EQ(test, 0, virtio_device_restore(viortc_sim_vdev(sim)));
	pm_suspend_target_state = PM_SUSPEND_ON;
}

static void viortc_alarm_survives_sleep(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_plug_sleeper(test, &rtc);
	time = viortc_test_set_alarm_in(test, rtc, 100);
	viortc_sleep(test, sim);
	ssleep(50);
	viortc_wake(test, sim);
	viortc_test_expect_alarm(test, sim, time, true);
	KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 40));
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 20));
}

/* In sleep if it may wake the system, and at the latest afterwards */
static void viortc_alarm_missed_in_sleep_rings(struct kunit *test)
{
	const struct viortc_sleep *sleep = test->param_value;
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	struct wakeup_source *ws;
	unsigned long events;

	sim = viortc_plug_sleeper(test, &rtc);
	viortc_test_set_alarm_in(test, rtc, 10);
	ws = rtc->dev.parent->power.wakeup;
	events = ws ? ws->event_count : 0;
	viortc_sleep(test, sim);
	ssleep(20);
	if (sleep->wakes && !sleep->hibernate) {
		KUNIT_ASSERT_NOT_NULL(test, ws);
		KUNIT_EXPECT_GT(test, ws->event_count, events);
	}
	viortc_wake(test, sim);
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 2));

	/* It can be set again. */
	viortc_test_set_alarm_in(test, rtc, 10);
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 11));
}

static void viortc_disabled_alarm_stays_so_over_sleep(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_plug_sleeper(test, &rtc);
	time = viortc_test_set_alarm_in(test, rtc, 10);
	KUNIT_ASSERT_EQ(test, 0, rtc_alarm_irq_enable(rtc, false));
	viortc_sleep(test, sim);
	ssleep(20);
	viortc_wake(test, sim);
	viortc_test_expect_alarm(test, sim, time, false);
	KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 20));
}

/* The clock itself is still of use then. */
static void viortc_alarm_lost_in_sleep_costs_only_itself(struct kunit *test)
{
	const struct viortc_sim_clock_config clocks[] = {
		viortc_test_alarm_clock, viortc_test_alarm_clock, viortc_test_alarm_clock,
	};
	struct rtc_device *rtc[ARRAY_SIZE(clocks)];
	struct viortc_sim *sim;
	int i;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = clocks,
		.num_clocks = ARRAY_SIZE(clocks),
	});
	for (i = 0; i < ARRAY_SIZE(rtc); i++) {
		rtc[i] = viortc_test_rtc(sim, i);
		KUNIT_ASSERT_NOT_NULL(test, rtc[i]);
		viortc_test_set_alarm_in(test, rtc[i], 10);
	}

	KUNIT_ASSERT_EQ(test, 0, virtio_device_freeze(viortc_sim_vdev(sim)));
	viortc_test_fault(test, sim, "wrong-status=5,type=set-alarm,times=2");
	KUNIT_ASSERT_EQ(test, 0, virtio_device_restore(viortc_sim_vdev(sim)));
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc[2], 11));
	viortc_test_set_alarm_in(test, rtc[0], 10);
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc[0], 11));
}

/*
 * What rings in sleep has the driver give buffers back; the virtio core resets
 * the device before the driver knows that the system wakes.
 */
static void viortc_device_that_was_reset_is_not_notified(struct kunit *test)
{
	struct viortc_sim_stats before, after;
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	if (!IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "needs a machine on which no other task runs");

	sim = viortc_test_plug_rtc(test, false, &rtc);
	viortc_test_set_alarm_in(test, rtc, 2);
	pm_suspend_target_state = PM_SUSPEND_TO_IDLE;
	KUNIT_ASSERT_EQ(test, 0, virtio_device_freeze(viortc_sim_vdev(sim)));
	/* It rings; tasks wait until this one sleeps. */
	mdelay(3000);
	/* The reset may sleep as well. */
	viortc_sim_stats(sim, &before);
	virtio_reset_device(viortc_sim_vdev(sim));
	ssleep(2);
	viortc_sim_stats(sim, &after);
	KUNIT_EXPECT_EQ(test, before.strays, after.strays);
	KUNIT_EXPECT_EQ(test, 0, virtio_device_restore(viortc_sim_vdev(sim)));
	pm_suspend_target_state = PM_SUSPEND_ON;
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 2));
}

/* The kernel sets its alarms in whichever task has the system sleep. */
static void viortc_signal_costs_no_alarm_before_sleep(struct kunit *test)
{
	struct rtc_wkalrm alarm = { .enabled = 1 };
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	rtc_time64_to_tm(viortc_test_rtc_now(test, rtc) + 1000, &alarm.time);
	viortc_sim_set_delays(sim, 0, NSEC_PER_SEC);
	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	KUNIT_EXPECT_NE(test, 0, rtc_set_alarm(rtc, &alarm));
	pm_suspend_target_state = PM_SUSPEND_TO_IDLE;
	KUNIT_EXPECT_EQ(test, 0, rtc_set_alarm(rtc, &alarm));
	pm_suspend_target_state = PM_SUSPEND_ON;
	flush_signals(current);
	disallow_signal(SIGUSR1);
}

static struct kunit_case viortc_sleep_cases[] = {
	KUNIT_CASE_PARAM_ATTR(viortc_alarm_survives_sleep,
			      viortc_sleep_gen_params, { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_PARAM_ATTR(viortc_alarm_missed_in_sleep_rings,
			      viortc_sleep_gen_params, { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_PARAM_ATTR(viortc_disabled_alarm_stays_so_over_sleep,
			      viortc_sleep_gen_params, { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_SLOW(viortc_alarm_lost_in_sleep_costs_only_itself),
	KUNIT_CASE_SLOW(viortc_device_that_was_reset_is_not_notified),
	KUNIT_CASE_SLOW(viortc_signal_costs_no_alarm_before_sleep),
	{}
};

static struct kunit_suite viortc_sleep_suite = {
	.name = "virtio_rtc_sleep",
	.test_cases = viortc_sleep_cases,
};

kunit_test_suite(viortc_sleep_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: RTCs over sleep");
MODULE_LICENSE("GPL");
