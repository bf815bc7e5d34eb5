// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a clock has cross-timestamps at this time.
 *
 *                   -EOPNOTSUPP, or a failure in doubt
 *   there are some ------------------------------------> there are none
 *         ^                                                    |
 *         +----------------------------------------------------+
 *                        a try that succeeds
 *
 * PTP's users choose one way to read a clock and keep to it, so it does not change
 * for a single failure, nor as often as a device may have some and have none.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "virtio_rtc_deadline.h"
#include "virtio_rtc_offer.h"

/* Bits of the state */
#define VIORTC_OFFER_IS_LOST	0
#define VIORTC_OFFER_IS_SILENT	1

/* As many failures in succession are no accident, nor is one without an answer. */
#define VIORTC_OFFER_FAILURES	8

/* From one try to the next while there are none: twice as long each time that one fails. */
#define VIORTC_OFFER_INTERVAL		(10UL * HZ)
#define VIORTC_OFFER_INTERVAL_MAX	(160UL * HZ)

bool viortc_offer_is_lost(const struct viortc_offer *offer)
{
	return test_bit(VIORTC_OFFER_IS_LOST, &offer->state);
}

bool viortc_offer_is_silent(const struct viortc_offer *offer)
{
	return test_bit(VIORTC_OFFER_IS_SILENT, &offer->state);
}

bool viortc_offer_is_in_doubt(const struct viortc_offer *offer)
{
	return READ_ONCE(offer->failures) >= VIORTC_OFFER_FAILURES;
}

/* Put the next try off. */
static void viortc_offer_wait(struct viortc_offer *offer, unsigned long interval)
{
	WRITE_ONCE(offer->interval, interval);
	WRITE_ONCE(offer->next_try, jiffies + interval);
}

bool viortc_offer_take_turn(struct viortc_offer *offer)
{
	unsigned long next = READ_ONCE(offer->next_try);

	return !viortc_is_before(next, VIORTC_OFFER_INTERVAL_MAX) &&
	       cmpxchg(&offer->next_try, next,
		       jiffies + READ_ONCE(offer->interval)) == next;
}

enum viortc_offer_change viortc_offer_lose(struct viortc_offer *offer, int err)
{
	viortc_offer_wait(offer, VIORTC_OFFER_INTERVAL);
	if (err == -ETIMEDOUT)
		set_bit(VIORTC_OFFER_IS_SILENT, &offer->state);

	return test_and_set_bit(VIORTC_OFFER_IS_LOST, &offer->state) ?
	       VIORTC_OFFER_SAME : VIORTC_OFFER_LOST;
}

static enum viortc_offer_change viortc_offer_regain(struct viortc_offer *offer)
{
	WRITE_ONCE(offer->failures, 0);
	clear_bit(VIORTC_OFFER_IS_SILENT, &offer->state);

	return test_and_clear_bit(VIORTC_OFFER_IS_LOST, &offer->state) ?
	       VIORTC_OFFER_REGAINED : VIORTC_OFFER_SAME;
}

/* Does a failure say something of the device? */
static bool viortc_offer_counts(int err)
{
	switch (err) {
	case -EIO:
	case -EPROTO:
	case -EINVAL:
	case -ERANGE:
	case -EOVERFLOW:
	case -ETIMEDOUT:
		return true;
	default:
		return false;
	}
}

enum viortc_offer_change viortc_offer_note(struct viortc_offer *offer,
					   enum viortc_attempt attempt, int err)
{
	bool was_lost = attempt == VIORTC_ATTEMPT_BESIDES ||
			attempt == VIORTC_ATTEMPT_TRY;

	if (!err && attempt == VIORTC_ATTEMPT_TRY)
		return viortc_offer_regain(offer);
	if (!err && !was_lost)
		WRITE_ONCE(offer->failures, 0);
	if (err == -EOPNOTSUPP)
		return viortc_offer_lose(offer, err);
	if (!viortc_offer_counts(err))
		return VIORTC_OFFER_SAME;
	if (attempt == VIORTC_ATTEMPT_IN_DOUBT)
		return viortc_offer_lose(offer, err);

	if (was_lost && err == -ETIMEDOUT)
		set_bit(VIORTC_OFFER_IS_SILENT, &offer->state);
	if (attempt == VIORTC_ATTEMPT_TRY)
		viortc_offer_wait(offer, min(2 * READ_ONCE(offer->interval),
					     VIORTC_OFFER_INTERVAL_MAX));
	if (!was_lost)
		WRITE_ONCE(offer->failures, err == -ETIMEDOUT ?
			   VIORTC_OFFER_FAILURES :
			   READ_ONCE(offer->failures) + 1);

	return VIORTC_OFFER_SAME;
}
