/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated virtio RTC device, as in-kernel tests make and use one.
 *
 * A device is created, which shows it to nobody, then plugged, which makes it
 * a virtio device that a driver binds to, and in the end destroyed:
 *
 *	sim = viortc_sim_create(&config);
 *	err = viortc_sim_plug(sim);
 *	...
 *	viortc_sim_destroy(sim);
 *
 * All else may be called at any time in between, from any task, also while
 * viortc_sim_plug() waits for a driver's probe.  The same device in user space's
 * hands is Documentation/admin-guide/virtio_rtc_sim.rst.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_H_
#define _VIRTIO_RTC_SIM_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct viortc_faults;
struct viortc_sim;
struct virtio_device;

/**
 * enum viortc_sim_base - what a clock runs on
 * @VIORTC_SIM_REALTIME: CLOCK_REALTIME: the clock is set and slewed with it
 * @VIORTC_SIM_RAW: CLOCK_MONOTONIC_RAW, going on during suspend, and started
 *	at CLOCK_REALTIME when the device is created: the system's clock may be
 *	changed, this one is not
 */
enum viortc_sim_base {
	VIORTC_SIM_REALTIME,
	VIORTC_SIM_RAW,
};

/* The largest drift of a clock, either way, in ppb */
#define VIORTC_SIM_DRIFT_MAX	100000000

/**
 * struct viortc_sim_clock_config - what a clock is
 * @type: VIRTIO_RTC_CLOCK_*, or any other value
 * @smearing: VIRTIO_RTC_SMEAR_*; UNSPECIFIED unless @type is UTC_SMEARED
 * @alarm: it has an alarm
 * @cross: it can be read together with the counter
 * @base: what it runs on
 * @offset_ns: how far it is ahead of its base, in ns
 * @drift_ppb: how much faster than CLOCK_MONOTONIC_RAW it gets ahead of its
 *	base, in ns per second, up to VIORTC_SIM_DRIFT_MAX either way
 */
struct viortc_sim_clock_config {
	u8 type;
	u8 smearing;
	bool alarm;
	bool cross;
	enum viortc_sim_base base;
	s64 offset_ns;
	s32 drift_ppb;
};

/**
 * struct viortc_sim_time_ops - a test's own clocks and counter
 * @hw_counter: VIRTIO_RTC_COUNTER_* that the device knows
 * @read: returns what a clock shows, in ns
 * @read_cross: reads a clock (ns) and the counter (cycles) at one instant, or
 *	returns false when it cannot tell; may be NULL if no clock can
 *
 * @priv is &viortc_sim_config.time_priv, @clock a clock id.
 *
 * Context: Any context, with interrupts off and a spinlock of the device held:
 * nothing here may call the device.
 */
struct viortc_sim_time_ops {
	u8 hw_counter;
	u64 (*read)(void *priv, u16 clock);
	bool (*read_cross)(void *priv, u16 clock, u64 *reading, u64 *cycles);
};

/**
 * struct viortc_sim_config - what a device is
 * @name: a name for it, unique among these devices
 * @clocks: its clocks by id, or NULL when there are none
 * @num_clocks: their number
 * @queue_size: number of descriptors of each virtqueue, a power of two, or 0
 *	for VIORTC_SIM_QUEUE_SIZE
 * @retain_alarms: alarms survive a device reset (V-retain)
 * @cannot_wake: its interrupts do not wake the system
 * @request_delay_ns: see viortc_sim_set_delays()
 * @response_delay_ns: see viortc_sim_set_delays()
 * @faults: faults that it has, or NULL
 * @time_ops: clocks and counter, or NULL for those of the system.  When a
 *	clock with an alarm has moved, the test calls
 *	viortc_sim_check_alarms(); &viortc_sim_clock_config.base, offset_ns and
 *	drift_ppb mean nothing.
 * @time_priv: passed to each of @time_ops
 *
 * Used during viortc_sim_create() only, but for @time_ops and @time_priv.
 */
struct viortc_sim_config {
	const char *name;
	const struct viortc_sim_clock_config *clocks;
	u16 num_clocks;
	u16 queue_size;
	bool retain_alarms;
	bool cannot_wake;
	u64 request_delay_ns;
	u64 response_delay_ns;
	const struct viortc_faults *faults;
	const struct viortc_sim_time_ops *time_ops;
	void *time_priv;
};

/* Number of descriptors of a virtqueue: by default, and at most */
#define VIORTC_SIM_QUEUE_SIZE		64
#define VIORTC_SIM_QUEUE_SIZE_MAX	1024

/**
 * struct viortc_sim_sample - the truth about one reading
 * @count: how many readings of this clock requests have taken so far
 * @reading: what the clock showed, in ns
 * @cycles: what the counter showed, or 0 if the system's clock does not run
 *	on the counter
 * @realtime: what CLOCK_REALTIME showed
 * @monoraw: what CLOCK_MONOTONIC_RAW showed
 *
 * All of it at one instant.  With &viortc_sim_config.time_ops only @count,
 * @reading and, of a cross-timestamp, @cycles are set.
 */
struct viortc_sim_sample {
	u64 count;
	u64 reading;
	u64 cycles;
	ktime_t realtime;
	ktime_t monoraw;
};

