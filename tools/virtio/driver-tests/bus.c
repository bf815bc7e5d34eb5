// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices, their resources, and a bus with one driver.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdarg.h>

#include "world.h"

static struct device_driver *the_driver;

int bus_register(const struct bus_type *bus)
{
	return 0;
}

void bus_unregister(const struct bus_type *bus)
{
}

int driver_register(struct device_driver *driver)
{
	the_driver = driver;
	return 0;
}

void driver_unregister(struct device_driver *driver)
{
	the_driver = NULL;
}

void bus_bind(struct device *dev)
{
	if (dev->driver)
		return;
	dev->driver = the_driver;
	if (!dev->bus->match(dev, the_driver) || dev->bus->probe(dev))
		dev->driver = NULL;
}

void bus_unbind(struct device *dev)
{
	if (!dev->driver)
		return;
	dev->bus->remove(dev);
	dev->driver = NULL;
}

void device_initialize(struct device *dev)
{
	dev->references = 1;
}

int dev_set_name(struct device *dev, const char *format, ...)
{
	void *memory = shim_alloc(1, 1);
	va_list args;

	/* Names are allocated, so this can fail. */
	if (!memory)
		return -ENOMEM;
	shim_free(memory);
	va_start(args, format);
	vsnprintf(dev->name, sizeof(dev->name), format, args);
	va_end(args);
	return 0;
}

int device_add(struct device *dev)
{
	void *memory = shim_alloc(1, 1);

	if (!memory)
		return -ENOMEM;
	shim_free(memory);
	dev->added = true;
	if (dev->parent)
		get_device(dev->parent);
	if (dev->bus)
		bus_bind(dev);
	return 0;
}

void device_del(struct device *dev)
{
	BUG_ON(!dev->added);
	if (dev->bus)
		bus_unbind(dev);
	dev->added = false;
	if (dev->parent)
		put_device(dev->parent);
}

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}

struct device *get_device(struct device *dev)
{
	BUG_ON(!dev->references);
	dev->references++;
	return dev;
}

static void release_until(struct device *dev, const struct shim_resource *last)
{
	struct shim_resource *resource;

	while ((resource = dev->resources) != last) {
		dev->resources = resource->next;
		if (resource->release)
			resource->release(resource->data);
		shim_free(resource);
	}
}

void put_device(struct device *dev)
{
	BUG_ON(!dev->references);
	if (--dev->references)
		return;
	release_until(dev, NULL);
	if (dev->release)
		dev->release(dev);
}

/* The last one comes first. */
static struct shim_resource *add_resource(struct device *dev)
{
	struct shim_resource *resource = kzalloc_obj(*resource);

	if (!resource)
		return NULL;
	resource->next = dev->resources;
	dev->resources = resource;
	return resource;
}

int shim_add_resource(struct device *dev, void (*release)(void *data), void *data)
{
	struct shim_resource *resource = add_resource(dev);

	if (!resource)
		return -ENOMEM;
	resource->release = release;
	resource->data = data;
	return 0;
}

/* What is added between the two is the group; nothing is added after it here. */
void *devres_open_group(struct device *dev, void *id, gfp_t gfp)
{
	struct shim_resource *resource = add_resource(dev);

	if (!resource)
		return NULL;
	resource->group = id;
	return id;
}

void devres_close_group(struct device *dev, void *id)
{
}

int devres_release_group(struct device *dev, void *id)
{
	struct shim_resource *resource;

	for (resource = dev->resources; resource; resource = resource->next) {
		if (resource->group == id) {
			release_until(dev, resource->next);
			return 0;
		}
	}
	BUG();
}

int device_init_wakeup(struct device *dev, bool enable)
{
	dev->may_wake = enable;
	return 0;
}

bool device_may_wakeup(const struct device *dev)
{
	return dev->may_wake;
}

void pm_stay_awake(struct device *dev)
{
	if (dev)
		dev->awake = true;
}

void pm_relax(struct device *dev)
{
	if (dev)
		dev->awake = false;
}

void pm_wakeup_hard_event(struct device *dev)
{
}
