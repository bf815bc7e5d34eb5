/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times that something is put off until.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_DEADLINE_H_
#define _VIRTIO_RTC_DEADLINE_H_

#include <linux/jiffies.h>

/**
 * viortc_is_before() - is a time still to come?
 * @when: the time, in jiffies
 * @most: how far ahead it was at most when it was chosen, in jiffies
 *
 * With 32 bits a time that is some weeks past looks as if it were to come, but further
 * ahead than it can be.
 *
 * Context: Any.
 * Return: whether it is.
 */
static inline bool viortc_is_before(unsigned long when, unsigned long most)
{
	unsigned long now = jiffies;

	return time_before(now, when) && when - now <= most;
}

/**
 * viortc_time_until() - tell how long it is until an instant
 * @when: an instant, in jiffies
 *
 * Return: the time in jiffies, 0 if it has passed.
 */
static inline unsigned long viortc_time_until(unsigned long when)
{
	long left = when - jiffies;

	return left > 0 ? left : 0;
}

#endif /* _VIRTIO_RTC_DEADLINE_H_ */