/**
 * struct viortc_sim_stats - what a device did since it was created
 * @requests: requests that were handled
 * @in_flight: buffers that the device has now, but for those of the alarmq
 *	that no notification was made for yet
 * @interrupts: interrupts of the virtqueues
 * @idle: of these, how many were nobody's: there was nothing to take any more
 * @strays: notifications that came when the driver had not taken it into use
 */
struct viortc_sim_stats {
	u64 requests;
	u64 in_flight;
	u64 interrupts;
	u64 idle;
	u64 strays;
};

/**
 * viortc_sim_create() - make a device
 * @config: what it is
 *
 * Context: Process context, may sleep.
 * Return: the device; -EINVAL when @config contradicts itself or the
 *	specification, -EOPNOTSUPP when a clock wants @cross and the machine has
 *	no counter for that, or none of this works in this (Xen) guest, -ENOMEM.
 */
struct viortc_sim *viortc_sim_create(const struct viortc_sim_config *config);

/**
 * viortc_sim_plug() - make a device known as a virtio device
 * @sim: device, not plugged yet
 *
 * A driver that is there probes before this returns, with all its waits.
 *
 * Context: Process context, may sleep.
 * Return: 0 (also when a driver's probe failed), -ENOMEM, -EEXIST when there is
 *	a device of this name, or another errno of the driver core.  The device
 *	can then only be destroyed.
 */
int viortc_sim_plug(struct viortc_sim *sim);

/**
 * viortc_sim_destroy() - unplug a device and free it
 * @sim: device, plugged or not, or NULL
 *
 * The driver goes first, with requests in flight or not.
 *
 * Context: Process context, may sleep.
 */
void viortc_sim_destroy(struct viortc_sim *sim);

/**
 * viortc_sim_vdev() - the virtio device
 * @sim: device, plugged
 *
 * Return: the virtio device: for its name, to unbind it, or for
 *	virtio_device_freeze() and virtio_device_restore().
 */
struct virtio_device *viortc_sim_vdev(struct viortc_sim *sim);

/**
 * viortc_sim_set_delays() - set how long requests take
 * @sim: device
 * @request_delay_ns: from a buffer becoming available to its reading
 * @response_delay_ns: from the reading to the buffer being used
 *
 * This counts for readings and for all other requests, from the next one on.
 * Those of more than a year count as a year.  Many requests can be in flight;
 * none overtakes another (V-order).  Without delays the device answers before
 * the driver's notification returns.
 *
 * Context: Any context.
 */
void viortc_sim_set_delays(struct viortc_sim *sim, u64 request_delay_ns,
			   u64 response_delay_ns);

/**
 * viortc_sim_set_faults() - replace the faults of a device
 * @sim: device
 * @faults: its faults, copied; NULL for none
 *
 * Context: Any context.
 */
void viortc_sim_set_faults(struct viortc_sim *sim,
			   const struct viortc_faults *faults);

/**
 * viortc_sim_set_offset() - step a clock
 * @sim: device
 * @clock: clock id; any that names no clock is ignored
 * @offset_ns: how far it is ahead of its base from now on, in ns
 *
 * Alarms that the clock steps over expire.  What an earlier drift has added up
 * to stays.
 *
 * Context: Any context.
 */
void viortc_sim_set_offset(struct viortc_sim *sim, u16 clock, s64 offset_ns);

/**
 * viortc_sim_set_drift() - change the rate of a clock
 * @sim: device
 * @clock: clock id; any that names no clock is ignored
 * @drift_ppb: see struct viortc_sim_clock_config
 *
 * The clock does not step.
 *
 * Context: Any context.
 */
void viortc_sim_set_drift(struct viortc_sim *sim, u16 clock, s32 drift_ppb);

/**
 * viortc_sim_check_alarms() - look which alarms have expired
 * @sim: device
 *
 * Needed after &viortc_sim_config.time_ops have moved a clock, no matter where
 * to, and else never.
 *
 * Context: Any context.
 */
void viortc_sim_check_alarms(struct viortc_sim *sim);

/**
 * viortc_sim_set_needs_reset() - let a device fail
 * @sim: device, plugged
 *
 * The device sets NEEDS_RESET, tells the driver, and answers nothing more until
 * the driver has reset it.
 *
 * Context: Any context.
 */
void viortc_sim_set_needs_reset(struct viortc_sim *sim);

/**
 * viortc_sim_reading() - what a clock shows now
 * @sim: device
 * @clock: clock id
 *
 * Context: Any context.
 * Return: its reading, in ns, or 0 when there is no such clock.
 */
u64 viortc_sim_reading(struct viortc_sim *sim, u16 clock);

/**
 * viortc_sim_last_sample() - the truth about the latest request to read a clock
 * @sim: device
 * @clock: clock id
 * @sample: the truth; all zero when there was none, or no such clock
 *
 * Context: Any context.
 */
void viortc_sim_last_sample(struct viortc_sim *sim, u16 clock,
			    struct viortc_sim_sample *sample);

/**
 * viortc_sim_stats() - what a device did
 * @sim: device
 * @stats: the numbers
 *
 * Context: Any context.
 */
void viortc_sim_stats(struct viortc_sim *sim, struct viortc_sim_stats *stats);

#endif /* _VIRTIO_RTC_SIM_H_ */
