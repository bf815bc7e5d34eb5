/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-3-Clause */
/*
 * Faults of a virtio RTC device, by name, to test drivers with.
 *
 * A fault stands between the device model and the transport: the model makes
 * a correct response or notification, viortc_faults_apply() spoils it and says
 * what the transport is to do with it (fault_effects.h). Like the model this is portable code
 * that allocates nothing and is serialised by its caller.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_FAULT_H
#define _VIRTIO_RTC_FAULT_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stddef.h>
#endif

#include "fault_effects.h"

#define VIORTC_FAULTS_MAX	8

struct viortc_fault_kind;

/**
 * struct viortc_fault - one fault
 *
 * All members are private.
 */
struct viortc_fault {
	/* private: */
	const struct viortc_fault_kind *kind;
	__u16 messages;		/* which it strikes, as bits */
	__u32 every;		/* each how many of them it strikes */
	__u32 left;		/* how often still */
	__u32 clock;		/* whose messages it strikes */
	__u32 seen;
	__u64 value;
};

/**
 * struct viortc_faults - the faults of a device; all zero means none
 *
 * All members are private.
 */
struct viortc_faults {
	/* private: */
	struct viortc_fault fault[VIORTC_FAULTS_MAX];
	__u32 num;
};

/**
 * viortc_faults_add - add a fault by its name
 * @faults: The faults of the device.
 * @spec: ``NAME[=VALUE][,type=MESSAGE][,clock=ID][,every=N][,times=N]``, a string.
 *	NAME is one of viortc_fault_name(). VALUE replaces the default of faults that
 *	take one. MESSAGE (read, read-cross, cfg, clock-cap, cross-cap,
 *	read-alarm, set-alarm, set-alarm-enabled, notification, unknown) narrows the
 *	fault to one message, ID to those about that clock, N to each Nth such
 *	message and to so many times in all. Numbers are decimal or, after 0x,
 *	hexadecimal. A trailing newline is allowed.
 *
 * Context: Any.
 * Return: 0; -EINVAL if @spec is not of this form, -ENOENT if no fault has this
 * name, -ENOSPC if there are %VIORTC_FAULTS_MAX already that are not used up.
 */
int viortc_faults_add(struct viortc_faults *faults, const char *spec);

/**
 * viortc_fault_name - list the names of faults
 * @index: Counts from 0.
 * @about: Receives a line of explanation, if not NULL.
 *
 * Context: Any.
 * Return: The name, NULL if @index is past the last.
 */
const char *viortc_fault_name(unsigned int index, const char **about);

/**
 * viortc_faults_apply - spoil an answer
 * @faults: The faults of the device, applied in the order of addition; of several
 *	fates the last one counts.
 * @req: For a response, the request's bytes (the first two tell its type); NULL
 *	for a notification.
 * @req_len: Their number.
 * @capacity: The room in the driver's buffer.
 * @answer: In: buf and len as the model gave them. Out: the rest too, and the
 *	bytes at buf changed.
 *
 * Context: Any.
 */
void viortc_faults_apply(struct viortc_faults *faults, const void *req, size_t req_len,
			 size_t capacity, struct viortc_fault_answer *answer);

/**
 * viortc_faults_storm - whether to send a notification that no alarm explains
 * @faults: The faults of the device.
 * @buf: Receives the notification.
 * @capacity: The room there.
 *
 * To be asked when an alarmq buffer is available and viortc_model_pending()
 * says no; viortc_faults_apply() is then called as for any notification.
 *
 * Context: Any.
 * Return: The number of bytes written to @buf, 0 if there is no storm (any
 * more), or no room.
 */
size_t viortc_faults_storm(struct viortc_faults *faults, void *buf, size_t capacity);

#endif /* _VIRTIO_RTC_FAULT_H */
