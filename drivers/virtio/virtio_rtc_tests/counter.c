// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A counter and a clock of which everything is known, for cross-timestamps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/timekeeping.h>
#include <uapi/linux/virtio_rtc.h>

#include "counter.h"
#include "support.h"

/* The clock */

static u64 viortc_test_cross_read(void *priv, u16 clock)
{
	struct viortc_test_cross *device = priv;

	return device->live ? ktime_get_real_ns() + device->reading :
			      device->reading;
}

/* One snapshot tells all, so the right answer is known exactly. */
static bool viortc_test_cross_read_both(void *priv, u16 clock, u64 *reading,
					u64 *cycles)
{
	struct viortc_test_cross *device = priv;
	struct system_time_snapshot snapshot;

	ktime_get_snapshot_id(CLOCK_REALTIME, &snapshot);
	*reading = device->reading + (device->live ? snapshot.systime : 0);
	*cycles = snapshot.hw_csid == CSID_GENERIC ? snapshot.cycles :
						     snapshot.hw_cycles;

	return !device->cannot;
}

const struct viortc_sim_time_ops viortc_test_cross_ops = {
	.hw_counter = VIRTIO_RTC_COUNTER_X86_TSC,
	.read = viortc_test_cross_read,
	.read_cross = viortc_test_cross_read_both,
};

struct ptp_clock_info *viortc_test_cross_plug(struct kunit *test,
					      struct viortc_test_cross **device,
					      struct viortc_sim **sim)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_UTC,
		.cross = true,
	};
	struct ptp_clock_info *info;

	*device = kunit_kzalloc(test, sizeof(**device), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *device);
	*sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &clock,
		.num_clocks = 1,
		.time_ops = &viortc_test_cross_ops,
		.time_priv = *device,
	});
	info = viortc_test_ptp(*sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, info);

	return info;
}

/* The counter */

static u64 viortc_test_counter_cycles(struct clocksource *cs)
{
	struct viortc_test_counter *counter =
		container_of(cs, struct viortc_test_counter, cs);

	return counter->below->read(counter->below) * counter->factor +
	       counter->start;
}

/* A clocksource that is derived from the counter, as that of KVM is */
static u64 viortc_test_derived_read(struct clocksource *cs)
{
	return viortc_test_counter_cycles(cs) / 2;
}

static u64 viortc_test_derived_read_snapshot(struct clocksource *cs,
					     struct clocksource_hw_snapshot *hw)
{
	hw->hw_cycles = viortc_test_counter_cycles(cs);
	hw->hw_csid = CSID_X86_TSC;

	return hw->hw_cycles / 2;
}

static void viortc_test_action_unregister(void *data)
{
	struct viortc_test_counter *counter = data;

	clocksource_unregister(&counter->cs);
}

struct viortc_test_counter *viortc_test_counter_new(struct kunit *test,
						    u64 factor, u64 start)
{
	struct viortc_test_counter *counter;

	if (!IS_ENABLED(CONFIG_UML))
		kunit_skip(test, "needs User-Mode Linux");

	counter = kunit_kzalloc(test, sizeof(*counter), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, counter);
	counter->below = (void *)kallsyms_lookup_name("timer_clocksource");
	KUNIT_ASSERT_NOT_NULL(test, counter->below);
	counter->factor = factor;
	/* It is now what it is to start with. */
	counter->start = start - factor * counter->below->read(counter->below);
	counter->cs = (struct clocksource) {
		.name = "virtio_rtc_test",
		.rating = 10000,
		.read = viortc_test_counter_cycles,
		.mask = CLOCKSOURCE_MASK(64),
		.flags = CLOCK_SOURCE_IS_CONTINUOUS,
		.id = CSID_X86_TSC,
	};

	return counter;
}

void viortc_test_counter_add(struct kunit *test,
			     struct viortc_test_counter *counter, u64 hz)
{
	struct system_time_snapshot snapshot;

	KUNIT_ASSERT_EQ(test, 0, clocksource_register_hz(&counter->cs, hz));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test,
						  viortc_test_action_unregister,
						  counter));
	ktime_get_snapshot_id(CLOCK_REALTIME, &snapshot);
	KUNIT_ASSERT_EQ(test, snapshot.cs_id, counter->cs.id);
	/* The clock's rate settles, whatever it was adjusted to before. */
	msleep(100);
}

void viortc_test_counter_remove(struct kunit *test,
				struct viortc_test_counter *counter)
{
	kunit_release_action(test, viortc_test_action_unregister, counter);
}

void viortc_test_counter_derive(struct viortc_test_counter *counter)
{
	counter->cs.id = CSID_GENERIC;
	counter->cs.read = viortc_test_derived_read;
	counter->cs.read_snapshot = viortc_test_derived_read_snapshot;
}

u64 viortc_test_counter_read(struct viortc_test_counter *counter)
{
	return viortc_test_counter_cycles(&counter->cs);
}

s64 viortc_test_cross_error(struct kunit *test, struct ptp_clock_info *info,
			    struct viortc_test_cross *device)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };

	KUNIT_ASSERT_EQ(test, 0, info->getcrosststamp(info, &cts));

	return cts.device - cts.sys_systime - (s64)device->reading;
}
