// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated device as a driver sees it, and its life.
 *
 * A virtio transport needs little: status and feature bits, virtqueues, a way
 * for the driver to notify the device, and one for the device to interrupt.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/pm.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>
#include <uapi/linux/virtio_rtc.h>
#include <xen/xen.h>

#include "../virtio_rtc_compat.h"
#include "clock.h"
#include "device.h"
#include "queue.h"

static struct viortc_sim *to_viortc_sim(struct virtio_device *vdev)
{
	return container_of(vdev, struct viortc_sim, vdev);
}

/* The driver's callbacks take locks that it holds when it notifies. */
static void viortc_sim_interrupt(struct irq_work *work)
{
	struct viortc_sim *sim = container_of(work, struct viortc_sim,
					      interrupt);
	struct virtqueue *vqs[VIORTC_SIM_QUEUES];
	bool config_changed;
	unsigned int i, idle = 0;
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	for (i = 0; i < VIORTC_SIM_QUEUES; i++) {
		struct viortc_sim_queue *queue = &sim->queues[i];

		vqs[i] = queue->interrupt ? queue->ring.vq : NULL;
		queue->interrupt = false;
		if (vqs[i])
			sim->stats.interrupts++;
	}
	config_changed = sim->config_changed;
	sim->config_changed = false;
	spin_unlock_irqrestore(&sim->lock, flags);

	for (i = 0; i < VIORTC_SIM_QUEUES; i++)
		if (vqs[i] && vring_interrupt(0, vqs[i]) == IRQ_NONE)
			idle++;
	if (config_changed)
		virtio_config_changed(&sim->vdev);

	spin_lock_irqsave(&sim->lock, flags);
	sim->stats.idle += idle;
	spin_unlock_irqrestore(&sim->lock, flags);
}

static bool viortc_sim_notify(struct virtqueue *vq)
{
	struct viortc_sim *sim = to_viortc_sim(vq->vdev);
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	if (!(sim->status & VIRTIO_CONFIG_S_DRIVER_OK))
		sim->stats.strays++;
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);

	return true;
}

void viortc_sim_set_needs_reset(struct viortc_sim *sim)
{
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	if (sim->status & VIRTIO_CONFIG_S_DRIVER_OK)
		viortc_sim_fail(sim);
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_set_needs_reset);

/* Transport */

static u8 viortc_sim_get_status(struct virtio_device *vdev)
{
	return READ_ONCE(to_viortc_sim(vdev)->status);
}

static void viortc_sim_set_status(struct virtio_device *vdev, u8 status)
{
	struct viortc_sim *sim = to_viortc_sim(vdev);
	unsigned long flags;
	bool was_ready;

	spin_lock_irqsave(&sim->lock, flags);
	was_ready = sim->status & VIRTIO_CONFIG_S_DRIVER_OK;
	/* The driver cannot take back that the device needs a reset. */
	sim->status |= status;
	if (!was_ready && (status & VIRTIO_CONFIG_S_DRIVER_OK))
		viortc_sim_queues_ready(sim);
	spin_unlock_irqrestore(&sim->lock, flags);
}

static void viortc_sim_reset(struct virtio_device *vdev)
{
	struct viortc_sim *sim = to_viortc_sim(vdev);
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	sim->status = 0;
	sim->config_changed = false;
	viortc_sim_queues_reset(sim);
	viortc_model_reset(&sim->model, sim->retain_alarms);
	spin_unlock_irqrestore(&sim->lock, flags);

	irq_work_sync(&sim->interrupt);
}

static void viortc_sim_synchronize_cbs(struct virtio_device *vdev)
{
	irq_work_sync(&to_viortc_sim(vdev)->interrupt);
}

static u64 viortc_sim_get_features(struct virtio_device *vdev)
{
	return viortc_model_features(&to_viortc_sim(vdev)->model) |
	       BIT_ULL(VIRTIO_F_VERSION_1);
}

