// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a task looks for its answer before it sleeps, and what is learnt from that.
 *
 * It stops looking when another task could use the processor, so where a test needs
 * one that has looked it tries again.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/sched/signal.h>

#include "support.h"

/* Above this average a clock is slow. */
#define VIORTC_TEST_LOOK_NS	100000

/* While a clock is slow so many tasks in succession look, of so many that ask. */
#define VIORTC_TEST_LOOKS	8
#define VIORTC_TEST_REQUESTS	128

/* A device that answers each reading after 2 ms */
static struct viortc_sim *viortc_look_plug_slow(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_test_fault(test, sim, "late-answer=2,type=read");

	return sim;
}

static struct viortc_share *viortc_look_share(struct viortc_sim *sim, u16 id)
{
	return &viortc_test_clock(sim, id)->share;
}

/* A clock that was found slow by as many tasks as look in succession */
static void viortc_look_make_slow(struct viortc_share *share)
{
	share->latency_ns = 2 * VIORTC_TEST_LOOK_NS;
	share->slow = VIORTC_TEST_LOOKS;
}

/* How many of so many readings of a slow clock are looked for. */
static int viortc_look_count(struct kunit *test, struct viortc_sim *sim,
			     u16 id, int num)
{
	struct viortc_share *share = viortc_look_share(sim, id);
	int looks = 0;

	while (num--) {
		share->latency_ns = 2 * VIORTC_TEST_LOOK_NS;
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, id));
		looks += share->latency_ns != 2 * VIORTC_TEST_LOOK_NS;
	}

	return looks;
}

/* Whoever waits for one of them is to sleep, and for the others to look. */
static void viortc_look_knows_each_clock(struct kunit *test)
{
	struct viortc_sim *sim = viortc_look_plug_slow(test);
	struct viortc_share *slow = viortc_look_share(sim, 1);
	struct viortc_share *quick = viortc_look_share(sim, 0);
	u32 before = quick->latency_ns;
	int i;

	for (i = 0; i < 1000 && slow->latency_ns <= VIORTC_TEST_LOOK_NS; i++)
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 1));
	KUNIT_EXPECT_GT(test, slow->latency_ns, VIORTC_TEST_LOOK_NS);
	KUNIT_EXPECT_EQ(test, quick->latency_ns, before);
}

/* An interrupt comes later than the answer that it is for. */
static void viortc_look_learns_from_no_sleep(struct kunit *test)
{
	struct viortc_sim *sim = viortc_look_plug_slow(test);
	struct viortc_share *share = viortc_look_share(sim, 1);
	u32 before;
	int i;

	viortc_look_make_slow(share);
	before = share->latency_ns;
	for (i = 0; i < VIORTC_TEST_LOOKS; i++)
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 1));
	KUNIT_EXPECT_EQ(test, share->latency_ns, before);
}

/* Who has to stop knows nothing of an answer that comes later. */
static void viortc_look_that_was_cut_short_says_nothing(struct kunit *test)
{
	struct viortc_sim *sim = viortc_look_plug_slow(test);
	struct viortc_share *share = viortc_look_share(sim, 1);
	u32 before = share->latency_ns;

	KUNIT_ASSERT_LE(test, before, VIORTC_TEST_LOOK_NS);
	/* Nor is the answer there before it stops. */
	viortc_test_fault(test, sim, "late-answer=200,type=read");
	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	KUNIT_EXPECT_EQ(test, -ERESTARTSYS, viortc_test_read(sim, 1));
	flush_signals(current);
	disallow_signal(SIGUSR1);

	KUNIT_EXPECT_EQ(test, 1, share->owed);
	msleep(500);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
	KUNIT_EXPECT_EQ(test, 0, share->owed);
	KUNIT_EXPECT_EQ(test, share->latency_ns, before);
}

/* What it costs to look for slow answers is bounded. */
static void viortc_look_for_slow_answers_is_seldom(struct kunit *test)
{
	struct viortc_sim *sim = viortc_look_plug_slow(test);

	KUNIT_EXPECT_LE(test,
			viortc_look_count(test, sim, 1, 2 * VIORTC_TEST_REQUESTS),
			2 * VIORTC_TEST_REQUESTS / 16);
}

/* A clock that is slow for a moment is not given up for long. */
static void viortc_look_begins_anew_after_quick_answers(struct kunit *test)
{
	struct viortc_sim *sim = viortc_look_plug_slow(test);
	struct viortc_share *share = viortc_look_share(sim, 1);
	int i, looks = 0;

	for (i = 0; i < 100 && !looks; i++) {
		viortc_look_make_slow(share);
		KUNIT_EXPECT_EQ(test, 0, viortc_look_count(test, sim, 1, 1));
		share->latency_ns = 0;
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 1));
		looks = viortc_look_count(test, sim, 1, VIORTC_TEST_LOOKS);
	}
	KUNIT_EXPECT_GT(test, looks, 0);
}

/* A device that became quick is found out, and costs no sleep any more. */
static void viortc_look_finds_a_quick_clock(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_share *share = viortc_look_share(sim, 1);
	unsigned long switches, sleeps = 1;
	int i;

	viortc_sim_set_delays(sim, 20 * NSEC_PER_USEC, 0);
	viortc_look_make_slow(share);
	for (i = 0; i < 20 * VIORTC_TEST_REQUESTS &&
	     share->latency_ns > VIORTC_TEST_LOOK_NS; i++)
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 1));
	KUNIT_EXPECT_LE(test, share->latency_ns, VIORTC_TEST_LOOK_NS);

	for (i = 0; i < 100 && sleeps; i++) {
		switches = current->nvcsw;
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 1));
		sleeps = current->nvcsw - switches;
	}
	KUNIT_EXPECT_EQ(test, 0, sleeps);
}

static struct kunit_case viortc_look_cases[] = {
	KUNIT_CASE(viortc_look_knows_each_clock),
	KUNIT_CASE(viortc_look_learns_from_no_sleep),
	KUNIT_CASE(viortc_look_that_was_cut_short_says_nothing),
	KUNIT_CASE_SLOW(viortc_look_for_slow_answers_is_seldom),
	KUNIT_CASE(viortc_look_begins_anew_after_quick_answers),
	KUNIT_CASE_SLOW(viortc_look_finds_a_quick_clock),
	{}
};

static struct kunit_suite viortc_look_suite = {
	.name = "virtio_rtc_look",
	.test_cases = viortc_look_cases,
};

kunit_test_suite(viortc_look_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: looking for an answer");
MODULE_LICENSE("GPL");
