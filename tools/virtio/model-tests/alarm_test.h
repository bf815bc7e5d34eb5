/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that the tests of the device model's alarms share.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef ALARM_TEST_H
#define ALARM_TEST_H

#include <linux/virtio_rtc.h>

#define SEC	1000000000ULL
#define ALL	(~0UL)
#define ON	VIRTIO_RTC_FLAG_ALARM_ENABLED

/* The clock that most tests use, and another one */
#define CLOCK	VIRTIO_RTC_CLOCK_UTC_SMEARED
#define OTHER	VIRTIO_RTC_CLOCK_TAI

#endif /* ALARM_TEST_H */
