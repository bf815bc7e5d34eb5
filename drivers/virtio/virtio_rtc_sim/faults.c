// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause
/*
 * Faults of a virtio RTC device: their names and options, and which message they strike.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/virtio_rtc.h>

#include "fault_effects.h"
#include "faults.h"
#include "model.h"

/* The messages, as a set of bits */
#define VIORTC_FAULT_IN_READ			0x001
#define VIORTC_FAULT_IN_READ_CROSS		0x002
#define VIORTC_FAULT_IN_CFG			0x004
#define VIORTC_FAULT_IN_CLOCK_CAP		0x008
#define VIORTC_FAULT_IN_CROSS_CAP		0x010
#define VIORTC_FAULT_IN_READ_ALARM		0x020
#define VIORTC_FAULT_IN_SET_ALARM		0x040
#define VIORTC_FAULT_IN_SET_ALARM_ENABLED	0x080
#define VIORTC_FAULT_IN_NOTIFICATION		0x100
#define VIORTC_FAULT_IN_UNKNOWN			0x200
#define VIORTC_FAULT_IN_ANY			0x3ff
#define VIORTC_FAULT_IN_RESPONSE		0x2ff
#define VIORTC_FAULT_IN_WITH_FLAGS		0x038
#define VIORTC_FAULT_IN_ABOUT_A_CLOCK		0x1fb

#define VIORTC_FAULT_ALWAYS		(~(__u32)0)
#define VIORTC_FAULT_ANY_CLOCK		(~(__u32)0)

struct viortc_fault_kind {
	enum viortc_fault_id id;
	__u16 fits;
	__u64 value_max;	/* 0 if it takes none */
	__u64 value;
	const char *name;
	const char *about;
};

static const struct viortc_fault_kind viortc_fault_kinds[] = {
	{ VIORTC_FAULT_WRONG_STATUS, VIORTC_FAULT_IN_RESPONSE, 0xff, 0x7f, "wrong-status",
	  "responses have status VALUE, by default one that is not defined" },
	{ VIORTC_FAULT_OTHER_STATUS, VIORTC_FAULT_IN_RESPONSE, 0xffff, 0x0304, "other-status",
	  "status VALUE / 256 becomes VALUE % 256, by default ENODEV EINVAL" },
	{ VIORTC_FAULT_SHORT_ANSWER, VIORTC_FAULT_IN_ANY, 24, 1, "short-answer",
	  "the used length is VALUE bytes (1) less than the message" },
	{ VIORTC_FAULT_LONG_ANSWER, VIORTC_FAULT_IN_ANY, 0x7fffffff, 1, "long-answer",
	  "the used length is VALUE bytes (1) more than the driver's buffer" },
	{ VIORTC_FAULT_NO_ANSWER, VIORTC_FAULT_IN_ANY, 0, 0, "no-answer",
	  "buffers are never used" },
	{ VIORTC_FAULT_LATE_ANSWER, VIORTC_FAULT_IN_ANY, 0xffffffff, 30000, "late-answer",
	  "buffers are used VALUE ms (30000) later" },
	{ VIORTC_FAULT_STALE_ANSWER, VIORTC_FAULT_IN_ANY, 0, 0, "stale-answer",
	  "buffers are used only after the next device reset" },
	{ VIORTC_FAULT_RESERVED_BITS, VIORTC_FAULT_IN_ANY, 0xff, 0xff, "reserved-bits",
	  "reserved bytes are VALUE (0xff), which a driver has to ignore" },
	{ VIORTC_FAULT_UNKNOWN_FLAGS, VIORTC_FAULT_IN_WITH_FLAGS, 0xff, 0xff, "unknown-flags",
	  "flags of VALUE (0xff) that are not defined are set, to be ignored as well" },
	{ VIORTC_FAULT_MISSING_FLAGS, VIORTC_FAULT_IN_WITH_FLAGS, 0xff, 0xff, "missing-flags",
	  "flags of VALUE (0xff) that are defined are not set" },
	{ VIORTC_FAULT_ALARM_FLAG, VIORTC_FAULT_IN_CLOCK_CAP, 0, 0, "alarm-flag",
	  "clocks have an alarm, as they say, with the feature or without" },
	{ VIORTC_FAULT_CLOCK_COUNT, VIORTC_FAULT_IN_CFG, 0xffff, 0xffff, "clock-count",
	  "there seem to be VALUE (65535) clocks" },
	{ VIORTC_FAULT_CLOCK_TYPE, VIORTC_FAULT_IN_CLOCK_CAP, 0xff, 0xee, "clock-type",
	  "clocks are of type VALUE, by default one that is not defined" },
	{ VIORTC_FAULT_SMEARING, VIORTC_FAULT_IN_CLOCK_CAP, 0xff, 0xee, "smearing",
	  "clocks have smearing variant VALUE, by default one that is not defined" },
	{ VIORTC_FAULT_READING, VIORTC_FAULT_IN_READ | VIORTC_FAULT_IN_READ_CROSS, ~0ULL, ~0ULL,
	  "reading", "readings are VALUE ns, by default the largest number" },
	{ VIORTC_FAULT_COARSE, VIORTC_FAULT_IN_READ | VIORTC_FAULT_IN_READ_CROSS, 0xffff, 1000,
	  "coarse", "readings are whole multiples of VALUE ns (1000)" },
	{ VIORTC_FAULT_COUNTER_OFFSET, VIORTC_FAULT_IN_READ_CROSS, ~0ULL, 1ULL << 40,
	  "counter-offset", "cross-timestamps have VALUE (2 to the 40th) cycles too much" },
	{ VIORTC_FAULT_BAD_TYPE, VIORTC_FAULT_IN_NOTIFICATION, 0xffff, 0x2fff, "bad-type",
	  "notifications are of type VALUE, by default one that is not defined" },
	{ VIORTC_FAULT_BAD_CLOCK_ID, VIORTC_FAULT_IN_NOTIFICATION, 0xffff, 0xffff, "bad-clock-id",
	  "notifications are for clock VALUE (65535)" },
	{ VIORTC_FAULT_ALARM_STORM, 0, 0xffffffff, 100000, "alarm-storm",
	  "VALUE (100000) notifications come for clock 0, as fast as they are taken" },
	{ VIORTC_FAULT_HOSTILE, VIORTC_FAULT_IN_ANY, ~0ULL, 1, "hostile",
	  "every other message has one of the faults above, by chance; VALUE (1) is the seed" },
	{ .name = NULL },
};

