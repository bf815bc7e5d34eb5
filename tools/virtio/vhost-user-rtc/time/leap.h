/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leap seconds: what UTC and its smeared variants show at an instant of TAI.
 *
 * Everything here is a pure function of a table and of TAI, in exact integer
 * arithmetic. TAI is ns since 1970-01-01 00:00:00 TAI, the others are ns since
 * 1970-01-01 00:00:00 UTC in days of 86400 s, as Unix counts them. All are u64
 * and saturate at both ends of that range.
 *
 * A leap second changes the offset TAI - UTC by d seconds, +1 when inserted, -1
 * when removed, at the day boundary B, a Unix time:
 *
 *  UTC		Inserted: shows B - 1 s to B twice, stepping back by a second
 *		when 23:59:60 begins, as Linux does. Removed: steps from B - 1 s
 *		to B.
 *  noon-linear	The 86400 s from B - 12 h to B + 12 h take 86400 + d SI seconds.
 *		The specification says "from noon to noon" and "by 1/86400",
 *		which cannot both be exact: this is the former, so the rate
 *		changes by 1/86401.
 *  UTC-SLS	The last 1000 SI seconds of the UTC day show 1000 - d s.
 *
 * Outside these spans the smeared ones equal UTC. None but UTC ever steps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LEAP_H
#define LEAP_H

#include <stdint.h>

#define LEAP_SECONDS_MAX	100

/* TAI - UTC before the first leap second, and before 1972 for want of better */
#define LEAP_FIRST_OFFSET	10

/**
 * struct leap_second - one leap second
 * @boundary: The Unix time (s) of the midnight that follows it.
 * @offset: TAI - UTC from then on, in s; it differs by 1 from the one before.
 */
struct leap_second {
	uint64_t boundary;
	int32_t offset;
};

/**
 * struct leap_table - all leap seconds known
 * @num: How many there are.
 * @expires: Unix time (s) after which there may be more; 0 when not said.
 * @second: In order of time, at least 2 days apart. All zero is a valid table,
 *	of none.
 */
struct leap_table {
	unsigned int num;
	uint64_t expires;
	struct leap_second second[LEAP_SECONDS_MAX];
};

/* The leap seconds known when this was released */
extern const struct leap_table leap_builtin;

/* What leap_reading() can show */
enum leap_timescale {
	LEAP_TAI,
	LEAP_UTC,
	LEAP_NOON_LINEAR,
	LEAP_UTC_SLS,
};

/**
 * leap_table_add() - add a leap second to the end of a table
 * @table: The table.
 * @boundary: See &struct leap_second.
 * @offset: See &struct leap_second.
 *
 * Return: 0; -EINVAL if it is no UTC midnight, not at least 2 days after the
 * last one, or changes the offset by other than 1; -ENOSPC if the table is
 * full.
 */
int leap_table_add(struct leap_table *table, uint64_t boundary, int32_t offset);

/**
 * leap_offset() - TAI - UTC
 * @table: The leap seconds.
 * @tai: The instant, ns of TAI. During an inserted leap second the offset is
 *	already the new one.
 *
 * Return: The offset in s.
 */
int32_t leap_offset(const struct leap_table *table, uint64_t tai);

/**
 * leap_reading() - what a timescale shows
 * @table: The leap seconds.
 * @scale: The timescale.
 * @tai: The instant, ns of TAI.
 *
 * Return: The reading in ns, rounded down.
 */
uint64_t leap_reading(const struct leap_table *table, enum leap_timescale scale, uint64_t tai);

/**
 * leap_reached() - when a timescale reaches a reading
 * @table: The leap seconds.
 * @scale: The timescale.
 * @reading: ns.
 *
 * With %LEAP_UTC this turns UTC into TAI: what UTC shows twice, it finds the
 * first time (add a second to get the other one); what UTC leaves out becomes
 * the instant of the step.
 *
 * Return: The first instant, ns of TAI, at which leap_reading() gives @reading
 * or more; UINT64_MAX if that is never.
 */
uint64_t leap_reached(const struct leap_table *table, enum leap_timescale scale,
		      uint64_t reading);

#endif /* LEAP_H */
