// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leap seconds: what UTC and its smeared variants show at an instant of TAI.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>

#include "leap.h"

#define NSEC	1000000000ULL
#define DAY	86400ULL

int leap_table_add(struct leap_table *table, uint64_t boundary, int32_t offset)
{
	struct leap_second last = { 0, LEAP_FIRST_OFFSET };

	if (table->num)
		last = table->second[table->num - 1];
	if (boundary % DAY || boundary < last.boundary + 2 * DAY ||
	    boundary > UINT64_MAX / NSEC - 2 * DAY)
		return -EINVAL;
	if (offset != last.offset + 1 && offset != last.offset - 1)
		return -EINVAL;
	if (table->num == LEAP_SECONDS_MAX)
		return -ENOSPC;
	table->second[table->num++] = (struct leap_second) { boundary, offset };
	return 0;
}

/* Offsets are small; what they move is not allowed to wrap. */
static uint64_t leap_move(uint64_t ns, int32_t seconds)
{
	uint64_t by = (seconds < 0 ? -(int64_t)seconds : seconds) * NSEC;

	if (seconds < 0)
		return ns > by ? ns - by : 0;
	return ns < UINT64_MAX - by ? ns + by : UINT64_MAX;
}

static int32_t leap_offset_before(const struct leap_table *table, unsigned int i)
{
	return i ? table->second[i - 1].offset : LEAP_FIRST_OFFSET;
}

/* UTC steps when 23:59:60 begins, or when 23:59:59 would begin. */
static uint64_t leap_step(const struct leap_table *table, unsigned int i)
{
	const struct leap_second *leap = &table->second[i];
	int32_t before = leap_offset_before(table, i);

	return leap_move(leap->boundary * NSEC, before < leap->offset ? before : leap->offset);
}

int32_t leap_offset(const struct leap_table *table, uint64_t tai)
{
	unsigned int i = table->num;

	while (i && tai < leap_step(table, i - 1))
		i--;
	return leap_offset_before(table, i);
}

static uint64_t leap_utc_reached(const struct leap_table *table, uint64_t utc)
{
	uint64_t begin = 0;
	unsigned int i;

	if (!utc)
		return 0;
	/* Between one step and the next UTC does not go back. */
	for (i = 0; ; i++) {
		uint64_t tai = leap_move(utc, leap_offset_before(table, i));

		if (tai < begin)
			tai = begin;
		if (i == table->num || tai < leap_step(table, i))
			return tai;
		begin = leap_step(table, i);
	}
}

/**
 * struct leap_smear - the span in which a leap second is smeared
 * @tai: Where it begins, ns of TAI.
 * @reading: What is shown there, ns.
 * @length: SI seconds in it.
 * @shown: The seconds that the reading advances.
 */
struct leap_smear {
	uint64_t tai;
	uint64_t reading;
	uint64_t length;
	uint64_t shown;
};

static struct leap_smear leap_smear(const struct leap_table *table, enum leap_timescale scale,
				    unsigned int i)
{
	const struct leap_second *leap = &table->second[i];
	int32_t before = leap_offset_before(table, i);
	int32_t d = leap->offset - before;
	struct leap_smear smear;

	if (scale == LEAP_NOON_LINEAR) {
		smear.reading = (leap->boundary - DAY / 2) * NSEC;
		smear.length = DAY + d;
		smear.shown = DAY;
	} else {
		smear.reading = (leap->boundary - 1000 + d) * NSEC;
		smear.length = 1000;
		smear.shown = 1000 - d;
	}
	smear.tai = leap_move(smear.reading, before);
	return smear;
}

/* Below, products stay within 86401 s in ns times 86400, which is 7.5e18. */

static uint64_t leap_smeared(const struct leap_table *table, enum leap_timescale scale,
			     uint64_t tai)
{
	unsigned int i;

	for (i = table->num; i; i--) {
		struct leap_smear smear = leap_smear(table, scale, i - 1);
		uint64_t since = tai - smear.tai;

		if (tai < smear.tai)
			continue;
		if (since < smear.length * NSEC)
			return smear.reading + since * smear.shown / smear.length;
		break;
	}
	return leap_move(tai, -leap_offset_before(table, i));
}

static uint64_t leap_smeared_reached(const struct leap_table *table, enum leap_timescale scale,
				     uint64_t reading)
{
	unsigned int i;

	for (i = table->num; i; i--) {
		struct leap_smear smear = leap_smear(table, scale, i - 1);
		uint64_t since = reading - smear.reading;

		if (reading < smear.reading)
			continue;
		if (since < smear.shown * NSEC)
			return smear.tai + (since * smear.length + smear.shown - 1) / smear.shown;
		break;
	}
	return reading ? leap_move(reading, leap_offset_before(table, i)) : 0;
}

uint64_t leap_reading(const struct leap_table *table, enum leap_timescale scale, uint64_t tai)
{
	switch (scale) {
	case LEAP_TAI:
		return tai;
	case LEAP_UTC:
		return leap_move(tai, -leap_offset(table, tai));
	default:
		return leap_smeared(table, scale, tai);
	}
}

uint64_t leap_reached(const struct leap_table *table, enum leap_timescale scale, uint64_t reading)
{
	switch (scale) {
	case LEAP_TAI:
		return reading;
	case LEAP_UTC:
		return leap_utc_reached(table, reading);
	default:
		return leap_smeared_reached(table, scale, reading);
	}
}
