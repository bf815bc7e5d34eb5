// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults: what their names and options mean, and what they do to answers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <endian.h>
#include <errno.h>
#include <linux/virtio_rtc.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "base/macros.h"
#include "requests.h"
#include "virtio_rtc_sim/faults.h"

#define CAPACITY	40

static const struct message {
	const char *name;
	uint16_t type;
	size_t len;
} messages[] = {
	{ "read", VIRTIO_RTC_REQ_READ, 16 },
	{ "read-cross", VIRTIO_RTC_REQ_READ_CROSS, 24 },
	{ "cfg", VIRTIO_RTC_REQ_CFG, 16 },
	{ "clock-cap", VIRTIO_RTC_REQ_CLOCK_CAP, 16 },
	{ "cross-cap", VIRTIO_RTC_REQ_CROSS_CAP, 16 },
	{ "read-alarm", VIRTIO_RTC_REQ_READ_ALARM, 24 },
	{ "set-alarm", VIRTIO_RTC_REQ_SET_ALARM, 8 },
	{ "set-alarm-enabled", VIRTIO_RTC_REQ_SET_ALARM_ENABLED, 8 },
	{ "notification", VIRTIO_RTC_NOTIF_ALARM, 16 },
};

#define MESSAGES	ARRAY_SIZE(messages)
#define NOTIFICATION	(MESSAGES - 1)
#define BIT(m)		(1U << (m))
#define ANY		(BIT(MESSAGES) - 1)
#define RESPONSES	(BIT(NOTIFICATION) - 1)

struct spoiled {
	uint8_t bytes[24];
	struct viortc_fault_answer answer;
};

/* Applies the faults to a message of which byte i is i, with these bits turned. */
static struct spoiled apply_to(struct viortc_faults *faults, size_t message, uint8_t turned)
{
	uint8_t type[2] = { messages[message].type & 0xff, messages[message].type >> 8 };
	size_t len = messages[message].len, i;
	struct spoiled spoiled = { .bytes = { 0 } };
	uint8_t *buf = malloc(len);

	assert_non_null(buf);
	for (i = 0; i < len; i++)
		buf[i] = i ^ turned;
	spoiled.answer.buf = buf;
	spoiled.answer.len = len;
	viortc_faults_apply(faults, message == NOTIFICATION ? NULL : type, sizeof(type), CAPACITY,
			    &spoiled.answer);
	assert_ptr_equal(spoiled.answer.buf, buf);
	assert_int_equal(spoiled.answer.len, len);
	memcpy(spoiled.bytes, buf, len);
	free(buf);
	return spoiled;
}

static struct spoiled apply(struct viortc_faults *faults, size_t message)
{
	return apply_to(faults, message, 0);
}

/* What is expected of a fault: these bytes replaced, this used length and fate */
struct effect {
	const char *spec;
	unsigned int messages;
	size_t begin, end;
	uint64_t value;
	long used;		/* relative to the message; CAPACITY_PLUS: to the buffer */
	bool beyond;
	enum viortc_fault_fate fate;
	uint32_t delay_ms;
};

