// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device's life with the driver: enumeration and removal.  Part of
 * virtio_rtc_driver.c, whose devices it looks into.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/rtc.h>
#include <linux/sched/signal.h>

#include "../virtio_rtc_sim/faults.h"
#include "support.h"

/* For the other tests */

static struct viortc_dev *viortc_test_dev(struct viortc_sim *sim)
{
	return viortc_sim_vdev(sim)->priv;
}

bool viortc_test_is_bound(struct viortc_sim *sim)
{
	return viortc_sim_vdev(sim)->dev.driver;
}

unsigned int viortc_test_num_clocks(struct viortc_sim *sim)
{
	return viortc_test_dev(sim)->clocks.num;
}

struct viortc_clock *viortc_test_clock(struct viortc_sim *sim, u16 id)
{
	return &viortc_test_dev(sim)->clocks.clock[id];
}

static int viortc_test_is_rtc(struct device *dev, const void *data)
{
	return dev->class == &rtc_class;
}

struct rtc_device *viortc_test_rtc(struct viortc_sim *sim, u16 id)
{
	struct device *vdev = &viortc_sim_vdev(sim)->dev;
	struct device *parent, *rtc;
	char name[64];

	snprintf(name, sizeof(name), "%s.clock%u", dev_name(vdev), id);
	parent = device_find_child_by_name(vdev, name);
	if (!parent)
		return NULL;

	rtc = device_find_child(parent, NULL, viortc_test_is_rtc);
	put_device(parent);
	if (!rtc)
		return NULL;

	put_device(rtc);

	return to_rtc_device(rtc);
}

/* Enumeration */

static const struct viortc_sim_clock_config viortc_test_utc = {
	.type = VIRTIO_RTC_CLOCK_UTC,
};

/*
 * The RTC core would set it by rtc0, to half a second.  This is the first test
 * of all, since the kernel keeps rtc0 when it has an alarm.
 */
static void viortc_bind_does_not_step_the_systems_clock(struct kunit *test)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_UTC_SMEARED,
		.base = VIORTC_SIM_RAW,
	};
	struct viortc_sim *sim;
	s64 before, after;
	int i;

	for (i = 0; i < 3; i++) {
		before = ktime_get_real_ns() - ktime_get_ns();
		sim = viortc_test_plug(test, (struct viortc_sim_config) {
			.clocks = &clock,
			.num_clocks = 1,
		});
		after = ktime_get_real_ns() - ktime_get_ns();
		KUNIT_ASSERT_NOT_NULL(test, viortc_test_rtc(sim, 0));
		KUNIT_ASSERT_EQ(test, 0, viortc_test_rtc(sim, 0)->id);
		KUNIT_EXPECT_LT(test, abs(after - before), NSEC_PER_MSEC);
		viortc_test_destroy(test, sim);
		/* Numbers are given back late. */
		msleep(20300);
	}
}

static void viortc_device_without_clocks_is_served(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test,
						  (struct viortc_sim_config) {});

	KUNIT_EXPECT_EQ(test, 0, viortc_test_num_clocks(sim));
}

/* All 256 types: a PTP clock just for the known ones, an RTC just for type 3 */
static void viortc_clocks_of_all_types_are_enumerated(struct kunit *test)
{
	struct viortc_sim_clock_config *configs;
	struct viortc_clock *clock;
	struct viortc_sim *sim;
	int type;

	configs = kunit_kcalloc(test, 256, sizeof(*configs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, configs);
	for (type = 0; type < 256; type++)
		configs[type].type = type;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = configs,
		.num_clocks = 256,
	});
	KUNIT_ASSERT_EQ(test, 256, viortc_test_num_clocks(sim));

	for (type = 0; type < 256; type++) {
		clock = viortc_test_clock(sim, type);
		KUNIT_EXPECT_EQ(test, type, clock->id);
		KUNIT_EXPECT_EQ(test, type, clock->type);
		KUNIT_EXPECT_EQ_MSG(test, type <= 4, !!clock->ptp, "type %d",
				    type);
		KUNIT_EXPECT_EQ_MSG(test, type == 3, !!clock->rtc, "type %d",
				    type);
		KUNIT_EXPECT_EQ_MSG(test, 0, viortc_test_read(sim, type),
				    "type %d", type);
	}
}

static void viortc_no_more_clocks_than_256_are_used(struct kunit *test)
{
	struct viortc_sim_clock_config *configs;
	struct viortc_sim *sim;

	/* Of a type for which nothing is registered */
	configs = kunit_kcalloc(test, 300, sizeof(*configs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, configs);
	for (int id = 0; id < 300; id++)
		configs[id] = (struct viortc_sim_clock_config) { .type = 0xf0 };

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = configs,
		.num_clocks = 300,
	});
	KUNIT_EXPECT_EQ(test, 256, viortc_test_num_clocks(sim));
}

