// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The requestq, on a device that is slow, silent or late: every wait ends, and
 * no answer goes to a request that it is not for.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/sched/signal.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_exchange.h"
#include "../virtio_rtc_requestq.h"
#include "support.h"

/* The timers of the kernel may be late by an eighth of a long wait. */
#define VIORTC_TEST_TIMEOUT_MAX_MS	(VIORTC_TEST_TIMEOUT_MS * 9 / 8 + 100)

/* With 64 descriptors the driver has this many requests under way at most. */
#define VIORTC_TEST_SLOTS	32

/* One clock has no more of them than it leaves free, nor has each of three. */
#define VIORTC_TEST_SLOTS_OF_ONE	(VIORTC_TEST_SLOTS / 2)
#define VIORTC_TEST_SLOTS_OF_THREE	(VIORTC_TEST_SLOTS / 4 * 3)

/* Tasks that read so many clocks in turn, each of them once */
static struct viortc_test_reader **viortc_readers(struct kunit *test,
						  struct viortc_sim *sim,
						  int num, int num_clocks)
{
	struct viortc_test_reader **readers;
	int i;

	readers = kunit_kcalloc(test, num, sizeof(*readers), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, readers);
	for (i = 0; i < num; i++)
		readers[i] = viortc_test_reader(test, sim, i % num_clocks);

	return readers;
}

static void viortc_expect_results(struct kunit *test,
				  struct viortc_test_reader **readers, int num,
				  int result)
{
	int i;

	for (i = 0; i < num; i++)
		KUNIT_ASSERT_EQ(test, result,
				viortc_test_reader_result(readers[i]));
}

/* Read a clock: it has to be what the device read for this very request. */
static void viortc_expect_right_reading(struct kunit *test,
					struct viortc_sim *sim, u16 id)
{
	struct viortc_sim_sample before, after;
	u64 reading = 0;

	viortc_sim_last_sample(sim, id, &before);
	KUNIT_ASSERT_EQ(test, 0, viortc_read(viortc_test_clock(sim, id),
					     &reading, NULL));
	viortc_sim_last_sample(sim, id, &after);
	KUNIT_ASSERT_EQ(test, after.count, before.count + 1);
	KUNIT_ASSERT_EQ(test, reading, after.reading);
}

static void viortc_expect_error(struct kunit *test, struct viortc_sim *sim,
				int error)
{
	u64 reading = 4711;

	KUNIT_ASSERT_EQ(test, error, viortc_read(viortc_test_clock(sim, 0),
						 &reading, NULL));
	KUNIT_ASSERT_EQ(test, reading, 4711);
}

/* A device that answers while it is notified costs neither sleep nor interrupt. */
static void viortc_answer_at_once_takes_no_interrupt(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_stats before, after;
	unsigned long switches;
	int i;

	/* Interrupts are irq_work, which some machines do at the next tick. */
	msleep(100);
	viortc_sim_stats(sim, &before);
	switches = current->nvcsw;
	for (i = 0; i < 1000; i++)
		viortc_expect_right_reading(test, sim, i % 3);
	KUNIT_EXPECT_EQ(test, switches, current->nvcsw);
	msleep(100);
	viortc_sim_stats(sim, &after);
	KUNIT_EXPECT_EQ(test, after.requests, before.requests + 1000);
	KUNIT_EXPECT_EQ(test, after.interrupts, before.interrupts);
}

/* Nor does it if another task sleeps, which then has its own answer in time. */
static void viortc_sleeping_reader_costs_others_no_interrupt(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_stats before, after;
	struct viortc_test_reader *reader;
	ktime_t start;
	int i;

	viortc_test_fault(test, sim, "late-answer=4000,type=read,times=1");
	reader = viortc_test_reader(test, sim, 1);
	msleep(1000);
	viortc_sim_stats(sim, &before);
	for (i = 0; i < 1000; i++)
		viortc_expect_right_reading(test, sim, 0);
	msleep(100);
	viortc_sim_stats(sim, &after);
	KUNIT_EXPECT_EQ(test, after.interrupts, before.interrupts);

	start = ktime_get();
	KUNIT_EXPECT_EQ(test, 0, viortc_test_reader_result(reader));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 3000);
	viortc_sim_stats(sim, &after);
	KUNIT_EXPECT_EQ(test, after.interrupts, before.interrupts + 1);
}