static const struct effect effects[] = {
	{ "wrong-status", RESPONSES, 0, 1, 0x7f, .used = 0 },
	{ "wrong-status=5", RESPONSES, 0, 1, 5, .used = 0 },
	{ "wrong-status=0xff", RESPONSES, 0, 1, 0xff, .used = 0 },
	{ "other-status=0x0007", RESPONSES, 0, 1, 7, .used = 0 },
	{ "other-status=0x0107", 0, .used = 0 },
	{ "other-status", 0, .used = 0 },
	{ "wrong-status=4,type=unknown", 0, .used = 0 },
	{ "short-answer", ANY, .used = -1 },
	{ "short-answer=8", ANY, .used = -8 },
	{ "short-answer=24", ANY, .used = -24 },
	{ "long-answer", ANY, .used = 1, .beyond = true },
	{ "long-answer=4096", ANY, .used = 4096, .beyond = true },
	{ "no-answer", ANY, .fate = VIORTC_FAULT_WITHHOLD },
	{ "late-answer", ANY, .fate = VIORTC_FAULT_DELAY, .delay_ms = 30000 },
	{ "late-answer=17", ANY, .fate = VIORTC_FAULT_DELAY, .delay_ms = 17 },
	{ "stale-answer", ANY, .fate = VIORTC_FAULT_AFTER_RESET },
	{ "alarm-flag", BIT(3), 10, 11, 10 | VIRTIO_RTC_FLAG_ALARM_CAP, .used = 0 },
	{ "clock-count", BIT(2), 8, 10, 0xffff, .used = 0 },
	{ "clock-count=300", BIT(2), 8, 10, 300, .used = 0 },
	{ "clock-type", BIT(3), 8, 9, 0xee, .used = 0 },
	{ "clock-type=0xf1", BIT(3), 8, 9, 0xf1, .used = 0 },
	{ "smearing", BIT(3), 9, 10, 0xee, .used = 0 },
	{ "smearing=3", BIT(3), 9, 10, 3, .used = 0 },
	{ "reading", BIT(0) | BIT(1), 8, 16, UINT64_MAX, .used = 0 },
	{ "reading=9223372036854775808", BIT(0) | BIT(1), 8, 16, 1ULL << 63, .used = 0 },
	{ "reading=18446744073709551615", BIT(0) | BIT(1), 8, 16, UINT64_MAX, .used = 0 },
	{ "reading=0xFfffffffffffffff", BIT(0) | BIT(1), 8, 16, UINT64_MAX, .used = 0 },
	{ "reading=0", BIT(0) | BIT(1), 8, 16, 0, .used = 0 },
	{ "coarse", BIT(0) | BIT(1), 8, 16, 0xf0e0d0c0b0a0578, .used = 0 },
	{ "coarse=65535,type=read", BIT(0), 8, 16, 0xf0e0d0c0b09d8dc, .used = 0 },
	{ "coarse=0", 0, .used = 0 },
	{ "counter-offset", BIT(1), 16, 24, 0x1716151413121110 + (1ULL << 40), .used = 0 },
	{ "counter-offset=0xfffffffffffffff0", BIT(1), 16, 24, 0x1716151413121100, .used = 0 },
	{ "bad-type", BIT(8), 0, 2, 0x2fff, .used = 0 },
	{ "bad-type=1", BIT(8), 0, 2, 1, .used = 0 },
	{ "bad-clock-id", BIT(8), 8, 10, 0xffff, .used = 0 },
	{ "bad-clock-id=7\n", BIT(8), 8, 10, 7, .used = 0 },
	{ "alarm-storm", 0, .used = 0 },
	{ "wrong-status,type=cfg", BIT(2), 0, 1, 0x7f, .used = 0 },
	{ "short-answer=2,type=notification", BIT(8), .used = -2 },
	{ "no-answer,type=set-alarm-enabled\n", BIT(7), .fate = VIORTC_FAULT_WITHHOLD },
};

static void check_effect(const struct effect *effect, size_t m, bool spoils,
			 const struct spoiled *spoiled)
{
	size_t len = messages[m].len, i;
	long used = len;
	uint64_t value = effect->value;

	if (spoils)
		used = effect->beyond ? CAPACITY + effect->used : (long)len + effect->used;
	if (used < 0)
		used = 0;
	check(spoiled->answer.used == (size_t)used, "%s, %s: used length %zu", effect->spec,
	      messages[m].name, spoiled->answer.used);
	check(spoiled->answer.fate == (spoils ? effect->fate : VIORTC_FAULT_SEND),
	      "%s, %s: fate %d", effect->spec, messages[m].name, spoiled->answer.fate);
	check(spoiled->answer.delay_ms == (spoils ? effect->delay_ms : 0), "%s, %s: %u ms",
	      effect->spec, messages[m].name, spoiled->answer.delay_ms);
	for (i = 0; i < len; i++) {
		uint8_t want = i;

		if (spoils && i >= effect->begin && i < effect->end) {
			want = value & 0xff;
			value >>= 8;
		}
		check(spoiled->bytes[i] == want, "%s, %s: byte %zu is %#x, not %#x", effect->spec,
		      messages[m].name, i, spoiled->bytes[i], want);
	}
}

static void each_fault_does_what_its_name_says_and_nothing_else(void **state)
{
	size_t i, m;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(effects); i++) {
		for (m = 0; m < MESSAGES; m++) {
			struct viortc_faults faults = { .num = 0 };
			struct spoiled spoiled;

			check(viortc_faults_add(&faults, effects[i].spec) == 0, "%s is refused",
			      effects[i].spec);
			spoiled = apply(&faults, m);
			check_effect(&effects[i], m, effects[i].messages & BIT(m), &spoiled);
		}
	}
}

static void without_faults_answers_are_sent_as_they_are(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	const struct effect none = { "none", ANY, .used = 0 };
	struct spoiled spoiled;
	size_t m;

	(void)state;
	for (m = 0; m < MESSAGES; m++) {
		spoiled = apply(&faults, m);
		check_effect(&none, m, true, &spoiled);
	}
}

