/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a clock has cross-timestamps at this time.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_OFFER_H_
#define _VIRTIO_RTC_OFFER_H_

#include <linux/types.h>

/**
 * struct viortc_offer - whether there are any; zero at first, and there are some
 * @state: bits: there are none; the device has been silent when it was asked for one
 * @failures: how many have failed since the last one that did not
 * @interval: how long until the next try while there are none, in jiffies; 0 at first
 * @next_try: when that is, in jiffies
 *
 * Without a lock: of tasks that learn something at the same time one wins, and the
 * next call puts right what the others have learnt.
 */
struct viortc_offer {
	unsigned long state;
	unsigned int failures;
	unsigned long interval;
	unsigned long next_try;
};

/**
 * enum viortc_attempt - what a cross-timestamp is taken for
 * @VIORTC_ATTEMPT_NONE: none is taken: the device is silent about them
 * @VIORTC_ATTEMPT_USUAL: there are some, as far as is known
 * @VIORTC_ATTEMPT_IN_DOUBT: many have failed; that the clock can be read is known
 * @VIORTC_ATTEMPT_BESIDES: there are none; somebody asks all the same
 * @VIORTC_ATTEMPT_TRY: there are none; this finds out whether there are some again
 */
enum viortc_attempt {
	VIORTC_ATTEMPT_NONE,
	VIORTC_ATTEMPT_USUAL,
	VIORTC_ATTEMPT_IN_DOUBT,
	VIORTC_ATTEMPT_BESIDES,
	VIORTC_ATTEMPT_TRY,
};

/**
 * enum viortc_offer_change - what an attempt has changed
 * @VIORTC_OFFER_SAME: nothing
 * @VIORTC_OFFER_LOST: there are none any more
 * @VIORTC_OFFER_REGAINED: there are some again
 */
enum viortc_offer_change {
	VIORTC_OFFER_SAME,
	VIORTC_OFFER_LOST,
	VIORTC_OFFER_REGAINED,
};

/* Context of all: any. */

/**
 * viortc_offer_is_lost() - tell whether there are none
 * @offer: offer
 *
 * Return: true if so.
 */
bool viortc_offer_is_lost(const struct viortc_offer *offer);

/**
 * viortc_offer_is_silent() - tell whether the device owes answers about them
 * @offer: offer
 *
 * Return: true from the first time that it was silent until there are some again.
 */
bool viortc_offer_is_silent(const struct viortc_offer *offer);

/**
 * viortc_offer_is_in_doubt() - tell whether so many have failed that it is no accident
 * @offer: offer
 *
 * Return: true if the next one decides, once the clock was read.
 */
bool viortc_offer_is_in_doubt(const struct viortc_offer *offer);

/**
 * viortc_offer_take_turn() - while there are none: is it time for a try, and for this task?
 * @offer: offer
 *
 * Return: true if so, which is once in each interval.
 */
bool viortc_offer_take_turn(struct viortc_offer *offer);

/**
 * viortc_offer_note() - learn from an attempt
 * @offer: offer
 * @attempt: what it was for
 * @err: 0 or a negative errno.  -EOPNOTSUPP, as the system's clock does not run on the
 *	counter, is believed at once; any other that says something of the device, once
 *	it was in doubt; and what is the caller's or the time's fault not at all.
 *
 * Return: what it has changed.
 */
enum viortc_offer_change viortc_offer_note(struct viortc_offer *offer,
					   enum viortc_attempt attempt, int err);

/**
 * viortc_offer_lose() - there are none, as is known without an attempt
 * @offer: offer
 * @err: why, a negative errno
 *
 * Return: what that has changed.
 */
enum viortc_offer_change viortc_offer_lose(struct viortc_offer *offer, int err);

#endif /* _VIRTIO_RTC_OFFER_H_ */