/* From 1 us to 8 s, before the reading, after it, and both */
static void viortc_slow_answers_are_awaited(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	ktime_t start;
	u64 delay;
	int i;

	for (delay = 1000; delay < 9 * NSEC_PER_SEC; delay *= 2) {
		for (i = 1; i <= 3; i++) {
			viortc_sim_set_delays(sim, i & 1 ? delay / 2 : 0,
					      i & 2 ? delay / 2 : 0);
			start = ktime_get();
			viortc_expect_right_reading(test, sim, i % 3);
			KUNIT_ASSERT_GE(test,
					ktime_sub(ktime_get(), start),
					i == 3 ? delay / 2 * 2 : delay / 2);
		}
	}
}

/* Long waits sleep: they must not use up the processor. */
static void viortc_slow_answers_are_slept_for(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_stats before, after;
	unsigned long switches;

	viortc_sim_set_delays(sim, 10 * NSEC_PER_MSEC, 10 * NSEC_PER_MSEC);
	viortc_expect_right_reading(test, sim, 0);
	viortc_sim_stats(sim, &before);
	switches = current->nvcsw;
	viortc_expect_right_reading(test, sim, 0);
	KUNIT_EXPECT_GT(test, current->nvcsw, switches);
	viortc_sim_stats(sim, &after);
	KUNIT_EXPECT_EQ(test, after.interrupts, before.interrupts + 1);
}

/* The reading lies between the timestamps, which are no wider than need be. */
static void viortc_timestamps_enclose_the_reading(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_sample sample;
	ktime_t pre, post;
	u64 reading, delay;
	int i;

	for (delay = 0; delay < NSEC_PER_SEC; delay = delay * 3 + 500) {
		for (i = 0; i < 10; i++) {
			struct ptp_system_timestamp sts = {
				.clockid = CLOCK_REALTIME,
			};

			viortc_sim_set_delays(sim, delay / 2, delay / 2);
			KUNIT_ASSERT_EQ(test, 0,
					viortc_read(viortc_test_clock(sim, 0),
						    &reading, &sts));
			viortc_sim_last_sample(sim, 0, &sample);
			pre = sts.pre_sts.systime;
			post = sts.post_sts.systime;
			KUNIT_ASSERT_LE(test, pre, sample.realtime);
			KUNIT_ASSERT_LE(test, sample.realtime, post);
			KUNIT_ASSERT_LE(test, pre, (ktime_t)reading);
			KUNIT_ASSERT_LE(test, (ktime_t)reading, post);
			/* Some machines do irq_work at the next tick. */
			KUNIT_ASSERT_LE(test, ktime_sub(post, pre),
					delay + 2 * TICK_NSEC + NSEC_PER_MSEC);
		}
	}
}

static void viortc_expect_timeout(struct kunit *test, struct viortc_sim *sim)
{
	ktime_t start = ktime_get();

	viortc_expect_error(test, sim, -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start),
			VIORTC_TEST_TIMEOUT_MS - 20);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), start),
			VIORTC_TEST_TIMEOUT_MAX_MS);
}

static void viortc_silence_ends_at_the_timeout(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_stats stats;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	viortc_expect_timeout(test, sim);

	/* The device keeps that buffer, and others are used. */
	viortc_sim_stats(sim, &stats);
	KUNIT_EXPECT_EQ(test, 1, stats.in_flight);
	viortc_expect_right_reading(test, sim, 0);
}

/* Answers that come when nobody waits any more, among others that do not */
static void viortc_late_answers_go_to_nobody(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_sim_stats stats;
	struct rnd_state rnd;
	char spec[64];
	int i, j;

	prandom_seed_state(&rnd, 2554);
	for (i = 0; i < 12; i++) {
		snprintf(spec, sizeof(spec),
			 "late-answer=%u,type=read,times=1",
			 VIORTC_TEST_TIMEOUT_MS + 1 +
			 prandom_u32_state(&rnd) % 40000);
		viortc_test_fault(test, sim, spec);
		viortc_expect_error(test, sim, -ETIMEDOUT);
		for (j = prandom_u32_state(&rnd) % 20; j > 0; j--) {
			viortc_sim_set_delays(sim, prandom_u32_state(&rnd) %
					      (2 * NSEC_PER_SEC), 0);
			viortc_expect_right_reading(test, sim, j % 3);
		}
		viortc_sim_set_delays(sim, 0, 0);
	}

	/* In the end each buffer has come back. */
	msleep(60000);
	viortc_expect_right_reading(test, sim, 0);
	viortc_sim_stats(sim, &stats);
	KUNIT_EXPECT_EQ(test, 0, stats.in_flight);
}