static void every_fault_has_a_test(void **state)
{
	const char *name, *about;
	unsigned int index;
	size_t i;

	(void)state;
	for (index = 0; (name = viortc_fault_name(index, &about)); index++) {
		bool found = !strcmp(name, "reserved-bits") || !strcmp(name, "unknown-flags") ||
			     !strcmp(name, "missing-flags") || !strcmp(name, "hostile");

		for (i = 0; i < ARRAY_SIZE(effects); i++)
			found |= !strcmp(effects[i].spec, name);
		check(found, "%s has none", name);
		check(about && *about, "%s is not explained", name);
	}
	assert_in_range(index, 19, 100);
	assert_null(viortc_fault_name(index + 1, NULL));
	assert_null(viortc_fault_name(~0U, NULL));
}

/* The bytes that a driver must ignore, and no others */
static void reserved_bits_spoil_reserved_bytes_only(void **state)
{
	static const struct { size_t header, begin, end; } reserved[] = {
		{ 1, 16, 16 }, { 1, 24, 24 }, { 1, 10, 16 }, { 1, 11, 16 }, { 1, 9, 16 },
		{ 1, 17, 24 }, { 1, 8, 8 }, { 1, 8, 8 }, { 2, 10, 16 },
	};
	size_t m, i;

	(void)state;
	for (m = 0; m < MESSAGES; m++) {
		struct viortc_faults faults = { .num = 0 };
		struct spoiled spoiled;

		assert_int_equal(viortc_faults_add(&faults, "reserved-bits=0xaa"), 0);
		spoiled = apply(&faults, m);
		for (i = 0; i < messages[m].len; i++) {
			bool is = (i >= reserved[m].header && i < 8) ||
				  (i >= reserved[m].begin && i < reserved[m].end);

			check(spoiled.bytes[i] == (is ? 0xaa : i), "%s: byte %zu is %#x",
			      messages[m].name, i, spoiled.bytes[i]);
		}
	}
}

/* Which byte of a message is its flags, 0 if it has none; of them 1 is defined. */
static const size_t flags_at[MESSAGES] = { [3] = 10, [4] = 8, [5] = 16 };

static void unknown_flags_leave_the_known_ones(void **state)
{
	size_t m, i;

	(void)state;
	for (m = 0; m < MESSAGES; m++) {
		struct viortc_faults faults = { .num = 0 };
		struct spoiled spoiled;

		assert_int_equal(viortc_faults_add(&faults, "unknown-flags"), 0);
		spoiled = apply(&faults, m);
		for (i = 0; i < messages[m].len; i++) {
			uint8_t want = flags_at[m] && i == flags_at[m] ? i | 0xfe : i;

			check(spoiled.bytes[i] == want, "%s: byte %zu is %#x", messages[m].name,
			      i, spoiled.bytes[i]);
		}
	}
}

static void missing_flags_leave_the_others(void **state)
{
	size_t m, i;

	(void)state;
	for (m = 0; m < MESSAGES; m++) {
		struct viortc_faults faults = { .num = 0 };
		struct spoiled spoiled;

		assert_int_equal(viortc_faults_add(&faults, "missing-flags"), 0);
		spoiled = apply_to(&faults, m, 0xff);
		for (i = 0; i < messages[m].len; i++) {
			uint8_t byte = i ^ 0xff;
			uint8_t want = flags_at[m] && i == flags_at[m] ? byte & 0xfe : byte;

			check(spoiled.bytes[i] == want, "%s: byte %zu is %#x", messages[m].name,
			      i, spoiled.bytes[i]);
		}
	}
}

static void a_request_that_nobody_knows_can_have_a_fault_of_its_own(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	const uint8_t type[2] = { 0xff, 0x7f };
	uint8_t head[8] = { VIRTIO_RTC_S_EOPNOTSUPP };
	struct viortc_fault_answer answer = { .buf = head, .len = sizeof(head) };

	(void)state;
	assert_int_equal(viortc_faults_add(&faults, "wrong-status=4,type=unknown"), 0);
	viortc_faults_apply(&faults, type, sizeof(type), CAPACITY, &answer);
	assert_int_equal(head[0], VIRTIO_RTC_S_EINVAL);
}

static void every_and_times_count_the_answers_that_fit(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	unsigned int i, struck = 0;

	(void)state;
	assert_int_equal(viortc_faults_add(&faults, "wrong-status,every=3,times=5,type=read"), 0);
	for (i = 1; i <= 100; i++) {
		struct spoiled spoiled = apply(&faults, 0);
		bool due = i % 3 == 0 && struck < 5;

		check(spoiled.bytes[0] == (due ? 0x7f : 0), "answer %u", i);
		struck += due;
		/* These do not count. */
		assert_int_equal(apply(&faults, 1).bytes[0], 0);
	}
	assert_int_equal(struck, 5);
}

