// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leap seconds: what the timescales show, exactly, and when they reach it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdbool.h>

#include "check.h"
#include "time/leap.h"

#define SEC		1000000000ULL
#define DAY		86400ULL

/* 2017-01-01 00:00:00 UTC, after which TAI - UTC is 37 s */
#define NEW_YEAR_2017	1483228800ULL

#define ULL(x)		((unsigned long long)(x))

static const enum leap_timescale scales[] = { LEAP_TAI, LEAP_UTC, LEAP_NOON_LINEAR, LEAP_UTC_SLS };

/* As it is in reality from 2015 on, behind 26 leap seconds */
static struct leap_table real_table(void)
{
	struct leap_table table = { .num = 0 };
	unsigned int i;

	for (i = 0; i < 26; i++)
		assert_int_equal(leap_table_add(&table, (800 + 500 * i) * DAY, 11 + i), 0);
	assert_int_equal(leap_table_add(&table, NEW_YEAR_2017, 37), 0);
	return table;
}

static struct leap_table negative_table(void)
{
	struct leap_table table = { .num = 0 };

	assert_int_equal(leap_table_add(&table, NEW_YEAR_2017, 9), 0);
	return table;
}

static struct leap_table random_table(uint64_t *random)
{
	struct leap_table table = { .num = 0 };
	uint64_t day = 0;
	int offset = LEAP_FIRST_OFFSET;
	unsigned int i, num = random_below(random, LEAP_SECONDS_MAX + 1);

	for (i = 0; i < num; i++) {
		day += 2 + random_below(random, random_below(random, 2) ? 3 : 2000);
		offset += random_below(random, 2) ? 1 : -1;
		assert_int_equal(leap_table_add(&table, day * DAY, offset), 0);
	}
	return table;
}

/* An instant anywhere, or in or beside one of the spans where something happens */
static uint64_t some_instant(const struct leap_table *table, uint64_t *random)
{
	uint64_t around;

	if (!table->num || !random_below(random, 4))
		return random_u64(random) >> random_below(random, 64);
	around = table->second[random_below(random, table->num)].boundary * SEC;
	switch (random_below(random, 4)) {
	case 0:
		return around + random_below(random, 200) * SEC - 100 * SEC +
		       random_below(random, 3) - 1;
	case 1:
		return around + random_below(random, 2200 * SEC) - 1100 * SEC;
	case 2:
		return around + (random_below(random, 2) ? DAY : -DAY) / 2 * SEC +
		       random_below(random, 200 * SEC) - 100 * SEC;
	default:
		return around + random_below(random, 3 * DAY * SEC) - 3 * DAY / 2 * SEC;
	}
}

static void check_reading(const struct leap_table *table, enum leap_timescale scale, uint64_t tai,
			  uint64_t want)
{
	uint64_t got = leap_reading(table, scale, tai);

	check(got == want, "timescale %d, TAI %llu: %llu, not %llu", scale, ULL(tai), ULL(got),
	      ULL(want));
}

static void utc_repeats_a_second_where_one_is_inserted(void **state)
{
	const struct leap_table table = real_table();
	const uint64_t begin = (NEW_YEAR_2017 + 36) * SEC;

	(void)state;
	check_reading(&table, LEAP_UTC, begin - SEC, (NEW_YEAR_2017 - 1) * SEC);
	check_reading(&table, LEAP_UTC, begin - 1, NEW_YEAR_2017 * SEC - 1);
	check_reading(&table, LEAP_UTC, begin, (NEW_YEAR_2017 - 1) * SEC);
	check_reading(&table, LEAP_UTC, begin + SEC - 1, NEW_YEAR_2017 * SEC - 1);
	check_reading(&table, LEAP_UTC, begin + SEC, NEW_YEAR_2017 * SEC);
	assert_int_equal(leap_offset(&table, begin - 1), 36);
	assert_int_equal(leap_offset(&table, begin), 37);
}

static void utc_skips_a_second_where_one_is_removed(void **state)
{
	const struct leap_table table = negative_table();
	const uint64_t begin = (NEW_YEAR_2017 - 1 + 10) * SEC;

	(void)state;
	check_reading(&table, LEAP_UTC, begin - 1, (NEW_YEAR_2017 - 1) * SEC - 1);
	check_reading(&table, LEAP_UTC, begin, NEW_YEAR_2017 * SEC);
	assert_int_equal(leap_offset(&table, begin - 1), 10);
	assert_int_equal(leap_offset(&table, begin), 9);
}

