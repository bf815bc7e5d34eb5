/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user's side of the simulated device: from a directory to a device, and back.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_CONFIGFS_PLUG_H_
#define _VIRTIO_RTC_SIM_CONFIGFS_PLUG_H_

struct viortc_sim_dir;

/**
 * viortc_sim_dir_plug() - make and plug the device that a directory describes
 * @dir: directory, which has no device
 *
 * Context: Process context, may sleep; &viortc_sim_dir.live_lock is held.
 * Return: 0, -ENOMEM, or an errno of viortc_sim_create() or viortc_sim_plug();
 *	then there is no device.
 */
int viortc_sim_dir_plug(struct viortc_sim_dir *dir);

/**
 * viortc_sim_dir_unplug() - unplug and destroy the device of a directory
 * @dir: directory, with a device or without
 *
 * Context: Process context, may sleep; &viortc_sim_dir.live_lock is held, or
 *	nobody else has @dir any more.
 */
void viortc_sim_dir_unplug(struct viortc_sim_dir *dir);

#endif /* _VIRTIO_RTC_SIM_CONFIGFS_PLUG_H_ */
