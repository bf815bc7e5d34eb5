// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the unit tests share.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/resource.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/rtc.h>
#include <linux/sched/signal.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_sim/faults.h"
#include "support.h"

static const struct viortc_sim_clock_config viortc_test_clocks[] = {
	{ .type = VIRTIO_RTC_CLOCK_UTC, .base = VIORTC_SIM_REALTIME },
	{ .type = VIRTIO_RTC_CLOCK_TAI, .offset_ns = 37 * NSEC_PER_SEC },
	{ .type = VIRTIO_RTC_CLOCK_MONOTONIC, .offset_ns = -NSEC_PER_SEC },
};

const struct viortc_sim_config viortc_test_trio = {
	.clocks = viortc_test_clocks,
	.num_clocks = ARRAY_SIZE(viortc_test_clocks),
};

static u64 viortc_test_fixed_read(void *priv, u16 clock)
{
	return *(u64 *)priv;
}

const struct viortc_sim_time_ops viortc_test_fixed_ops = {
	.hw_counter = VIRTIO_RTC_COUNTER_INVALID,
	.read = viortc_test_fixed_read,
};

const struct viortc_sim_clock_config viortc_test_alarm_clock = {
	.type = VIRTIO_RTC_CLOCK_UTC_SMEARED,
	.smearing = VIRTIO_RTC_SMEAR_UTC_SLS,
	.base = VIORTC_SIM_RAW,
	.alarm = true,
};

KUNIT_DEFINE_ACTION_WRAPPER(viortc_test_action_destroy, viortc_sim_destroy,
			    struct viortc_sim *);

struct viortc_sim *viortc_test_create(struct kunit *test,
				      struct viortc_sim_config config)
{
	static unsigned int number;
	struct viortc_sim *sim;
	char name[16];

	if (!config.name) {
		snprintf(name, sizeof(name), "test%u", number++);
		config.name = name;
	}

	sim = viortc_sim_create(&config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sim);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test,
						  viortc_test_action_destroy,
						  sim));

	return sim;
}

struct viortc_sim *viortc_test_plug(struct kunit *test,
				    struct viortc_sim_config config)
{
	struct viortc_sim *sim = viortc_test_create(test, config);

	KUNIT_ASSERT_EQ(test, 0, viortc_sim_plug(sim));
	KUNIT_ASSERT_TRUE(test, viortc_test_is_bound(sim));

	return sim;
}

struct viortc_sim *viortc_test_plug_faulty(struct kunit *test,
					   struct viortc_sim_config config,
					   const char *spec)
{
	struct viortc_sim *sim = viortc_test_create(test, config);

	viortc_test_fault(test, sim, spec);
	KUNIT_ASSERT_EQ(test, 0, viortc_sim_plug(sim));

	return sim;
}

void viortc_test_destroy(struct kunit *test, struct viortc_sim *sim)
{
	kunit_release_action(test, viortc_test_action_destroy, sim);
}

void viortc_test_fault(struct kunit *test, struct viortc_sim *sim,
		       const char *spec)
{
	struct viortc_faults faults = {};

	if (spec)
		KUNIT_ASSERT_EQ(test, 0, viortc_faults_add(&faults, spec));

	viortc_sim_set_faults(sim, &faults);
}

void viortc_test_reset(struct kunit *test, struct viortc_sim *sim,
		       const char *spec)
{
	struct virtio_device *vdev = viortc_sim_vdev(sim);

	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_prepare(vdev));
	viortc_test_fault(test, sim, spec);
	KUNIT_ASSERT_EQ(test, 0, virtio_device_reset_done(vdev));
}

int viortc_test_read(struct viortc_sim *sim, u16 id)
{
	u64 reading;

	return viortc_read(viortc_test_clock(sim, id), &reading, NULL);
}

static int viortc_test_reader_task(void *data)
{
	struct viortc_test_reader *reader = data;
	u64 reading;

	allow_signal(SIGUSR1);
	reader->result = viortc_read(reader->clock, &reading, NULL);
	flush_signals(current);
	complete(&reader->done);

	return 0;
}

static void viortc_test_action_stop(void *data)
{
	struct viortc_test_reader *reader = data;

	kthread_stop_put(reader->task);
}

struct viortc_test_reader *viortc_test_reader(struct kunit *test,
					      struct viortc_sim *sim, u16 id)
{
	struct viortc_test_reader *reader;

	reader = kunit_kzalloc(test, sizeof(*reader), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, reader);
	reader->clock = viortc_test_clock(sim, id);
	init_completion(&reader->done);
	reader->task = kthread_create(viortc_test_reader_task, reader,
				      "viortc_test");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reader->task);
	get_task_struct(reader->task);
	wake_up_process(reader->task);
	/* Before its memory goes, which was there earlier. */
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, viortc_test_action_stop,
						  reader));

	return reader;
}

int viortc_test_reader_result(struct viortc_test_reader *reader)
{
	if (!wait_for_completion_timeout(&reader->done, 60 * HZ))
		return -EBUSY;

	return reader->result;
}

/* RTCs and their alarms */

struct viortc_sim *viortc_test_plug_rtc(struct kunit *test, bool retain_alarms,
					struct rtc_device **rtc)
{
	struct viortc_sim *sim;

	sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &viortc_test_alarm_clock,
		.num_clocks = 1,
		.retain_alarms = retain_alarms,
	});
	*rtc = viortc_test_rtc(sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, *rtc);

	return sim;
}

u64 viortc_test_rtc_now(struct kunit *test, struct rtc_device *rtc)
{
	struct rtc_time tm;

	KUNIT_ASSERT_EQ(test, 0, rtc_read_time(rtc, &tm));

	return rtc_tm_to_time64(&tm);
}

void viortc_test_set_alarm(struct kunit *test, struct rtc_device *rtc, u64 time)
{
	struct rtc_wkalrm alarm = { .enabled = true };

	WRITE_ONCE(rtc->irq_data, 0);
	rtc_time64_to_tm(time, &alarm.time);
	KUNIT_ASSERT_EQ(test, 0, rtc_set_alarm(rtc, &alarm));
}

u64 viortc_test_set_alarm_in(struct kunit *test, struct rtc_device *rtc,
			     unsigned int seconds)
{
	u64 time = viortc_test_rtc_now(test, rtc) + seconds;

	viortc_test_set_alarm(test, rtc, time);

	return time;
}

bool viortc_test_rings_within(struct rtc_device *rtc, unsigned int seconds)
{
	return wait_event_interruptible_timeout(rtc->irq_queue,
						READ_ONCE(rtc->irq_data) & RTC_AF,
						seconds * HZ + 5) > 0;
}

void viortc_test_expect_alarm(struct kunit *test, struct viortc_sim *sim,
			      u64 time, bool enabled)
{
	u64 alarm_time = 1;
	bool is_enabled = !enabled;

	KUNIT_ASSERT_EQ(test, 0, viortc_read_alarm(viortc_test_clock(sim, 0),
						   &alarm_time, &is_enabled));
	KUNIT_EXPECT_EQ(test, alarm_time, time * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, is_enabled, enabled);
}