static void tai_does_not_step(void **state)
{
	const struct leap_table table = real_table();
	uint64_t random = 11, tai;
	unsigned int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		tai = some_instant(&table, &random);
		check_reading(&table, LEAP_TAI, tai, tai);
	}
}

static void noon_linear_goes_from_noon_to_noon(void **state)
{
	const struct leap_table table = real_table();
	const uint64_t noon = (NEW_YEAR_2017 - DAY / 2) * SEC, begin = noon + 36 * SEC;
	unsigned int i;

	(void)state;
	check_reading(&table, LEAP_NOON_LINEAR, begin, noon);
	/* Each SI second lacks 1/86401 of a second: after 86401 of them one is gone. */
	for (i = 0; i <= 86401; i++)
		check_reading(&table, LEAP_NOON_LINEAR, begin + i * SEC,
			      noon + i * SEC - (i * SEC + 86400) / 86401);
	check_reading(&table, LEAP_NOON_LINEAR, begin + 86401 * SEC, noon + 86400 * SEC);
	/* Midnight is shown in the middle of the leap second. */
	check_reading(&table, LEAP_NOON_LINEAR, (NEW_YEAR_2017 + 36) * SEC + SEC / 2,
		      NEW_YEAR_2017 * SEC);
}

static void noon_linear_is_faster_where_a_second_is_removed(void **state)
{
	const struct leap_table table = negative_table();
	const uint64_t noon = (NEW_YEAR_2017 - DAY / 2) * SEC, begin = noon + 10 * SEC;
	unsigned int i;

	(void)state;
	for (i = 0; i <= 86399; i++)
		check_reading(&table, LEAP_NOON_LINEAR, begin + i * SEC,
			      noon + i * SEC + i * SEC / 86399);
	check_reading(&table, LEAP_NOON_LINEAR, begin + 86399 * SEC, noon + 86400 * SEC);
}

static void utc_sls_takes_the_last_1000_s_of_the_day(void **state)
{
	const struct leap_table table = real_table();
	/* 23:43:21; the leap second is the last of 1000 */
	const uint64_t utc = (NEW_YEAR_2017 - 999) * SEC, begin = utc + 36 * SEC;
	unsigned int i;

	(void)state;
	check_reading(&table, LEAP_UTC_SLS, begin - 1, utc - 1);
	for (i = 0; i <= 1000; i++)
		check_reading(&table, LEAP_UTC_SLS, begin + i * SEC, utc + i * (SEC - SEC / 1000));
	check_reading(&table, LEAP_UTC_SLS, begin + 1000 * SEC, NEW_YEAR_2017 * SEC);
	check_reading(&table, LEAP_UTC_SLS, begin + 1001 * SEC, (NEW_YEAR_2017 + 1) * SEC);
	/* When 23:59:60 begins, it is 999 ms behind the midnight to come. */
	check_reading(&table, LEAP_UTC_SLS, (NEW_YEAR_2017 + 36) * SEC,
		      NEW_YEAR_2017 * SEC - 999 * SEC / 1000);
}

static void utc_sls_is_faster_where_a_second_is_removed(void **state)
{
	const struct leap_table table = negative_table();
	/* 23:43:19 to 23:59:59 */
	const uint64_t utc = (NEW_YEAR_2017 - 1001) * SEC, begin = utc + 10 * SEC;
	unsigned int i;

	(void)state;
	check_reading(&table, LEAP_UTC_SLS, begin - 1, utc - 1);
	for (i = 0; i <= 1000; i++)
		check_reading(&table, LEAP_UTC_SLS, begin + i * SEC, utc + i * (SEC + SEC / 1000));
	check_reading(&table, LEAP_UTC_SLS, begin + 1000 * SEC, NEW_YEAR_2017 * SEC);
}

