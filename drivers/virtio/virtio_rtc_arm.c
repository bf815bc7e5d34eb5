// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counter of Arm: the virtual count of the Generic Timer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/clocksource_ids.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_internal.h"

static const enum clocksource_ids viortc_arm_cs_ids[] = {
	CSID_ARM_ARCH_COUNTER,
	CSID_GENERIC,
};

const struct viortc_counter viortc_counter = {
	.hw_counter = VIRTIO_RTC_COUNTER_ARM_VCT,
	.cs_ids = viortc_arm_cs_ids,
};
