// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PTP clocks: names and readings.  Part of virtio_rtc_ptp.c, whose clocks it
 * looks into.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/limits.h>
#include <linux/prandom.h>

#include "support.h"

struct ptp_clock_info *viortc_test_ptp(struct viortc_sim *sim, u16 id)
{
	struct viortc_ptp *ptp = viortc_test_clock(sim, id)->ptp;

	return ptp ? &ptp->info : NULL;
}

/* Names */

static void viortc_name_is_exact_or_refused(struct kunit *test)
{
	char name[PTP_CLOCK_NAME_LEN], exact[64];
	int type, smearing, len, err;

	for (type = 0; type < 256; type++) {
		for (smearing = 0; smearing < 256; smearing++) {
			len = snprintf(exact, sizeof(exact),
				       "Virtio PTP type %d, variant %d", type,
				       smearing);
			err = viortc_ptp_name(name, type, smearing);
			KUNIT_ASSERT_EQ_MSG(test, err,
					    len < 32 ? 0 : -ENAMETOOLONG,
					    "%s", exact);
			if (!err)
				KUNIT_ASSERT_STREQ(test, name, exact);
		}
	}

	/* None of a known type is too long, so udev rules always work. */
	for (type = 0; type <= 4; type++)
		KUNIT_EXPECT_EQ(test, 0, viortc_ptp_name(name, type, 255));
}

/* Readings */

/* A device with one clock, which shows what the test says */
static struct ptp_clock_info *viortc_ptp_plug(struct kunit *test, u64 **reading,
					      struct viortc_sim **sim)
{
	static const struct viortc_sim_clock_config clock = {
		.type = VIRTIO_RTC_CLOCK_UTC,
	};
	struct ptp_clock_info *info;

	*reading = kunit_kzalloc(test, sizeof(**reading), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, *reading);
	*sim = viortc_test_plug(test, (struct viortc_sim_config) {
		.clocks = &clock,
		.num_clocks = 1,
		.time_ops = &viortc_test_fixed_ops,
		.time_priv = *reading,
	});
	info = viortc_test_ptp(*sim, 0);
	KUNIT_ASSERT_NOT_NULL(test, info);

	return info;
}

static void viortc_ptp_time_is_right_until_2554(struct kunit *test)
{
	struct ptp_clock_info *info;
	struct timespec64 ts;
	struct viortc_sim *sim;
	struct rnd_state rnd;
	u64 *reading;
	int i;

	info = viortc_ptp_plug(test, &reading, &sim);
	prandom_seed_state(&rnd, 2554);
	for (i = 0; i < 5000; i++) {
		prandom_bytes_state(&rnd, reading, sizeof(*reading));
		if (i < 4)
			*reading = i % 2 ? U64_MAX - i / 2 :
					   (u64)S64_MAX + i / 2;
		KUNIT_ASSERT_EQ(test, 0,
				info->gettimex64(info, &ts, NULL));
		KUNIT_ASSERT_EQ_MSG(test, ts.tv_sec,
				    *reading / NSEC_PER_SEC, "%llu ns",
				    *reading);
		KUNIT_ASSERT_EQ_MSG(test, ts.tv_nsec,
				    *reading % NSEC_PER_SEC, "%llu ns",
				    *reading);
	}
}

static void viortc_ptp_passes_errors_on(struct kunit *test)
{
	struct timespec64 ts = { 47, 11 };
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	u64 *reading;

	info = viortc_ptp_plug(test, &reading, &sim);
	viortc_test_fault(test, sim, "wrong-status=5");
	KUNIT_EXPECT_EQ(test, -EIO, info->gettimex64(info, &ts, NULL));
	viortc_test_fault(test, sim, "no-answer");
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT,
			info->gettimex64(info, &ts, NULL));
	KUNIT_EXPECT_EQ(test, ts.tv_sec, 47);
	KUNIT_EXPECT_EQ(test, ts.tv_nsec, 11);
}

static void viortc_ptp_clock_cannot_be_changed(struct kunit *test)
{
	struct ptp_clock_request request = {};
	struct timespec64 ts = {};
	struct ptp_clock_info *info;
	struct viortc_sim *sim;
	u64 *reading;

	info = viortc_ptp_plug(test, &reading, &sim);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, info->settime64(info, &ts));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, info->adjtime(info, 1));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, info->adjfine(info, 1));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, info->enable(info, &request, 1));
	KUNIT_EXPECT_EQ(test, 0, info->max_adj);
}

static struct kunit_case viortc_ptp_cases[] = {
	KUNIT_CASE(viortc_name_is_exact_or_refused),
	KUNIT_CASE(viortc_ptp_time_is_right_until_2554),
	KUNIT_CASE_SLOW(viortc_ptp_passes_errors_on),
	KUNIT_CASE(viortc_ptp_clock_cannot_be_changed),
	{}
};

static struct kunit_suite viortc_ptp_suite = {
	.name = "virtio_rtc_ptp",
	.test_cases = viortc_ptp_cases,
};

kunit_test_suite(viortc_ptp_suite);
