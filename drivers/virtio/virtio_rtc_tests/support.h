/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests share: devices that go away with the test, tasks that
 * read a clock on their own, and alarms.
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

/* Three clocks of different type and time */
extern const struct viortc_sim_config viortc_test_trio;

/* Time of clocks that show what the test says: the u64 that time_priv points to */
extern const struct viortc_sim_time_ops viortc_test_fixed_ops;

/* A clock that becomes an RTC with an alarm, and is set by nobody */
extern const struct viortc_sim_clock_config viortc_test_alarm_clock;

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
 * viortc_test_plug() - make a simulated device that the driver is bound to
 * @test: test, at whose end the device is destroyed at the latest
 * @config: what the device is; without a name it gets one
 *
 * Context: Process context, may sleep.
 * Return: the device; the test ends here if the driver does not bind.
 */
struct viortc_sim *viortc_test_plug(struct kunit *test,
				    struct viortc_sim_config config);

/**
 * viortc_test_plug_faulty() - let the driver probe a device that has a fault
 * @test: test, at whose end the device is destroyed at the latest
 * @config: what the device is; without a name it gets one
 * @spec: as for viortc_test_fault()
 *
 * Context: Process context, may sleep.
 * Return: the device, whether the probe succeeded or not.
 */
struct viortc_sim *viortc_test_plug_faulty(struct kunit *test,
					   struct viortc_sim_config config,
					   const char *spec);

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

/**
 * viortc_test_reset() - reset a device, as the virtio core does
 * @test: test
 * @sim: device, with the driver bound
 * @spec: as for viortc_test_fault(): what is wrong from now on
 *
 * Context: Process context, may sleep.
 */
void viortc_test_reset(struct kunit *test, struct viortc_sim *sim,
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
 * viortc_test_read() - read a clock
 * @sim: device, with the driver bound
 * @id: clock id
 *
 * Context: Process context, may sleep.
 * Return: what viortc_read() returned.
 */
int viortc_test_read(struct viortc_sim *sim, u16 id);

/**
 * struct viortc_test_reader - a task that reads a clock once
 * @clock: clock
 * @task: the task
 * @done: completed when it has read
 * @result: what viortc_read() returned
 */
struct viortc_test_reader {
	struct viortc_clock *clock;
	struct task_struct *task;
	struct completion done;
	int result;
};

/**
 * viortc_test_reader() - have another task read a clock
 * @test: test, at whose end the task is gone
 * @sim: device, with the driver bound
 * @id: clock id
 *
 * The task takes signals.
 *
 * Context: Process context, may sleep.
 * Return: the task's; the test ends here if there is none.
 */
struct viortc_test_reader *viortc_test_reader(struct kunit *test,
					      struct viortc_sim *sim, u16 id);

/**
 * viortc_test_reader_result() - wait for the result of such a task
 * @reader: the task's
 *
 * Context: Process context, may sleep; a task that is never done keeps it
 *	waiting for a minute.
 * Return: what viortc_read() returned, or -EBUSY if it did not.
 */
int viortc_test_reader_result(struct viortc_test_reader *reader);

/* RTCs and their alarms; all times in seconds */

/**
 * viortc_test_plug_rtc() - make a device with one RTC, which has an alarm
 * @test: test
 * @retain_alarms: see &viortc_sim_config.retain_alarms
 * @rtc: the RTC
 *
 * Context: Process context, may sleep.
 * Return: the device; the test ends here if there is none.
 */
struct viortc_sim *viortc_test_plug_rtc(struct kunit *test, bool retain_alarms,
					struct rtc_device **rtc);

/**
 * viortc_test_rtc_now() - what an RTC shows
 * @test: test
 * @rtc: RTC
 *
 * Context: Process context, may sleep.
 * Return: its time; the test ends here if it cannot be read.
 */
u64 viortc_test_rtc_now(struct kunit *test, struct rtc_device *rtc);

/**
 * viortc_test_set_alarm() - set and enable an alarm, and forget that it rang
 * @test: test
 * @rtc: RTC
 * @time: when it shall ring
 *
 * Context: Process context, may sleep.
 */
void viortc_test_set_alarm(struct kunit *test, struct rtc_device *rtc, u64 time);

/**
 * viortc_test_set_alarm_in() - the same, for a time from now
 * @test: test
 * @rtc: RTC
 * @seconds: how long from now
 *
 * Context: Process context, may sleep.
 * Return: when it shall ring.
 */
u64 viortc_test_set_alarm_in(struct kunit *test, struct rtc_device *rtc,
			     unsigned int seconds);

/**
 * viortc_test_rings_within() - wait for an alarm, as a program does
 * @rtc: RTC
 * @seconds: for how long at most; 0 is for one that has rung
 *
 * Context: Process context, may sleep.
 * Return: whether it rang since it was set.
 */
bool viortc_test_rings_within(struct rtc_device *rtc, unsigned int seconds);

/**
 * viortc_test_expect_alarm() - expect what the device has as the alarm of clock 0
 * @test: test
 * @sim: device, with the driver bound
 * @time: its time
 * @enabled: whether it is enabled
 *
 * Context: Process context, may sleep.
 */
void viortc_test_expect_alarm(struct kunit *test, struct viortc_sim *sim,
			      u64 time, bool enabled);

#endif /* _VIRTIO_RTC_TEST_H_ */
