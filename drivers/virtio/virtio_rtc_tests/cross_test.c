// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cross-timestamps: the arithmetic over its whole range, against products of
 * 128 bits, which need no division and so share nothing with the code here.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/prandom.h>

#include "../virtio_rtc_compat_math.h"
#include "../virtio_rtc_cross.h"

#define VIORTC_ROUNDS	20000

/* The same numbers in each run, so that a failure comes again. */
static struct rnd_state viortc_rnd;

static int viortc_cross_test_init(struct kunit *test)
{
	prandom_seed_state(&viortc_rnd, 20261122);

	return 0;
}

static u64 viortc_random_u64(void)
{
	u64 high = prandom_u32_state(&viortc_rnd);

	return high << 32 | prandom_u32_state(&viortc_rnd);
}

/* A number from 0 to @max; small, middling and large ones are as likely. */
static u64 viortc_random(u64 max)
{
	u64 number = viortc_random_u64() >> (prandom_u32_state(&viortc_rnd) % 64);

	if (max < U64_MAX)
		number %= max + 1;

	/* The ends of a range are where mistakes are. */
	switch (prandom_u32_state(&viortc_rnd) % 16) {
	case 0:
		return 0;
	case 1:
		return max;
	default:
		return number;
	}
}

/**
 * struct viortc_interval - two instants, and a counter value between them
 * @before: first instant
 * @after: second instant
 * @total: cycles from the first to the second
 * @part: cycles from the first to the counter value
 */
struct viortc_interval {
	struct viortc_instant before;
	struct viortc_instant after;
	u64 total;
	u64 part;
};

static void viortc_random_interval(struct viortc_interval *interval)
{
	u64 total = viortc_random(S64_MAX);
	u64 systime = viortc_random(KTIME_MAX);
	u64 monoraw = viortc_random(KTIME_MAX);
	struct viortc_instant before = {
		.cycles = viortc_random_u64(),
		.systime = systime,
		.monoraw = monoraw,
		.clock_was_set_seq = viortc_random(U32_MAX),
		.cs_was_changed_seq = viortc_random(U8_MAX),
	};
	struct viortc_instant after = before;

	after.cycles += total;
	if (total) {
		after.systime += viortc_random(KTIME_MAX - systime);
		after.monoraw += viortc_random(KTIME_MAX - monoraw);
	}

	*interval = (struct viortc_interval){
		.before = before,
		.after = after,
		.total = total,
		.part = viortc_random(total),
	};
}

/* Is @at as near to its place between @before and @after as a ns allows? */
static bool viortc_is_nearest(const struct viortc_interval *interval,
			      ktime_t before, ktime_t after, ktime_t at)
{
	u128 exact = (u128)interval->part * (u64)(after - before);
	u128 found = (u128)interval->total * (u64)(at - before);
	u128 off = found > exact ? found - exact : exact - found;

	return before <= at && at <= after && 2 * off <= interval->total;
}

/* For the message of a failure */
static const char *viortc_describe(const struct viortc_interval *interval)
{
	static char text[200];

	snprintf(text, sizeof(text),
		 "part %llu of %llu cycles, from %llu, times %lld to %lld and %lld to %lld",
		 interval->part, interval->total, interval->before.cycles,
		 interval->before.systime, interval->after.systime,
		 interval->before.monoraw, interval->after.monoraw);

	return text;
}

static void viortc_expect_nearest(struct kunit *test,
				  const struct viortc_interval *interval)
{
	const struct viortc_instant *before = &interval->before;
	const struct viortc_instant *after = &interval->after;
	struct viortc_instant at = {
		.cycles = before->cycles + interval->part,
	};

	KUNIT_ASSERT_EQ_MSG(test, 0, viortc_instant_between(before, after, &at),
			    "%s", viortc_describe(interval));
	KUNIT_ASSERT_TRUE_MSG(test,
			      viortc_is_nearest(interval, before->systime,
						after->systime, at.systime),
			      "system time %lld: %s",
			      at.systime, viortc_describe(interval));
	KUNIT_ASSERT_TRUE_MSG(test,
			      viortc_is_nearest(interval, before->monoraw,
						after->monoraw, at.monoraw),
			      "raw time %lld: %s",
			      at.monoraw, viortc_describe(interval));
	KUNIT_ASSERT_EQ(test, at.cycles, before->cycles + interval->part);
	KUNIT_ASSERT_EQ(test, at.clock_was_set_seq, after->clock_was_set_seq);
	KUNIT_ASSERT_EQ(test, at.cs_was_changed_seq, after->cs_was_changed_seq);
}

static void viortc_cross_is_the_nearest_ns(struct kunit *test)
{
	struct viortc_interval interval;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		viortc_expect_nearest(test, &interval);
	}
}

