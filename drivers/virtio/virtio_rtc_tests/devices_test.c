// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Other people's devices: the driver makes the best of each.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/rtc.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_sim/faults.h"
#include "../virtio_rtc_sim/personalities.h"
#include "support.h"

/* Those with cross-timestamps need a counter, which the machine may not have. */
static bool viortc_test_needs_counter(const struct viortc_sim_personality *like)
{
	u16 id;

	for (id = 0; id < like->num_clocks; id++)
		if (like->clocks[id].cross)
			return true;

	return false;
}

static struct viortc_sim *
viortc_test_plug_like(struct kunit *test,
		      const struct viortc_sim_personality *like)
{
	struct viortc_faults *faults;
	char *text, *line;

	faults = kunit_kzalloc(test, sizeof(*faults), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, faults);
	text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	strscpy(text, like->faults ?: "", PAGE_SIZE);
	while ((line = strsep(&text, "\n")))
		if (*line)
			KUNIT_EXPECT_EQ_MSG(test, 0,
					    viortc_faults_add(faults, line),
					    "%s: %s", like->name, line);

	return viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = like->clocks,
		.num_clocks = like->num_clocks,
		.retain_alarms = like->retain_alarms,
		.faults = faults,
	});
}

static void viortc_test_expect_ptp(struct kunit *test, const char *device,
				   struct ptp_clock_info *info, u8 type,
				   unsigned int unit)
{
	struct timespec64 ts = {};
	s64 before, reading, after;
	char name[32];

	KUNIT_ASSERT_NOT_NULL_MSG(test, info, "%s", device);
	snprintf(name, sizeof(name), "Virtio PTP type %u, variant 0", type);
	KUNIT_EXPECT_STREQ(test, info->name, name);
	KUNIT_EXPECT_NULL_MSG(test, info->getcrosststamp, "%s", device);

	before = ktime_get_real_ns();
	KUNIT_EXPECT_EQ(test, 0, info->gettimex64(info, &ts, NULL));
	after = ktime_get_real_ns();
	reading = timespec64_to_ns(&ts);
	KUNIT_EXPECT_EQ_MSG(test, ts.tv_nsec % unit, 0, "%s", device);
	/* The others count from elsewhere. */
	if (type != VIRTIO_RTC_CLOCK_UTC &&
	    type != VIRTIO_RTC_CLOCK_UTC_SMEARED &&
	    type != VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED)
		return;
	KUNIT_EXPECT_LE_MSG(test, before - unit, reading, "%s", device);
	KUNIT_EXPECT_LE_MSG(test, reading, after, "%s", device);
}

static void viortc_test_expect_rtc(struct kunit *test, const char *device,
				   struct rtc_device *rtc,
				   const struct viortc_sim_clock_config *clock)
{
	if (clock->type != VIRTIO_RTC_CLOCK_UTC_SMEARED) {
		KUNIT_EXPECT_NULL_MSG(test, rtc, "%s", device);
		return;
	}

	KUNIT_ASSERT_NOT_NULL_MSG(test, rtc, "%s", device);
	KUNIT_EXPECT_EQ_MSG(test, !!test_bit(RTC_FEATURE_ALARM, rtc->features),
			    clock->alarm, "%s", device);
}

static void viortc_devices_of_others_are_used(struct kunit *test)
{
	const struct viortc_sim_personality *like;
	const struct viortc_sim_clock_config *clock;
	struct viortc_sim *sim;
	unsigned int i, unit;
	u16 id;

	for (i = 0; (like = viortc_sim_personality(i)); i++) {
		if (viortc_test_needs_counter(like))
			continue;

		sim = viortc_test_plug_like(test, like);
		unit = strcmp(like->name, "qemu") ? 1 : NSEC_PER_USEC;
		KUNIT_EXPECT_EQ_MSG(test, viortc_test_num_clocks(sim),
				    like->num_clocks, "%s", like->name);
		for (id = 0; id < like->num_clocks; id++) {
			clock = &like->clocks[id];
			viortc_test_expect_ptp(test, like->name,
					       viortc_test_ptp(sim, id),
					       clock->type, unit);
			viortc_test_expect_rtc(test, like->name,
					       viortc_test_rtc(sim, id), clock);
			/* Whatever its flags say */
			KUNIT_EXPECT_EQ_MSG(test,
					    viortc_test_clock(sim, id)->has_alarm,
					    clock->alarm, "%s", like->name);
		}
		viortc_test_destroy(test, sim);
	}
	KUNIT_EXPECT_EQ(test, i, 8);
}

static void viortc_devices_have_names(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, viortc_sim_find_personality("5bsd\n")->name,
			   "5bsd");
	KUNIT_EXPECT_NULL(test, viortc_sim_find_personality("5bs"));
	KUNIT_EXPECT_NULL(test, viortc_sim_find_personality(""));
}

static struct kunit_case viortc_devices_cases[] = {
	KUNIT_CASE(viortc_devices_of_others_are_used),
	KUNIT_CASE(viortc_devices_have_names),
	{}
};

static struct kunit_suite viortc_devices_suite = {
	.name = "virtio_rtc_devices",
	.test_cases = viortc_devices_cases,
};

kunit_test_suite(viortc_devices_suite);

MODULE_DESCRIPTION("KUnit tests of virtio_rtc: other people's devices");
MODULE_LICENSE("GPL");
