// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cross-timestamps of the real timekeeper, on a counter that the test provides:
 * right to the ns, or an error.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/prandom.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <linux/workqueue.h>
#include <uapi/linux/virtio_rtc.h>

#include "counter.h"
#include "support.h"

/* A clock that runs with the system's, on a counter of so many Hz */
static struct ptp_clock_info *
viortc_cross_plug_on(struct kunit *test, struct viortc_test_counter *counter,
		     u64 hz, struct viortc_test_cross **device,
		     struct viortc_sim **sim)
{
	struct ptp_clock_info *info;

	viortc_test_counter_add(test, counter, hz);
	info = viortc_test_cross_plug(test, device, sim);
	(*device)->live = true;
	KUNIT_ASSERT_NOT_NULL(test, info->getcrosststamp);

	return info;
}

/* The usual: a counter of 1 GHz */
static struct ptp_clock_info *viortc_cross_plug(struct kunit *test,
						struct viortc_test_cross **device,
						struct viortc_sim **sim)
{
	struct viortc_test_counter *counter;

	counter = viortc_test_counter_new(test, 256, NSEC_PER_SEC);

	return viortc_cross_plug_on(test, counter, NSEC_PER_SEC, device, sim);
}

static void viortc_cross_is_exact_however_long_it_takes(struct kunit *test)
{
	/* Counters of 3.9 MHz, 23 MHz, 1 GHz, 3 GHz and 5 GHz */
	static const u64 factors[] = { 1, 6, 256, 768, 1280 };
	static const u64 delays[] = { 0, 1000, 1000000, 50000000, 400000000 };
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	s64 off, bound;
	int i, j, k;

	for (i = 0; i < ARRAY_SIZE(factors); i++) {
		counter = viortc_test_counter_new(test, factors[i],
						  NSEC_PER_SEC);
		info = viortc_cross_plug_on(test, counter,
					    factors[i] * VIORTC_TEST_HZ,
					    &device, &sim);
		device->reading = 37 * NSEC_PER_SEC;

		for (j = 0; j < ARRAY_SIZE(delays); j++) {
			viortc_sim_set_delays(sim, delays[j], delays[j]);
			/*
			 * A ns, and what it makes when the timekeeper changes
			 * the clock's rate by its smallest step.
			 */
			bound = 1 + div_u64(2 * delays[j], counter->cs.mult);
			for (k = delays[j] < 100 * NSEC_PER_MSEC ? 50 : 3; k > 0; k--) {
				off = viortc_test_cross_error(test, info, device);
				KUNIT_ASSERT_LE_MSG(test, abs(off), bound,
						    "delays of %llu ns, %llu Hz",
						    delays[j], factors[i] *
						    VIORTC_TEST_HZ);
			}
		}
		viortc_test_destroy(test, sim);
		viortc_test_counter_remove(test, counter);
	}
}

static void viortc_cross_serves_a_counter_that_wraps_around(struct kunit *test)
{
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	u64 before, after;
	int i;

	for (i = 0; i < 5; i++) {
		/* The wrap lies before, in, or after the request. */
		counter = viortc_test_counter_new(test, 256,
						  -(90 + i * 60) * NSEC_PER_MSEC);
		info = viortc_cross_plug_on(test, counter, NSEC_PER_SEC,
					    &device, &sim);
		viortc_sim_set_delays(sim, 50 * NSEC_PER_MSEC,
				      50 * NSEC_PER_MSEC);
		before = viortc_test_counter_read(counter);
		KUNIT_EXPECT_LE(test,
				abs(viortc_test_cross_error(test, info, device)), 1);
		after = viortc_test_counter_read(counter);
		if (i == 1)
			KUNIT_EXPECT_LT(test, after, before);
		viortc_test_destroy(test, sim);
		viortc_test_counter_remove(test, counter);
	}
}

static void viortc_cross_serves_a_derived_clocksource(struct kunit *test)
{
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	int i;

	counter = viortc_test_counter_new(test, 512, 0);
	viortc_test_counter_derive(counter);
	info = viortc_cross_plug_on(test, counter, NSEC_PER_SEC, &device, &sim);
	viortc_sim_set_delays(sim, NSEC_PER_MSEC, NSEC_PER_MSEC);
	for (i = 0; i < 50; i++)
		KUNIT_EXPECT_LE(test,
				abs(viortc_test_cross_error(test, info, device)), 1);
}

