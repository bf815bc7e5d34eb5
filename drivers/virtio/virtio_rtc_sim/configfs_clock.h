/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user's side of the simulated device: the directory of a clock.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_CONFIGFS_CLOCK_H_
#define _VIRTIO_RTC_SIM_CONFIGFS_CLOCK_H_

struct viortc_sim_clock_dir;
struct viortc_sim_dir;

/**
 * viortc_sim_clock_dir_make() - make the directory of a clock
 * @dir: directory of its device
 * @name: its name
 *
 * The clock has the default of each attribute and is in no list.
 *
 * Context: Process context, may sleep.
 * Return: the directory, which holds a reference to @dir, or NULL when there is
 *	no memory for it.
 */
struct viortc_sim_clock_dir *
viortc_sim_clock_dir_make(struct viortc_sim_dir *dir, const char *name);

#endif /* _VIRTIO_RTC_SIM_CONFIGFS_CLOCK_H_ */
