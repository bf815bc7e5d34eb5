// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Other people's devices, as far as a driver can tell them apart.
 *
 * What a device does with requests that no driver makes (too short, or with too
 * little room) is not among this.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <uapi/linux/virtio_rtc.h>

#include "personalities.h"

#define VIORTC_SIM_UTC		{ .type = VIRTIO_RTC_CLOCK_UTC }
#define VIORTC_SIM_MAY_SMEAR	{ .type = VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED }

/* ENODEV is right for alarms that are not there, EOPNOTSUPP and EINVAL are not. */
#define VIORTC_SIM_ALARMS_EOPNOTSUPP		\
	"other-status=0x0302,type=read-alarm\n"	\
	"other-status=0x0302,type=set-alarm\n"	\
	"other-status=0x0302,type=set-alarm-enabled"
#define VIORTC_SIM_UNKNOWN_EINVAL		\
	"other-status=0x0304\n"			\
	"wrong-status=4,type=unknown"

static const struct viortc_sim_personality viortc_sim_personalities[] = {
	{
		.name = "qemu",
		.about = "virtio-rtc of QEMU 11",
		.clocks = { VIORTC_SIM_UTC },
		.num_clocks = 1,
		/* It has an answer to questions about any counter. */
		.faults = "coarse=1000,type=read\n"
			  "other-status=0x0200,type=cross-cap\n"
			  VIORTC_SIM_ALARMS_EOPNOTSUPP,
	}, {
		.name = "vhost-device-rtc",
		.about = "vhost-device-rtc 0.1.0: UTC is said to be smeared",
		.clocks = {
			{ .type = VIRTIO_RTC_CLOCK_UTC_SMEARED, .alarm = true },
			{ .type = VIRTIO_RTC_CLOCK_TAI, .alarm = true,
			  .offset_ns = 37000000000LL },
			{ .type = VIRTIO_RTC_CLOCK_MONOTONIC, .alarm = true,
			  .base = VIORTC_SIM_RAW },
		},
		.num_clocks = 3,
		.faults = VIORTC_SIM_UNKNOWN_EINVAL,
	}, {
		.name = "cloud-hypervisor",
		.about = "cloud-hypervisor --rtc",
		.clocks = { VIORTC_SIM_MAY_SMEAR },
		.num_clocks = 1,
		.faults = VIORTC_SIM_ALARMS_EOPNOTSUPP,
	}, {
		.name = "openvmm",
		.about = "OpenVMM",
		.clocks = { VIORTC_SIM_MAY_SMEAR },
		.num_clocks = 1,
	}, {
		.name = "5bsd",
		.about = "bhyve of 5BSD: alarms survive resets",
		.clocks = {
			{ .type = VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED,
			  .alarm = true },
		},
		.num_clocks = 1,
		.retain_alarms = true,
	}, {
		.name = "gem5",
		.about = "gem5, as proposed: UTC is said to be smeared",
		.clocks = { { .type = VIRTIO_RTC_CLOCK_UTC_SMEARED } },
		.num_clocks = 1,
		.faults = VIORTC_SIM_ALARMS_EOPNOTSUPP,
	}, {
		.name = "libkrun",
		.about = "forks of libkrun: there seems to be an alarm",
		.clocks = { VIORTC_SIM_UTC },
		.num_clocks = 1,
		.faults = "alarm-flag\n" VIORTC_SIM_UNKNOWN_EINVAL,
	}, {
		.name = "wrong-counter",
		.about = "a branch of cloud-hypervisor: the host's counter",
		.clocks = {
			{ .type = VIRTIO_RTC_CLOCK_UTC, .cross = true },
			{ .type = VIRTIO_RTC_CLOCK_MONOTONIC, .cross = true,
			  .base = VIORTC_SIM_RAW },
		},
		.num_clocks = 2,
		.faults = "counter-offset=0x123456789abc\n"
			  VIORTC_SIM_ALARMS_EOPNOTSUPP,
	},
};

const struct viortc_sim_personality *viortc_sim_personality(unsigned int index)
{
	if (index >= ARRAY_SIZE(viortc_sim_personalities))
		return NULL;

	return &viortc_sim_personalities[index];
}
EXPORT_SYMBOL_GPL(viortc_sim_personality);

const struct viortc_sim_personality *
viortc_sim_find_personality(const char *name)
{
	const struct viortc_sim_personality *personality;
	unsigned int i;

	for (i = 0; (personality = viortc_sim_personality(i)); i++)
		if (sysfs_streq(name, personality->name))
			return personality;

	return NULL;
}
EXPORT_SYMBOL_GPL(viortc_sim_find_personality);
