/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests share: devices that go away with the test, and tasks
 * that read a clock on their own.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_TEST_H_
#define _VIRTIO_RTC_TEST_H_

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/types.h>

#include "../virtio_rtc_internal.h"
#include "../virtio_rtc_sim/sim.h"

struct ptp_clock_info;
struct rtc_device;
struct task_struct;

/* How long the driver waits for an answer unless told otherwise, in ms */
#define VIORTC_TEST_TIMEOUT_MS	10000

/**
 * viortc_test_create() - make a simulated device that nobody sees yet
 * @test: test, at whose end the device is destroyed at the latest
 * @config: what the device is; without a name it gets one
 *
 * Context: Process context, may sleep.
 * Return: the device; the test ends here if there is none.
 */
struct viortc_sim *viortc_test_create(struct kunit *test,
				      struct viortc_sim_config config);

/**
 * viortc_test_plug() - make a simulated device, and let the driver probe it
 * @test: test, at whose end the device is destroyed at the latest
 * @config: what the device is; without a name it gets one
 *
 * Context: Process context, may sleep.
 * Return: the device, whether the probe succeeded or not.
 */
struct viortc_sim *viortc_test_plug(struct kunit *test,
				    struct viortc_sim_config config);

/**
 * viortc_test_destroy() - destroy a device before the end of the test
 * @test: test
 * @sim: device of this test
 *
 * Context: Process context, may sleep.
 */
void viortc_test_destroy(struct kunit *test, struct viortc_sim *sim);

/**
 * viortc_test_fault() - give a device this fault and no other
 * @test: test
 * @sim: device
 * @spec: as for viortc_faults_add(), or NULL for none
 */
void viortc_test_fault(struct kunit *test, struct viortc_sim *sim,
		       const char *spec);

/* What the driver made of a device (driver_test.c) */

/**
 * viortc_test_is_bound() - is the driver bound to a device?
 * @sim: device, plugged
 *
 * Return: whether it is.
 */
bool viortc_test_is_bound(struct viortc_sim *sim);

/**
 * viortc_test_num_clocks() - how many clocks the driver counts
 * @sim: device, with the driver bound
 *
 * Return: their number.
 */
unsigned int viortc_test_num_clocks(struct viortc_sim *sim);

/**
 * viortc_test_clock() - a clock of the driver
 * @sim: device, with the driver bound
 * @id: clock id
 *
 * Return: the clock.
 */
struct viortc_clock *viortc_test_clock(struct viortc_sim *sim, u16 id);

/**
 * viortc_test_rtc() - the RTC of a clock
 * @sim: device, with the driver bound
 * @id: clock id
 *
 * Return: the RTC, or NULL if the clock has none; it stays as long as the
 *	driver is bound.
 */
struct rtc_device *viortc_test_rtc(struct viortc_sim *sim, u16 id);

/**
 * viortc_test_ptp() - the PTP clock of a clock (ptp_test.c)
 * @sim: device, with the driver bound
 * @id: clock id
 *
 * Return: the PTP clock, or NULL if the clock has none; it stays as long as
 *	the driver is bound.
 */
struct ptp_clock_info *viortc_test_ptp(struct viortc_sim *sim, u16 id);

/**
 * struct viortc_test_reader - a task that reads a clock once
 * @clock: clock
 * @task: the task
 * @done: completed when it has read
 * @result: what viortc_read() returned
 * @reading: what it read
 */
struct viortc_test_reader {
	struct viortc_clock *clock;
	struct task_struct *task;
	struct completion done;
	int result;
	u64 reading;
};

/**
 * viortc_test_read() - have another task read a clock
 * @test: test
 * @reader: the task's, of the test's memory
 * @clock: clock
 *
 * The task takes signals.
 *
 * Context: Process context, may sleep.
 */
void viortc_test_read(struct kunit *test, struct viortc_test_reader *reader,
		      struct viortc_clock *clock);

/**
 * viortc_test_read_result() - wait for the result of such a task
 * @reader: the task's
 *
 * Context: Process context, may sleep; a task that is never done keeps it
 *	waiting for a minute.
 * Return: what viortc_read() returned, or -EBUSY if it did not.
 */
int viortc_test_read_result(struct viortc_test_reader *reader);

#endif /* _VIRTIO_RTC_TEST_H_ */