/* More tasks than there are slots take turns. */
static void viortc_many_readers_take_turns(struct kunit *test)
{
	const int num = 4 * VIORTC_TEST_SLOTS_OF_THREE;
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	ktime_t start = ktime_get();

	viortc_sim_set_delays(sim, NSEC_PER_SEC, NSEC_PER_SEC);
	viortc_expect_results(test, viortc_readers(test, sim, num, 3), num, 0);

	/* Four turns: those of one turn wait together. */
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 8000);
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 9000);
}

/* More readers than a device that fails has slots for, of so many clocks */
static void viortc_fill_slots(struct kunit *test, struct viortc_sim *sim,
			      const char *fault, int num_clocks, int slots)
{
	struct viortc_test_reader **readers;
	struct viortc_sim_stats stats;

	viortc_test_fault(test, sim, fault);
	readers = viortc_readers(test, sim, VIORTC_TEST_SLOTS, num_clocks);
	viortc_expect_results(test, readers, VIORTC_TEST_SLOTS, -ETIMEDOUT);
	viortc_test_fault(test, sim, NULL);
	viortc_sim_stats(sim, &stats);
	KUNIT_ASSERT_EQ(test, slots, stats.in_flight);
}

/* With all buffers at a device that never gives them back, waits still end. */
static void viortc_wait_for_a_slot_ends_at_the_timeout(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_fill_slots(test, sim, "no-answer,type=read", 3,
			  VIORTC_TEST_SLOTS_OF_THREE);
	viortc_expect_timeout(test, sim);

	/* A reset gives them all back. */
	viortc_test_reset(test, sim, NULL);
	viortc_expect_right_reading(test, sim, 0);
	viortc_expect_right_reading(test, sim, 1);
}

/* Late answers make slots free again, though nobody waits for an interrupt. */
static void viortc_late_answers_free_their_slots(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	int i;

	viortc_fill_slots(test, sim, "late-answer=30000,type=read", 3,
			  VIORTC_TEST_SLOTS_OF_THREE);
	msleep(25000);
	for (i = 0; i < 2 * VIORTC_TEST_SLOTS; i++)
		viortc_expect_right_reading(test, sim, i % 3);
}

/* A device may be silent about one clock only, for good. */
static void viortc_silent_clock_does_not_stop_the_others(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_fill_slots(test, sim, "no-answer,type=read", 1,
			  VIORTC_TEST_SLOTS_OF_ONE);
	viortc_expect_error(test, sim, -ETIMEDOUT);
	viortc_expect_right_reading(test, sim, 1);
	viortc_expect_right_reading(test, sim, 2);
}

/* Nor do many readers of one clock that is slow. */
static void viortc_slow_clock_does_not_stop_the_others(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader **readers;
	ktime_t start;

	viortc_sim_set_delays(sim, 2 * NSEC_PER_SEC, 2 * NSEC_PER_SEC);
	readers = viortc_readers(test, sim, VIORTC_TEST_SLOTS, 1);
	msleep(1000);
	viortc_sim_set_delays(sim, 0, 0);
	start = ktime_get();
	viortc_expect_right_reading(test, sim, 1);
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 1000);
	viortc_expect_results(test, readers, VIORTC_TEST_SLOTS, 0);
}

/* Nothing comes out of it any more: who waits gets an error. */
static void viortc_ring_that_breaks_ends_the_wait(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader *reader;
	ktime_t start;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	reader = viortc_test_reader(test, sim, 0);
	msleep(1000);
	start = ktime_get();
	virtio_break_device(viortc_sim_vdev(sim));
	/* As the interrupt in which the ring is found to be broken does */
	viortc_requestq_done(viortc_test_clock(sim, 0)->requestq);
	KUNIT_EXPECT_EQ(test, -EIO, viortc_test_reader_result(reader));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 100);
	viortc_expect_error(test, sim, -EIO);
}