/* What an interval really looks like: up to 200 ms, up to 5 GHz. */
static void viortc_cross_is_the_nearest_ns_of_usual_intervals(struct kunit *test)
{
	struct viortc_interval interval;
	u64 ns, hz;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		ns = 1 + viortc_random(200 * NSEC_PER_MSEC);
		hz = 1000000 + viortc_random(5000000000);
		interval.total = mul_u64_u64_div_u64(ns, hz, NSEC_PER_SEC) + 1;
		interval.part = viortc_random(interval.total);
		interval.before.systime = viortc_random(KTIME_MAX - ns);
		interval.before.monoraw = viortc_random(KTIME_MAX - ns);
		interval.after.cycles = interval.before.cycles + interval.total;
		interval.after.systime = interval.before.systime + ns;
		interval.after.monoraw = interval.before.monoraw + ns;
		viortc_expect_nearest(test, &interval);
	}
}

static void viortc_cross_serves_the_largest_interval(struct kunit *test)
{
	static const u64 parts[] = {
		0, 1, 2, S64_MAX / 2, S64_MAX / 2 + 1, S64_MAX - 1, S64_MAX,
	};
	struct viortc_interval interval = {
		.total = S64_MAX,
		.before.cycles = U64_MAX / 2,
		.after.cycles = U64_MAX / 2 + S64_MAX,
		.after.systime = KTIME_MAX,
		.after.monoraw = 1,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		interval.part = parts[i];
		viortc_expect_nearest(test, &interval);
	}
}

static void viortc_cross_is_exact_at_both_ends(struct kunit *test)
{
	struct viortc_interval interval;
	struct viortc_instant at = {};
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		if (!interval.total)
			continue;

		at.cycles = interval.before.cycles;
		KUNIT_ASSERT_EQ(test, 0,
				viortc_instant_between(&interval.before,
						       &interval.after, &at));
		KUNIT_ASSERT_EQ(test, at.systime, interval.before.systime);
		KUNIT_ASSERT_EQ(test, at.monoraw, interval.before.monoraw);

		at.cycles = interval.after.cycles;
		KUNIT_ASSERT_EQ(test, 0,
				viortc_instant_between(&interval.before,
						       &interval.after, &at));
		KUNIT_ASSERT_EQ(test, at.systime, interval.after.systime);
		KUNIT_ASSERT_EQ(test, at.monoraw, interval.after.monoraw);
	}
}

static void viortc_cross_never_goes_back(struct kunit *test)
{
	struct viortc_instant first, second;
	struct viortc_interval interval;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		first.cycles = interval.before.cycles + interval.part;
		second.cycles = first.cycles +
				viortc_random(interval.total - interval.part);
		KUNIT_ASSERT_EQ(test, 0,
				viortc_instant_between(&interval.before,
						       &interval.after,
						       &first));
		KUNIT_ASSERT_EQ(test, 0,
				viortc_instant_between(&interval.before,
						       &interval.after,
						       &second));
		KUNIT_ASSERT_LE_MSG(test, first.systime, second.systime,
				    "%s", viortc_describe(&interval));
		KUNIT_ASSERT_LE_MSG(test, first.monoraw, second.monoraw,
				    "%s", viortc_describe(&interval));
	}
}

/* Where the counter stands makes no difference: it may wrap around anywhere. */
static void viortc_cross_lets_the_counter_wrap_around(struct kunit *test)
{
	struct viortc_interval interval;
	struct viortc_instant at, there;
	u64 distance;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		if (!interval.total)
			continue;

		/* The wrap lies in the interval. */
		distance = 0 - interval.before.cycles -
			   viortc_random(interval.total);
		at.cycles = interval.before.cycles + interval.part;
		there.cycles = at.cycles + distance;
		KUNIT_ASSERT_EQ(test, 0,
				viortc_instant_between(&interval.before,
						       &interval.after, &at));
		interval.before.cycles += distance;
		interval.after.cycles += distance;
		KUNIT_ASSERT_EQ(test, 0,
				viortc_instant_between(&interval.before,
						       &interval.after,
						       &there));
		KUNIT_ASSERT_EQ_MSG(test, at.systime, there.systime,
				    "%s", viortc_describe(&interval));
		KUNIT_ASSERT_EQ_MSG(test, at.monoraw, there.monoraw,
				    "%s", viortc_describe(&interval));
	}
}

static void viortc_cross_refuses_a_counter_outside(struct kunit *test)
{
	struct viortc_interval interval;
	struct viortc_instant at;
	u64 outside;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		outside = viortc_random(U64_MAX - interval.total - 1);
		at.cycles = interval.after.cycles + 1 + outside;
		KUNIT_ASSERT_EQ_MSG(test, -ERANGE,
				    viortc_instant_between(&interval.before,
							   &interval.after,
							   &at),
				    "%llu cycles after the end: %s",
				    outside + 1, viortc_describe(&interval));
	}
}

/* Then it is not known which of the two instants came first. */
static void viortc_cross_refuses_more_than_half_the_counters_range(struct kunit *test)
{
	struct viortc_interval interval;
	struct viortc_instant at;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		interval.total = (u64)S64_MAX + 1 + viortc_random(S64_MAX);
		interval.after.cycles = interval.before.cycles + interval.total;
		at.cycles = interval.before.cycles +
			    viortc_random(interval.total);
		KUNIT_ASSERT_EQ_MSG(test, -ERANGE,
				    viortc_instant_between(&interval.before,
							   &interval.after,
							   &at),
				    "%s", viortc_describe(&interval));
	}
}

