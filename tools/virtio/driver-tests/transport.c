// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The transport: what a PCI or MMIO device is to the virtio core.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/virtio_ids.h>

#include "world.h"

#define RING_ALIGN	64

/* The freezer of the system's sleep waits no longer. */
#define FREEZE_NS	(20ull * NSEC_PER_SEC)

struct transport {
	struct virtio_device vdev;
	struct device parent;
	unsigned int num[2];
	bool waits;
	bool refuses;
	struct virtqueue *vqs[2];
	u64 features;
	u8 status;
	bool ready;
	bool registered;
	unsigned int pending;
	bool handling;
};

static struct transport transport;

static u8 get_status(struct virtio_device *vdev)
{
	shim_point();
	return transport.status;
}

static void set_status(struct virtio_device *vdev, u8 status)
{
	transport.status = status;
	if (status & VIRTIO_CONFIG_S_DRIVER_OK)
		transport.ready = true;
	shim_point();
}

static void wait_for_handler(void)
{
	while (transport.handling)
		shim_sleep(&transport, SHIM_NO_TIMEOUT, false);
}

static void reset(struct virtio_device *vdev)
{
	transport.ready = false;
	transport.status = 0;
	device_detach();
	shim_point();
	if (transport.waits)
		wait_for_handler();
}

static bool notify(struct virtqueue *vq)
{
	/* The driver promises so. */
	BUG_ON(!transport.ready);
	device_notified(vq->index);
	shim_point();
	return true;
}

static void synchronize_cbs(struct virtio_device *vdev)
{
	wait_for_handler();
}

/* That of MMIO waits for interrupt handlers when their virtqueues are gone. */
static void del_vqs(struct virtio_device *vdev)
{
	struct virtqueue *vqs[2] = { transport.vqs[0], transport.vqs[1] };
	unsigned int i;

	transport.vqs[0] = NULL;
	transport.vqs[1] = NULL;
	/* From here on the memory is no longer the device's. */
	device_detach();
	if (transport.waits)
		wait_for_handler();
	for (i = 0; i < ARRAY_SIZE(vqs); i++)
		if (vqs[i])
			vring_del_virtqueue(vqs[i]);
}

static int find_vqs(struct virtio_device *vdev, unsigned int num_vqs, struct virtqueue *vqs[],
		    struct virtqueue_info infos[], struct irq_affinity *unused)
{
	unsigned int i;

	for (i = 0; i < num_vqs; i++) {
		vqs[i] = vring_create_virtqueue(i, transport.num[i], RING_ALIGN, vdev, true,
						false, false, notify, infos[i].callback,
						infos[i].name);
		if (!vqs[i]) {
			/* Here the driver could not. */
			synchronize_cbs(vdev);
			del_vqs(vdev);
			return -ENOMEM;
		}
		vqs[i]->num_max = transport.num[i];
		device_attach(i, vqs[i]);
		transport.vqs[i] = vqs[i];
	}
	return 0;
}

static u64 get_features(struct virtio_device *vdev)
{
	return transport.features;
}

static int finalize_features(struct virtio_device *vdev)
{
	if (transport.refuses)
		return -EINVAL;
	vring_transport_features(vdev);
	return 0;
}

static const struct virtio_config_ops config_ops = {
	.get_status = get_status,
	.set_status = set_status,
	.reset = reset,
	.find_vqs = find_vqs,
	.del_vqs = del_vqs,
	.synchronize_cbs = synchronize_cbs,
	.get_features = get_features,
	.finalize_features = finalize_features,
};

void transport_init(u64 features, const unsigned int num[2], bool waits)
{
	transport = (struct transport){
		.vdev.config = &config_ops,
		.vdev.dev.parent = &transport.parent,
		.vdev.id.device = VIRTIO_ID_CLOCK,
		.parent.references = 1,
		.num = { num[0], num[1] },
		.waits = waits,
		.features = features,
	};
}

static void register_device(unsigned long unused)
{
	if (!register_virtio_device(&transport.vdev))
		transport.registered = true;
}

void transport_register(void)
{
	task_start(TASK_ADMIN, register_device, 0);
}

bool transport_is_registered(void)
{
	return transport.registered;
}

void transport_unbind(unsigned long unused)
{
	if (transport.registered)
		unregister_virtio_device(&transport.vdev);
	else
		put_device(&transport.vdev.dev);
}

/* Whoever is in a system call comes out of it, or the system does not sleep. */
static bool freeze_users(void)
{
	u64 end = shim_now() + FREEZE_NS;
	unsigned int id, busy;

	tasks_freeze(true);
	for (id = TASK_USER; id < NUM_TASKS; id++)
		task_signal(id);
	do {
		busy = 0;
		for (id = TASK_WORKER; id < NUM_TASKS; id++)
			busy += !task_is_idle(id);
		if (!busy)
			return true;
		shim_sleep(&config_ops, shim_now() + 100 * NSEC_PER_MSEC, false);
	} while (shim_now() < end);
	return false;
}

static void sleep_system(bool keep_memory)
{
	int err;

	if (keep_memory)
		pm_suspend_target_state = PM_SUSPEND_MEM;
	err = virtio_device_freeze(&transport.vdev);
	if (!err) {
		shim_sleep(&config_ops, shim_now() + 3 * NSEC_PER_MSEC, false);
		virtio_device_restore(&transport.vdev);
	}
	pm_suspend_target_state = PM_SUSPEND_ON;
}

void transport_admin(unsigned long what)
{
	struct virtio_device *vdev = &transport.vdev;

	if (!transport.registered)
		return;
	switch (what & 7) {
	case 0:
	case 1:
		bus_unbind(&vdev->dev);
		bus_bind(&vdev->dev);
		break;
	case 2:
		transport.status = 0xff;
		bus_unbind(&vdev->dev);
		break;
	case 3:
	case 4:
		if (virtio_device_reset_prepare(vdev))
			break;
		shim_sleep(&config_ops, shim_now() + 3 * NSEC_PER_MSEC, false);
		virtio_device_reset_done(vdev);
		break;
	default:
		if (freeze_users())
			sleep_system(what & 1);
		tasks_freeze(false);
		break;
	}
}

static void handle(unsigned long unused)
{
	unsigned int pending, i;
	struct virtqueue *vq;

	while ((pending = transport.pending)) {
		transport.pending = 0;
		for (i = 0; i < ARRAY_SIZE(transport.vqs); i++) {
			vq = transport.vqs[i];
			if (!(pending & 1u << i) || !vq)
				continue;
			/* Nothing keeps the virtqueue but who waits for handlers. */
			shim_point();
			vring_interrupt(0, vq);
		}
		if (pending & 4)
			virtio_config_changed(&transport.vdev);
	}
	transport.handling = false;
	shim_wake(&transport);
}

void transport_interrupt(unsigned int which)
{
	transport.pending |= 1u << which;
	if (!transport.registered)
		transport.pending &= 3;
	if (task_start(TASK_IRQ, handle, 0)) {
		transport.handling = true;
		task_prefer(TASK_IRQ);
	}
}

void transport_set_status(u8 status)
{
	transport.status ^= status;
}

void transport_set_features(u64 features)
{
	transport.features ^= features;
}

void transport_refuse(void)
{
	transport.refuses = !transport.refuses;
}

void transport_resize(unsigned int index, unsigned int num)
{
	transport.num[index] = num;
}
