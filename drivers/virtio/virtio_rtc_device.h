/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device, as its driver and its health know it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_DEVICE_H_
#define _VIRTIO_RTC_DEVICE_H_

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "virtio_rtc_alarmq.h"
#include "virtio_rtc_clocks.h"
#include "virtio_rtc_requestq.h"

struct dentry;
struct viortc_facts;
struct virtio_device;

/**
 * struct viortc_dev - a device
 * @vdev: virtio device
 * @requestq: its requestq
 * @alarmq: its alarmq, in use if the alarm feature was negotiated
 * @has_vqs: whether the virtqueues exist
 * @clocks: its clocks
 * @facts: what sysfs shows of them, or NULL
 * @stats_dir: statistics in debugfs
 * @check_status: looks whether the device still works, and resets it if not
 * @ask_again: asks it again about its clocks; both are frozen while the system sleeps
 * @lifecycle: protects @in_use, and taking the device in and out of use
 * @leaving: it is about to be taken out of use, and is not to be waited for
 * @in_use: between probe or restore, and removal, sleep or a reset by others
 * @failed: the device said that it needs a reset, or somebody else has reset it,
 *	and it is not in use again yet
 * @next_reset: when it may be reset again, in jiffies
 */
struct viortc_dev {
	struct virtio_device *vdev;
	struct viortc_requestq requestq;
	struct viortc_alarmq alarmq;
	bool has_vqs;
	struct viortc_clocks clocks;
	struct viortc_facts *facts;
	struct dentry *stats_dir;
	struct delayed_work check_status;
	struct delayed_work ask_again;
	struct mutex lifecycle; /* see above */
	bool leaving;
	bool in_use;
	bool failed;
	unsigned long next_reset;
};

/**
 * viortc_halt() - make no more use of the device
 * @viortc: device; its virtqueues go
 * @error: negative errno for requests from now on
 *
 * Does not wait for its answers: it may be dead.
 *
 * Context: Process context, may sleep.  Of two who use the device one at a time.
 */
void viortc_halt(struct viortc_dev *viortc, int error);

/**
 * viortc_restart() - use the device again, after suspend or a reset
 * @viortc: device, as fresh as before the probe
 * @error: negative errno for requests when it cannot be used
 *
 * Context: Process context, may sleep, until @leaving is set at the latest.  Of two who
 * use the device one at a time.
 * Return: 0, -EAGAIN if it is to be left, or why there are no virtqueues.
 */
int viortc_restart(struct viortc_dev *viortc, int error);

#endif /* _VIRTIO_RTC_DEVICE_H_ */
