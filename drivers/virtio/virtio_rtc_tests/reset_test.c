// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reset, freeze and restore: clocks come back, and nobody waits for them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include "support.h"

static void viortc_reset_keeps_the_clocks(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct virtio_device *vdev = viortc_sim_vdev(sim);
	struct viortc_clock *clock;
	u64 before, after;
	int i, id;

	for (i = 0; i < 10; i++) {
		for (id = 0; id < viortc_test_trio.num_clocks; id++) {
			clock = viortc_test_clock(sim, id);
			KUNIT_EXPECT_EQ(test, 0,
					viortc_read(clock, &before, NULL));
			KUNIT_ASSERT_EQ(test, 0,
					virtio_device_reset_prepare(vdev));
			KUNIT_EXPECT_EQ(test, -EAGAIN,
					viortc_read(clock, &after, NULL));
			KUNIT_ASSERT_EQ(test, 0,
					virtio_device_reset_done(vdev));
			KUNIT_EXPECT_EQ(test, 0,
					viortc_read(clock, &after, NULL));
			KUNIT_EXPECT_GE(test, after, before);
		}
	}
}

/* Requests under way at a reset end with it, as does the wait for them. */
static void viortc_reset_ends_requests(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct virtio_device *vdev = viortc_sim_vdev(sim);
	struct viortc_test_reader *reader;
	ktime_t start = ktime_get();

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	reader = viortc_test_reader(test, sim, 0);
	msleep(100);
	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_prepare(vdev));
	KUNIT_EXPECT_EQ(test, -EAGAIN, viortc_test_reader_result(reader));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 1000);
	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_done(vdev));
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
}

/* The set of clocks should be the same after a reset, but need not be. */
static void viortc_clock_of_other_kind_after_reset_is_gone(struct kunit *test)
{
	static const char * const faults[] = {
		"clock-type=4,type=clock-cap,times=1",
		"smearing=2,type=clock-cap,times=1",
		"wrong-status=3,type=clock-cap,times=1",
	};
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		viortc_test_reset(test, sim, faults[i]);
		KUNIT_EXPECT_EQ_MSG(test, -ENODEV, viortc_test_read(sim, 0),
				    "%s", faults[i]);
		KUNIT_EXPECT_EQ_MSG(test, 0, viortc_test_read(sim, 1), "%s",
				    faults[i]);

		/* What came back is used again. */
		viortc_test_reset(test, sim, NULL);
		KUNIT_EXPECT_EQ_MSG(test, 0, viortc_test_read(sim, 0),
				    "after %s", faults[i]);
	}
}

static void viortc_device_may_be_removed_while_frozen(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	KUNIT_ASSERT_EQ(test, 0, virtio_device_freeze(viortc_sim_vdev(sim)));
	KUNIT_EXPECT_EQ(test, -EAGAIN, viortc_test_read(sim, 0));
	viortc_test_destroy(test, sim);
}

/* A device that broke says so; nobody waits for it, and the driver resets it. */
static void viortc_device_that_needs_reset_gets_it(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader *reader;
	ktime_t start;
	int i;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	reader = viortc_test_reader(test, sim, 0);
	msleep(100);
	start = ktime_get();
	viortc_sim_set_needs_reset(sim);
	KUNIT_EXPECT_EQ(test, -EIO, viortc_test_reader_result(reader));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 1000);
	msleep(1000);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 1));

	/* The second time the driver lets a minute pass. */
	viortc_sim_set_needs_reset(sim);
	for (i = 0; i < 10; i++) {
		msleep(1000);
		KUNIT_EXPECT_EQ(test, -EIO, viortc_test_read(sim, 1));
	}
	ssleep(60);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 1));

	/* Somebody else may be quicker. */
	viortc_sim_set_needs_reset(sim);
	msleep(1000);
	viortc_test_reset(test, sim, NULL);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 1));

	/* It may go while the reset is due. */
	viortc_sim_set_needs_reset(sim);
	msleep(1000);
	viortc_test_destroy(test, sim);
}

static void viortc_alarm_survives_a_needed_reset(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	time = viortc_test_set_alarm_in(test, rtc, 10);
	viortc_sim_set_needs_reset(sim);
	msleep(1000);
	viortc_test_expect_alarm(test, sim, time, true);
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 20));
}

/* As a PCI function is by older kernels, which do not tell the driver. */
static void viortc_device_that_others_reset_is_used_again(struct kunit *test)
{
	struct virtio_device *vdev;
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	vdev = viortc_sim_vdev(sim);
	time = viortc_test_set_alarm_in(test, rtc, 60);
	vdev->config->reset(vdev);
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, viortc_test_read(sim, 0));
	msleep(1000);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
	viortc_test_expect_alarm(test, sim, time, true);
}