/* Whether the answer to a request is spoiled */
static bool strikes(struct viortc_faults *faults, const uint8_t *request, size_t size)
{
	uint8_t buf[8] = { 0 };
	struct viortc_fault_answer answer = { .buf = buf, .len = sizeof(buf) };

	viortc_faults_apply(faults, request, size, CAPACITY, &answer);
	return buf[0] != 0;
}

static void a_fault_may_be_of_one_clock(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	uint8_t request[REQUEST_ROOM];
	size_t i, size;

	(void)state;
	assert_int_equal(viortc_faults_add(&faults, "wrong-status,clock=0x102"), 0);
	for (i = 0; i < REQUESTS; i++) {
		size = requests[i].request;
		requests_fill(request, i, 0x102);
		check(strikes(&faults, request, size) == !!requests[i].clock_id,
		      "request %zu of the clock", i);
		/* Without all of the id it is nobody's. */
		check(!strikes(&faults, request, requests[i].clock_id + 1), "request %zu, cut", i);
		requests_fill(request, i, 0x101);
		check(!strikes(&faults, request, size), "request %zu of another", i);
		requests_fill(request, i, 0x202);
		check(!strikes(&faults, request, size), "request %zu of another", i);
	}
	faults.num = 0;
	/* Byte i of the notification is i. */
	assert_int_equal(viortc_faults_add(&faults, "short-answer,clock=0x908"), 0);
	assert_int_equal(apply(&faults, NOTIFICATION).answer.used, 15);
	faults.num = 0;
	assert_int_equal(viortc_faults_add(&faults, "short-answer,clock=0x909"), 0);
	assert_int_equal(apply(&faults, NOTIFICATION).answer.used, 16);
}

static void faults_add_up(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	struct spoiled spoiled;
	unsigned int i;

	(void)state;
	assert_int_equal(viortc_faults_add(&faults, "reading=1"), 0);
	assert_int_equal(viortc_faults_add(&faults, "short-answer"), 0);
	assert_int_equal(viortc_faults_add(&faults, "late-answer=9"), 0);
	spoiled = apply(&faults, 0);
	assert_int_equal(spoiled.bytes[8], 1);
	assert_int_equal(spoiled.answer.used, 15);
	assert_int_equal(spoiled.answer.delay_ms, 9);
	/* Of several fates the last one added counts. */
	assert_int_equal(viortc_faults_add(&faults, "stale-answer"), 0);
	spoiled = apply(&faults, 0);
	assert_int_equal(spoiled.answer.fate, VIORTC_FAULT_AFTER_RESET);
	assert_int_equal(spoiled.answer.delay_ms, 0);
	for (i = 4; i < VIORTC_FAULTS_MAX; i++)
		assert_int_equal(viortc_faults_add(&faults, "no-answer"), 0);
	assert_int_equal(viortc_faults_add(&faults, "no-answer"), -ENOSPC);
}

static void a_storm_ends_after_its_number_of_notifications(void **state)
{
	struct viortc_faults faults = { .num = 0 };
	struct virtio_rtc_notif_alarm notif, want = {
		.head.msg_type = htole16(VIRTIO_RTC_NOTIF_ALARM),
	};
	unsigned int i;

	(void)state;
	assert_int_equal(viortc_faults_storm(&faults, &notif, sizeof(notif)), 0);
	assert_int_equal(viortc_faults_add(&faults, "no-answer"), 0);
	assert_int_equal(viortc_faults_add(&faults, "alarm-storm=1000"), 0);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(viortc_faults_storm(&faults, &notif, sizeof(notif) - 1), 0);
		assert_int_equal(viortc_faults_storm(&faults, &notif, sizeof(notif)), 16);
		assert_memory_equal(&notif, &want, sizeof(notif));
	}
	assert_int_equal(viortc_faults_storm(&faults, &notif, sizeof(notif)), 0);
}

