/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the simulated device know of each other.
 *
 *  transport.c		the virtio device that a driver sees; its life
 *  queue.c		buffers: taken, delayed, spoiled, used
 *  ring.c		the memory that both sides share
 *  clock.c		what the clocks show, and when alarms ring
 *  configfs_*.c		the user's side
 *  model.c, faults.c	what the device answers
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
#include "sim.h"
#include "ring.h"

struct viortc_sim;

/**
 * struct viortc_sim_clock - a clock
 * @sim: device
 * @base: what it runs on
 * @epoch: added to CLOCK_MONOTONIC_RAW for VIORTC_SIM_RAW
 * @offset_ns: how far it is ahead of its base, but for the drift
 * @drift_ppb: ns by which it gains per second of CLOCK_MONOTONIC_RAW
 * @drifted_ns: what it gained until @drift_start
 * @drift_start: time of CLOCK_MONOTONIC_RAW since which @drift_ppb counts
 * @timer: rings when it may be time for the alarm
 * @last: latest reading by a request
 */
struct viortc_sim_clock {
	struct viortc_sim *sim;
	enum viortc_sim_base base;
	ktime_t epoch;
	s64 offset_ns;
	s32 drift_ppb;
	s64 drifted_ns;
	ktime_t drift_start;
	struct hrtimer timer;
	struct viortc_sim_sample last;
};

/**
 * struct viortc_sim_buffer - a buffer that the device has
 * @entry: in one of the lists of its queue
 * @due: when it leaves this list, in ktime_get()'s time; 0 for at once
 * @head: names it
 * @busy: the device has it
 * @stale: it is to be used again after the next reset, which is a fault
 * @in_len: room that the driver gave
 * @out_len: length of the request
 * @msg: first the request, then the answer
 * @len: length of the answer
 * @used_len: length to tell the driver
 */
struct viortc_sim_buffer {
	struct list_head entry;
	ktime_t due;
	u16 head;
	bool busy;
	bool stale;
	u32 in_len;
	u32 out_len;
	u8 msg[VIORTC_MODEL_MSG_MAX];
	size_t len;
	u32 used_len;
};

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
 * @in_request: a request is being handled
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

/* Clocks (clock.c) */

/**
 * viortc_sim_clocks_init() - set up clocks and model
 * @sim: device, with &viortc_sim.time_ops set
 * @config: what the clocks are
 *
 * Context: Process context, may sleep.
 * Return: 0, or an errno of viortc_sim_create(); viortc_sim_clocks_free() is to
 *	be called in any case.
 */
int viortc_sim_clocks_init(struct viortc_sim *sim,
			   const struct viortc_sim_config *config);

/**
 * viortc_sim_clocks_stop() - stop all timers of the clocks
 * @sim: device, &viortc_sim.dying
 *
 * Context: Process context, may sleep.
 */
void viortc_sim_clocks_stop(struct viortc_sim *sim);

/**
 * viortc_sim_clocks_free() - free the clocks
 * @sim: device
 */
void viortc_sim_clocks_free(struct viortc_sim *sim);

/* Queues (queue.c) */

/**
 * viortc_sim_queues_init() - make room for the buffers of both queues
 * @sim: device, with &viortc_sim.queue_size set
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM; viortc_sim_queues_free() is to be called in any case.
 */
int viortc_sim_queues_init(struct viortc_sim *sim);

/**
 * viortc_sim_queues_free() - free what viortc_sim_queues_init() allocated
 * @sim: device
 */
void viortc_sim_queues_free(struct viortc_sim *sim);

/**
 * viortc_sim_queues_reset() - forget all buffers
 * @sim: device
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_queues_reset(struct viortc_sim *sim);

/**
 * viortc_sim_queues_ready() - the driver is ready: begin
 * @sim: device
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_queues_ready(struct viortc_sim *sim);

/**
 * viortc_sim_run() - do all there is to do now
 * @sim: device
 *
 * To be called whenever buffers were made available, an alarm may have expired,
 * or a delay is over.
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_run(struct viortc_sim *sim);

/* The virtio device (transport.c) */

/**
 * viortc_sim_fail() - have the device need a reset
 * @sim: device
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_fail(struct viortc_sim *sim);

/* The user's side (configfs_device.c) */

/**
 * viortc_sim_configfs_init() - show the user's side
 *
 * Return: 0 or an errno of configfs.
 */
int viortc_sim_configfs_init(void);

/**
 * viortc_sim_configfs_exit() - remove the user's side, which has no devices
 */
void viortc_sim_configfs_exit(void);

#endif /* _VIRTIO_RTC_SIM_DEVICE_H_ */
