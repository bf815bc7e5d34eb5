/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clocks of a device.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_CLOCKS_H_
#define _VIRTIO_RTC_CLOCKS_H_

#include <linux/types.h>

#include "virtio_rtc_internal.h"

struct virtio_device;

/**
 * struct viortc_clocks - all clocks of a device; zero before there are any
 * @clock: @num clocks, by id
 * @num: number of clocks
 * @next_ask: when the device may be asked again which it has, in jiffies
 * @ask_from: the id of the clock that it is asked about first then
 */
struct viortc_clocks {
	struct viortc_clock *clock;
	unsigned int num;
	unsigned long next_ask;
	unsigned int ask_from;
};

/**
 * viortc_clocks_init() - enumerate the clocks and have the submodules use them
 * @clocks: none yet; to be ended with viortc_clocks_exit(), after an error too
 * @vdev: the device, ready
 * @requestq: its requestq, started
 *
 * A clock that cannot be used is left out, with a line in the log.
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOMEM, -EINTR after a signal, or what viortc_cfg() returned.
 */
int viortc_clocks_init(struct viortc_clocks *clocks,
		       struct virtio_device *vdev,
		       struct viortc_requestq *requestq);

/**
 * viortc_clocks_exit() - take down what was built on the clocks, and free them
 * @clocks: clocks, or none
 *
 * Waits for system calls under way, so the requestq must be stopped, and
 * released: it counts slots in the clocks.
 *
 * Context: Process context, may sleep.
 */
void viortc_clocks_exit(struct viortc_clocks *clocks);

/**
 * viortc_clocks_alarm() - tell the RTC of a clock that its alarm rang
 * @clocks: clocks
 * @dev: device for log messages
 * @id: clock id, as the device said it
 *
 * Context: Any context, interrupts included.
 */
void viortc_clocks_alarm(struct viortc_clocks *clocks, struct device *dev,
			 u16 id);

/**
 * viortc_clocks_may_wake() - tell whether an alarm is to wake the system
 * @clocks: clocks
 *
 * Return: true if that of any clock is enabled and allowed to.
 */
bool viortc_clocks_may_wake(const struct viortc_clocks *clocks);

/**
 * viortc_clocks_doubt() - have requests about all clocks fail with -EAGAIN
 * @clocks: clocks
 *
 * For a device that was reset, until it has said that its clocks are what they
 * were: see viortc_clocks_restore().
 *
 * Context: Any context.
 */
void viortc_clocks_doubt(struct viortc_clocks *clocks);

/**
 * viortc_clocks_restore() - ask whether each clock is what it was
 * @clocks: clocks, doubted
 *
 * A clock that is not is gone from then on, with a line in the log.  The alarms
 * of the others are set again.
 *
 * Context: Process context, may sleep.  Nobody else asks, see viortc_clocks_ask_again().
 */
void viortc_clocks_restore(struct viortc_clocks *clocks);

/**
 * viortc_clocks_ask_again() - ask about clocks of which the device has not said it
 * @clocks: clocks
 *
 * When some time has passed since it was asked last.  A clock that is what it was is used
 * again, with a line in the log, and its alarm is set.  Asks about no further one when an
 * answer does not come soon: those have their turn the next time.
 *
 * Context: Process context, may sleep, until viortc_requestq_stop() at the latest.  Whoever
 * resets the device keeps it from being called meanwhile.
 * Return: after how many jiffies to call it again; 0 for never.
 */
unsigned long viortc_clocks_ask_again(struct viortc_clocks *clocks);

#endif /* _VIRTIO_RTC_CLOCKS_H_ */