/* A device that lies: all but one of its clocks are not there. */
static void viortc_clock_count_may_be_a_lie(struct kunit *test)
{
	struct viortc_sim *sim;

	sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
		.clocks = &viortc_test_utc,
		.num_clocks = 1,
	}, "clock-count=65535");
	KUNIT_ASSERT_TRUE(test, viortc_test_is_bound(sim));
	KUNIT_EXPECT_EQ(test, 256, viortc_test_num_clocks(sim));
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
	KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, 255));
}

/* Whatever goes wrong with one clock, the others work. */
static void viortc_clock_that_fails_costs_only_itself(struct kunit *test)
{
	static const char * const faults[] = {
		"wrong-status=5,type=clock-cap,times=1",
		"wrong-status=2,type=clock-cap,times=1",
		"wrong-status=3,type=clock-cap,times=1",
		"wrong-status,type=clock-cap,times=1",
		"short-answer,type=clock-cap,times=1",
		"long-answer=65536,type=clock-cap,times=1",
		"no-answer,type=clock-cap,times=1",
		"late-answer,type=clock-cap,times=1",
	};
	struct viortc_sim *sim;
	int i, id;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		sim = viortc_test_plug_faulty(test, viortc_test_trio, faults[i]);
		KUNIT_ASSERT_TRUE_MSG(test, viortc_test_is_bound(sim), "%s",
				      faults[i]);
		for (id = 0; id < viortc_test_trio.num_clocks; id++) {
			struct viortc_clock *clock = viortc_test_clock(sim, id);

			KUNIT_EXPECT_EQ_MSG(test, id > 0, !!clock->ptp,
					    "%s, clock %d", faults[i], id);
			KUNIT_EXPECT_EQ_MSG(test, 0, viortc_test_read(sim, id),
					    "%s, clock %d", faults[i], id);
		}
		viortc_test_destroy(test, sim);
	}
}

/* It must not be waited for once for each of its clocks. */
static void viortc_probe_gives_a_silent_device_up(struct kunit *test)
{
	ktime_t start = ktime_get();

	viortc_test_plug_faulty(test, viortc_test_trio,
				"no-answer,type=clock-cap");
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start),
			2 * VIORTC_TEST_TIMEOUT_MS + 1000);
}

/* Nor for hours, because it answers each time just before the timeout. */
static void viortc_probe_of_a_slow_device_has_an_end(struct kunit *test)
{
	static const struct viortc_sim_clock_config configs[32] = {};
	struct viortc_sim_config config = {
		.clocks = configs,
		.num_clocks = ARRAY_SIZE(configs),
		.response_delay_ns = (VIORTC_TEST_TIMEOUT_MS - 1000) *
				     (u64)NSEC_PER_MSEC,
	};
	ktime_t start = ktime_get();
	struct viortc_sim *sim = viortc_test_plug(test, config);
	unsigned int num = viortc_test_num_clocks(sim), id;

	/* What is asked of the last clock may come on top. */
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start),
			(3 + 4) * VIORTC_TEST_TIMEOUT_MS);
	KUNIT_EXPECT_GE(test, num, 1);
	KUNIT_EXPECT_LT(test, num, config.num_clocks);

	viortc_sim_set_delays(sim, 0, 0);
	for (id = 0; id < num; id++)
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
}

/* Without an answer about the clocks there is nothing to be used. */
static void viortc_probe_fails_without_a_clock_count(struct kunit *test)
{
	static const char * const faults[] = {
		"wrong-status=5,type=cfg",
		"wrong-status,type=cfg",
		"short-answer,type=cfg",
		"long-answer,type=cfg",
		"no-answer,type=cfg",
	};
	struct viortc_sim *sim;
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
			.clocks = &viortc_test_utc,
			.num_clocks = 1,
		}, faults[i]);
		KUNIT_EXPECT_FALSE_MSG(test, viortc_test_is_bound(sim), "%s",
				       faults[i]);
		viortc_test_destroy(test, sim);
	}
}

