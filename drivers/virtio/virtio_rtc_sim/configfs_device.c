// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user's side of the simulated device: the directory of a device.
 *
 * Documentation/admin-guide/virtio_rtc_sim.rst is what this keeps to.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/configfs.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/time64.h>

#include "../virtio_rtc_compat.h"
#include "configfs_clock.h"
#include "configfs_device.h"
#include "configfs_dirs.h"
#include "configfs_plug.h"
#include "faults.h"
#include "personalities.h"
#include "sim.h"

#define VIORTC_SIM_DELAY_US_MAX	(U64_MAX / NSEC_PER_USEC)

static struct viortc_sim_dir *to_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct viortc_sim_dir,
			    group);
}

/* Attributes of a device */

static ssize_t viortc_sim_dir_live_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_dir(item)->live));
}

static ssize_t viortc_sim_dir_live_store(struct config_item *item,
					 const char *page, size_t count)
{
	struct viortc_sim_dir *dir = to_dir(item);
	bool live;
	int err;

	err = kstrtobool(page, &live);
	if (err)
		return err;

	err = mutex_lock_interruptible(&dir->live_lock);
	if (err)
		return err;
	if (live && !dir->live)
		err = viortc_sim_dir_plug(dir);
	else if (!live)
		viortc_sim_dir_unplug(dir);
	mutex_unlock(&dir->live_lock);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_dir_, live);

static ssize_t viortc_sim_dir_dev_name_show(struct config_item *item,
					    char *page)
{
	struct viortc_sim_dir *dir = to_dir(item);
	const char *name = "";
	ssize_t len;

	mutex_lock(&dir->lock);
	if (dir->live)
		name = dev_name(&viortc_sim_vdev(dir->sim)->dev);
	len = sysfs_emit(page, "%s\n", name);
	mutex_unlock(&dir->lock);

	return len;
}
CONFIGFS_ATTR_RO(viortc_sim_dir_, dev_name);

static ssize_t viortc_sim_dir_show_delay(struct config_item *item, char *page,
					 const u64 *delay_ns)
{
	struct viortc_sim_dir *dir = to_dir(item);
	u64 ns;

	mutex_lock(&dir->lock);
	ns = *delay_ns;
	mutex_unlock(&dir->lock);

	return sysfs_emit(page, "%llu\n", div_u64(ns, NSEC_PER_USEC));
}

static ssize_t viortc_sim_dir_store_delay(struct config_item *item,
					  const char *page, size_t count,
					  u64 *delay_ns)
{
	struct viortc_sim_dir *dir = to_dir(item);
	u64 delay_us;
	int err;

	err = kstrtou64(page, 0, &delay_us);
	if (err)
		return err;
	if (delay_us > VIORTC_SIM_DELAY_US_MAX)
		return -ERANGE;

	mutex_lock(&dir->lock);
	*delay_ns = delay_us * NSEC_PER_USEC;
	if (dir->sim)
		viortc_sim_set_delays(dir->sim, dir->config.request_delay_ns,
				      dir->config.response_delay_ns);
	mutex_unlock(&dir->lock);

	return count;
}

static ssize_t viortc_sim_dir_request_delay_us_show(struct config_item *item,
						    char *page)
{
	return viortc_sim_dir_show_delay(item, page,
					 &to_dir(item)->config.request_delay_ns);
}

static ssize_t viortc_sim_dir_request_delay_us_store(struct config_item *item,
						     const char *page,
						     size_t count)
{
	return viortc_sim_dir_store_delay(item, page, count,
					  &to_dir(item)->config.request_delay_ns);
}
CONFIGFS_ATTR(viortc_sim_dir_, request_delay_us);

static ssize_t viortc_sim_dir_response_delay_us_show(struct config_item *item,
						     char *page)
{
	return viortc_sim_dir_show_delay(item, page,
					 &to_dir(item)->config.response_delay_ns);
}

static ssize_t viortc_sim_dir_response_delay_us_store(struct config_item *item,
						      const char *page,
						      size_t count)
{
	return viortc_sim_dir_store_delay(item, page, count,
					  &to_dir(item)->config.response_delay_ns);
}
CONFIGFS_ATTR(viortc_sim_dir_, response_delay_us);

static ssize_t viortc_sim_dir_faults_show(struct config_item *item, char *page)
{
	struct viortc_sim_dir *dir = to_dir(item);
	ssize_t len = 0;

	mutex_lock(&dir->lock);
	if (dir->fault_specs)
		len = sysfs_emit(page, "%s\n", dir->fault_specs);
	mutex_unlock(&dir->lock);

	return len;
}

/* Makes faults of lines of text. */
static int viortc_sim_parse_faults(struct viortc_sim_dir *dir, char *text,
				   struct viortc_faults *faults)
{
	char *line;
	int err;