/* Nobody listens while a task looks, and that one may be kept from looking. */
static void viortc_answer_that_nobody_took_counts_at_the_timeout(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_requestq *requestq = viortc_test_clock(sim, 0)->requestq;
	struct viortc_test_reader *reader;
	unsigned long flags;

	spin_lock_irqsave(&requestq->lock, flags);
	viortc_requestq_attend(requestq);
	spin_unlock_irqrestore(&requestq->lock, flags);

	viortc_test_fault(test, sim, "late-answer=1000,type=read,times=1");
	reader = viortc_test_reader(test, sim, 0);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_reader_result(reader));

	spin_lock_irqsave(&requestq->lock, flags);
	viortc_requestq_leave(requestq);
	spin_unlock_irqrestore(&requestq->lock, flags);
	viortc_expect_right_reading(test, sim, 0);
}

static void viortc_expect_signal_ends_it(struct kunit *test,
					 struct viortc_test_reader *reader)
{
	ktime_t start;

	msleep(1000);
	start = ktime_get();
	send_sig(SIGUSR1, reader->task, 1);
	KUNIT_EXPECT_EQ(test, -ERESTARTSYS, viortc_test_reader_result(reader));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 100);
}

static void viortc_signal_ends_the_wait(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader *reader;
	struct viortc_sim_stats stats;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	reader = viortc_test_reader(test, sim, 0);
	viortc_expect_signal_ends_it(test, reader);

	viortc_sim_stats(sim, &stats);
	KUNIT_EXPECT_EQ(test, 1, stats.in_flight);
	viortc_expect_right_reading(test, sim, 0);
}

/* Only the task that restores a device needs its answers whatever comes. */
static void viortc_signal_ends_the_wait_during_a_restore(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_requestq *requestq = viortc_test_clock(sim, 0)->requestq;

	viortc_exchange_set_interruptible(requestq, false);
	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	viortc_expect_signal_ends_it(test, viortc_test_reader(test, sim, 0));
	viortc_exchange_set_interruptible(requestq, true);
}

static void viortc_signal_ends_the_wait_for_a_slot(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader *reader;

	viortc_fill_slots(test, sim, "no-answer,type=read", 3,
			  VIORTC_TEST_SLOTS_OF_THREE);
	reader = viortc_test_reader(test, sim, 0);
	viortc_expect_signal_ends_it(test, reader);
}

/* Nothing has to be waited for, so nothing can be interrupted. */
static void viortc_signal_spoils_no_answer_that_is_there(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	KUNIT_EXPECT_TRUE(test, signal_pending(current));
	viortc_expect_right_reading(test, sim, 0);
	flush_signals(current);
	disallow_signal(SIGUSR1);
}

static struct kunit_case viortc_requestq_cases[] = {
	KUNIT_CASE(viortc_answer_at_once_takes_no_interrupt),
	KUNIT_CASE_SLOW(viortc_sleeping_reader_costs_others_no_interrupt),
	KUNIT_CASE_SLOW(viortc_slow_answers_are_awaited),
	KUNIT_CASE(viortc_slow_answers_are_slept_for),
	KUNIT_CASE(viortc_timestamps_enclose_the_reading),
	KUNIT_CASE_SLOW(viortc_silence_ends_at_the_timeout),
	KUNIT_CASE_SLOW(viortc_late_answers_go_to_nobody),
	KUNIT_CASE_SLOW(viortc_many_readers_take_turns),
	KUNIT_CASE_SLOW(viortc_wait_for_a_slot_ends_at_the_timeout),
	KUNIT_CASE_SLOW(viortc_late_answers_free_their_slots),
	KUNIT_CASE_SLOW(viortc_silent_clock_does_not_stop_the_others),
	KUNIT_CASE_SLOW(viortc_slow_clock_does_not_stop_the_others),
	KUNIT_CASE_SLOW(viortc_ring_that_breaks_ends_the_wait),
	KUNIT_CASE_SLOW(viortc_answer_that_nobody_took_counts_at_the_timeout),
	KUNIT_CASE_SLOW(viortc_signal_ends_the_wait),
	KUNIT_CASE_SLOW(viortc_signal_ends_the_wait_during_a_restore),
	KUNIT_CASE_SLOW(viortc_signal_ends_the_wait_for_a_slot),
	KUNIT_CASE(viortc_signal_spoils_no_answer_that_is_there),
	{}
};

static struct kunit_suite viortc_requestq_suite = {
	.name = "virtio_rtc_requestq",
	.test_cases = viortc_requestq_cases,
};

kunit_test_suite(viortc_requestq_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: the requestq");
MODULE_LICENSE("GPL");