/* Names */

/* And where their clock is, if they are about one */
static const struct viortc_fault_message {
	__u16 type;
	__u16 bit;
	__u16 clock_at;
	const char *name;
} viortc_fault_messages[] = {
	{ VIRTIO_RTC_REQ_READ, VIORTC_FAULT_IN_READ,
	  offsetof(struct virtio_rtc_req_read, clock_id), "read" },
	{ VIRTIO_RTC_REQ_READ_CROSS, VIORTC_FAULT_IN_READ_CROSS,
	  offsetof(struct virtio_rtc_req_read_cross, clock_id), "read-cross" },
	{ VIRTIO_RTC_REQ_CFG, VIORTC_FAULT_IN_CFG, 0, "cfg" },
	{ VIRTIO_RTC_REQ_CLOCK_CAP, VIORTC_FAULT_IN_CLOCK_CAP,
	  offsetof(struct virtio_rtc_req_clock_cap, clock_id), "clock-cap" },
	{ VIRTIO_RTC_REQ_CROSS_CAP, VIORTC_FAULT_IN_CROSS_CAP,
	  offsetof(struct virtio_rtc_req_cross_cap, clock_id), "cross-cap" },
	{ VIRTIO_RTC_REQ_READ_ALARM, VIORTC_FAULT_IN_READ_ALARM,
	  offsetof(struct virtio_rtc_req_read_alarm, clock_id), "read-alarm" },
	{ VIRTIO_RTC_REQ_SET_ALARM, VIORTC_FAULT_IN_SET_ALARM,
	  offsetof(struct virtio_rtc_req_set_alarm, clock_id), "set-alarm" },
	{ VIRTIO_RTC_REQ_SET_ALARM_ENABLED, VIORTC_FAULT_IN_SET_ALARM_ENABLED,
	  offsetof(struct virtio_rtc_req_set_alarm_enabled, clock_id), "set-alarm-enabled" },
	{ VIRTIO_RTC_NOTIF_ALARM, VIORTC_FAULT_IN_NOTIFICATION,
	  offsetof(struct virtio_rtc_notif_alarm, clock_id), "notification" },
	{ 0, VIORTC_FAULT_IN_UNKNOWN, 0, "unknown" },
	{ .bit = VIORTC_FAULT_IN_UNKNOWN },
};

