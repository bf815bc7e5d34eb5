/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user's side of the simulated device: the directories.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_CONFIGFS_DIRS_H_
#define _VIRTIO_RTC_SIM_CONFIGFS_DIRS_H_

#include <linux/configfs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "faults.h"
#include "sim.h"

struct viortc_sim_personality;

#define VIORTC_SIM_NO_ID	-1

/**
 * struct viortc_sim_dir - the directory of a device
 * @group: in configfs
 * @live_lock: held while the device is plugged or unplugged, which may wait for
 *	a driver
 * @lock: protects what follows; never held for long, so that a device can be
 *	changed while a driver probes it
 * @sim: the device as long as it is live, or about to be
 * @live: whether it has been plugged
 * @clocks: directories of the clocks, in the order made
 * @num_clocks: their number
 * @config: what is in the attributes of the device
 * @personality: whose device it is like, or NULL
 * @faults: what is in its attribute of this name
 * @fault_specs: the same as text, or NULL
 */
struct viortc_sim_dir {
	struct config_group group;
	struct mutex live_lock;		/* plugging and unplugging */
	struct mutex lock;		/* what follows */
	struct viortc_sim *sim;
	bool live;
	struct list_head clocks;
	unsigned int num_clocks;
	struct viortc_sim_config config;
	const struct viortc_sim_personality *personality;
	struct viortc_faults faults;
	char *fault_specs;
};

/**
 * struct viortc_sim_clock_dir - the directory of a clock
 * @item: in configfs
 * @entry: in the list of the device, as long as the directory is there
 * @dir: directory of the device, whose lock protects what follows
 * @config: what is in the attributes
 * @id: clock id in a live device, or VIORTC_SIM_NO_ID
 */
struct viortc_sim_clock_dir {
	struct config_item item;
	struct list_head entry;
	struct viortc_sim_dir *dir;
	struct viortc_sim_clock_config config;
	int id;
};

/* Set what may not change while the device is live. */
#define viortc_sim_set_fixed(dir, field, value) ({	\
	struct viortc_sim_dir *__dir = dir;		\
	int __err = 0;					\
							\
	mutex_lock(&__dir->lock);			\
	if (__dir->sim)					\
		__err = -EBUSY;				\
	else						\
		(field) = value;			\
	mutex_unlock(&__dir->lock);			\
	__err;						\
})

#endif /* _VIRTIO_RTC_SIM_CONFIGFS_DIRS_H_ */
