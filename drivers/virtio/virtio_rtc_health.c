// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks whether a device still works, resets it if not, and asks it again about its
 * clocks.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/workqueue.h>

#include "virtio_rtc_compat.h"
#include "virtio_rtc_deadline.h"
#include "virtio_rtc_device.h"
#include "virtio_rtc_health.h"

/* With @lifecycle held, of a device in use */
static void viortc_ask_again(struct viortc_dev *viortc)
{
	unsigned long delay = viortc_clocks_ask_again(&viortc->clocks);

	if (delay)
		queue_delayed_work(system_freezable_wq, &viortc->ask_again, delay);
}

static void viortc_ask_work(struct work_struct *work)
{
	struct viortc_dev *viortc = container_of(to_delayed_work(work),
						 struct viortc_dev, ask_again);

	mutex_lock(&viortc->lifecycle);
	if (viortc->in_use && !READ_ONCE(viortc->failed))
		viortc_ask_again(viortc);
	mutex_unlock(&viortc->lifecycle);
}

/*
 * Reset the device and use it again, as the virtio core does around suspend;
 * its own functions are not there in each kernel.
 */
static int viortc_renew(struct viortc_dev *viortc)
{
	struct virtio_device *vdev = viortc->vdev;
	int err;

	viortc_halt(viortc, -EAGAIN);
	virtio_add_status(vdev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	virtio_add_status(vdev, VIRTIO_CONFIG_S_DRIVER);
	err = vdev->config->finalize_features(vdev);
	if (err)
		return err;

	virtio_add_status(vdev, VIRTIO_CONFIG_S_FEATURES_OK);
	if (!(vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_FEATURES_OK))
		return -ENODEV;

	return viortc_restart(viortc, -EIO);
}

static void viortc_fail(struct viortc_dev *viortc)
{
	viortc_requestq_stop(&viortc->requestq, -EIO);
	/* Last: of whoever resets it meanwhile that must not be undone. */
	WRITE_ONCE(viortc->failed, true);
}

static bool viortc_rings_are_broken(const struct viortc_dev *viortc)
{
	return viortc_requestq_is_broken(&viortc->requestq) ||
	       viortc_alarmq_is_broken(&viortc->alarmq);
}

/*
 * Can nothing but a reset mend it?  Somebody has reset it, or it broke a ring.  Of one that
 * is no longer plugged in all bits are set, and no reset of it comes to an end.
 */
static bool viortc_is_dead(struct viortc_dev *viortc)
{
	u8 status = viortc->vdev->config->get_status(viortc->vdev);

	if (status == 0xff)
		return false;

	return !(status & VIRTIO_CONFIG_S_DRIVER_OK) ||
	       viortc_rings_are_broken(viortc);
}

/*
 * A device that needs a reset gives no more answers: let nobody wait, and reset
 * it.  Clocks and their users stay.  So it is with one that somebody has reset who
 * told nobody: older kernels do not say when a PCI function is reset.
 */
static void viortc_check_work(struct work_struct *work)
{
	struct viortc_dev *viortc = container_of(to_delayed_work(work),
						 struct viortc_dev, check_status);
	struct virtio_device *vdev = viortc->vdev;
	u8 status;
	int err;

	/* Some kernels' bus breaks rings then, and no device is to be used any more. */
	if (system_state >= SYSTEM_HALT && system_state <= SYSTEM_RESTART)
		return;

	status = vdev->config->get_status(vdev);
	/* All bits are set of one that is no longer plugged in. */
	if (status != 0xff && (status & VIRTIO_CONFIG_S_NEEDS_RESET))
		viortc_fail(viortc);

	mutex_lock(&viortc->lifecycle);
	if (!viortc->in_use)
		goto out_unlock;
	if (viortc_is_dead(viortc))
		viortc_fail(viortc);
	if (!viortc->failed)
		goto out_unlock;

	if (viortc_is_before(viortc->next_reset, VIORTC_RESET_INTERVAL)) {
		mod_delayed_work(system_freezable_wq, &viortc->check_status,
				 viortc_time_until(viortc->next_reset));
		goto out_unlock;
	}

	viortc->next_reset = jiffies + VIORTC_RESET_INTERVAL;
	dev_err(&vdev->dev, "the device needs a reset: resetting it\n");
	err = viortc_renew(viortc);
	if (err && !READ_ONCE(viortc->leaving)) {
		viortc_fail(viortc);
		dev_err(&vdev->dev,
			"cannot be used after the reset: error %d; trying again in a minute\n",
			err);
		mod_delayed_work(system_freezable_wq, &viortc->check_status,
				 VIORTC_RESET_INTERVAL);
	} else if (!err) {
		viortc_ask_again(viortc);
	}
out_unlock:
	mutex_unlock(&viortc->lifecycle);
}

void viortc_health_init(struct viortc_dev *viortc)
{
	INIT_DELAYED_WORK(&viortc->check_status, viortc_check_work);
	INIT_DELAYED_WORK(&viortc->ask_again, viortc_ask_work);
	viortc->next_reset = jiffies;
}

void viortc_health_begin(struct viortc_dev *viortc)
{
	/* It may have failed meanwhile, and who looked then left it alone. */
	if (READ_ONCE(viortc->failed) || viortc_rings_are_broken(viortc))
		viortc_health_check(viortc, 0);
	else
		viortc_ask_again(viortc);
}

void viortc_health_check(struct viortc_dev *viortc, unsigned long delay)
{
	if (delay)
		queue_delayed_work(system_freezable_wq, &viortc->check_status, delay);
	else
		mod_delayed_work(system_freezable_wq, &viortc->check_status, 0);
}

void viortc_health_end(struct viortc_dev *viortc)
{
	/* One that is not in use is not asked, so none is begun any more. */
	cancel_delayed_work_sync(&viortc->check_status);
	cancel_delayed_work_sync(&viortc->ask_again);
}
