// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots: room for the requests that are under way, and who gets how much of it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/minmax.h>
#include <linux/slab.h>

#include "virtio_rtc_slots.h"

/* While answers are owed, what is no reading leaves as many slots more to readings. */
#define VIORTC_RESERVE_MIN	2u
#define VIORTC_RESERVE_PART	4

void viortc_slots_init(struct viortc_slots *slots)
{
	slots->slot = NULL;
	slots->num = 0;
	slots->num_free = 0;
	slots->owed = 0;
	INIT_LIST_HEAD(&slots->free);
}

int viortc_slots_alloc(struct viortc_slots *slots, unsigned int num)
{
	struct viortc_slot *slot;

	slots->slot = kzalloc_objs(*slots->slot, num);
	if (!slots->slot)
		return -ENOMEM;

	slots->num = num;
	slots->num_free = num;
	for (slot = slots->slot; slot < slots->slot + num; slot++) {
		init_completion(&slot->done);
		sg_init_one(&slot->out, slot->req, sizeof(slot->req));
		sg_init_one(&slot->in, slot->resp, sizeof(slot->resp));
		list_add_tail(&slot->free, &slots->free);
	}

	return 0;
}

void viortc_slots_free(struct viortc_slots *slots)
{
	kfree(slots->slot);
	viortc_slots_init(slots);
}

bool viortc_slots_allow(const struct viortc_slots *slots,
			const struct viortc_share *share, bool reading)
{
	unsigned int num_free = READ_ONCE(slots->num_free);
	unsigned int in_flight = READ_ONCE(share->in_flight);
	unsigned int owed;

	if (likely(reading))
		return num_free > in_flight;

	owed = READ_ONCE(share->owed);
	/* Fewer would leave nothing to clocks that are owed nothing. */
	if (slots->num >= 2 * VIORTC_RESERVE_MIN)
		owed += READ_ONCE(slots->owed);

	if (likely(!owed))
		return num_free > in_flight;

	return num_free > in_flight + max(slots->num / VIORTC_RESERVE_PART,
					  VIORTC_RESERVE_MIN);
}

struct viortc_slot *viortc_slots_take(struct viortc_slots *slots,
				      struct viortc_share *share, bool reading)
{
	struct viortc_slot *slot;

	slot = list_first_entry(&slots->free, struct viortc_slot, free);
	list_del(&slot->free);
	WRITE_ONCE(slots->num_free, slots->num_free - 1);
	WRITE_ONCE(share->in_flight, share->in_flight + 1);
	slot->share = share;
	slot->reading = reading;
	slot->owned = true;

	return slot;
}

static void viortc_slots_put(struct viortc_slots *slots,
			     struct viortc_slot *slot)
{
	struct viortc_share *share = slot->share;

	WRITE_ONCE(share->in_flight, share->in_flight - 1);
	list_add(&slot->free, &slots->free);
	WRITE_ONCE(slots->num_free, slots->num_free + 1);
}

bool viortc_slots_leave(struct viortc_slots *slots, struct viortc_slot *slot)
{
	struct viortc_share *share = slot->share;

	slot->owned = false;
	if (slot->queued) {
		WRITE_ONCE(share->owed, share->owed + 1);
		WRITE_ONCE(slots->owed, slots->owed + !slot->reading);
		return false;
	}
	viortc_slots_put(slots, slot);

	return true;
}

bool viortc_slots_return(struct viortc_slots *slots, struct viortc_slot *slot)
{
	struct viortc_share *share = slot->share;

	slot->queued = false;
	if (slot->owned)
		return false;
	WRITE_ONCE(share->owed, share->owed - 1);
	WRITE_ONCE(slots->owed, slots->owed - !slot->reading);
	viortc_slots_put(slots, slot);

	return true;
}
