/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the requestq knows of a clock: its share of the slots, and how quick it is.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SHARE_H_
#define _VIRTIO_RTC_SHARE_H_

#include <linux/types.h>

/**
 * struct viortc_share - what is known of requests about a clock; zero at first
 * @in_flight: slots that they have
 * @latency_ns: what their answers took lately once the notification was sent, a
 *	moving average in ns: how long it pays to look for one before sleeping
 *
 * Lives until all tasks have left and each slot was put back.
 */
struct viortc_share {
	unsigned int in_flight;
	u32 latency_ns;
};

#endif /* _VIRTIO_RTC_SHARE_H_ */
