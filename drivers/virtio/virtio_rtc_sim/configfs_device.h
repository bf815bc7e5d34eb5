/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user's side of the simulated device: the directory of a device.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_CONFIGFS_DEVICE_H_
#define _VIRTIO_RTC_SIM_CONFIGFS_DEVICE_H_

struct viortc_sim_dir;

/**
 * viortc_sim_dir_make() - make the directory of a device
 * @name: its name
 *
 * The device has the default of each attribute, no clocks, and is not live.
 *
 * Context: Process context, may sleep.
 * Return: the directory, or NULL when there is no memory for it.
 */
struct viortc_sim_dir *viortc_sim_dir_make(const char *name);

#endif /* _VIRTIO_RTC_SIM_CONFIGFS_DEVICE_H_ */