/* Whatever the rest looks like, be it fine or hopeless */
static void viortc_cross_refuses_a_clock_that_was_set(struct kunit *test)
{
	struct viortc_interval interval;
	struct viortc_instant at;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		interval.after.clock_was_set_seq += 1 + viortc_random(U32_MAX - 1);
		at.cycles = interval.before.cycles +
			    viortc_random(2 * interval.total);
		KUNIT_ASSERT_EQ_MSG(test, -EAGAIN,
				    viortc_instant_between(&interval.before,
							   &interval.after,
							   &at),
				    "%s", viortc_describe(&interval));
	}
}

static void viortc_cross_refuses_a_changed_clocksource(struct kunit *test)
{
	struct viortc_interval interval;
	struct viortc_instant at;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		interval.after.cs_was_changed_seq += 1 + viortc_random(U8_MAX - 1);
		/* The counter of another clocksource may stand anywhere. */
		if (prandom_u32_state(&viortc_rnd) % 2)
			interval.after.cycles = viortc_random_u64();
		at.cycles = interval.before.cycles + interval.part;
		KUNIT_ASSERT_EQ_MSG(test, -EAGAIN,
				    viortc_instant_between(&interval.before,
							   &interval.after,
							   &at),
				    "%s", viortc_describe(&interval));
	}
}

static void viortc_cross_refuses_time_that_goes_back(struct kunit *test)
{
	struct viortc_interval interval, back;
	struct viortc_instant at;
	int i;

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		viortc_random_interval(&interval);
		at.cycles = interval.before.cycles + interval.part;

		back = interval;
		back.before.systime = back.after.systime + 1 +
				      viortc_random(KTIME_MAX - 1 -
						    min(back.after.systime,
							KTIME_MAX - 1));
		if (back.before.systime > back.after.systime)
			KUNIT_ASSERT_EQ(test, -EAGAIN,
					viortc_instant_between(&back.before,
							       &back.after,
							       &at));

		back = interval;
		back.after.monoraw = viortc_random(back.before.monoraw);
		if (back.after.monoraw < back.before.monoraw)
			KUNIT_ASSERT_EQ(test, -EAGAIN,
					viortc_instant_between(&back.before,
							       &back.after,
							       &at));
	}
}

static void viortc_expect_division(struct kunit *test, u64 a, u64 mul, u64 div)
{
	u64 quotient = viortc_compat_mul_div(a, mul, div);
	u128 product = (u128)a * mul;

	KUNIT_ASSERT_TRUE_MSG(test, (u128)quotient * div <= product,
			      "%llu * %llu / %llu is less than %llu",
			      a, mul, div, quotient);
	KUNIT_ASSERT_TRUE_MSG(test, product - (u128)quotient * div < div,
			      "%llu * %llu / %llu is more than %llu",
			      a, mul, div, quotient);
}

/* The division that older kernels get instead of their own */
static void viortc_compat_division_is_exact(struct kunit *test)
{
	static const u64 ends[] = {
		0, 1, 2, 3, U32_MAX, S64_MAX - 1, S64_MAX, 1ULL << 63, U64_MAX,
	};
	int a, mul, div, i;
	u64 divisor;

	for (div = 1; div < ARRAY_SIZE(ends) - 1; div++)
		for (mul = 0; mul < ARRAY_SIZE(ends); mul++)
			for (a = 0; a <= div; a++)
				viortc_expect_division(test, ends[a], ends[mul],
						       ends[div]);

	for (i = 0; i < VIORTC_ROUNDS; i++) {
		divisor = 1 + viortc_random(S64_MAX);
		viortc_expect_division(test, viortc_random(divisor),
				       viortc_random(U64_MAX), divisor);
	}
}

static struct kunit_case viortc_cross_cases[] = {
	KUNIT_CASE(viortc_cross_is_the_nearest_ns),
	KUNIT_CASE(viortc_cross_is_the_nearest_ns_of_usual_intervals),
	KUNIT_CASE(viortc_cross_serves_the_largest_interval),
	KUNIT_CASE(viortc_cross_is_exact_at_both_ends),
	KUNIT_CASE(viortc_cross_never_goes_back),
	KUNIT_CASE(viortc_cross_lets_the_counter_wrap_around),
	KUNIT_CASE(viortc_cross_refuses_a_counter_outside),
	KUNIT_CASE(viortc_cross_refuses_more_than_half_the_counters_range),
	KUNIT_CASE(viortc_cross_refuses_a_clock_that_was_set),
	KUNIT_CASE(viortc_cross_refuses_a_changed_clocksource),
	KUNIT_CASE(viortc_cross_refuses_time_that_goes_back),
	KUNIT_CASE(viortc_compat_division_is_exact),
	{}
};

static struct kunit_suite viortc_cross_suite = {
	.name = "virtio_rtc_cross",
	.init = viortc_cross_test_init,
	.test_cases = viortc_cross_cases,
};

kunit_test_suite(viortc_cross_suite);

MODULE_DESCRIPTION("KUnit tests of the Virtio RTC driver: cross-timestamps");
MODULE_LICENSE("GPL");