static int viortc_sim_finalize_features(struct virtio_device *vdev)
{
	struct viortc_sim *sim = to_viortc_sim(vdev);
	unsigned long flags;

	vring_transport_features(vdev);
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		return -EINVAL;

	spin_lock_irqsave(&sim->lock, flags);
	viortc_model_set_features(&sim->model, vdev->features);
	spin_unlock_irqrestore(&sim->lock, flags);

	return 0;
}

static void viortc_sim_del_vqs(struct virtio_device *vdev)
{
	struct viortc_sim *sim = to_viortc_sim(vdev);
	struct virtqueue *vqs[VIORTC_SIM_QUEUES];
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&sim->lock, flags);
	for (i = 0; i < VIORTC_SIM_QUEUES; i++) {
		vqs[i] = sim->queues[i].ring.vq;
		sim->queues[i].ring.vq = NULL;
	}
	viortc_sim_queues_reset(sim);
	spin_unlock_irqrestore(&sim->lock, flags);

	irq_work_sync(&sim->interrupt);
	for (i = 0; i < VIORTC_SIM_QUEUES; i++)
		if (vqs[i])
			vring_del_virtqueue(vqs[i]);
}

static int viortc_sim_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
			       struct virtqueue *vqs[],
			       struct virtqueue_info infos[],
			       struct irq_affinity *desc)
{
	struct viortc_sim *sim = to_viortc_sim(vdev);
	unsigned long flags;
	unsigned int i;

	if (nvqs > (virtio_has_feature(vdev, VIRTIO_RTC_F_ALARM) ? 2 : 1))
		return -ENOENT;

	for (i = 0; i < nvqs; i++) {
		struct virtqueue *vq;

		vqs[i] = NULL;
		if (!infos[i].name)
			continue;

		vq = vring_create_virtqueue(i, sim->queue_size, SMP_CACHE_BYTES,
					    vdev, true, false, false,
					    viortc_sim_notify,
					    infos[i].callback, infos[i].name);
		if (!vq) {
			viortc_sim_del_vqs(vdev);
			return -ENOMEM;
		}
		vq->num_max = sim->queue_size;

		spin_lock_irqsave(&sim->lock, flags);
		viortc_sim_ring_init(&sim->queues[i].ring, vq);
		spin_unlock_irqrestore(&sim->lock, flags);
		vqs[i] = vq;
	}

	return 0;
}

VIORTC_COMPAT_FIND_VQS(viortc_sim_find_vqs)

static const char *viortc_sim_bus_name(struct virtio_device *vdev)
{
	return dev_name(vdev->dev.parent);
}

static const struct virtio_config_ops viortc_sim_config_ops = {
	.get_status = viortc_sim_get_status,
	.set_status = viortc_sim_set_status,
	.reset = viortc_sim_reset,
	.find_vqs = VIORTC_FIND_VQS(viortc_sim_find_vqs),
	.del_vqs = viortc_sim_del_vqs,
	.synchronize_cbs = viortc_sim_synchronize_cbs,
	.get_features = viortc_sim_get_features,
	.finalize_features = viortc_sim_finalize_features,
	.bus_name = viortc_sim_bus_name,
};

/* Suspend: the driver is told, as by any transport. */

#ifdef CONFIG_PM_SLEEP

static int viortc_sim_suspend(struct device *dev)
{
	struct viortc_sim *sim = container_of(dev, struct viortc_sim, dev);

	return virtio_device_freeze(&sim->vdev);
}

static int viortc_sim_resume(struct device *dev)
{
	struct viortc_sim *sim = container_of(dev, struct viortc_sim, dev);

	return virtio_device_restore(&sim->vdev);
}

static const struct dev_pm_ops viortc_sim_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(viortc_sim_suspend, viortc_sim_resume)
};

#else

static const struct dev_pm_ops viortc_sim_pm_ops;

#endif

/* Life */

static void viortc_sim_release(struct device *dev)
{
	struct viortc_sim *sim = container_of(dev, struct viortc_sim, dev);

	viortc_sim_queues_free(sim);
	viortc_sim_clocks_free(sim);
	kfree(sim);
}