	while ((line = strsep(&text, "\n"))) {
		if (!*line)
			continue;
		err = viortc_faults_add(faults, line);
		if (err == -ENOENT) {
			pr_err("virtio_rtc_sim: %s: no fault is named like '%s'\n",
			       config_item_name(&dir->group.cg_item), line);
			return -EINVAL;
		}
		if (err)
			return err;
	}

	return 0;
}

/*
 * Replaces the faults by those of @count bytes of text; and at once with them, unless
 * it is NULL, the personality.
 */
static int
viortc_sim_replace_faults(struct viortc_sim_dir *dir,
			  const struct viortc_sim_personality *personality,
			  const char *page, size_t count)
{
	struct viortc_faults faults = {};
	char *specs, *text;
	int err = -ENOMEM;

	specs = kstrndup(page, count, GFP_KERNEL);
	text = kstrndup(page, count, GFP_KERNEL);
	if (!specs || !text)
		goto out;

	strim(specs);
	err = viortc_sim_parse_faults(dir, text, &faults);
	if (err)
		goto out;

	mutex_lock(&dir->lock);
	if (personality && dir->sim) {
		err = -EBUSY;
	} else {
		if (personality) {
			dir->personality = personality;
			dir->config.retain_alarms = personality->retain_alarms;
		}
		dir->faults = faults;
		swap(dir->fault_specs, specs);
		if (dir->sim)
			viortc_sim_set_faults(dir->sim, &faults);
	}
	mutex_unlock(&dir->lock);

out:
	kfree(specs);
	kfree(text);

	return err;
}

static ssize_t viortc_sim_dir_faults_store(struct config_item *item,
					   const char *page, size_t count)
{
	return viortc_sim_replace_faults(to_dir(item), NULL, page, count) ?: count;
}
CONFIGFS_ATTR(viortc_sim_dir_, faults);

static ssize_t viortc_sim_dir_personality_show(struct config_item *item,
					       char *page)
{
	const struct viortc_sim_personality *personality =
		READ_ONCE(to_dir(item)->personality);

	return sysfs_emit(page, "%s\n", personality ? personality->name : "");
}

static ssize_t viortc_sim_dir_personality_store(struct config_item *item,
						const char *page, size_t count)
{
	const struct viortc_sim_personality *personality;
	const char *faults;

	personality = viortc_sim_find_personality(page);
	if (!personality)
		return -EINVAL;
	faults = personality->faults ?: "";

	return viortc_sim_replace_faults(to_dir(item), personality, faults,
					 strlen(faults)) ?: count;
}
CONFIGFS_ATTR(viortc_sim_dir_, personality);

static ssize_t viortc_sim_dir_retain_alarms_show(struct config_item *item,
						 char *page)
{
	return sysfs_emit(page, "%d\n", to_dir(item)->config.retain_alarms);
}

static ssize_t viortc_sim_dir_retain_alarms_store(struct config_item *item,
						  const char *page,
						  size_t count)
{
	struct viortc_sim_dir *dir = to_dir(item);
	bool retain;
	int err;

	err = kstrtobool(page, &retain);
	if (!err)
		err = viortc_sim_set_fixed(dir, dir->config.retain_alarms,
					   retain);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_dir_, retain_alarms);

static ssize_t viortc_sim_dir_queue_size_show(struct config_item *item,
					      char *page)
{
	return sysfs_emit(page, "%u\n", to_dir(item)->config.queue_size);
}

static ssize_t viortc_sim_dir_queue_size_store(struct config_item *item,
					       const char *page, size_t count)
{
	struct viortc_sim_dir *dir = to_dir(item);
	u16 queue_size;
	int err;

	err = kstrtou16(page, 0, &queue_size);
	if (err)
		return err;
	if (!is_power_of_2(queue_size) ||
	    queue_size > VIORTC_SIM_QUEUE_SIZE_MAX)
		return -EINVAL;

	err = viortc_sim_set_fixed(dir, dir->config.queue_size, queue_size);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_dir_, queue_size);

static ssize_t viortc_sim_dir_needs_reset_store(struct config_item *item,
						const char *page, size_t count)
{
	struct viortc_sim_dir *dir = to_dir(item);
	bool fail;
	int err;

	err = kstrtobool(page, &fail);
	if (err)
		return err;

	mutex_lock(&dir->lock);
	if (!dir->live)
		err = -ENODEV;
	else if (fail)
		viortc_sim_set_needs_reset(dir->sim);
	mutex_unlock(&dir->lock);

	return err ?: count;
}
CONFIGFS_ATTR_WO(viortc_sim_dir_, needs_reset);

