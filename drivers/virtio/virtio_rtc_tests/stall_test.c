// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device that stalls: those who read a PTP clock have their time for other
 * things, and the clock is read again as soon as it can be.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <uapi/linux/virtio_rtc.h>

#include "support.h"

/* How long a brief reading waits unless told otherwise, in ms */
#define VIORTC_TEST_BRIEF_MS		1000

/* The timers of the kernel may be late by an eighth of a long wait. */
#define VIORTC_TEST_BRIEF_MAX_MS	(VIORTC_TEST_BRIEF_MS * 9 / 8 + 100)

/* Read a clock: the result, and how many ms it took. */
static int viortc_stall_read(struct viortc_sim *sim, u16 id, s64 *ms)
{
	ktime_t start = ktime_get();
	u64 reading;
	int err;

	err = viortc_read_brief(viortc_test_clock(sim, id), &reading, NULL);
	*ms = ktime_ms_delta(ktime_get(), start);

	return err;
}

static void viortc_stall_expect(struct kunit *test, struct viortc_sim *sim,
				u16 id, int result)
{
	s64 ms;

	KUNIT_EXPECT_EQ(test, result, viortc_stall_read(sim, id, &ms));
	if (result == -ETIMEDOUT)
		KUNIT_EXPECT_GE(test, ms, VIORTC_TEST_BRIEF_MS - 20);
	KUNIT_EXPECT_LE(test, ms,
			result == -ETIMEDOUT ? VIORTC_TEST_BRIEF_MAX_MS : 20);
}

static void viortc_stall_is_waited_for_once(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	int i;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	viortc_stall_expect(test, sim, 0, -ETIMEDOUT);
	for (i = 0; i < 100; i++) {
		viortc_stall_expect(test, sim, 0, -EBUSY);
		viortc_stall_expect(test, sim, 1, 0);
		viortc_stall_expect(test, sim, 2, 0);
	}
}

/* One answer may be lost for good, and others not. */
static void viortc_stall_does_not_outlast_a_lost_answer(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	viortc_stall_expect(test, sim, 0, -ETIMEDOUT);
	msleep(5 * VIORTC_TEST_BRIEF_MS);
	viortc_stall_expect(test, sim, 0, 0);
	viortc_stall_expect(test, sim, 0, 0);
}

/* The answers that are owed come when nobody listens. */
static void viortc_stall_ends_with_the_answer(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_test_fault(test, sim, "late-answer=2000,type=read,times=1");
	viortc_stall_expect(test, sim, 0, -ETIMEDOUT);
	viortc_stall_expect(test, sim, 0, -EBUSY);
	/* Whose reading leaves the interrupts off. */
	viortc_stall_expect(test, sim, 1, 0);
	msleep(1000);
	viortc_stall_expect(test, sim, 0, 0);
}

static void viortc_stall_ends_with_a_reset(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	viortc_stall_expect(test, sim, 0, -ETIMEDOUT);
	viortc_stall_expect(test, sim, 0, -EBUSY);
	viortc_test_reset(test, sim, NULL);
	viortc_stall_expect(test, sim, 0, 0);
}

/* Over a minute of silence a reader has four fifths of its time for itself. */
static void viortc_stall_leaves_readers_their_time(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	ktime_t start = ktime_get();
	s64 ms, waited = 0, total;

	viortc_test_fault(test, sim, "no-answer,type=read");
	do {
		KUNIT_ASSERT_NE(test, 0, viortc_stall_read(sim, 0, &ms));
		KUNIT_ASSERT_LE(test, ms, VIORTC_TEST_BRIEF_MAX_MS);
		waited += ms;
		msleep(100);
		total = ktime_ms_delta(ktime_get(), start);
	} while (total < 60000);
	KUNIT_EXPECT_GE(test, waited, 10 * VIORTC_TEST_BRIEF_MS);
	KUNIT_EXPECT_LE(test, waited, total / 4);
}

/* A device may promise cross-timestamps and be silent when asked for one. */
static void viortc_stall_of_cross_timestamps_is_none_of_readings(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_clock *clock = viortc_test_clock(sim, 0);
	u64 reading, cycles;

	viortc_test_fault(test, sim, "no-answer,type=read-cross");
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			viortc_read_cross(clock, VIRTIO_RTC_COUNTER_X86_TSC,
					  &reading, &cycles));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			viortc_read_cross(clock, VIRTIO_RTC_COUNTER_X86_TSC,
					  &reading, &cycles));
	viortc_stall_expect(test, sim, 0, 0);
}

/* An RTC is read by those who want its time whenever it comes. */
static void viortc_stall_does_not_concern_the_patient(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	u64 reading;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	viortc_stall_expect(test, sim, 0, -ETIMEDOUT);
	viortc_test_fault(test, sim, "late-answer=8000,type=read,times=1");
	KUNIT_EXPECT_EQ(test, 0, viortc_read(viortc_test_clock(sim, 0),
					     &reading, NULL));
	viortc_stall_expect(test, sim, 0, 0);
}

static struct kunit_case viortc_stall_cases[] = {
	KUNIT_CASE_SLOW(viortc_stall_is_waited_for_once),
	KUNIT_CASE_SLOW(viortc_stall_does_not_outlast_a_lost_answer),
	KUNIT_CASE_SLOW(viortc_stall_ends_with_the_answer),
	KUNIT_CASE_SLOW(viortc_stall_ends_with_a_reset),
	KUNIT_CASE_SLOW(viortc_stall_leaves_readers_their_time),
	KUNIT_CASE_SLOW(viortc_stall_of_cross_timestamps_is_none_of_readings),
	KUNIT_CASE_SLOW(viortc_stall_does_not_concern_the_patient),
	{}
};

static struct kunit_suite viortc_stall_suite = {
	.name = "virtio_rtc_stall",
	.test_cases = viortc_stall_cases,
};

kunit_test_suite(viortc_stall_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: a device that stalls");
MODULE_LICENSE("GPL");