const char *viortc_fault_name(unsigned int index, const char **about)
{
	unsigned int i;

	for (i = 0; i < index && viortc_fault_kinds[i].name; i++)
		;
	if (about && viortc_fault_kinds[i].name)
		*about = viortc_fault_kinds[i].about;
	return viortc_fault_kinds[i].name;
}

/* Takes @word off the front of what is left, unless it only begins like it. */
static bool viortc_fault_take_word(const char **left, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*left, word, len) || !strchr("=,\n", (*left)[len]))
		return false;
	*left += len;
	return true;
}

static bool viortc_fault_take_char(const char **left, char c)
{
	if (**left != c)
		return false;
	(*left)++;
	return true;
}

static int viortc_fault_digit(char c, unsigned int base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool viortc_fault_take_number(const char **left, __u64 max, __u64 *number)
{
	unsigned int base = 10;
	int digit;

	if (!strncmp(*left, "0x", 2)) {
		base = 16;
		*left += 2;
	}
	digit = viortc_fault_digit(**left, base);
	if (digit < 0)
		return false;
	*number = 0;
	for (; digit >= 0; digit = viortc_fault_digit(**left, base)) {
		__u64 high = (*number >> 4) * base;

		/* The upper 60 bits and the lower 4 of the product, neither overflows. */
		if (high + (((*number & 15) * base + digit) >> 4) > ~0ULL >> 4)
			return false;
		*number = *number * base + digit;
		(*left)++;
	}
	return *number <= max;
}

static bool viortc_fault_take_message(const char **left, struct viortc_fault *fault)
{
	const struct viortc_fault_message *message = viortc_fault_messages;

	while (message->name && !viortc_fault_take_word(left, message->name))
		message++;
	/* What the fault does not fit would never see it. */
	fault->messages &= message->bit;
	return message->name && fault->messages;
}

static bool viortc_fault_take_count(const char **left, __u32 *count)
{
	__u64 number;

	if (!viortc_fault_take_number(left, VIORTC_FAULT_ALWAYS - 1, &number) || !number)
		return false;
	*count = number;
	return true;
}

static bool viortc_fault_take_clock(const char **left, struct viortc_fault *fault)
{
	__u64 id;

	if (!viortc_fault_take_number(left, 0xffff, &id))
		return false;
	fault->clock = id;
	fault->messages &= VIORTC_FAULT_IN_ABOUT_A_CLOCK;
	return fault->messages;
}

static bool viortc_fault_take_option(const char **left, struct viortc_fault *fault)
{
	if (viortc_fault_take_word(left, "type"))
		return viortc_fault_take_char(left, '=') && viortc_fault_take_message(left, fault);
	/* A storm does not wait for messages, so there are none to count. */
	if (!fault->messages)
		return false;
	if (viortc_fault_take_word(left, "clock"))
		return viortc_fault_take_char(left, '=') && viortc_fault_take_clock(left, fault);
	if (viortc_fault_take_word(left, "every"))
		return viortc_fault_take_char(left, '=') &&
		       viortc_fault_take_count(left, &fault->every);
	if (viortc_fault_take_word(left, "times"))
		return viortc_fault_take_char(left, '=') &&
		       viortc_fault_take_count(left, &fault->left);
	return false;
}

static bool viortc_fault_is_used_up(const struct viortc_fault *fault)
{
	return !fault->left ||
	       (fault->kind->id == VIORTC_FAULT_ALARM_STORM && !fault->value);
}

/* The others keep their order. */
static void viortc_faults_drop_used_up(struct viortc_faults *faults)
{
	__u32 i, num = 0;

	for (i = 0; i < faults->num; i++)
		if (!viortc_fault_is_used_up(&faults->fault[i]))
			faults->fault[num++] = faults->fault[i];
	faults->num = num;
}

int viortc_faults_add(struct viortc_faults *faults, const char *spec)
{
	const struct viortc_fault_kind *kind = viortc_fault_kinds;
	struct viortc_fault fault;

	while (kind->name && !viortc_fault_take_word(&spec, kind->name))
		kind++;
	if (!kind->name)
		return -ENOENT;

	fault = (struct viortc_fault) {
		.kind = kind,
		.messages = kind->fits,
		.every = 1,
		.left = VIORTC_FAULT_ALWAYS,
		.clock = VIORTC_FAULT_ANY_CLOCK,
		.value = kind->value,
	};
	if (viortc_fault_take_char(&spec, '=') &&
	    (!kind->value_max || !viortc_fault_take_number(&spec, kind->value_max, &fault.value)))
		return -EINVAL;
	while (viortc_fault_take_char(&spec, ',')) {
		if (!viortc_fault_take_option(&spec, &fault))
			return -EINVAL;
	}
	viortc_fault_take_char(&spec, '\n');
	if (*spec)
		return -EINVAL;

	viortc_faults_drop_used_up(faults);
	if (faults->num == VIORTC_FAULTS_MAX)
		return -ENOSPC;
	faults->fault[faults->num++] = fault;
	return 0;
}

/* When it is done */

static bool viortc_fault_is_about(const struct viortc_fault *fault,
				  const struct viortc_fault_message *message, const void *bytes,
				  size_t size)
{
	__le16 id;

	if (fault->clock == VIORTC_FAULT_ANY_CLOCK)
		return true;
	if (!message->clock_at || size < message->clock_at + sizeof(id))
		return false;
	memcpy(&id, (const char *)bytes + message->clock_at, sizeof(id));
	return __le16_to_cpu(id) == fault->clock;
}

/* The message is the request, or the notification. */
static bool viortc_fault_is_due(struct viortc_fault *fault, __u16 msg_type, const void *bytes,
				size_t size)
{
	const struct viortc_fault_message *message = viortc_fault_messages;

	while (message->name && message->type != msg_type)
		message++;
	if (!(fault->messages & message->bit) || !fault->left ||
	    !viortc_fault_is_about(fault, message, bytes, size) ||
	    ++fault->seen % fault->every)
		return false;
	if (fault->left != VIORTC_FAULT_ALWAYS)
		fault->left--;
	return true;
}

void viortc_faults_apply(struct viortc_faults *faults, const void *req, size_t req_len,
			 size_t capacity, struct viortc_fault_answer *answer)
{
	size_t len = answer->len < sizeof(union viortc_model_output) ?
		     answer->len : sizeof(union viortc_model_output);
	__u16 msg_type = VIRTIO_RTC_NOTIF_ALARM;
	union viortc_model_output msg = {};
	__le16 req_type = 0;
	__u32 i;

	answer->used = answer->len;
	answer->fate = VIORTC_FAULT_SEND;
	answer->delay_ms = 0;
	if (!faults->num)
		return;

	memcpy(&msg, answer->buf, len);
	if (req) {
		memcpy(&req_type, req, req_len < sizeof(req_type) ? req_len : sizeof(req_type));
		msg_type = __le16_to_cpu(req_type);
	} else {
		req = answer->buf;
		req_len = len;
	}
	for (i = 0; i < faults->num; i++) {
		struct viortc_fault *fault = &faults->fault[i];

		if (viortc_fault_is_due(fault, msg_type, req, req_len))
			viortc_fault_spoil(fault->kind->id, &fault->value, msg_type, capacity, &msg,
					   answer);
	}
	memcpy(answer->buf, &msg, len);
}

size_t viortc_faults_storm(struct viortc_faults *faults, void *buf, size_t capacity)
{
	struct virtio_rtc_notif_alarm notif = {
		.head.msg_type = __cpu_to_le16(VIRTIO_RTC_NOTIF_ALARM),
	};
	__u32 i;

	if (capacity < sizeof(notif))
		return 0;
	for (i = 0; i < faults->num; i++) {
		struct viortc_fault *fault = &faults->fault[i];

		if (fault->kind->id != VIORTC_FAULT_ALARM_STORM || !fault->value)
			continue;
		fault->value--;
		memcpy(buf, &notif, sizeof(notif));
		return sizeof(notif);
	}
	return 0;
}