/* Reserved bytes, and flags that are not defined, are nothing to mind. */
static void viortc_unknown_bits_are_ignored(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_create(test, viortc_test_trio);
	struct viortc_faults faults = {};
	int id;

	KUNIT_ASSERT_EQ(test, 0, viortc_faults_add(&faults, "reserved-bits"));
	KUNIT_ASSERT_EQ(test, 0, viortc_faults_add(&faults, "unknown-flags"));
	viortc_sim_set_faults(sim, &faults);
	KUNIT_ASSERT_EQ(test, 0, viortc_sim_plug(sim));
	KUNIT_ASSERT_TRUE(test, viortc_test_is_bound(sim));
	for (id = 0; id < viortc_test_trio.num_clocks; id++) {
		KUNIT_EXPECT_NOT_NULL(test, viortc_test_ptp(sim, id));
		KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, id));
	}
}

/* Two descriptors are the least that a request can do with. */
static void viortc_small_rings_are_served(struct kunit *test)
{
	struct viortc_sim *sim;
	u16 size;

	for (size = 1; size <= VIORTC_SIM_QUEUE_SIZE_MAX; size *= 2) {
		sim = viortc_test_plug_faulty(test, (struct viortc_sim_config) {
			.clocks = &viortc_test_alarm_clock,
			.num_clocks = 1,
			.queue_size = size,
		}, NULL);
		KUNIT_ASSERT_EQ_MSG(test, size >= 2, viortc_test_is_bound(sim),
				    "%u descriptors", size);
		if (size >= 2)
			KUNIT_EXPECT_EQ_MSG(test, 0, viortc_test_read(sim, 0),
					    "%u descriptors", size);
		viortc_test_destroy(test, sim);
	}
}

/* Whoever loads the driver or binds a device can give up waiting. */
static void viortc_signal_ends_the_probe(struct kunit *test)
{
	struct viortc_sim_config config = viortc_test_trio;
	ktime_t start = ktime_get();
	struct viortc_sim *sim;

	config.response_delay_ns = NSEC_PER_SEC;
	sim = viortc_test_create(test, config);
	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	KUNIT_EXPECT_EQ(test, 0, viortc_sim_plug(sim));
	flush_signals(current);
	disallow_signal(SIGUSR1);
	KUNIT_EXPECT_FALSE(test, viortc_test_is_bound(sim));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 1000);
}

/* Removal */

static void viortc_removal_does_not_wait_for_the_device(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_test_reader *readers[3];
	ktime_t start;
	int i;

	viortc_test_fault(test, sim, "no-answer,type=read");
	for (i = 0; i < 3; i++)
		readers[i] = viortc_test_reader(test, sim, i);
	msleep(1000);
	start = ktime_get();
	viortc_halt(viortc_test_dev(sim), -ENODEV);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, -ENODEV,
				viortc_test_reader_result(readers[i]));
	viortc_test_destroy(test, sim);
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), start), 1000);
}

/* The buffers of requests that nobody waits for any more go with the device. */
static void viortc_removal_takes_abandoned_requests_along(struct kunit *test)
{
	static const char * const faults[] = {
		"no-answer,type=read", "late-answer=60000,type=read",
		"stale-answer,type=read",
	};
	struct viortc_sim_stats stats;
	struct viortc_sim *sim;
	int i, j;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		sim = viortc_test_plug(test, viortc_test_trio);
		viortc_test_fault(test, sim, faults[i]);
		for (j = 0; j < 3; j++)
			KUNIT_EXPECT_EQ(test, -ETIMEDOUT, viortc_test_read(sim, j));
		viortc_sim_stats(sim, &stats);
		KUNIT_EXPECT_EQ(test, 3, stats.in_flight);
		viortc_test_destroy(test, sim);
	}
}

static void viortc_device_can_come_back_any_time(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct device *dev = &viortc_sim_vdev(sim)->dev;
	int i;

	for (i = 0; i < 50; i++) {
		KUNIT_ASSERT_TRUE(test, viortc_test_is_bound(sim));
		KUNIT_ASSERT_EQ(test, 0, viortc_test_read(sim, 2));
		device_release_driver(dev);
		KUNIT_ASSERT_FALSE(test, viortc_test_is_bound(sim));
		KUNIT_ASSERT_EQ(test, 1, device_attach(dev));
	}
}