/* Between two instants less than half a day apart, in any table */
static void check_progress(const struct leap_table *table, enum leap_timescale scale, uint64_t tai,
			   uint64_t later)
{
	uint64_t passed = later - tai;
	uint64_t from = leap_reading(table, scale, tai);
	uint64_t to = leap_reading(table, scale, later);
	uint64_t slack = scale == LEAP_UTC_SLS ? passed / 1000 + 2 : passed / 86399 + 2;

	check(to >= from, "timescale %d goes back from %llu to %llu ns of TAI", scale, ULL(tai),
	      ULL(later));
	/* Where neither end of the range of numbers is near */
	if (!from || later > UINT64_MAX - 2 * DAY * SEC)
		return;
	check(to - from <= passed + slack && to - from + slack >= passed,
	      "timescale %d steps between %llu and %llu ns of TAI", scale, ULL(tai), ULL(later));
}

static void smeared_clocks_never_step(void **state)
{
	uint64_t random = 12;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 500; i++) {
		struct leap_table table = random_table(&random);

		for (j = 0; j < 1000; j++) {
			uint64_t tai = some_instant(&table, &random);
			uint64_t later = tai;

			later += random_u64(&random) >> (20 + random_below(&random, 44));
			if (later < tai)
				continue;
			check_progress(&table, LEAP_NOON_LINEAR, tai, later);
			check_progress(&table, LEAP_UTC_SLS, tai, later);
		}
	}
}

static void smeared_clocks_are_utc_outside_their_spans(void **state)
{
	uint64_t random = 13;
	unsigned int i, j, k, outside = 0;

	(void)state;
	for (i = 0; i < 500; i++) {
		struct leap_table table = random_table(&random);

		for (j = 0; j < 1000; j++) {
			uint64_t tai = some_instant(&table, &random);
			uint64_t utc = leap_reading(&table, LEAP_UTC, tai);
			bool noon = true, sls = true;

			for (k = 0; k < table.num; k++) {
				uint64_t at = table.second[k].boundary * SEC;

				noon &= utc + DAY / 2 * SEC + SEC < at || utc >= at + DAY / 2 * SEC;
				sls &= utc + 1001 * SEC < at || utc >= at;
			}
			if (noon)
				check_reading(&table, LEAP_NOON_LINEAR, tai, utc);
			if (sls)
				check_reading(&table, LEAP_UTC_SLS, tai, utc);
			outside += noon;
		}
	}
	assert_in_range(outside, 10000, 490000);
}

/* UTC steps only at leap seconds, by just that second. */
static void utc_steps_only_at_leap_seconds(void **state)
{
	uint64_t random = 14;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 500; i++) {
		struct leap_table table = random_table(&random);

		for (j = 0; j < 1000; j++) {
			uint64_t tai = some_instant(&table, &random) | 1ULL << 40;
			int64_t step = leap_reading(&table, LEAP_UTC, tai) -
				       leap_reading(&table, LEAP_UTC, tai - 1) - 1;
			unsigned int k, leap = 0;

			for (k = 0; k < table.num; k++) {
				int offset = table.second[k].offset;
				int before = k ? table.second[k - 1].offset : LEAP_FIRST_OFFSET;
				int low = before < offset ? before : offset;

				if (tai == (table.second[k].boundary + low) * SEC) {
					check(step == (before - offset) * (int64_t)SEC,
					      "the step at %llu is wrong", ULL(tai));
					leap = 1;
				}
			}
			check(leap || !step || tai == UINT64_MAX, "there is a step at %llu",
			      ULL(tai));
		}
	}
}

/* The first instant with that reading or more: not before, and no later. */
static void a_reading_is_reached_at_the_first_such_instant(void **state)
{
	uint64_t random = 15;
	unsigned int i, j, k;

	(void)state;
	for (i = 0; i < 500; i++) {
		struct leap_table table = random_table(&random);

		for (j = 0; j < 1000; j++) {
			enum leap_timescale scale = scales[random_below(&random, 4)];
			uint64_t reading = some_instant(&table, &random);
			uint64_t tai = leap_reached(&table, scale, reading);

			check(tai == UINT64_MAX || leap_reading(&table, scale, tai) >= reading,
			      "timescale %d: %llu is not reached at %llu", scale, ULL(reading),
			      ULL(tai));
			check(!tai || leap_reading(&table, scale, tai - 1) < reading,
			      "timescale %d: %llu is reached before %llu", scale, ULL(reading),
			      ULL(tai));
			/* Nor before a step back, for what UTC shows twice */
			for (k = 0; scale == LEAP_UTC && k < table.num; k++) {
				const struct leap_second *leap = &table.second[k];
				uint64_t step = (leap->boundary + leap->offset - 1) * SEC;

				check(step > tai || leap_reading(&table, scale, step - 1) < reading,
				      "UTC %llu is reached before the step at %llu", ULL(reading),
				      ULL(step));
			}
		}
	}
}

