// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user's side of the simulated device: from a directory to a device, and back.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "../virtio_rtc_compat.h"
#include "configfs_dirs.h"
#include "configfs_plug.h"
#include "personalities.h"
#include "sim.h"

static struct viortc_sim *viortc_sim_dir_create(struct viortc_sim_dir *dir)
{
	struct viortc_sim_clock_config *configs;
	struct viortc_sim_config config = dir->config;
	struct viortc_sim_clock_dir *clock;
	struct viortc_sim *sim;
	u16 id = 0;

	configs = kvzalloc_objs(*configs, dir->num_clocks);
	if (!configs)
		return ERR_PTR(-ENOMEM);

	list_for_each_entry(clock, &dir->clocks, entry)
		configs[id++] = clock->config;

	config.name = config_item_name(&dir->group.cg_item);
	config.clocks = configs;
	config.num_clocks = dir->num_clocks;
	if (dir->personality && !dir->num_clocks) {
		config.clocks = dir->personality->clocks;
		config.num_clocks = dir->personality->num_clocks;
	}
	config.faults = &dir->faults;
	sim = viortc_sim_create(&config);
	kvfree(configs);
	if (IS_ERR(sim))
		return sim;

	id = 0;
	list_for_each_entry(clock, &dir->clocks, entry)
		WRITE_ONCE(clock->id, id++);

	return sim;
}

void viortc_sim_dir_unplug(struct viortc_sim_dir *dir)
{
	struct viortc_sim_clock_dir *clock;
	struct viortc_sim *sim;

	mutex_lock(&dir->lock);
	sim = dir->sim;
	dir->sim = NULL;
	dir->live = false;
	list_for_each_entry(clock, &dir->clocks, entry)
		WRITE_ONCE(clock->id, VIORTC_SIM_NO_ID);
	mutex_unlock(&dir->lock);

	viortc_sim_destroy(sim);
}

int viortc_sim_dir_plug(struct viortc_sim_dir *dir)
{
	struct viortc_sim *sim;
	int err;

	mutex_lock(&dir->lock);
	sim = viortc_sim_dir_create(dir);
	if (!IS_ERR(sim))
		dir->sim = sim;
	mutex_unlock(&dir->lock);
	if (IS_ERR(sim))
		return PTR_ERR(sim);

	err = viortc_sim_plug(sim);
	if (err) {
		viortc_sim_dir_unplug(dir);
		return err;
	}

	mutex_lock(&dir->lock);
	dir->live = true;
	mutex_unlock(&dir->lock);

	return 0;
}
