// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counter of x86: the time-stamp counter.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/clocksource_ids.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_internal.h"

static const enum clocksource_ids viortc_x86_cs_ids[] = {
	CSID_X86_TSC,
	CSID_X86_TSC_EARLY,
	CSID_GENERIC,
};

const struct viortc_counter viortc_counter = {
	.hw_counter = VIRTIO_RTC_COUNTER_X86_TSC,
	.cs_ids = viortc_x86_cs_ids,
};
