// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts about a device's clocks, for programs, in sysfs: what the driver knows
 * anyway, so that nobody has to send requests for it or to take names apart.
 *
 * Each clock has a folder of its own at the virtio device; see
 * Documentation/ABI/testing/sysfs-bus-virtio-rtc.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "virtio_rtc_clocks.h"
#include "virtio_rtc_compat.h"
#include "virtio_rtc_facts.h"

/* A file in a clock's folder */
struct viortc_fact {
	struct device_attribute attr;
	const struct viortc_clock *clock;
};

static const struct viortc_clock *viortc_fact_clock(struct device_attribute *attr)
{
	return container_of(attr, struct viortc_fact, attr)->clock;
}

static ssize_t type_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%u\n", viortc_fact_clock(attr)->type);
}

static ssize_t variant_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%u\n", viortc_fact_clock(attr)->smearing);
}

static ssize_t alarm_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  viortc_fact_clock(attr)->has_alarm ? "yes" : "no");
}

static ssize_t ptp_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	int index = viortc_ptp_index(viortc_fact_clock(attr));

	if (index < 0)
		return sysfs_emit(buf, "none\n");

	return sysfs_emit(buf, "ptp%d\n", index);
}

static ssize_t rtc_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	int index = viortc_class_index(viortc_fact_clock(attr));

	if (index < 0)
		return sysfs_emit(buf, "none\n");

	return sysfs_emit(buf, "rtc%d\n", index);
}

static ssize_t cross_timestamps_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  viortc_ptp_cross_word(viortc_fact_clock(attr)));
}

static const struct device_attribute viortc_fact_attrs[] = {
	__ATTR_RO(type),
	__ATTR_RO(variant),
	__ATTR_RO(alarm),
	__ATTR_RO(ptp),
	__ATTR_RO(rtc),
	__ATTR_RO(cross_timestamps),
};

#define VIORTC_NUM_FACTS	ARRAY_SIZE(viortc_fact_attrs)

/* A clock's folder */
struct viortc_folder {
	char name[16];
	struct viortc_fact facts[VIORTC_NUM_FACTS];
	struct attribute *attrs[VIORTC_NUM_FACTS + 1];
	struct attribute_group group;
};

struct viortc_facts {
	unsigned int num;
	struct viortc_folder folders[];
};

static int viortc_folder_add(struct device *dev, struct viortc_folder *folder,
			     const struct viortc_clock *clock)
{
	unsigned int n;

	snprintf(folder->name, sizeof(folder->name), "clock%u", clock->id);
	for (n = 0; n < VIORTC_NUM_FACTS; n++) {
		folder->facts[n].attr = viortc_fact_attrs[n];
		folder->facts[n].clock = clock;
		sysfs_attr_init(&folder->facts[n].attr.attr);
		folder->attrs[n] = &folder->facts[n].attr.attr;
	}
	folder->group.name = folder->name;
	folder->group.attrs = folder->attrs;

	return sysfs_create_group(&dev->kobj, &folder->group);
}

struct viortc_facts *viortc_facts_add(struct device *dev,
				      const struct viortc_clocks *clocks)
{
	struct viortc_facts *facts;
	int err = 0;

	facts = kvzalloc(struct_size(facts, folders, clocks->num), GFP_KERNEL);
	if (!facts)
		err = -ENOMEM;

	while (!err && facts->num < clocks->num) {
		err = viortc_folder_add(dev, &facts->folders[facts->num],
					&clocks->clock[facts->num]);
		if (!err)
			facts->num++;
	}

	if (err)
		dev_warn(dev, "not all clocks are shown in sysfs: error %d\n",
			 err);

	return facts;
}

void viortc_facts_remove(struct device *dev, struct viortc_facts *facts)
{
	if (!facts)
		return;

	while (facts->num--)
		sysfs_remove_group(&dev->kobj,
				   &facts->folders[facts->num].group);
	kvfree(facts);
}
