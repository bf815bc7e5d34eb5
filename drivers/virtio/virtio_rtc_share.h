/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a clock has of the requestq: its share of the slots.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SHARE_H_
#define _VIRTIO_RTC_SHARE_H_

#include <linux/types.h>

/**
 * struct viortc_share - what a clock has of the slots; zero at first
 * @in_flight: slots in use for requests about the clock
 * @stalled: type of the message that had no answer in time, 0 if an answer about
 *	the clock has come since
 * @next_try: when a reading that is to be brief may wait again, in jiffies
 *
 * Lives until all tasks have left and each slot was put back.
 */
struct viortc_share {
	unsigned int in_flight;
	u16 stalled;
	unsigned long next_try;
};

#endif /* _VIRTIO_RTC_SHARE_H_ */