/* Each clock that the ioctl may ask for */
static void viortc_cross_serves_other_system_clocks(struct kunit *test)
{
	struct system_device_crosststamp cts;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	ktime_t before, after;

	info = viortc_cross_plug(test, &device, &sim);
	viortc_sim_set_delays(sim, NSEC_PER_MSEC, NSEC_PER_MSEC);

	before = ktime_get();
	cts = (struct system_device_crosststamp) { .clock_id = CLOCK_MONOTONIC };
	KUNIT_EXPECT_EQ(test, 0, info->getcrosststamp(info, &cts));
	after = ktime_get();
	KUNIT_EXPECT_LE(test, before, cts.sys_systime);
	KUNIT_EXPECT_LE(test, cts.sys_systime, after);

	before = ktime_get_raw();
	cts = (struct system_device_crosststamp) { .clock_id = CLOCK_MONOTONIC_RAW };
	KUNIT_EXPECT_EQ(test, 0, info->getcrosststamp(info, &cts));
	after = ktime_get_raw();
	KUNIT_EXPECT_LE(test, before, cts.sys_systime);
	KUNIT_EXPECT_LE(test, cts.sys_systime, after);
	KUNIT_EXPECT_EQ(test, cts.sys_systime, cts.sys_monoraw);

	/* An auxiliary clock that nobody has switched on */
	cts = (struct system_device_crosststamp) { .clock_id = CLOCK_AUX };
	KUNIT_EXPECT_EQ(test, -ENODEV,
			info->getcrosststamp(info, &cts));
}

static void viortc_cross_tells_the_counter(struct kunit *test)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct viortc_test_counter *counter;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	u64 before, after;

	counter = viortc_test_counter_new(test, 256, NSEC_PER_SEC);
	info = viortc_cross_plug_on(test, counter, NSEC_PER_SEC, &device, &sim);
	viortc_sim_set_delays(sim, NSEC_PER_MSEC, NSEC_PER_MSEC);
	before = viortc_test_counter_read(counter);
	KUNIT_EXPECT_EQ(test, 0, info->getcrosststamp(info, &cts));
	after = viortc_test_counter_read(counter);
	KUNIT_EXPECT_EQ(test, CSID_X86_TSC, cts.sys_counter.cs_id);
	KUNIT_EXPECT_LT(test, before, cts.sys_counter.cycles);
	KUNIT_EXPECT_LT(test, cts.sys_counter.cycles, after);
	KUNIT_EXPECT_FALSE(test, cts.sys_counter.use_nsecs);
}

/* What can go wrong: always an error, never a wrong time */

static void viortc_expect_cross_refused(struct kunit *test,
					struct ptp_clock_info *info, int error)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };

	KUNIT_EXPECT_EQ(test, error,
			info->getcrosststamp(info, &cts));
	KUNIT_EXPECT_EQ(test, 0, cts.device);
	KUNIT_EXPECT_EQ(test, 0, cts.sys_systime);
	KUNIT_EXPECT_EQ(test, 0, cts.sys_monoraw);
}

static void viortc_cross_refuses_a_counter_of_another_time(struct kunit *test)
{
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	struct rnd_state rnd;
	char spec[64];
	u64 off;
	int i;

	info = viortc_cross_plug(test, &device, &sim);
	viortc_sim_set_delays(sim, NSEC_PER_MSEC, NSEC_PER_MSEC);
	prandom_seed_state(&rnd, 1);
	for (i = 0; i < 200; i++) {
		/* From 100 ms to a quarter of the range, either way */
		prandom_bytes_state(&rnd, &off, sizeof(off));
		off = (off >> (2 + i % 30)) + 100 * NSEC_PER_MSEC;
		snprintf(spec, sizeof(spec), "counter-offset=0x%llx",
			 i % 2 ? off : -off);
		viortc_test_fault(test, sim, spec);
		viortc_expect_cross_refused(test, info, -ERANGE);
	}
	viortc_test_fault(test, sim, NULL);
	KUNIT_EXPECT_LE(test, abs(viortc_test_cross_error(test, info, device)), 1);
}

