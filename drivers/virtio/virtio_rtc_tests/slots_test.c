// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots, where the device keeps some: whatever it owes, readings have room; and who
 * began a request before a reset is not served after it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/errno.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_exchange.h"
#include "../virtio_rtc_requestq.h"
#include "../virtio_rtc_slots.h"
#include "support.h"

/* A request that the device has and nobody waits for any more */
static struct viortc_slot *viortc_slots_owe(struct viortc_slots *slots,
					    struct viortc_share *share,
					    bool reading)
{
	struct viortc_slot *slot = viortc_slots_take(slots, share, reading);

	slot->queued = true;
	viortc_slots_leave(slots, slot);

	return slot;
}

static void viortc_slots_of_readings_stay(struct kunit *test)
{
	unsigned int num, owed;

	for (num = 3; num <= 32; num++) {
		struct viortc_share share = {}, other = {};
		struct viortc_slots slots;

		viortc_slots_init(&slots);
		KUNIT_ASSERT_EQ(test, 0, viortc_slots_alloc(&slots, num));
		for (owed = 0; viortc_slots_allow(&slots, &share, false) &&
		     owed < num; owed++)
			viortc_slots_owe(&slots, &share, false);
		KUNIT_EXPECT_GE_MSG(test, owed, 1, "%u slots", num);
		KUNIT_EXPECT_LE_MSG(test, owed, max(1u, (num - 1) / 2), "%u slots",
				    num);
		KUNIT_EXPECT_TRUE_MSG(test,
				      viortc_slots_allow(&slots, &share, true),
				      "%u slots, %u owed", num, owed);
		KUNIT_EXPECT_TRUE(test,
				  viortc_slots_allow(&slots, &other, false));
		viortc_slots_free(&slots);
	}
}

/* Also if many clocks are owed one each. */
static void viortc_slots_of_all_clocks_leave_room(struct kunit *test)
{
	static struct viortc_share shares[32];
	struct viortc_slots slots;
	unsigned int num, n;

	for (num = 4; num <= ARRAY_SIZE(shares); num++) {
		memset(shares, 0, sizeof(shares));
		viortc_slots_init(&slots);
		KUNIT_ASSERT_EQ(test, 0, viortc_slots_alloc(&slots, num));
		for (n = 0; n < ARRAY_SIZE(shares); n++)
			if (viortc_slots_allow(&slots, &shares[n], false))
				viortc_slots_owe(&slots, &shares[n], false);
		for (n = 0; n < ARRAY_SIZE(shares); n++)
			KUNIT_EXPECT_TRUE_MSG(test,
					      viortc_slots_allow(&slots, &shares[n], true),
					      "%u slots, clock %u", num, n);
		viortc_slots_free(&slots);
	}
}

/* Clocks that cannot be read cost the others nothing. */
static void viortc_slots_of_others_stay(struct kunit *test)
{
	unsigned int num, n;

	for (num = 4; num <= 32; num++) {
		struct viortc_share silent[2] = {}, other = {};
		struct viortc_slots slots;

		viortc_slots_init(&slots);
		KUNIT_ASSERT_EQ(test, 0, viortc_slots_alloc(&slots, num));
		for (n = 0; n < ARRAY_SIZE(silent); n++)
			while (viortc_slots_allow(&slots, &silent[n], true))
				viortc_slots_owe(&slots, &silent[n], true);
		KUNIT_EXPECT_TRUE_MSG(test,
				      viortc_slots_allow(&slots, &other, false),
				      "%u slots", num);
		viortc_slots_free(&slots);
	}
}

static void viortc_slots_come_back(struct kunit *test)
{
	struct viortc_slot *owed[32];
	struct viortc_share share = {};
	struct viortc_slots slots;
	unsigned int n = 0;

	viortc_slots_init(&slots);
	KUNIT_ASSERT_EQ(test, 0, viortc_slots_alloc(&slots, ARRAY_SIZE(owed)));
	while (n < ARRAY_SIZE(owed) && viortc_slots_allow(&slots, &share, false))
		owed[n++] = viortc_slots_owe(&slots, &share, false);
	KUNIT_EXPECT_EQ(test, n, share.owed);
	KUNIT_EXPECT_EQ(test, n, share.in_flight);
	while (n--) {
		KUNIT_EXPECT_TRUE(test, viortc_slots_return(&slots, owed[n]));
		KUNIT_EXPECT_TRUE(test,
				  viortc_slots_allow(&slots, &share, false));
	}
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(owed), slots.num_free);
	KUNIT_EXPECT_EQ(test, 0, share.in_flight);
	KUNIT_EXPECT_EQ(test, 0, share.owed);
	viortc_slots_free(&slots);
}

/* The device may have come back with other clocks since. */
static void viortc_request_of_before_a_reset_is_not_sent(struct kunit *test)
{
	struct viortc_sim *sim = viortc_test_plug(test, viortc_test_trio);
	struct viortc_clock *clock = viortc_test_clock(sim, 0);
	struct viortc_requestq *requestq = clock->requestq;
	struct virtio_rtc_req_read req = {
		.head.msg_type = cpu_to_le16(VIRTIO_RTC_REQ_READ),
	};
	struct virtio_rtc_resp_read resp;
	struct viortc_request request = {
		.starts = requestq->starts,
		.share = &clock->share,
		.req = &req,
		.req_size = sizeof(req),
		.resp = &resp,
		.resp_size = sizeof(resp),
	};

	KUNIT_EXPECT_EQ(test, sizeof(resp),
			viortc_exchange(requestq, &request));
	viortc_test_reset(test, sim, NULL);
	KUNIT_EXPECT_EQ(test, -EAGAIN, viortc_exchange(requestq, &request));
	KUNIT_EXPECT_EQ(test, 0, viortc_test_read(sim, 0));
}

static struct kunit_case viortc_slots_cases[] = {
	KUNIT_CASE(viortc_slots_of_readings_stay),
	KUNIT_CASE(viortc_slots_of_all_clocks_leave_room),
	KUNIT_CASE(viortc_slots_of_others_stay),
	KUNIT_CASE(viortc_slots_come_back),
	KUNIT_CASE(viortc_request_of_before_a_reset_is_not_sent),
	{}
};

static struct kunit_suite viortc_slots_suite = {
	.name = "virtio_rtc_slots",
	.test_cases = viortc_slots_cases,
};

kunit_test_suite(viortc_slots_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: slots that the device keeps");
MODULE_LICENSE("GPL");
