/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that the driver lives in: its tasks, the device, and the input that says
 * what they do.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef WORLD_H
#define WORLD_H

#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

/* Who there is.  What they do is done on stacks of their own, one at a time. */
enum task_id {
	TASK_IRQ,	/* the other processor, which handles interrupts */
	TASK_ADMIN,	/* binds, unbinds, suspends, resets */
	TASK_WORKER,	/* and two more */
	TASK_USER = TASK_WORKER + 3,
	NUM_USERS = 4,
	NUM_TASKS = TASK_USER + NUM_USERS,
};

/* tasks.c */

/**
 * tasks_init() - begin an execution: all tasks are idle
 * @event: has the next thing happen that the input says, and returns how many
 *	points are passed until the next one does, or a negative number when
 *	there is no more input
 */
void tasks_init(int (*event)(void));

/**
 * task_start() - give an idle task something to do
 * @id: task
 * @job: what
 * @arg: handed to @job
 *
 * Return: whether the task was idle.
 */
bool task_start(enum task_id id, void (*job)(unsigned long arg), unsigned long arg);

/**
 * task_is_idle() - tell whether a task has nothing to do
 * @id: task
 *
 * Return: true if it has not.
 */
bool task_is_idle(enum task_id id);

/**
 * task_signal() - send a signal to a task
 * @id: task
 */
void task_signal(enum task_id id);

/**
 * task_prefer() - have a task go on next, if it can
 * @id: task
 */
void task_prefer(enum task_id id);

/**
 * tasks_run() - run all tasks until they are idle and the input has ended
 * @all: whether to wait for work that is due later, too
 */
void tasks_run(bool all);

/**
 * tasks_pass() - let time pass
 * @ns: how long
 */
void tasks_pass(u64 ns);

/**
 * tasks_freeze() - stop or start the work that the system's sleep stops
 * @freeze: whether to stop it
 */
void tasks_freeze(bool freeze);

/**
 * tasks_make_look() - say whether a task that looks for its answer goes on
 * @look: whether it does
 */
void tasks_make_look(bool look);

/**
 * tasks_relaxed() - count how often tasks that spin gave way
 *
 * Return: how often that was since the execution began.
 */
unsigned int tasks_relaxed(void);

/* memory.c */

/**
 * memory_init() - begin an execution: nothing is allocated, and nothing fails
 */
void memory_init(void);

/**
 * memory_end_failures() - nothing fails any more
 */
void memory_end_failures(void);

/**
 * memory_fail_alloc() - let an allocation fail
 * @nth: which, from 0
 * @times: how many in a row
 */
void memory_fail_alloc(unsigned int nth, unsigned int times);

/**
 * memory_fail_map() - let a mapping fail
 * @nth: which, from 0
 * @times: how many in a row
 */
void memory_fail_map(unsigned int nth, unsigned int times);

/**
 * memory_is_failing() - tell whether a failure is still to come
 *
 * Return: true if one that was asked for has not happened.
 */
bool memory_is_failing(void);

/**
 * memory_of_device() - what the device has at an address
 * @addr: address
 * @size: how many bytes
 * @write: whether it wants to write there
 *
 * Return: the memory, or NULL if the device may not.
 */
void *memory_of_device(u64 addr, size_t size, bool write);

/**
 * memory_show() - read a file of debugfs, or what sysfs has of a clock
 * @index: which, from 0
 */
void memory_show(unsigned long index);

/**
 * shim_is_verbose() - tell whether somebody wants to know more
 *
 * Return: whether VERBOSE is in the environment.
 */
bool shim_is_verbose(void);

/**
 * memory_check() - an execution has ended: nothing may be allocated or mapped
 */
void memory_check(void);

/* bus.c */

/**
 * bus_bind() - have the driver probe the device
 * @dev: device
 */
void bus_bind(struct device *dev);

/**
 * bus_unbind() - have the driver remove the device
 * @dev: device
 */
