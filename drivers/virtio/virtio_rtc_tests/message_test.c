// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages, byte by byte: the test is the device itself, which sees each byte
 * of a request and decides about each byte of the answer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/unaligned.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_internal.h"
#include "../virtio_rtc_requestq.h"
#include "script.h"

/**
 * struct viortc_results - what the messages store
 * @number: @num_clocks, @type, @smearing, @flags, @reading, @cycles, ...: in
 *	the order of the arguments of the message
 */
struct viortc_results {
	u64 number[3];
};

/**
 * struct viortc_message - a message
 * @name: its name in the specification
 * @msg_type: its type
 * @req_len: length of the request
 * @resp_len: length of the answer
 * @send: sends it with a counter or flags, and a time
 */
struct viortc_message {
	const char *name;
	u16 msg_type;
	size_t req_len;
	size_t resp_len;
	int (*send)(struct viortc_script *script, u8 extra, u64 time,
		    struct viortc_results *results);
};

static int viortc_send_read(struct viortc_script *script, u8 extra, u64 time,
			    struct viortc_results *results)
{
	return viortc_read(&script->clock, &results->number[0], NULL);
}

static int viortc_send_read_cross(struct viortc_script *script, u8 extra,
				  u64 time, struct viortc_results *results)
{
	return viortc_read_cross(&script->clock, extra, &results->number[0],
				 &results->number[1]);
}

static int viortc_send_cfg(struct viortc_script *script, u8 extra, u64 time,
			   struct viortc_results *results)
{
	u16 num_clocks = results->number[0];
	int err = viortc_cfg(&script->requestq, &num_clocks);

	results->number[0] = num_clocks;

	return err;
}

static int viortc_send_clock_cap(struct viortc_script *script, u8 extra,
				 u64 time, struct viortc_results *results)
{
	u8 type = results->number[0], smearing = results->number[1];
	u8 flags = results->number[2];
	int err = viortc_clock_cap(&script->clock, &type, &smearing, &flags);

	*results = (struct viortc_results){ { type, smearing, flags } };

	return err;
}

static int viortc_send_cross_cap(struct viortc_script *script, u8 extra,
				 u64 time, struct viortc_results *results)
{
	bool capable = results->number[0];
	int err = viortc_cross_cap(&script->clock, extra, &capable);

	results->number[0] = capable;

	return err;
}

static int viortc_send_read_alarm(struct viortc_script *script, u8 extra,
				  u64 time, struct viortc_results *results)
{
	bool enabled = results->number[1];
	int err = viortc_read_alarm(&script->clock, &results->number[0],
				    &enabled);

	results->number[1] = enabled;

	return err;
}

static int viortc_send_set_alarm(struct viortc_script *script, u8 extra,
				 u64 time, struct viortc_results *results)
{
	return viortc_set_alarm(&script->clock, time, extra & 1);
}

static int viortc_send_set_alarm_enabled(struct viortc_script *script, u8 extra,
					 u64 time,
					 struct viortc_results *results)
{
	return viortc_set_alarm_enabled(&script->clock, extra & 1);
}

static const struct viortc_message viortc_messages[] = {
	{ "READ", 0x0001, 16, 16, viortc_send_read },
	{ "READ_CROSS", 0x0002, 16, 24, viortc_send_read_cross },
	{ "CFG", 0x1000, 8, 16, viortc_send_cfg },
	{ "CLOCK_CAP", 0x1001, 16, 16, viortc_send_clock_cap },
	{ "CROSS_CAP", 0x1002, 16, 16, viortc_send_cross_cap },
	{ "READ_ALARM", 0x1003, 16, 24, viortc_send_read_alarm },
	{ "SET_ALARM", 0x1004, 24, 8, viortc_send_set_alarm },
	{ "SET_ALARM_ENABLED", 0x1005, 16, 8, viortc_send_set_alarm_enabled },
};

KUNIT_ARRAY_PARAM_DESC(viortc_message, viortc_messages, name);

