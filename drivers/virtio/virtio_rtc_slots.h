/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slots: room for the requests that are under way, and who gets how much of it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SLOTS_H_
#define _VIRTIO_RTC_SLOTS_H_

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_share.h"

/* The largest request and the largest answer, in bytes (D-space) */
#define VIORTC_REQUEST_MAX	24
#define VIORTC_RESPONSE_MAX	24

/**
 * struct viortc_slot - room for one request and its answer
 * @free: entry in the list of free slots
 * @reading: it is for a reading of the clock
 * @queued: the device has the buffers
 * @owned: a task has the slot
 * @sleeping: the task sleeps on @done
 * @stamp: whether @sts is wanted
 * @result: -EINPROGRESS, then the used length or why there is none
 * @share: the share that this slot is counted in
 * @begun_ns: when the request was about to be made available
 * @sent_ns: since when an answer is missing, 0 if nothing is learnt from when it comes
 * @took_ns: how long after @begun_ns the answer was seen
 * @done: completed when there is a result for a sleeping task
 * @sts: system time around the exchange
 * @out: describes @req
 * @in: describes @resp
 * @req: request
 *
 * A slot belongs to a task from the moment it is taken until the task has its
 * result, and to the device from the moment its buffers are made available
 * until they are used or the device was reset.  It is free when it belongs to
 * neither, so a task may leave while the device still holds the buffers.
 */
struct viortc_slot {
	struct list_head free;
	bool reading;
	bool queued;
	bool owned;
	bool sleeping;
	bool stamp;
	int result;
	struct viortc_share *share;
	u64 begun_ns;
	u64 sent_ns;
	u64 took_ns;
	struct completion done;
	struct ptp_system_timestamp sts;
	struct scatterlist out;
	struct scatterlist in;
	u8 req[VIORTC_REQUEST_MAX] __aligned(8);
	/* private: the answer, in cache lines of its own */
	__dma_from_device_group_begin(resp);
	u8 resp[VIORTC_RESPONSE_MAX] __aligned(8);
	__dma_from_device_group_end(resp);
};

/**
 * struct viortc_slots - all slots of a requestq
 * @slot: @num slots, or NULL
 * @num: how many requests can be under way
 * @free: @num_free slots that neither a task nor the device uses
 * @num_free: how many they are
 * @owed: how many the device has, for what is no reading, that no task waits for any more
 *
 * They have no lock of their own but the requestq's, which is held wherever
 * nothing else is said.
 */
struct viortc_slots {
	struct viortc_slot *slot;
	unsigned int num;
	struct list_head free;
	unsigned int num_free;
	unsigned int owed;
};

/**
 * viortc_slots_init() - start without any
 * @slots: slots
 */
void viortc_slots_init(struct viortc_slots *slots);

/**
 * viortc_slots_alloc() - make slots, all of them free
 * @slots: slots, initialised or freed
 * @num: how many, at least one
 *
 * Context: Process context, may sleep, without the lock: nobody uses them yet.
 * Return: 0 or -ENOMEM.
 */
int viortc_slots_alloc(struct viortc_slots *slots, unsigned int num);

/**
 * viortc_slots_free() - give their memory back
 * @slots: slots, all of them free, or none
 *
 * Context: Any context, without the lock: nobody uses them any more.
 */
void viortc_slots_free(struct viortc_slots *slots);

/**
 * viortc_slots_allow() - tell whether a clock may have one slot more
 * @slots: slots
 * @share: the clock's share
 * @reading: whether it is for a reading of the clock
 *
 * Each clock leaves at least as many slots free as it has, so one that is slow
 * or silent does not stop the others.  A device may be silent about one kind of
 * message alone: while it owes the clock an answer that nobody waits for any more, or any
 * clock one to what is no reading, what is no reading leaves a quarter of the slots, and
 * two at least, to readings.  Of few slots that is many: of four, one that is owed leaves
 * its clock none to anything else.  Of fewer each clock counts its own only.
 *
 * Context: Any context; without the lock the answer may be an old one.
 * Return: true if it may.
 */
bool viortc_slots_allow(const struct viortc_slots *slots,
			const struct viortc_share *share, bool reading);

/**
 * viortc_slots_take() - take a free slot for a task
 * @slots: slots, of which @share is allowed one
 * @share: the clock's share
 * @reading: as for viortc_slots_allow()
 *
 * Return: the slot, which the task owns.
 */
struct viortc_slot *viortc_slots_take(struct viortc_slots *slots,
				      struct viortc_share *share, bool reading);

/**
 * viortc_slots_leave() - the task is done with a slot
 * @slots: slots
 * @slot: slot that the task owns
 *
 * Return: true if it is free now, false if the device still has it.
 */
bool viortc_slots_leave(struct viortc_slots *slots, struct viortc_slot *slot);

/**
 * viortc_slots_return() - the device is done with a slot
 * @slots: slots
 * @slot: slot whose buffers it has had
 *
 * Return: true if it is free now, false if a task still has it.
 */
bool viortc_slots_return(struct viortc_slots *slots, struct viortc_slot *slot);

#endif /* _VIRTIO_RTC_SLOTS_H_ */