static void viortc_cross_refuses_a_time_past_2262(struct kunit *test)
{
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;

	info = viortc_cross_plug(test, &device, &sim);
	device->live = false;
	device->reading = (u64)KTIME_MAX + 1;
	viortc_expect_cross_refused(test, info, -EOVERFLOW);
	device->reading = U64_MAX;
	viortc_expect_cross_refused(test, info, -EOVERFLOW);
}

static void viortc_cross_passes_errors_on(struct kunit *test)
{
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;

	info = viortc_cross_plug(test, &device, &sim);
	device->cannot = true;
	viortc_expect_cross_refused(test, info, -EIO);
	device->cannot = false;
	viortc_test_fault(test, sim, "wrong-status=2,type=read-cross");
	viortc_expect_cross_refused(test, info, -EOPNOTSUPP);
	viortc_test_fault(test, sim, "no-answer,type=read-cross");
	viortc_expect_cross_refused(test, info, -ETIMEDOUT);
}

/* While a request is under way, something is done to the system's clock. */
struct viortc_disturbance {
	struct delayed_work work;
	struct viortc_test_counter *counter;
	s64 step;
	long freq;
	int err;
};

static void viortc_step_clock(s64 step)
{
	struct timespec64 ts = ktime_to_timespec64(ktime_add_ns(ktime_get_real(),
								step));

	do_settimeofday64(&ts);
}

static void viortc_disturb(struct work_struct *work)
{
	struct viortc_disturbance *d = container_of(to_delayed_work(work),
						    struct viortc_disturbance,
						    work);
	struct __kernel_timex timex = {
		.modes = ADJ_FREQUENCY,
		.freq = d->freq,
	};

	if (d->step)
		viortc_step_clock(d->step);
	if (d->counter)
		d->err = clocksource_register_hz(&d->counter->cs, NSEC_PER_SEC);
	if (d->freq)
		d->err = do_adjtimex(&timex) < 0;
}

static void viortc_disturb_in(struct viortc_disturbance *d, unsigned int ms)
{
	INIT_DELAYED_WORK_ONSTACK(&d->work, viortc_disturb);
	schedule_delayed_work(&d->work, msecs_to_jiffies(ms));
}

static void viortc_disturbed(struct kunit *test, struct viortc_disturbance *d)
{
	flush_delayed_work(&d->work);
	destroy_delayed_work_on_stack(&d->work);
	KUNIT_EXPECT_EQ(test, 0, d->err);
}

static void viortc_cross_refuses_a_clock_that_is_set_meanwhile(struct kunit *test)
{
	static const s64 steps[] = {
		NSEC_PER_SEC, -NSEC_PER_SEC, NSEC_PER_MSEC, -NSEC_PER_MSEC,
		3600 * NSEC_PER_SEC, -3600 * NSEC_PER_SEC,
	};
	struct viortc_disturbance d;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	int i, delay_ms;

	info = viortc_cross_plug(test, &device, &sim);
	viortc_sim_set_delays(sim, 50 * NSEC_PER_MSEC, 50 * NSEC_PER_MSEC);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		for (delay_ms = 20; delay_ms < 100; delay_ms += 40) {
			d = (struct viortc_disturbance) { .step = steps[i] };
			viortc_disturb_in(&d, delay_ms);
			viortc_expect_cross_refused(test, info, -EAGAIN);
			viortc_disturbed(test, &d);
			viortc_step_clock(-steps[i]);
		}
	}
	KUNIT_EXPECT_LE(test, abs(viortc_test_cross_error(test, info, device)), 1);
}

