// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtio driver: takes a device into use, and out of it again: at probe and
 * removal, around sleep, and around resets, its own and others'.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_device.h"
#include "virtio_rtc_exchange.h"
#include "virtio_rtc_facts.h"
#include "virtio_rtc_health.h"

static void viortc_requestq_cb(struct virtqueue *vq)
{
	struct viortc_dev *viortc = vq->vdev->priv;

	viortc_requestq_done(&viortc->requestq);
}

static void viortc_alarmq_cb(struct virtqueue *vq)
{
	struct viortc_dev *viortc = vq->vdev->priv;

	viortc_alarmq_done(&viortc->alarmq);
}

/* Can it still answer?  Whoever resets it may not have come to the end of that. */
static void viortc_silent(struct viortc_requestq *requestq)
{
	viortc_health_check(container_of(requestq, struct viortc_dev, requestq), HZ / 2);
}

/* No alarm comes any more, until a reset.  It may be that it is being taken out of use. */
static void viortc_alarmq_broke(struct viortc_alarmq *alarmq)
{
	viortc_health_check(container_of(alarmq, struct viortc_dev, alarmq), HZ / 2);
}

static void viortc_alarm_expired(struct viortc_alarmq *alarmq, u16 clock_id)
{
	struct viortc_dev *viortc = container_of(alarmq, struct viortc_dev, alarmq);

	viortc_clocks_alarm(&viortc->clocks, &viortc->vdev->dev, clock_id);
}

/* Make the virtqueues and take the requestq into use. */
static int viortc_start(struct viortc_dev *viortc, struct virtqueue **alarmq)
{
	struct virtqueue_info infos[] = {
		{ .name = "requestq", .callback = viortc_requestq_cb },
		{ .name = "alarmq", .callback = viortc_alarmq_cb },
	};
	struct virtio_device *vdev = viortc->vdev;
	struct virtqueue *vqs[2] = {};
	unsigned int num_vqs = 1;
	int err;

	if (virtio_has_feature(vdev, VIRTIO_RTC_F_ALARM))
		num_vqs = 2;

	err = virtio_find_vqs(vdev, num_vqs, vqs, infos, NULL);
	if (err)
		return err;

	viortc->has_vqs = true;
	WRITE_ONCE(viortc->failed, false);
	*alarmq = vqs[1];
	virtio_device_ready(vdev);

	return viortc_requestq_start(&viortc->requestq, vqs[0]);
}

/* Take all buffers back from the device and delete the virtqueues. */
static void viortc_del_vqs(struct viortc_dev *viortc)
{
	if (!viortc->has_vqs)
		return;

	viortc_requestq_release(&viortc->requestq);
	viortc_alarmq_release(&viortc->alarmq);
	/* A reset does not wait for handlers that run, nor does each transport here. */
	virtio_synchronize_cbs(viortc->vdev);
	viortc->vdev->config->del_vqs(viortc->vdev);
	viortc->has_vqs = false;
}

void viortc_halt(struct viortc_dev *viortc, int error)
{
	viortc_requestq_stop(&viortc->requestq, error);
	/* No buffer may be made available while the device is reset. */
	virtio_break_device(viortc->vdev);
	viortc_alarmq_stop(&viortc->alarmq);
	virtio_reset_device(viortc->vdev);
	viortc_del_vqs(viortc);
}

/*
 * The specification has no legacy device.  With indirect descriptors the ring
 * would allocate a table for each request, which two descriptors do not need.
 * A device that keeps the order would have each answer wait for that of a clock
 * that is slow, or silent.  With data in a notification the ring's state would be
 * read for it, and that without the lock.
 */
static int viortc_validate(struct virtio_device *vdev)
{
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
		dev_err(&vdev->dev,
			"a legacy device, which cannot be used: for virtio-mmio give QEMU -global virtio-mmio.force-legacy=false\n");
		return -ENODEV;
	}

	__virtio_clear_bit(vdev, VIRTIO_RING_F_INDIRECT_DESC);
	__virtio_clear_bit(vdev, VIRTIO_F_IN_ORDER);
	__virtio_clear_bit(vdev, VIRTIO_F_NOTIFICATION_DATA);

	return 0;
}

static void viortc_set_in_use(struct viortc_dev *viortc)
{
	mutex_lock(&viortc->lifecycle);
	viortc->in_use = true;
	viortc_health_begin(viortc);
	mutex_unlock(&viortc->lifecycle);
}

/*
 * No more requests, and no more resets by the driver itself: one under way
 * comes to its end, without a wait for an answer of the device.
 */
static void viortc_take_out_of_use(struct viortc_dev *viortc, int error)
{
	WRITE_ONCE(viortc->leaving, true);
	viortc_requestq_stop(&viortc->requestq, error);
	mutex_lock(&viortc->lifecycle);
	viortc->in_use = false;
	mutex_unlock(&viortc->lifecycle);
	/* The reset may have started it again. */
	viortc_requestq_stop(&viortc->requestq, error);
}

static int viortc_reset_prepare(struct virtio_device *vdev)
{
	viortc_take_out_of_use(vdev->priv, -EAGAIN);
	viortc_halt(vdev->priv, -EAGAIN);

	return 0;
}

/*
 * Before another kernel is started: the device would write to its memory.  Who
 * waits gets an error and does not hold it up.
 */
static void viortc_shutdown(struct virtio_device *vdev)
{
	viortc_reset_prepare(vdev);
}

VIORTC_COMPAT_SHUTDOWN(viortc_shutdown)

/*
 * Before suspend.  An alarm can wake the system only if the device stays in
 * use; the transport decides whether its interrupt can.  For hibernation it
 * must not: the memory that it would write to becomes another kernel's.
 */