static const struct device_type viortc_sim_type = {
	.name = "virtio-rtc-sim",
	.pm = pm_sleep_ptr(&viortc_sim_pm_ops),
	.release = viortc_sim_release,
};

/* The virtio device is part of its parent's memory. */
static void viortc_sim_vdev_release(struct device *dev)
{
	put_device(&to_viortc_sim(dev_to_virtio(dev))->dev);
}

struct viortc_sim *viortc_sim_create(const struct viortc_sim_config *config)
{
	u16 queue_size = config->queue_size ?: VIORTC_SIM_QUEUE_SIZE;
	struct viortc_sim *sim;
	int err;

	if (!is_power_of_2(queue_size) ||
	    queue_size > VIORTC_SIM_QUEUE_SIZE_MAX)
		return ERR_PTR(-EINVAL);
	/* There buffers are not at physical addresses. */
	if (xen_domain())
		return ERR_PTR(-EOPNOTSUPP);

	sim = kzalloc_obj(*sim);
	if (!sim)
		return ERR_PTR(-ENOMEM);

	device_initialize(&sim->dev);
	sim->dev.type = &viortc_sim_type;
	spin_lock_init(&sim->lock);
	init_irq_work(&sim->interrupt, viortc_sim_interrupt);
	sim->queue_size = queue_size;
	sim->retain_alarms = config->retain_alarms;
	sim->time_ops = config->time_ops;
	sim->time_priv = config->time_priv;
	if (config->faults)
		sim->faults = *config->faults;
	viortc_sim_set_delays(sim, config->request_delay_ns,
			      config->response_delay_ns);

	sim->cannot_wake = config->cannot_wake;
	err = dev_set_name(&sim->dev, "virtio-rtc-sim.%s", config->name);
	if (err)
		goto err_put;
	err = viortc_sim_queues_init(sim);
	if (err)
		goto err_put;
	err = viortc_sim_clocks_init(sim, config);
	if (err)
		goto err_put;

	return sim;

err_put:
	put_device(&sim->dev);

	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(viortc_sim_create);

/* As a device tree says it of a bus: interrupts can wake the system. */
static const struct property_entry viortc_sim_wakes[] = {
	PROPERTY_ENTRY_BOOL("wakeup-source"),
	{}
};

int viortc_sim_plug(struct viortc_sim *sim)
{
	int err;

	if (!sim->cannot_wake) {
		err = device_create_managed_software_node(&sim->dev,
							  viortc_sim_wakes,
							  NULL);
		if (err)
			return err;
	}

	err = device_add(&sim->dev);
	if (err) {
		device_remove_software_node(&sim->dev);
		return err;
	}

	sim->vdev.id.device = VIRTIO_ID_CLOCK;
	sim->vdev.config = &viortc_sim_config_ops;
	sim->vdev.dev.parent = &sim->dev;
	sim->vdev.dev.release = viortc_sim_vdev_release;
	get_device(&sim->dev);
	err = register_virtio_device(&sim->vdev);
	if (err) {
		put_device(&sim->vdev.dev);
		device_del(&sim->dev);
		return err;
	}
	sim->plugged = true;

	return 0;
}
EXPORT_SYMBOL_GPL(viortc_sim_plug);

void viortc_sim_destroy(struct viortc_sim *sim)
{
	unsigned long flags;

	if (!sim)
		return;

	if (sim->plugged) {
		unregister_virtio_device(&sim->vdev);
		device_del(&sim->dev);
	}

	spin_lock_irqsave(&sim->lock, flags);
	sim->dying = true;
	spin_unlock_irqrestore(&sim->lock, flags);
	viortc_sim_clocks_stop(sim);
	hrtimer_cancel(&sim->timer);
	irq_work_sync(&sim->interrupt);
	put_device(&sim->dev);
}
EXPORT_SYMBOL_GPL(viortc_sim_destroy);

struct virtio_device *viortc_sim_vdev(struct viortc_sim *sim)
{
	return &sim->vdev;
}
EXPORT_SYMBOL_GPL(viortc_sim_vdev);
