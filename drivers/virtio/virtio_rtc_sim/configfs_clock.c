// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user's side of the simulated device: the directory of a clock.
 *
 * Documentation/admin-guide/virtio_rtc_sim.rst is what this keeps to.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_compat.h"
#include "configfs_clock.h"
#include "configfs_dirs.h"

static struct viortc_sim_clock_dir *to_clock_dir(struct config_item *item)
{
	return container_of(item, struct viortc_sim_clock_dir, item);
}

/* Names of values; a value without a name is written as a number. */

static const char * const viortc_sim_types[] = {
	[VIRTIO_RTC_CLOCK_UTC] = "utc",
	[VIRTIO_RTC_CLOCK_TAI] = "tai",
	[VIRTIO_RTC_CLOCK_MONOTONIC] = "monotonic",
	[VIRTIO_RTC_CLOCK_UTC_SMEARED] = "utc-smeared",
	[VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED] = "utc-maybe-smeared",
};

static const char * const viortc_sim_variants[] = {
	[VIRTIO_RTC_SMEAR_UNSPECIFIED] = "unspecified",
	[VIRTIO_RTC_SMEAR_NOON_LINEAR] = "noon-linear",
	[VIRTIO_RTC_SMEAR_UTC_SLS] = "utc-sls",
};

static const char * const viortc_sim_bases[] = {
	[VIORTC_SIM_REALTIME] = "realtime",
	[VIORTC_SIM_RAW] = "raw",
};

static ssize_t viortc_sim_show_named(char *page, const char * const *names,
				     size_t num_names, u8 value)
{
	if (value < num_names)
		return sysfs_emit(page, "%s\n", names[value]);

	return sysfs_emit(page, "%u\n", value);
}

static int viortc_sim_parse_named(const char *page, const char * const *names,
				  size_t num_names, u8 *value)
{
	int index = __sysfs_match_string(names, num_names, page);

	if (index < 0)
		return kstrtou8(page, 0, value);
	*value = index;

	return 0;
}

/* Attributes of a clock */

static ssize_t viortc_sim_clock_type_show(struct config_item *item, char *page)
{
	return viortc_sim_show_named(page, viortc_sim_types,
				     ARRAY_SIZE(viortc_sim_types),
				     to_clock_dir(item)->config.type);
}

static ssize_t viortc_sim_clock_type_store(struct config_item *item,
					   const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	int err;
	u8 type;

	err = viortc_sim_parse_named(page, viortc_sim_types,
				     ARRAY_SIZE(viortc_sim_types), &type);
	if (!err)
		err = viortc_sim_set_fixed(clock->dir, clock->config.type,
					   type);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_clock_, type);

static ssize_t viortc_sim_clock_variant_show(struct config_item *item,
					     char *page)
{
	return viortc_sim_show_named(page, viortc_sim_variants,
				     ARRAY_SIZE(viortc_sim_variants),
				     to_clock_dir(item)->config.smearing);
}

static ssize_t viortc_sim_clock_variant_store(struct config_item *item,
					      const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	u8 smearing;
	int err;

	err = viortc_sim_parse_named(page, viortc_sim_variants,
				     ARRAY_SIZE(viortc_sim_variants),
				     &smearing);
	if (!err)
		err = viortc_sim_set_fixed(clock->dir, clock->config.smearing,
					   smearing);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_clock_, variant);

static ssize_t viortc_sim_clock_base_show(struct config_item *item, char *page)
{
	return viortc_sim_show_named(page, viortc_sim_bases,
				     ARRAY_SIZE(viortc_sim_bases),
				     to_clock_dir(item)->config.base);
}

static ssize_t viortc_sim_clock_base_store(struct config_item *item,
					   const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	int base = sysfs_match_string(viortc_sim_bases, page);
	int err = base;

	if (base >= 0)
		err = viortc_sim_set_fixed(clock->dir, clock->config.base,
					   base);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_clock_, base);

static ssize_t viortc_sim_clock_alarm_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", to_clock_dir(item)->config.alarm);
}

static ssize_t viortc_sim_clock_alarm_store(struct config_item *item,
					    const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	bool alarm;
	int err;

	err = kstrtobool(page, &alarm);
	if (!err)
		err = viortc_sim_set_fixed(clock->dir, clock->config.alarm,
					   alarm);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_clock_, alarm);

static ssize_t viortc_sim_clock_cross_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", to_clock_dir(item)->config.cross);
}

static ssize_t viortc_sim_clock_cross_store(struct config_item *item,
					    const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	bool cross;
	int err;

	err = kstrtobool(page, &cross);
	if (!err)
		err = viortc_sim_set_fixed(clock->dir, clock->config.cross,
					   cross);

	return err ?: count;
}
CONFIGFS_ATTR(viortc_sim_clock_, cross);

static ssize_t viortc_sim_clock_offset_ns_show(struct config_item *item,
					       char *page)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	s64 offset_ns;

	mutex_lock(&clock->dir->lock);
	offset_ns = clock->config.offset_ns;
	mutex_unlock(&clock->dir->lock);

	return sysfs_emit(page, "%lld\n", offset_ns);
}