static void viortc_sim_dir_stats(struct config_item *item,
				 struct viortc_sim_stats *stats)
{
	struct viortc_sim_dir *dir = to_dir(item);

	*stats = (struct viortc_sim_stats) {};
	mutex_lock(&dir->lock);
	if (dir->sim)
		viortc_sim_stats(dir->sim, stats);
	mutex_unlock(&dir->lock);
}

static ssize_t viortc_sim_dir_requests_show(struct config_item *item,
					    char *page)
{
	struct viortc_sim_stats stats;

	viortc_sim_dir_stats(item, &stats);

	return sysfs_emit(page, "%llu\n", stats.requests);
}
CONFIGFS_ATTR_RO(viortc_sim_dir_, requests);

static ssize_t viortc_sim_dir_interrupts_show(struct config_item *item,
					      char *page)
{
	struct viortc_sim_stats stats;

	viortc_sim_dir_stats(item, &stats);

	return sysfs_emit(page, "%llu\n", stats.interrupts);
}
CONFIGFS_ATTR_RO(viortc_sim_dir_, interrupts);

static ssize_t viortc_sim_dir_in_flight_show(struct config_item *item,
					     char *page)
{
	struct viortc_sim_stats stats;

	viortc_sim_dir_stats(item, &stats);

	return sysfs_emit(page, "%llu\n", stats.in_flight);
}
CONFIGFS_ATTR_RO(viortc_sim_dir_, in_flight);

static struct configfs_attribute *viortc_sim_dir_attrs[] = {
	&viortc_sim_dir_attr_live,
	&viortc_sim_dir_attr_dev_name,
	&viortc_sim_dir_attr_request_delay_us,
	&viortc_sim_dir_attr_response_delay_us,
	&viortc_sim_dir_attr_faults,
	&viortc_sim_dir_attr_personality,
	&viortc_sim_dir_attr_retain_alarms,
	&viortc_sim_dir_attr_queue_size,
	&viortc_sim_dir_attr_needs_reset,
	&viortc_sim_dir_attr_requests,
	&viortc_sim_dir_attr_interrupts,
	&viortc_sim_dir_attr_in_flight,
	NULL
};

/* Clocks come and go with their directories. */

static struct config_item *viortc_sim_dir_make_clock(struct config_group *group,
						     const char *name)
{
	struct viortc_sim_dir *dir = to_dir(&group->cg_item);
	struct viortc_sim_clock_dir *clock;

	clock = viortc_sim_clock_dir_make(dir, name);
	if (!clock)
		return ERR_PTR(-ENOMEM);

	mutex_lock(&dir->lock);
	if (dir->num_clocks == U16_MAX) {
		mutex_unlock(&dir->lock);
		config_item_put(&clock->item);
		return ERR_PTR(-ENOSPC);
	}
	list_add_tail(&clock->entry, &dir->clocks);
	dir->num_clocks++;
	mutex_unlock(&dir->lock);

	return &clock->item;
}

static void viortc_sim_dir_drop_clock(struct config_group *group,
				      struct config_item *item)
{
	struct viortc_sim_clock_dir *clock = container_of(item,
							  struct viortc_sim_clock_dir,
							  item);
	struct viortc_sim_dir *dir = to_dir(&group->cg_item);

	mutex_lock(&dir->lock);
	list_del(&clock->entry);
	dir->num_clocks--;
	mutex_unlock(&dir->lock);

	config_item_put(item);
}

static struct configfs_group_operations viortc_sim_dir_group_ops = {
	.make_item = viortc_sim_dir_make_clock,
	.drop_item = viortc_sim_dir_drop_clock,
};

static void viortc_sim_dir_release(struct config_item *item)
{
	struct viortc_sim_dir *dir = to_dir(item);

	/* A device without clocks can be removed while it is live. */
	viortc_sim_dir_unplug(dir);
	kfree(dir->fault_specs);
	kfree(dir);
}

static struct configfs_item_operations viortc_sim_dir_item_ops = {
	.release = viortc_sim_dir_release,
};

static const struct config_item_type viortc_sim_dir_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &viortc_sim_dir_item_ops,
	.ct_group_ops = &viortc_sim_dir_group_ops,
	.ct_attrs = viortc_sim_dir_attrs,
};

struct viortc_sim_dir *viortc_sim_dir_make(const char *name)
{
	struct viortc_sim_dir *dir;

	dir = kzalloc_obj(*dir);
	if (!dir)
		return NULL;

	mutex_init(&dir->live_lock);
	mutex_init(&dir->lock);
	INIT_LIST_HEAD(&dir->clocks);
	dir->config.queue_size = VIORTC_SIM_QUEUE_SIZE;
	config_group_init_type_name(&dir->group, name, &viortc_sim_dir_type);

	return dir;
}