static void the_ends_of_the_range_saturate(void **state)
{
	const struct leap_table real = real_table(), none = { .num = 0 };
	struct leap_table down = { .num = 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 30; i++)
		assert_int_equal(leap_table_add(&down, (3 + 3 * i) * DAY, 9 - (int)i), 0);
	for (i = 1; i < 4; i++) {
		check_reading(&real, scales[i], 0, 0);
		check_reading(&none, scales[i], 10 * SEC, 0);
		check_reading(&none, scales[i], 10 * SEC + 1, 1);
		check_reading(&real, scales[i], UINT64_MAX, UINT64_MAX - 37 * SEC);
		check_reading(&down, scales[i], UINT64_MAX, UINT64_MAX);
		assert_true(leap_reached(&real, scales[i], 0) == 0);
		assert_true(leap_reached(&real, scales[i], UINT64_MAX - 37 * SEC) == UINT64_MAX);
		assert_true(leap_reached(&real, scales[i], UINT64_MAX) == UINT64_MAX);
		assert_true(leap_reached(&down, scales[i], UINT64_MAX) == UINT64_MAX - 20 * SEC);
	}
}

static void tables_that_cannot_be_are_refused(void **state)
{
	struct leap_table table = { .num = 0 };
	unsigned int i;

	(void)state;
	assert_int_equal(leap_table_add(&table, 0, 11), -EINVAL);
	assert_int_equal(leap_table_add(&table, DAY, 11), -EINVAL);
	assert_int_equal(leap_table_add(&table, 10 * DAY + 1, 11), -EINVAL);
	assert_int_equal(leap_table_add(&table, 10 * DAY, 10), -EINVAL);
	assert_int_equal(leap_table_add(&table, 10 * DAY, 12), -EINVAL);
	assert_int_equal(leap_table_add(&table, 10 * DAY, 8), -EINVAL);
	assert_int_equal(leap_table_add(&table, UINT64_MAX - UINT64_MAX % DAY, 11), -EINVAL);
	assert_int_equal(leap_table_add(&table, 300000 * DAY, 11), -EINVAL);
	assert_int_equal(table.num, 0);
	for (i = 0; i < LEAP_SECONDS_MAX; i++) {
		assert_int_equal(leap_table_add(&table, (10 + 2 * i) * DAY, 11 + i), 0);
		assert_int_equal(leap_table_add(&table, (11 + 2 * i) * DAY, 12 + i), -EINVAL);
		assert_int_equal(leap_table_add(&table, 8 * DAY, 12 + i), -EINVAL);
	}
	assert_int_equal(leap_table_add(&table, 1000 * DAY, 11 + i), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utc_repeats_a_second_where_one_is_inserted),
		cmocka_unit_test(utc_skips_a_second_where_one_is_removed),
		cmocka_unit_test(tai_does_not_step),
		cmocka_unit_test(noon_linear_goes_from_noon_to_noon),
		cmocka_unit_test(noon_linear_is_faster_where_a_second_is_removed),
		cmocka_unit_test(utc_sls_takes_the_last_1000_s_of_the_day),
		cmocka_unit_test(utc_sls_is_faster_where_a_second_is_removed),
		cmocka_unit_test(smeared_clocks_never_step),
		cmocka_unit_test(smeared_clocks_are_utc_outside_their_spans),
		cmocka_unit_test(utc_steps_only_at_leap_seconds),
		cmocka_unit_test(a_reading_is_reached_at_the_first_such_instant),
		cmocka_unit_test(the_ends_of_the_range_saturate),
		cmocka_unit_test(tables_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests_name("leap seconds", tests, NULL, NULL);
}