/* Return: how many of many answers differ from those of a device with another fault. */
static unsigned int count_differences(const char *spec, const char *other)
{
	struct viortc_faults faults[2] = { { .num = 0 }, { .num = 0 } };
	struct spoiled spoiled[2];
	unsigned int differ = 0, i;

	assert_int_equal(viortc_faults_add(&faults[0], spec), 0);
	assert_int_equal(viortc_faults_add(&faults[1], other), 0);
	for (i = 0; i < 10000; i++) {
		spoiled[0] = apply(&faults[0], i % MESSAGES);
		spoiled[1] = apply(&faults[1], i % MESSAGES);
		differ += memcmp(spoiled[0].bytes, spoiled[1].bytes, sizeof(spoiled[0].bytes)) ||
			  spoiled[0].answer.used != spoiled[1].answer.used ||
			  spoiled[0].answer.fate != spoiled[1].answer.fate ||
			  spoiled[0].answer.delay_ms != spoiled[1].answer.delay_ms;
	}
	return differ;
}

static void a_hostile_device_is_the_same_for_the_same_seed_only(void **state)
{
	(void)state;
	assert_int_equal(count_differences("hostile=42", "hostile=42"), 0);
	assert_int_equal(count_differences("hostile", "hostile=1"), 0);
	assert_in_range(count_differences("hostile=1", "hostile=2"), 4000, 9000);
	/* It has right answers, too: a driver gets nowhere without. */
	assert_in_range(count_differences("hostile=1", "late-answer,times=1"), 3000, 6000);
}

static void names_that_are_none_get_enoent(void **state)
{
	static const char * const specs[] = {
		"", "\n", "wrong", "wrong-statu", "wrong-status2", "Wrong-Status", " wrong-status",
		"=1", ",type=read", "no-answers", "reading-", "none",
	};
	struct viortc_faults faults = { .num = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(specs); i++)
		check(viortc_faults_add(&faults, specs[i]) == -ENOENT, "\"%s\"", specs[i]);
	assert_int_equal(faults.num, 0);
}

static void malformed_options_get_einval(void **state)
{
	static const char * const specs[] = {
		"wrong-status=", "wrong-status=x", "wrong-status=-1", "wrong-status=256",
		"wrong-status=1x", "wrong-status=0x", "wrong-status=0xg", "wrong-status=1 ",
		"wrong-status=18446744073709551616", "reading=18446744073709551616",
		"reading=18446744073709551620", "reading=99999999999999999999",
		"reading=0x10000000000000000", "clock-count=65536", "late-answer=4294967296",
		"no-answer=1", "stale-answer=0", "short-answer=25", "wrong-status,",
		"wrong-status,type", "wrong-status,type=", "wrong-status,type=reads",
		"wrong-status,type=notification", "clock-type,type=cfg", "reading,type=cfg",
		"bad-type,type=read", "unknown-flags,type=read", "alarm-storm,type=notification",
		"alarm-storm,every=2", "alarm-storm,times=2", "wrong-status,every",
		"wrong-status,every=", "wrong-status,every=0", "wrong-status,times=0",
		"wrong-status,every=4294967296", "wrong-status,times=4294967295",
		"wrong-status,type=read,type=cfg", "wrong-status=1=2", "wrong-status,times=1,",
		"wrong-status,foo=1", "wrong-status\n\n", "wrong-status\nx",
		"wrong-status,,times=1", "coarse=65536", "other-status=65536", "alarm-flag=1",
		"clock-type,type=unknown", "wrong-status,clock", "wrong-status,clock=",
		"wrong-status,clock=65536", "wrong-status,clock=-1", "clock-count,clock=1",
		"wrong-status,type=cfg,clock=1", "wrong-status,clock=1,type=unknown",
		"alarm-storm,clock=0",
	};
	struct viortc_faults faults = { .num = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(specs); i++)
		check(viortc_faults_add(&faults, specs[i]) == -EINVAL, "\"%s\"", specs[i]);
	assert_int_equal(faults.num, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_does_what_its_name_says_and_nothing_else),
		cmocka_unit_test(without_faults_answers_are_sent_as_they_are),
		cmocka_unit_test(every_fault_has_a_test),
		cmocka_unit_test(reserved_bits_spoil_reserved_bytes_only),
		cmocka_unit_test(unknown_flags_leave_the_known_ones),
		cmocka_unit_test(missing_flags_leave_the_others),
		cmocka_unit_test(a_request_that_nobody_knows_can_have_a_fault_of_its_own),
		cmocka_unit_test(every_and_times_count_the_answers_that_fit),
		cmocka_unit_test(a_fault_may_be_of_one_clock),
		cmocka_unit_test(faults_add_up),
		cmocka_unit_test(a_storm_ends_after_its_number_of_notifications),
		cmocka_unit_test(a_hostile_device_is_the_same_for_the_same_seed_only),
		cmocka_unit_test(names_that_are_none_get_enoent),
		cmocka_unit_test(malformed_options_get_einval),
	};

	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