/* An answer to a request of before the reset is none for one of after it. */
static void viortc_stale_answer_is_never_taken(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct virtio_device *vdev = viortc_sim_vdev(sim);
	struct viortc_clock *clock = viortc_test_clock(sim, 0);
	u64 reading = 42;
	int err;

	viortc_test_fault(test, sim, "stale-answer,type=read,times=1");
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, viortc_read(clock, &reading, NULL));
	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_prepare(vdev));
	/* It breaks the ring, which is no reason to fail the restore. */
	err = virtio_device_reset_done(vdev);
	if (!err)
		err = viortc_read(clock, &reading, NULL);
	KUNIT_EXPECT_NE(test, 0, err);
	KUNIT_EXPECT_EQ(test, 42, reading);
	viortc_test_destroy(test, sim);
}

/* Whatever broke it: the driver resets the device by itself, and all is as before. */
static void viortc_broken_ring_is_mended(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	time = viortc_test_set_alarm_in(test, rtc, 100);
	viortc_test_fault(test, sim, "stale-answer,type=read,times=1");
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, viortc_test_read(sim, 0));
	/* An answer that nobody asked for comes after this. */
	viortc_test_reset(test, sim, NULL);
	ssleep(2);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
	viortc_test_expect_alarm(test, sim, time, true);
}

static void viortc_broken_alarmq_is_mended(struct kunit *test)
{
	struct rtc_device *rtc;
	struct viortc_sim *sim;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	viortc_test_fault(test, sim, "stale-answer,type=notification,times=1");
	viortc_test_set_alarm_in(test, rtc, 2);
	KUNIT_EXPECT_FALSE(test, viortc_test_rings_within(rtc, 5));
	viortc_test_reset(test, sim, NULL);
	ssleep(2);
	viortc_test_set_alarm_in(test, rtc, 2);
	KUNIT_EXPECT_TRUE(test, viortc_test_rings_within(rtc, 5));
}

/* A device that does not come back must not be waited for clock by clock. */
static void viortc_restore_gives_a_silent_device_up(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	ktime_t start = ktime_get();
	int id;

	viortc_test_reset(test, sim, "no-answer,type=clock-cap");
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start),
			2 * VIORTC_TEST_TIMEOUT_MS * 9 / 8 + 1000);
	for (id = 0; id < viortc_test_trio.num_clocks; id++)
		KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, id));

	viortc_test_reset(test, sim, NULL);
	for (id = 0; id < viortc_test_trio.num_clocks; id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

/* Whether a clock is there is for the device to say: no answer is none. */
static void viortc_clock_without_a_verdict_is_asked_about_again(struct kunit *test)
{
	static const char * const faults[] = {
		"no-answer,type=clock-cap,clock=0,times=1",
		"wrong-status=5,type=clock-cap,clock=0,times=1",
	};
	struct rtc_device *rtc;
	struct viortc_sim *sim;
	u64 time;
	int i;

	sim = viortc_test_plug_rtc(test, false, &rtc);
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		time = viortc_test_set_alarm_in(test, rtc, 100);
		viortc_test_reset(test, sim, faults[i]);
		KUNIT_EXPECT_EQ_MSG(test, -ENODEV, viortc_test_read(sim, 0),
				    "%s", faults[i]);
		ssleep(11);
		KUNIT_EXPECT_EQ_MSG(test, 0, viortc_test_read(sim, 0), "%s",
				    faults[i]);
		viortc_test_expect_alarm(test, sim, time, true);
	}

	/* One that says so is taken at its word. */
	viortc_test_reset(test, sim, "wrong-status=3,type=clock-cap,times=1");
	ssleep(60);
	KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, 0));
}

/* After two silences nobody asked about the others. */
static void viortc_clock_nobody_was_asked_about_is_asked_about(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	int id;

	viortc_test_reset(test, sim, "no-answer,type=clock-cap,times=2");
	for (id = 0; id < viortc_test_trio.num_clocks; id++)
		KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, id));
	ssleep(11);
	for (id = 0; id < viortc_test_trio.num_clocks; id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

/* Late answers make room for further questions, though nobody else looks at the ring. */
static void viortc_clock_is_asked_about_after_late_answers(struct kunit *test)
{
	static const struct viortc_sim_clock_config configs[1] = {};
	struct viortc_sim *sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = configs,
		.num_clocks = ARRAY_SIZE(configs),
	});

	viortc_test_reset(test, sim, "late-answer=100000,type=clock-cap,times=3");
	ssleep(80);
	KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, 0));
	ssleep(120);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
}

