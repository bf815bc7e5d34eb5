/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A counter and a clock of which everything is known, for cross-timestamps.
 *
 * The counter is User-Mode Linux's own, made faster or slower and starting
 * anywhere.  As a clocksource it takes the place of what the machine has not,
 * the time-stamp counter.  The clock is a device's, under the test's control.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_TEST_COUNTER_H_
#define _VIRTIO_RTC_TEST_COUNTER_H_

#include <linux/clocksource.h>
#include <linux/types.h>

struct kunit;
struct ptp_clock_info;
struct viortc_sim;

/* The rate of User-Mode Linux's clocksource */
#define VIORTC_TEST_HZ		(NSEC_PER_SEC / 256)

/**
 * struct viortc_test_counter - a counter
 * @cs: the clocksource that it is
 * @below: User-Mode Linux's
 * @factor: how much faster than @below it counts
 * @start: how much further it is
 */
struct viortc_test_counter {
	struct clocksource cs;
	struct clocksource *below;
	u64 factor;
	u64 start;
};

/**
 * viortc_test_counter_new() - make a counter
 * @test: test, which is skipped where there is no such counter
 * @factor: how much faster it is than VIORTC_TEST_HZ
 * @start: what it shows now
 *
 * The test may change &viortc_test_counter.cs before it is added.
 *
 * Return: the counter, which is no clocksource yet.
 */
struct viortc_test_counter *viortc_test_counter_new(struct kunit *test,
						    u64 factor, u64 start);

/**
 * viortc_test_counter_derive() - derive the clocksource from the counter
 * @counter: not added yet
 *
 * It then shows half of the counter, as that of KVM shows something else than
 * the counter below it.
 */
void viortc_test_counter_derive(struct viortc_test_counter *counter);

/**
 * viortc_test_counter_add() - let the system's clock run on a counter
 * @test: test, until whose end it does at most
 * @counter: not added yet
 * @hz: rate of its clocksource
 *
 * Context: Process context, may sleep.
 */
void viortc_test_counter_add(struct kunit *test,
			     struct viortc_test_counter *counter, u64 hz);

/**
 * viortc_test_counter_remove() - let it run on another one before the test's end
 * @test: test
 * @counter: added
 *
 * Context: Process context, may sleep.
 */
void viortc_test_counter_remove(struct kunit *test,
				struct viortc_test_counter *counter);

/**
 * viortc_test_counter_read() - read a counter
 * @counter: counter
 *
 * Return: what it shows.
 */
u64 viortc_test_counter_read(struct viortc_test_counter *counter);

/**
 * struct viortc_test_cross - what the clock of a device shows
 * @reading: the reading; with @live, what it is ahead of CLOCK_REALTIME
 * @live: the clock runs with the system's
 * @cannot: no cross-timestamps at this time
 */
struct viortc_test_cross {
	u64 reading;
	bool live;
	bool cannot;
};

/* Time of a device whose &viortc_sim_config.time_priv is a viortc_test_cross */
extern const struct viortc_sim_time_ops viortc_test_cross_ops;

/**
 * viortc_test_cross_plug() - make a device with one such clock
 * @test: test
 * @device: what the clock shows
 * @sim: the device
 *
 * Context: Process context, may sleep.
 * Return: the PTP clock; the test ends here if there is none.
 */
struct ptp_clock_info *viortc_test_cross_plug(struct kunit *test,
					      struct viortc_test_cross **device,
					      struct viortc_sim **sim);

/**
 * viortc_test_cross_error() - take a cross-timestamp
 * @test: test, which ends here if there is none
 * @info: the PTP clock
 * @device: what it shows, which is live
 *
 * Context: Process context, may sleep.
 * Return: how wrong it is, in ns.
 */
s64 viortc_test_cross_error(struct kunit *test, struct ptp_clock_info *info,
			    struct viortc_test_cross *device);

#endif /* _VIRTIO_RTC_TEST_COUNTER_H_ */
