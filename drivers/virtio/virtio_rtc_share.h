/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the requestq knows of a clock: its share of the slots, and its answers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SHARE_H_
#define _VIRTIO_RTC_SHARE_H_

#include <linux/types.h>

/**
 * struct viortc_share - what is known of requests about a clock; zero at first
 * @in_flight: slots that they have
 * @owed: how many of these the device has, with nobody waiting for the answer
 * @stalled: type of the message that had no answer in time, 0 if an answer about
 *	the clock has come since
 * @latency_ns: what their answers took lately once the notification was sent, a moving
 *	average in ns: whether it pays to look for one before sleeping.  It is learnt
 *	from who looked, as the end of a sleep comes later than the answer.
 * @slow: how many had to be waited for since it does not pay
 * @next_try: when a reading that is to be brief may wait again, in jiffies
 *
 * Lives until all tasks have left and each slot was put back.
 */
struct viortc_share {
	unsigned int in_flight;
	unsigned int owed;
	u16 stalled;
	u32 latency_ns;
	u32 slow;
	unsigned long next_try;
};

#endif /* _VIRTIO_RTC_SHARE_H_ */
