/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated device, and the order of what it is made of.
 *
 * A file uses only those below it in this list, by include and by call:
 *
 *  configfs.c		the user's side, and the module
 *  configfs_device.c	the directory of a device
 *  configfs_plug.c	from a directory to a device, and back
 *  configfs_clock.c	the directory of a clock
 *  configfs_dirs.h	the directories
 *  personalities.c	what other people's devices are like
 *  transport.c		the virtio device that a driver sees; its life
 *  clock.c		what the clocks show, and when alarms ring
 *  queue.c		buffers: taken, delayed, spoiled, used
 *  device.h		the device
 *  sim.h		what tests and the user's side do with one
 *  ring.c		the memory that both sides share
 *  faults.c		which answers are wrong
 *  fault_effects.c	what is wrong with them
 *  model.c		what the device answers
 *  model_alarms.c	when alarms expire, and what the driver is told of it
 *  model_clocks.c	readings and cross-timestamps
 *  model_parts.h	what these three know of each other
 *  model.h		what the others know of them
 *
 * A lower one reaches a higher one by what it was given only: the model the
 * clocks by &struct viortc_model_ops, a queue the transport, which calls the
 * driver, by &viortc_sim.interrupt.
 *
 * Locking: the driver notifies with locks of its own held and interrupts off,
 * and takes these locks in its callbacks.  So &viortc_sim.lock may be taken
 * inside of the driver's locks, and the driver's callbacks are called from
 * &viortc_sim.interrupt only, with no lock held.  On PREEMPT_RT all of them are
 * sleeping locks: the timers are soft ones and the interrupt is a thread.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_DEVICE_H_
#define _VIRTIO_RTC_SIM_DEVICE_H_

#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/virtio.h>

#include "faults.h"
#include "model.h"
#include "ring.h"
#include "sim.h"

struct viortc_sim_buffer;
struct viortc_sim_clock;

/**
 * struct viortc_sim_queue - a virtqueue
 * @ring: its ring; &viortc_sim_ring.vq is NULL while there is none
 * @buffers: buffers by their heads
 * @waiting: requests to be handled, in the order made available
 * @answered: buffers to be used, in that order
 * @late: buffers to be used, by time, past all others (a fault)
 * @interrupt: the driver wants an interrupt
 */
struct viortc_sim_queue {
	struct viortc_sim_ring ring;
	struct viortc_sim_buffer *buffers;
	struct list_head waiting;
	struct list_head answered;
	struct list_head late;
	bool interrupt;
};

enum {
	VIORTC_SIM_REQUESTQ,
	VIORTC_SIM_ALARMQ,
	VIORTC_SIM_QUEUES
};

/**
 * struct viortc_sim - a device
 * @dev: parent of @vdev, holds the memory
 * @vdev: virtio device
 * @plugged: @vdev is registered; protected by whoever plugs and destroys
 * @queue_size: number of descriptors of each queue
 * @retain_alarms: alarms survive a reset
 * @cannot_wake: its interrupts do not wake the system
 * @time_ops: a test's clocks and counter, or NULL
 * @time_priv: for @time_ops
 * @num_clocks: number of clocks
 * @clocks: clocks by id
 * @model_clocks: the model's part of them
 * @interrupt: calls the driver
 * @timer: runs the queues when something is due
 * @lock: protects all that follows, and each clock and queue
 * @dying: no timer may be started any more
 * @status: device status
 * @config_changed: the driver is to be told that @status changed
 * @request_delay_ns: from a buffer becoming available to its reading
 * @response_delay_ns: from the reading to the buffer being used
 * @queues: virtqueues
 * @in_request: a request to read a clock is being handled
 * @model: what the device answers
 * @faults: what is wrong with the answers
 * @stats: what the device did
 */
struct viortc_sim {
	struct device dev;
	struct virtio_device vdev;
	bool plugged;
	u16 queue_size;
	bool retain_alarms;
	bool cannot_wake;
	const struct viortc_sim_time_ops *time_ops;
	void *time_priv;
	u16 num_clocks;
	struct viortc_sim_clock *clocks;
	struct viortc_model_clock *model_clocks;
	struct irq_work interrupt;
	struct hrtimer timer;
	spinlock_t lock;		/* what follows */
	bool dying;
	u8 status;
	bool config_changed;
	u64 request_delay_ns;
	u64 response_delay_ns;
	struct viortc_sim_queue queues[VIORTC_SIM_QUEUES];
	bool in_request;
	struct viortc_model model;
	struct viortc_faults faults;
	struct viortc_sim_stats stats;
};

#endif /* _VIRTIO_RTC_SIM_DEVICE_H_ */