/* The bytes of a request as the table of the specification has them */
static void viortc_expected_request(u16 msg_type, u16 clock_id, u8 extra,
				    u64 time, u8 *req)
{
	memset(req, 0, VIORTC_REQUEST_MAX);
	put_unaligned_le16(msg_type, req);

	switch (msg_type) {
	case 0x1000:
		break;
	case 0x1004:
		put_unaligned_le64(time, req + 8);
		put_unaligned_le16(clock_id, req + 16);
		req[18] = extra & 1;
		break;
	case 0x0002:
	case 0x1002:
		put_unaligned_le16(clock_id, req + 8);
		req[10] = extra;
		break;
	case 0x1005:
		put_unaligned_le16(clock_id, req + 8);
		req[10] = extra & 1;
		break;
	default:
		put_unaligned_le16(clock_id, req + 8);
		break;
	}
}

static void viortc_message_has_the_specified_bytes(struct kunit *test)
{
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results = {};
	u8 req[VIORTC_REQUEST_MAX];
	struct rnd_state rnd;
	u8 extra;
	u64 time;
	int i;

	prandom_seed_state(&rnd, 1000);
	script->used = message->resp_len;
	for (i = 0; i < 1000; i++) {
		script->clock.id = prandom_u32_state(&rnd);
		extra = prandom_u32_state(&rnd);
		time = (u64)prandom_u32_state(&rnd) << 32 |
		       prandom_u32_state(&rnd);
		KUNIT_ASSERT_EQ(test, 0,
				message->send(script, extra, time, &results));
		KUNIT_ASSERT_EQ(test, script->requests, i + 1);
		KUNIT_ASSERT_EQ(test, script->req_len, message->req_len);
		KUNIT_ASSERT_EQ(test, script->room, message->resp_len);
		viortc_expected_request(message->msg_type, script->clock.id,
					extra, time, req);
		KUNIT_ASSERT_MEMEQ(test, script->req, req, message->req_len);
	}
}

/* What an answer with these bytes says, by the table of the specification */
static void viortc_expected_results(u16 msg_type, const u8 *resp,
				    struct viortc_results *results)
{
	switch (msg_type) {
	case 0x0001:
		results->number[0] = get_unaligned_le64(resp + 8);
		break;
	case 0x0002:
		results->number[0] = get_unaligned_le64(resp + 8);
		results->number[1] = get_unaligned_le64(resp + 16);
		break;
	case 0x1000:
		results->number[0] = get_unaligned_le16(resp + 8);
		break;
	case 0x1001:
		results->number[0] = resp[8];
		results->number[1] = resp[9];
		results->number[2] = resp[10];
		break;
	case 0x1002:
		results->number[0] = resp[8] & 1;
		break;
	case 0x1003:
		results->number[0] = get_unaligned_le64(resp + 8);
		results->number[1] = resp[16] & 1;
		break;
	}
}

/* Any bytes, reserved ones as well: each finds its place, or is ignored. */
static void viortc_answer_is_read_as_specified(struct kunit *test)
{
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results, expected;
	struct rnd_state rnd;
	int i;

	prandom_seed_state(&rnd, 1001);
	script->used = message->resp_len;
	for (i = 0; i < 1000; i++) {
		prandom_bytes_state(&rnd, script->resp, sizeof(script->resp));
		script->resp[0] = VIRTIO_RTC_S_OK;
		results = (struct viortc_results){};
		expected = (struct viortc_results){};
		viortc_expected_results(message->msg_type, script->resp,
					&expected);
		KUNIT_ASSERT_EQ(test, 0,
				message->send(script, 0, 0, &results));
		KUNIT_ASSERT_MEMEQ(test, &results, &expected, sizeof(results));
	}
}

static int viortc_expected_error(const struct viortc_message *message,
				 u8 status, u32 used)
{
	if (used < 1 || used > message->resp_len)
		return -EPROTO;

	switch (status) {
	case 0:
		return used == message->resp_len ? 0 : -EPROTO;
	case 2:
		return -EOPNOTSUPP;
	case 3:
		return -ENODEV;
	case 4:
		return -EINVAL;
	default:
		return -EIO;
	}
}