static void viortc_cross_refuses_another_clocksource(struct kunit *test)
{
	static const enum clocksource_ids ids[] = { CSID_X86_TSC, CSID_GENERIC };
	struct viortc_disturbance d;
	struct viortc_test_cross *device;
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	int i;

	info = viortc_cross_plug(test, &device, &sim);
	viortc_sim_set_delays(sim, 50 * NSEC_PER_MSEC, 50 * NSEC_PER_MSEC);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		d = (struct viortc_disturbance) {
			.counter = viortc_test_counter_new(test, 256, 1ULL << 60),
		};
		d.counter->cs.name = "virtio_rtc_test2";
		d.counter->cs.rating = 20000;
		d.counter->cs.id = ids[i];
		viortc_disturb_in(&d, 30);
		/* The counter again, but no longer of the same clocksource */
		viortc_expect_cross_refused(test, info,
					    ids[i] == CSID_X86_TSC ?
					    -EAGAIN : -EOPNOTSUPP);
		viortc_disturbed(test, &d);

		/* With it from the start there is an answer, or none at all. */
		if (ids[i] == CSID_X86_TSC)
			KUNIT_EXPECT_LE(test,
					abs(viortc_test_cross_error(test, info,
								    device)), 1);
		else
			viortc_expect_cross_refused(test, info, -EOPNOTSUPP);
		clocksource_unregister(&d.counter->cs);
		/* The counter stands lower now, as after a machine's reset. */
		viortc_test_reset(test, sim, NULL);
	}
	KUNIT_EXPECT_LE(test, abs(viortc_test_cross_error(test, info, device)), 1);
}

/*
 * A clock that is slewed does not run evenly over the request; the error is
 * largest when the rate changes right in between, where it is a quarter of what
 * the clocks drift apart in this time.
 */
static void viortc_cross_is_off_by_no_more_than_slewing_explains(struct kunit *test)
{
	static const int ppm[] = { 1, -1, 10, -100, 500, -500 };
	struct viortc_disturbance d;
	struct viortc_test_cross *device;
	struct __kernel_timex reset = { .modes = ADJ_FREQUENCY };
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	s64 off, bound;
	int i;

	info = viortc_cross_plug(test, &device, &sim);
	viortc_sim_set_delays(sim, 50 * NSEC_PER_MSEC, 50 * NSEC_PER_MSEC);
	for (i = 0; i < ARRAY_SIZE(ppm); i++) {
		d = (struct viortc_disturbance) { .freq = ppm[i] * 65536L };
		viortc_disturb_in(&d, 50);
		off = viortc_test_cross_error(test, info, device);
		viortc_disturbed(test, &d);
		/* The interrupt may come a tick after the answer. */
		bound = 2 + abs(ppm[i]) * ((100 * (s64)NSEC_PER_MSEC +
					    2 * TICK_NSEC) / 4) / 1000000;
		KUNIT_EXPECT_LE_MSG(test, abs(off), bound, "%d ppm", ppm[i]);
		do_adjtimex(&reset);
		msleep(1000);
	}
	KUNIT_EXPECT_LE(test, abs(viortc_test_cross_error(test, info, device)), 1);
}

static struct kunit_case viortc_ptp_cross_cases[] = {
	KUNIT_CASE_SLOW(viortc_cross_is_exact_however_long_it_takes),
	KUNIT_CASE_SLOW(viortc_cross_serves_a_counter_that_wraps_around),
	KUNIT_CASE(viortc_cross_serves_a_derived_clocksource),
	KUNIT_CASE(viortc_cross_serves_other_system_clocks),
	KUNIT_CASE(viortc_cross_tells_the_counter),
	KUNIT_CASE(viortc_cross_refuses_a_counter_of_another_time),
	KUNIT_CASE(viortc_cross_refuses_a_time_past_2262),
	KUNIT_CASE_SLOW(viortc_cross_passes_errors_on),
	KUNIT_CASE_SLOW(viortc_cross_refuses_a_clock_that_is_set_meanwhile),
	KUNIT_CASE_SLOW(viortc_cross_refuses_another_clocksource),
	KUNIT_CASE_SLOW(viortc_cross_is_off_by_no_more_than_slewing_explains),
	{}
};

static struct kunit_suite viortc_ptp_cross_suite = {
	.name = "virtio_rtc_ptp_cross",
	.test_cases = viortc_ptp_cross_cases,
};

kunit_test_suite(viortc_ptp_cross_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: PTP cross-timestamps");
MODULE_LICENSE("GPL");