void bus_unbind(struct device *dev);

/* users.c */

#define NUM_CLOCKS	8

/**
 * users_init() - begin an execution: nothing is registered
 */
void users_init(void);

/**
 * user_read() - read a PTP clock
 * @index: clock, from 0, by the order of registration
 */
void user_read(unsigned long index);

/**
 * user_cross() - take a cross-timestamp
 * @index: clock, from 0, by the order of registration
 */
void user_cross(unsigned long index);

/**
 * user_refused() - do to a PTP clock what it does not let one do
 * @index: clock, from 0, by the order of registration
 */
void user_refused(unsigned long index);

/**
 * user_rtc() - do something to an RTC
 * @what: its number, and from the third bit on what to do
 */
void user_rtc(unsigned long what);

/**
 * users_count() - count the PTP clocks
 *
 * Return: how many are registered.
 */
unsigned int users_count(void);

/**
 * users_result() - tell how the last reading of a PTP clock ended
 *
 * Return: 0, an errno, or -ENODEV if there was no such clock.
 */
int users_result(void);

/**
 * users_rung() - count the alarms of an RTC
 * @index: RTC, from 0, by the order of registration
 *
 * Return: how many it was told of.
 */
unsigned int users_rung(unsigned int index);

/**
 * users_turn_counter() - change what the system's clock runs on
 * @how: any number
 */
void users_turn_counter(unsigned int how);

/* transport.c */

/**
 * transport_init() - begin an execution: a device that no driver has
 * @features: what it offers
 * @num: descriptors in each ring
 * @waits: whether a reset waits for interrupt handlers, as that of PCI does
 */
void transport_init(u64 features, const unsigned int num[2], bool waits);

/**
 * transport_register() - let the virtio core have the device
 */
void transport_register(void);

/**
 * transport_is_registered() - tell whether the virtio core has the device
 *
 * Return: true if it has.
 */
bool transport_is_registered(void);

/**
 * transport_admin() - what happens to the device as a whole
 * @what: any number
 */
void transport_admin(unsigned long what);

/**
 * transport_unbind() - take the device from the driver
 * @unused: nothing
 */
void transport_unbind(unsigned long unused);

/**
 * transport_interrupt() - send an interrupt
 * @which: 0 and 1: the virtqueue's; 2: of a change of the configuration
 */
void transport_interrupt(unsigned int which);

/**
 * transport_set_status() - change the device's status, as none should
 * @status: bits to turn round
 */
void transport_set_status(u8 status);

/**
 * transport_set_features() - change what the device offers
 * @features: bits to turn round
 */
void transport_set_features(u64 features);

/**
 * transport_refuse() - accept no features from now on, or any again
 */
void transport_refuse(void);

/**
 * transport_resize() - have another size for a ring when it is next made
 * @index: of which virtqueue
 * @num: descriptors in it
 */
void transport_resize(unsigned int index, unsigned int num);

/* device.c */

/**
 * device_init() - begin an execution
 * @clocks: a byte of each clock: its type, variant and flags
 * @num: how many
 */
void device_init(const u8 *clocks, unsigned int num);

/**
 * device_attach() - a virtqueue is there
 * @index: which
 * @vq: the virtqueue
 */
void device_attach(unsigned int index, struct virtqueue *vq);

/**
 * device_detach() - the device is reset, and knows of no virtqueue any more
 */
void device_detach(void);

/**
 * device_notified() - the driver has notified the device
 * @index: of which virtqueue
 */
void device_notified(unsigned int index);

/**
 * device_act() - do what the input says
 * @what: the event's number
 *
 * Return: false if the event is none of the device's.
 */
bool device_act(unsigned int what);

/* driver_fuzz.c, failing_memory_test.c, moment_test.c */

/**
 * input_byte() - take a byte of the input
 *
 * Return: the byte, or 0 when there is no more.
 */
u8 input_byte(void);

#endif /* WORLD_H */