/* They would make one clock wait for another, or the lock be in vain. */
static void viortc_some_features_are_declined(struct kunit *test)
{
	static const unsigned int declined[] = {
		VIRTIO_RING_F_INDIRECT_DESC,
		VIRTIO_F_IN_ORDER,
		VIRTIO_F_NOTIFICATION_DATA,
	};
	struct virtio_device *vdev;
	unsigned int i;

	vdev = kunit_kzalloc(test, sizeof(*vdev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vdev);
	__virtio_set_bit(vdev, VIRTIO_F_VERSION_1);
	__virtio_set_bit(vdev, VIRTIO_RING_F_EVENT_IDX);
	for (i = 0; i < ARRAY_SIZE(declined); i++)
		__virtio_set_bit(vdev, declined[i]);

	KUNIT_ASSERT_EQ(test, 0, viortc_validate(vdev));
	for (i = 0; i < ARRAY_SIZE(declined); i++)
		KUNIT_EXPECT_FALSE(test, __virtio_test_bit(vdev, declined[i]));
	KUNIT_EXPECT_TRUE(test, __virtio_test_bit(vdev, VIRTIO_F_VERSION_1));
	KUNIT_EXPECT_TRUE(test,
			  __virtio_test_bit(vdev, VIRTIO_RING_F_EVENT_IDX));
}

/* With 32 bits that is to come again, after some weeks. */
static void viortc_time_long_past_holds_nothing_up(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);

	viortc_test_dev(sim)->next_reset = jiffies + 2 * VIORTC_RESET_INTERVAL;
	viortc_sim_set_needs_reset(sim);
	msleep(1000);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
}

static int viortc_find_no_vqs(struct virtio_device *vdev, unsigned int nvqs,
			      struct virtqueue *vqs[],
			      struct virtqueue_info vqs_info[],
			      struct irq_affinity *desc)
{
	return -ENOMEM;
}

/* It is not there, and not about to come. */
static void viortc_restart_that_fails_is_told(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct virtio_device *vdev = viortc_sim_vdev(sim);
	const struct virtio_config_ops *config = vdev->config;
	struct virtio_config_ops without = *config;

	without.find_vqs = viortc_find_no_vqs;
	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_prepare(vdev));
	vdev->config = &without;
	KUNIT_EXPECT_EQ(test, -ENOMEM, virtio_device_reset_done(vdev));
	vdev->config = config;
	KUNIT_EXPECT_EQ(test, -ENODEV, viortc_test_read(sim, 0));
	viortc_test_reset(test, sim, NULL);
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
}

/* Who still looks for an answer would use a virtqueue that is gone. */
static void viortc_reset_leaves_no_interrupt_on(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_requestq *requestq = &viortc_test_dev(sim)->requestq;
	struct viortc_test_reader *reader;

	viortc_test_fault(test, sim, "no-answer,type=read,times=1");
	reader = viortc_test_reader(test, sim, 0);
	msleep(100);
	KUNIT_EXPECT_TRUE(test, requestq->listening);
	KUNIT_ASSERT_EQ(test, 0,
			virtio_device_reset_prepare(viortc_sim_vdev(sim)));
	KUNIT_EXPECT_FALSE(test, requestq->listening);
	KUNIT_EXPECT_EQ(test, -EAGAIN, viortc_test_reader_result(reader));
	KUNIT_ASSERT_EQ(test, 0,
			virtio_device_reset_done(viortc_sim_vdev(sim)));
}

static struct kunit_case viortc_driver_cases[] = {
	KUNIT_CASE_SLOW(viortc_bind_does_not_step_the_systems_clock),
	KUNIT_CASE(viortc_device_without_clocks_is_served),
	KUNIT_CASE(viortc_clocks_of_all_types_are_enumerated),
	KUNIT_CASE(viortc_no_more_clocks_than_256_are_used),
	KUNIT_CASE(viortc_clock_count_may_be_a_lie),
	KUNIT_CASE_SLOW(viortc_clock_that_fails_costs_only_itself),
	KUNIT_CASE_SLOW(viortc_probe_gives_a_silent_device_up),
	KUNIT_CASE_SLOW(viortc_probe_of_a_slow_device_has_an_end),
	KUNIT_CASE_SLOW(viortc_probe_fails_without_a_clock_count),
	KUNIT_CASE(viortc_unknown_bits_are_ignored),
	KUNIT_CASE(viortc_small_rings_are_served),
	KUNIT_CASE_SLOW(viortc_signal_ends_the_probe),
	KUNIT_CASE_SLOW(viortc_removal_does_not_wait_for_the_device),
	KUNIT_CASE_SLOW(viortc_removal_takes_abandoned_requests_along),
	KUNIT_CASE(viortc_device_can_come_back_any_time),
	KUNIT_CASE(viortc_some_features_are_declined),
	KUNIT_CASE_SLOW(viortc_time_long_past_holds_nothing_up),
	KUNIT_CASE(viortc_restart_that_fails_is_told),
	KUNIT_CASE(viortc_reset_leaves_no_interrupt_on),
	{}
};

static struct kunit_suite viortc_driver_suite = {
	.name = "virtio_rtc_driver",
	.test_cases = viortc_driver_cases,
};

kunit_test_suite(viortc_driver_suite);