static ssize_t viortc_sim_clock_offset_ns_store(struct config_item *item,
						const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	s64 offset_ns;
	int err;

	err = kstrtos64(page, 0, &offset_ns);
	if (err)
		return err;

	mutex_lock(&clock->dir->lock);
	clock->config.offset_ns = offset_ns;
	if (clock->id != VIORTC_SIM_NO_ID)
		viortc_sim_set_offset(clock->dir->sim, clock->id, offset_ns);
	mutex_unlock(&clock->dir->lock);

	return count;
}
CONFIGFS_ATTR(viortc_sim_clock_, offset_ns);

static ssize_t viortc_sim_clock_drift_ppb_show(struct config_item *item,
					       char *page)
{
	return sysfs_emit(page, "%d\n", to_clock_dir(item)->config.drift_ppb);
}

static ssize_t viortc_sim_clock_drift_ppb_store(struct config_item *item,
						const char *page, size_t count)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	s32 drift_ppb;
	int err;

	err = kstrtos32(page, 0, &drift_ppb);
	if (err)
		return err;
	if (drift_ppb > VIORTC_SIM_DRIFT_MAX ||
	    drift_ppb < -VIORTC_SIM_DRIFT_MAX)
		return -ERANGE;

	mutex_lock(&clock->dir->lock);
	clock->config.drift_ppb = drift_ppb;
	if (clock->id != VIORTC_SIM_NO_ID)
		viortc_sim_set_drift(clock->dir->sim, clock->id, drift_ppb);
	mutex_unlock(&clock->dir->lock);

	return count;
}
CONFIGFS_ATTR(viortc_sim_clock_, drift_ppb);

static ssize_t viortc_sim_clock_id_show(struct config_item *item, char *page)
{
	int id = READ_ONCE(to_clock_dir(item)->id);

	if (id == VIORTC_SIM_NO_ID)
		return sysfs_emit(page, "\n");

	return sysfs_emit(page, "%d\n", id);
}
CONFIGFS_ATTR_RO(viortc_sim_clock_, id);

static ssize_t viortc_sim_clock_reading_show(struct config_item *item,
					     char *page)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	ssize_t len = -ENODEV;

	mutex_lock(&clock->dir->lock);
	if (clock->id != VIORTC_SIM_NO_ID)
		len = sysfs_emit(page, "%llu\n",
				 viortc_sim_reading(clock->dir->sim,
						    clock->id));
	mutex_unlock(&clock->dir->lock);

	return len;
}
CONFIGFS_ATTR_RO(viortc_sim_clock_, reading);

static ssize_t viortc_sim_clock_last_read_show(struct config_item *item,
					       char *page)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);
	struct viortc_sim_sample sample = {};

	mutex_lock(&clock->dir->lock);
	if (clock->id != VIORTC_SIM_NO_ID)
		viortc_sim_last_sample(clock->dir->sim, clock->id, &sample);
	mutex_unlock(&clock->dir->lock);

	return sysfs_emit(page, "%llu %llu %llu %lld %lld\n", sample.count,
			  sample.reading, sample.cycles, sample.realtime,
			  sample.monoraw);
}
CONFIGFS_ATTR_RO(viortc_sim_clock_, last_read);

static struct configfs_attribute *viortc_sim_clock_attrs[] = {
	&viortc_sim_clock_attr_type,
	&viortc_sim_clock_attr_variant,
	&viortc_sim_clock_attr_base,
	&viortc_sim_clock_attr_alarm,
	&viortc_sim_clock_attr_cross,
	&viortc_sim_clock_attr_offset_ns,
	&viortc_sim_clock_attr_drift_ppb,
	&viortc_sim_clock_attr_id,
	&viortc_sim_clock_attr_reading,
	&viortc_sim_clock_attr_last_read,
	NULL
};

static void viortc_sim_clock_release(struct config_item *item)
{
	struct viortc_sim_clock_dir *clock = to_clock_dir(item);

	config_group_put(&clock->dir->group);
	kfree(clock);
}

static struct configfs_item_operations viortc_sim_clock_item_ops = {
	.release = viortc_sim_clock_release,
};

static const struct config_item_type viortc_sim_clock_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &viortc_sim_clock_item_ops,
	.ct_attrs = viortc_sim_clock_attrs,
};

struct viortc_sim_clock_dir *
viortc_sim_clock_dir_make(struct viortc_sim_dir *dir, const char *name)
{
	struct viortc_sim_clock_dir *clock;

	clock = kzalloc_obj(*clock);
	if (!clock)
		return NULL;

	/* It may be in use for longer than the list that it is in. */
	config_item_get(&dir->group.cg_item);
	clock->dir = dir;
	clock->id = VIORTC_SIM_NO_ID;
	config_item_init_type_name(&clock->item, name, &viortc_sim_clock_type);

	return clock;
}
