// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device that answers as the test says, byte by byte.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/virtio_config.h>

#include "script.h"

#define VIORTC_TEST_DESCRIPTORS	4

/* Answer the request that was just made available. */
static bool viortc_script_notify(struct virtqueue *vq)
{
	struct viortc_script *script = container_of(vq->vdev,
						    struct viortc_script, vdev);
	struct vring *ring = &script->ring;
	u16 used = virtio16_to_cpu(vq->vdev, ring->used->idx);
	u16 head = virtio16_to_cpu(vq->vdev,
				   ring->avail->ring[used % ring->num]);
	struct vring_desc *out = &ring->desc[head];
	struct vring_desc *in;
	struct vring_used_elem *elem = &ring->used->ring[used % ring->num];

	in = &ring->desc[virtio16_to_cpu(vq->vdev, out->next)];
	script->requests++;
	if (spin_trylock(&script->requestq.lock))
		spin_unlock(&script->requestq.lock);
	else
		script->locked = true;
	if (!rcu_read_lock_held())
		script->unguarded = true;
	script->req_len = virtio32_to_cpu(vq->vdev, out->len);
	memcpy(script->req,
	       phys_to_virt(virtio64_to_cpu(vq->vdev, out->addr)),
	       min(script->req_len, sizeof(script->req)));
	script->room = virtio32_to_cpu(vq->vdev, in->len);
	memcpy(phys_to_virt(virtio64_to_cpu(vq->vdev, in->addr)),
	       script->resp, min(script->room, sizeof(script->resp)));

	elem->id = cpu_to_virtio32(vq->vdev, head);
	elem->len = cpu_to_virtio32(vq->vdev, script->used);
	ring->used->idx = cpu_to_virtio16(vq->vdev, used + 1);

	return true;
}

/* This device is reset by nobody. */
static void viortc_script_silent(struct viortc_requestq *requestq)
{
}

static void viortc_script_action_end(void *data)
{
	struct viortc_script *script = data;
	struct virtqueue *vq = script->requestq.vq;

	viortc_requestq_stop(&script->requestq, -ENODEV);
	viortc_requestq_release(&script->requestq);
	if (vq)
		vring_del_virtqueue(vq);
	viortc_requestq_free(&script->requestq);
}

KUNIT_DEFINE_ACTION_WRAPPER(viortc_script_action_unregister,
			    root_device_unregister, struct device *);

struct viortc_script *viortc_script(struct kunit *test)
{
	struct viortc_script *script;
	struct virtqueue *vq;
	struct device *dev;
	void *pages;
	size_t size;

	script = kunit_kzalloc(test, sizeof(*script), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, script);
	size = vring_size(VIORTC_TEST_DESCRIPTORS, SMP_CACHE_BYTES);
	pages = kunit_kzalloc(test, size + SMP_CACHE_BYTES, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	pages = PTR_ALIGN(pages, SMP_CACHE_BYTES);
	dev = root_device_register("virtio_rtc_script");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test,
						  viortc_script_action_unregister,
						  dev));

	__virtio_set_bit(&script->vdev, VIRTIO_F_VERSION_1);
	spin_lock_init(&script->vdev.vqs_list_lock);
	INIT_LIST_HEAD(&script->vdev.vqs);
	vring_init(&script->ring, VIORTC_TEST_DESCRIPTORS, pages,
		   SMP_CACHE_BYTES);
	viortc_requestq_init(&script->requestq, dev, viortc_script_silent);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, viortc_script_action_end,
						  script));
	vq = vring_new_virtqueue(0, VIORTC_TEST_DESCRIPTORS, SMP_CACHE_BYTES,
				 &script->vdev, true, false, pages,
				 viortc_script_notify, NULL, "requestq");
	KUNIT_ASSERT_NOT_NULL(test, vq);
	KUNIT_ASSERT_EQ(test, 0, viortc_requestq_start(&script->requestq, vq));
	script->clock.dev = dev;
	script->clock.requestq = &script->requestq;

	return script;
}