/* Each of many clocks has its turn, and none of them keeps the system awake for long. */
static void viortc_slow_clocks_are_asked_about_in_turn(struct kunit *test)
{
	static const struct viortc_sim_clock_config configs[8] = {};
	struct viortc_sim *sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = configs,
		.num_clocks = ARRAY_SIZE(configs),
	});
	int id;

	viortc_test_reset(test, sim, "no-answer,type=clock-cap,times=2");
	viortc_sim_set_delays(sim, 0, 3 * (u64)NSEC_PER_SEC);
	/* One question each ten seconds, beside the answer. */
	ssleep(4 * 14);
	viortc_sim_set_delays(sim, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			viortc_test_read(sim, ARRAY_SIZE(configs) - 1));
	ssleep(20);
	for (id = 0; id < ARRAY_SIZE(configs); id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

/* One that stays silent about that keeps its slots: few of them, and others can be read. */
static void viortc_silent_device_is_not_asked_for_ever(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_stats before, after;

	viortc_test_reset(test, sim, "no-answer,type=clock-cap,clock=0");
	ssleep(300);
	viortc_sim_stats(sim, &before);
	ssleep(300);
	viortc_sim_stats(sim, &after);
	KUNIT_EXPECT_EQ(test, before.requests, after.requests);
	KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, 0));
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 1));
}

/* Nor may one that answers each time just before the timeout. */
static void viortc_restore_of_a_slow_device_has_an_end(struct kunit *test)
{
	static const struct viortc_sim_clock_config configs[16] = {};
	struct viortc_sim *sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = configs,
		.num_clocks = ARRAY_SIZE(configs),
	});
	ktime_t start = ktime_get();
	int id;

	viortc_sim_set_delays(sim, 0, (VIORTC_TEST_TIMEOUT_MS - 1000) *
				      (u64)NSEC_PER_MSEC);
	viortc_test_reset(test, sim, NULL);
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start),
			(3 + 1) * VIORTC_TEST_TIMEOUT_MS);
	viortc_sim_set_delays(sim, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
	KUNIT_EXPECT_EQ(test, -ENODEV,
			viortc_test_read(sim, ARRAY_SIZE(configs) - 1));

	/* They come back with the next reset. */
	viortc_test_reset(test, sim, NULL);
	for (id = 0; id < ARRAY_SIZE(configs); id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

/* Clocks must not get lost because of who happens to resume the system. */
static void viortc_signal_does_not_end_the_restore(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct virtio_device *vdev = viortc_sim_vdev(sim);
	int id;

	viortc_sim_set_delays(sim, NSEC_PER_MSEC, NSEC_PER_SEC);
	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_prepare(vdev));
	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	KUNIT_EXPECT_EQ(test, 0, virtio_device_reset_done(vdev));
	KUNIT_EXPECT_TRUE(test, signal_pending(current));
	/* From now on signals count again. */
	KUNIT_EXPECT_EQ(test, -ERESTARTSYS, viortc_test_read(sim, 0));
	flush_signals(current);
	disallow_signal(SIGUSR1);
	for (id = 0; id < viortc_test_trio.num_clocks; id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

static struct kunit_case viortc_reset_cases[] = {
	KUNIT_CASE(viortc_reset_keeps_the_clocks),
	KUNIT_CASE(viortc_reset_ends_requests),
	KUNIT_CASE(viortc_clock_of_other_kind_after_reset_is_gone),
	KUNIT_CASE(viortc_device_may_be_removed_while_frozen),
	KUNIT_CASE_SLOW(viortc_device_that_needs_reset_gets_it),
	KUNIT_CASE_SLOW(viortc_alarm_survives_a_needed_reset),
	KUNIT_CASE_SLOW(viortc_device_that_others_reset_is_used_again),
	KUNIT_CASE_SLOW(viortc_stale_answer_is_never_taken),
	KUNIT_CASE_SLOW(viortc_broken_ring_is_mended),
	KUNIT_CASE_SLOW(viortc_broken_alarmq_is_mended),
	KUNIT_CASE_SLOW(viortc_restore_gives_a_silent_device_up),
	KUNIT_CASE_SLOW(viortc_clock_without_a_verdict_is_asked_about_again),
	KUNIT_CASE_SLOW(viortc_clock_nobody_was_asked_about_is_asked_about),
	KUNIT_CASE_SLOW(viortc_clock_is_asked_about_after_late_answers),
	KUNIT_CASE_SLOW(viortc_slow_clocks_are_asked_about_in_turn),
	KUNIT_CASE_SLOW(viortc_silent_device_is_not_asked_for_ever),
	KUNIT_CASE_SLOW(viortc_restore_of_a_slow_device_has_an_end),
	KUNIT_CASE_SLOW(viortc_signal_does_not_end_the_restore),
	{}
};

static struct kunit_suite viortc_reset_suite = {
	.name = "virtio_rtc_reset",
	.test_cases = viortc_reset_cases,
};

kunit_test_suite(viortc_reset_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: reset");
MODULE_LICENSE("GPL");