static int __maybe_unused viortc_freeze(struct virtio_device *vdev)
{
	struct viortc_dev *viortc = vdev->priv;

	if (pm_suspend_target_state == PM_SUSPEND_ON ||
	    !viortc_clocks_may_wake(&viortc->clocks) ||
	    viortc_alarmq_is_broken(&viortc->alarmq))
		return viortc_reset_prepare(vdev);

	viortc_take_out_of_use(viortc, -EAGAIN);
	viortc_alarmq_rest(&viortc->alarmq);

	return 0;
}

int viortc_restart(struct viortc_dev *viortc, int error)
{
	struct virtqueue *alarmq;
	int err;

	viortc_del_vqs(viortc);
	viortc_clocks_doubt(&viortc->clocks);

	err = viortc_start(viortc, &alarmq);
	/* Whoever said so before this has stopped the requestq in vain. */
	if (!err && READ_ONCE(viortc->leaving))
		err = -EAGAIN;
	if (err)
		goto err_halt;

	/* The task that resumes the system may have a signal waiting. */
	viortc_exchange_set_interruptible(&viortc->requestq, false);
	viortc_clocks_restore(&viortc->clocks);
	viortc_exchange_set_interruptible(&viortc->requestq, true);

	if (alarmq) {
		err = viortc_alarmq_start(&viortc->alarmq, alarmq);
		if (err)
			goto err_halt;
	}

	return 0;

err_halt:
	viortc_halt(viortc, error);

	return err;
}

static int __maybe_unused viortc_restore(struct virtio_device *vdev)
{
	struct viortc_dev *viortc = vdev->priv;
	int err;

	WRITE_ONCE(viortc->leaving, false);
	err = viortc_restart(viortc, -ENODEV);
	if (!err)
		viortc_set_in_use(viortc);

	return err;
}

static void viortc_config_changed(struct virtio_device *vdev)
{
	viortc_health_check(vdev->priv, 0);
}

static void viortc_free(struct viortc_dev *viortc)
{
	viortc_stats_hide(viortc->stats_dir);
	viortc_facts_remove(&viortc->vdev->dev, viortc->facts);
	viortc_clocks_exit(&viortc->clocks);
	viortc_alarmq_free(&viortc->alarmq);
	viortc_requestq_free(&viortc->requestq);
	kfree(viortc);
}

static int viortc_probe(struct virtio_device *vdev)
{
	struct virtqueue *alarmq;
	struct viortc_dev *viortc;
	int err;

	viortc = kzalloc_obj(*viortc);
	if (!viortc)
		return -ENOMEM;

	viortc->vdev = vdev;
	mutex_init(&viortc->lifecycle);
	viortc_health_init(viortc);
	viortc_requestq_init(&viortc->requestq, &vdev->dev, viortc_silent);
	viortc_alarmq_init(&viortc->alarmq, &vdev->dev, viortc_alarm_expired,
			   viortc_alarmq_broke);
	vdev->priv = viortc;
	VIORTC_SET_SHUTDOWN(vdev, viortc_shutdown);

	err = viortc_start(viortc, &alarmq);
	if (err)
		goto err_halt;

	err = viortc_clocks_init(&viortc->clocks, vdev, &viortc->requestq);
	if (err)
		goto err_halt;

	/* Last, so that no stale notification can come (D-alarm-reset). */
	if (alarmq) {
		err = viortc_alarmq_start(&viortc->alarmq, alarmq);
		if (err)
			goto err_halt;
	}

	viortc->facts = viortc_facts_add(&vdev->dev, &viortc->clocks);
	viortc->stats_dir = viortc_stats_show(dev_name(&vdev->dev),
					      &viortc->requestq, &viortc->alarmq);
	viortc_set_in_use(viortc);

	return 0;

err_halt:
	viortc_halt(viortc, -ENODEV);
	viortc_health_end(viortc);
	viortc_free(viortc);

	return err;
}

static void viortc_remove(struct virtio_device *vdev)
{
	struct viortc_dev *viortc = vdev->priv;

	viortc_take_out_of_use(viortc, -ENODEV);
	viortc_halt(viortc, -ENODEV);
	viortc_health_end(viortc);
	viortc_free(viortc);
}

static const struct virtio_device_id viortc_id_table[] = {
	{ VIRTIO_ID_CLOCK, VIRTIO_DEV_ANY_ID },
	{ 0 },
};
MODULE_DEVICE_TABLE(virtio, viortc_id_table);

static const unsigned int viortc_features[] = {
	VIRTIO_RTC_F_ALARM,
};

static struct virtio_driver viortc_driver = {
	.driver.name = KBUILD_MODNAME,
	.id_table = viortc_id_table,
	.feature_table = viortc_features,
	.feature_table_size = ARRAY_SIZE(viortc_features),
	.validate = viortc_validate,
	.probe = viortc_probe,
	.remove = viortc_remove,
	.config_changed = viortc_config_changed,
	VIORTC_PM_OPS(viortc_freeze, viortc_restore)
	VIORTC_RESET_OPS(viortc_reset_prepare, viortc_restore)
	VIORTC_SHUTDOWN_OPS(viortc_shutdown)
};
module_virtio_driver(viortc_driver);

MODULE_DESCRIPTION("Virtio RTC driver");
MODULE_AUTHOR("The virtio_rtc contributors");
MODULE_LICENSE("GPL");
/* A module of its own has a version of its own; in a kernel tree it has none. */
#ifdef VIRTIO_RTC_VERSION
MODULE_VERSION(VIRTIO_RTC_VERSION);
#endif

#if IS_ENABLED(CONFIG_VIRTIO_RTC_KUNIT_TEST)
#include "virtio_rtc_tests/driver_test.c"
#endif
