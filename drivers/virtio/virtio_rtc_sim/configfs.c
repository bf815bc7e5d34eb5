// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The user's side of the simulated device: the top directory, and the module.
 *
 * Documentation/admin-guide/virtio_rtc_sim.rst is what this keeps to.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>

#include "configfs_device.h"
#include "configfs_dirs.h"
#include "faults.h"
#include "personalities.h"

static struct config_group *viortc_sim_top_make_dir(struct config_group *group,
						    const char *name)
{
	struct viortc_sim_dir *dir = viortc_sim_dir_make(name);

	return dir ? &dir->group : ERR_PTR(-ENOMEM);
}

static struct configfs_group_operations viortc_sim_top_group_ops = {
	.make_group = viortc_sim_top_make_dir,
};

static ssize_t viortc_sim_top_known_faults_show(struct config_item *item,
						char *page)
{
	const char *name, *about = NULL;
	unsigned int i;
	ssize_t len = 0;

	for (i = 0; (name = viortc_fault_name(i, &about)); i++)
		len += sysfs_emit_at(page, len, "%s: %s\n", name, about);

	return len;
}
CONFIGFS_ATTR_RO(viortc_sim_top_, known_faults);

static ssize_t
viortc_sim_top_known_personalities_show(struct config_item *item, char *page)
{
	const struct viortc_sim_personality *personality;
	unsigned int i;
	ssize_t len = 0;

	for (i = 0; (personality = viortc_sim_personality(i)); i++)
		len += sysfs_emit_at(page, len, "%s: %s\n", personality->name,
				     personality->about);

	return len;
}
CONFIGFS_ATTR_RO(viortc_sim_top_, known_personalities);

static struct configfs_attribute *viortc_sim_top_attrs[] = {
	&viortc_sim_top_attr_known_faults,
	&viortc_sim_top_attr_known_personalities,
	NULL
};

static const struct config_item_type viortc_sim_top_type = {
	.ct_owner = THIS_MODULE,
	.ct_group_ops = &viortc_sim_top_group_ops,
	.ct_attrs = viortc_sim_top_attrs,
};

static struct configfs_subsystem viortc_sim_subsystem = {
	.su_group.cg_item = {
		.ci_namebuf = "virtio-rtc-sim",
		.ci_type = &viortc_sim_top_type,
	},
};

static int __init viortc_sim_configfs_init(void)
{
	config_group_init(&viortc_sim_subsystem.su_group);
	mutex_init(&viortc_sim_subsystem.su_mutex);

	return configfs_register_subsystem(&viortc_sim_subsystem);
}
module_init(viortc_sim_configfs_init);

static void __exit viortc_sim_configfs_exit(void)
{
	configfs_unregister_subsystem(&viortc_sim_subsystem);
}
module_exit(viortc_sim_configfs_exit);

MODULE_DESCRIPTION("Simulated virtio RTC device");
MODULE_AUTHOR("The virtio_rtc contributors");
MODULE_LICENSE("GPL");
