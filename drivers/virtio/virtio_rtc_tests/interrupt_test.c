// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts: the kernel switches a line off of which nearly all are nobody's.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/prandom.h>

#include "support.h"

#define VIORTC_TEST_ROUNDS	100
#define VIORTC_TEST_READERS	8

/* Of 100 000 interrupts more than 99 900 would have to be; half is far from it. */
static void viortc_expect_few_idle(struct kunit *test, struct viortc_sim *sim,
				   const struct viortc_sim_stats *before)
{
	struct viortc_sim_stats after;
	u64 idle;

	/* Interrupts are irq_work, which some machines do at the next tick. */
	msleep(100);
	viortc_sim_stats(sim, &after);
	idle = after.idle - before->idle;
	KUNIT_EXPECT_LE(test, 2 * idle, after.interrupts - before->interrupts);
}

/* What the device answers at once is taken at once, when another task waits. */
static void viortc_read_with_a_sleeper(struct kunit *test,
				       struct viortc_sim *sim)
{
	int round, i;

	for (round = 0; round < VIORTC_TEST_ROUNDS; round++) {
		for (i = 0; i < VIORTC_TEST_READERS; i++)
			KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 0));
		msleep(20);
	}
}

/* What it answers late is taken by whoever comes first, who may be another. */
static void viortc_read_among_sleepers(struct kunit *test,
				       struct viortc_sim *sim)
{
	struct viortc_test_reader *readers[VIORTC_TEST_READERS];
	struct rnd_state rnd;
	int round, i;

	prandom_seed_state(&rnd, 2554);
	for (round = 0; round < VIORTC_TEST_ROUNDS; round++) {
		viortc_sim_set_delays(sim, 0, prandom_u32_state(&rnd) %
				      (5 * NSEC_PER_MSEC));
		for (i = 0; i < VIORTC_TEST_READERS; i++)
			readers[i] = viortc_test_reader(test, sim, 2);
		viortc_sim_set_delays(sim, 0, 0);
		for (i = 0; i < VIORTC_TEST_READERS; i++)
			KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 0));
		for (i = 0; i < VIORTC_TEST_READERS; i++)
			KUNIT_ASSERT_EQ(test, 0,
					viortc_test_reader_result(readers[i]));
	}
}

static void viortc_interrupts_are_somebodys(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader *sleeper;
	struct viortc_sim_stats before;

	viortc_test_fault(test, sim, "late-answer=9000,type=read,times=1");
	sleeper = viortc_test_reader(test, sim, 1);
	msleep(100);

	viortc_sim_stats(sim, &before);
	viortc_read_with_a_sleeper(test, sim);
	viortc_expect_few_idle(test, sim, &before);

	viortc_sim_stats(sim, &before);
	viortc_read_among_sleepers(test, sim);
	viortc_expect_few_idle(test, sim, &before);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_reader_result(sleeper));
}

static struct kunit_case viortc_interrupt_cases[] = {
	KUNIT_CASE_SLOW(viortc_interrupts_are_somebodys),
	{}
};

static struct kunit_suite viortc_interrupt_suite = {
	.name = "virtio_rtc_interrupt",
	.test_cases = viortc_interrupt_cases,
};

kunit_test_suite(viortc_interrupt_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: interrupts");
MODULE_LICENSE("GPL");