/* Every status with every length, and lengths that no buffer has */
static void viortc_answer_counts_by_status_and_length(struct kunit *test)
{
	static const u32 absurd[] = {
		25, 4096, S32_MAX, (u32)S32_MAX + 1, U32_MAX - 1, U32_MAX,
	};
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results;
	bool is_cross_cap = message->msg_type == 0x1002;
	int status, i, err, expected;

	memset(script->resp, 1, sizeof(script->resp));
	for (status = 0; status < 256; status++) {
		for (i = 0; i <= 24 + ARRAY_SIZE(absurd); i++) {
			script->resp[0] = status;
			script->used = i <= 24 ? i : absurd[i - 25];
			results = (struct viortc_results){};
			expected = viortc_expected_error(message, status,
							 script->used);
			err = message->send(script, 0, 0, &results);
			/* The clock can be read, so it is not gone. */
			if (message->msg_type == 0x0002 && expected == -ENODEV)
				expected = -EIO;
			/* There that is an answer like another: it cannot. */
			if (is_cross_cap && expected == -EOPNOTSUPP)
				expected = 0;
			KUNIT_ASSERT_EQ_MSG(test, expected, err,
					    "status %d, used length %u",
					    status, script->used);

			/* Nothing is stored on error (D-status). */
			if (err || status)
				KUNIT_ASSERT_EQ_MSG(test, 0,
						    results.number[0] |
						    results.number[1] |
						    results.number[2],
						    "status %d, used length %u",
						    status, script->used);
		}
	}
}

static void viortc_clock_that_is_gone_sends_nothing(struct kunit *test)
{
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results = {};

	script->used = message->resp_len;
	script->clock.gone = true;
	switch (message->msg_type) {
	case 0x1000:
	case 0x1001:
		/* It may be asked whether it has come back. */
		KUNIT_EXPECT_EQ(test, 0,
				message->send(script, 0, 0, &results));
		KUNIT_EXPECT_EQ(test, 1, script->requests);
		break;
	default:
		KUNIT_EXPECT_EQ(test, -ENODEV,
				message->send(script, 0, 0, &results));
		KUNIT_EXPECT_EQ(test, 0, script->requests);
	}
}

static void viortc_stopped_requestq_sends_nothing(struct kunit *test)
{
	static const int errors[] = { -ENODEV, -EIO, -EAGAIN };
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results = {};
	int i;

	script->used = message->resp_len;
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		viortc_requestq_stop(&script->requestq, errors[i]);
		KUNIT_EXPECT_EQ(test, errors[i],
				message->send(script, 0, 0, &results));
	}
	KUNIT_EXPECT_EQ(test, 0, script->requests);
}

static void viortc_notification_leaves_the_lock_to_others(struct kunit *test)
{
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results = {};

	script->used = message->resp_len;
	KUNIT_EXPECT_EQ(test, 0, message->send(script, 0, 0, &results));
	KUNIT_EXPECT_EQ(test, 1, script->requests);
	KUNIT_EXPECT_FALSE(test, script->locked);
}

static void viortc_stop_waits_for_notifications(struct kunit *test)
{
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results = {};
	unsigned long before;

	script->used = message->resp_len;
	KUNIT_EXPECT_EQ(test, 0, message->send(script, 0, 0, &results));
	KUNIT_EXPECT_EQ(test, 1, script->requests);
	KUNIT_EXPECT_FALSE(test, script->unguarded);

	before = get_state_synchronize_rcu();
	viortc_requestq_stop(&script->requestq, -ENODEV);
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(before));
}

static void viortc_broken_ring_is_an_io_error(struct kunit *test)
{
	const struct viortc_message *message = test->param_value;
	struct viortc_script *script = viortc_script(test);
	struct viortc_results results = {};

	script->used = message->resp_len;
	__virtqueue_break(script->requestq.vq);
	KUNIT_EXPECT_EQ(test, -EIO, message->send(script, 0, 0, &results));
	KUNIT_EXPECT_EQ(test, -EIO, message->send(script, 0, 0, &results));
	KUNIT_EXPECT_EQ(test, 0, script->requests);
}

static struct kunit_case viortc_message_cases[] = {
	KUNIT_CASE_PARAM(viortc_message_has_the_specified_bytes,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_answer_is_read_as_specified,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_answer_counts_by_status_and_length,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_clock_that_is_gone_sends_nothing,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_stopped_requestq_sends_nothing,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_notification_leaves_the_lock_to_others,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_stop_waits_for_notifications,
			 viortc_message_gen_params),
	KUNIT_CASE_PARAM(viortc_broken_ring_is_an_io_error,
			 viortc_message_gen_params),
	{}
};

static struct kunit_suite viortc_message_suite = {
	.name = "virtio_rtc_message",
	.test_cases = viortc_message_cases,
};

kunit_test_suite(viortc_message_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: messages");
MODULE_LICENSE("GPL");
