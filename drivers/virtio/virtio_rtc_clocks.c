// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clocks of a device: enumerates them, has the submodules build on each,
 * and asks after a reset whether they are still what they were.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/jiffies.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_rtc.h>

#include "virtio_rtc_clocks.h"
#include "virtio_rtc_compat.h"
#include "virtio_rtc_deadline.h"
#include "virtio_rtc_exchange.h"
#include "virtio_rtc_requestq.h"

/* No device has as many; one that says so shall not use up the memory. */
#define VIORTC_MAX_CLOCKS	256

/*
 * For so many times as long as a single answer all clocks together are waited
 * for: one that answers each time just before the timeout should not keep a
 * probe, or a system that resumes, for hours.
 */
#define VIORTC_MAX_TIMEOUTS	3

/* A device that has not said which clocks it still has is asked again after that. */
#define VIORTC_ASK_INTERVAL	(10 * HZ)

/* A device that gave no answer about two alarms is not asked about others. */
static bool viortc_is_silent(const unsigned int *silences)
{
	return *silences >= 2;
}

static unsigned long viortc_clocks_deadline(void)
{
	return jiffies + VIORTC_MAX_TIMEOUTS * viortc_exchange_timeout();
}

static int viortc_init_clock(struct viortc_clock *clock,
			     struct virtio_device *vdev,
			     struct viortc_requestq *requestq, u16 id,
			     unsigned int *silences)
{
	u8 flags;
	int err;

	clock->dev = &vdev->dev;
	clock->requestq = requestq;
	clock->id = id;

	err = viortc_clock_cap(clock, &clock->type, &clock->smearing, &flags);
	if (err)
		return err;

	clock->has_alarm = virtio_has_feature(vdev, VIRTIO_RTC_F_ALARM) &&
			   (flags & VIRTIO_RTC_FLAG_ALARM_CAP);

	err = viortc_ptp_register(clock);
	if (err)
		return err;

	/*
	 * An alarm of an earlier time would ring now, and keep a buffer of the
	 * alarmq if there is no RTC that cares (D-alarm-reset).
	 */
	if (clock->has_alarm) {
		err = viortc_is_silent(silences) ?
		      -ETIMEDOUT : viortc_set_alarm(clock, 0, false);
		*silences += err == -ETIMEDOUT;
		if (err)
			return err;
	}

	return viortc_class_register(clock);
}

/*
 * A clock that fails costs itself, the others go on.  A second one that gives
 * no answer ends it all the same: a device that stopped answering should not
 * be waited for once for each clock.  Nor should one that is very slow.  One that is
 * silent about alarms or cross-timestamps alone is not asked about them any more.
 */
int viortc_clocks_init(struct viortc_clocks *clocks,
		       struct virtio_device *vdev,
		       struct viortc_requestq *requestq)
{
	unsigned long deadline = viortc_clocks_deadline();
	struct device *dev = &vdev->dev;
	unsigned int timeouts = 0;
	unsigned int silences = 0, before;
	bool no_cross_cap = false;
	u16 num_clocks, id;
	int err;

	err = viortc_cfg(requestq, &num_clocks);
	if (err)
		return err;

	if (num_clocks > VIORTC_MAX_CLOCKS) {
		dev_warn(dev, "using %u of %u clocks\n", VIORTC_MAX_CLOCKS,
			 num_clocks);
		num_clocks = VIORTC_MAX_CLOCKS;
	}

	clocks->clock = kzalloc_objs(*clocks->clock, num_clocks);
	if (!clocks->clock)
		return -ENOMEM;

	clocks->num = num_clocks;
	for (id = 0; id < num_clocks; id++) {
		if (time_after(jiffies, deadline)) {
			clocks->num = id;
			dev_err(dev, "slow answers: clocks from %u on left out\n",
				id);
			break;
		}

		before = silences;
		clocks->clock[id].no_cross_cap = no_cross_cap;
		err = viortc_init_clock(&clocks->clock[id], vdev, requestq, id,
					&silences);
		no_cross_cap = clocks->clock[id].no_cross_cap;
		if (!err)
			continue;
		if (err == -ERESTARTSYS)
			return -EINTR;

		dev_err(dev, "clock %u: cannot be used%s: error %d\n", id,
			clocks->clock[id].ptp ? " as an RTC" : "", err);
		if (err == -ETIMEDOUT && silences == before &&
		    ++timeouts == 2) {
			clocks->num = id + 1;
			dev_err(dev, "no answers: clocks from %u on left out\n",
				clocks->num);
			break;
		}
	}

	return 0;
}

void viortc_clocks_exit(struct viortc_clocks *clocks)
{
	struct viortc_clock *clock;

	for (clock = clocks->clock; clock < clocks->clock + clocks->num;
	     clock++) {
		viortc_class_unregister(clock);
		viortc_ptp_unregister(clock);
	}

	kfree(clocks->clock);
}

void viortc_clocks_alarm(struct viortc_clocks *clocks, struct device *dev,
			 u16 id)
{
	if (id >= clocks->num) {
		dev_warn_ratelimited(dev, "notification for unknown clock %u\n",
				     id);
		return;
	}

	/* The device chose @id, and may be an enemy. */
	id = array_index_nospec(id, clocks->num);
	viortc_class_alarm(&clocks->clock[id]);
}

bool viortc_clocks_may_wake(const struct viortc_clocks *clocks)
{
	unsigned int id;

	for (id = 0; id < clocks->num; id++)
		if (viortc_class_may_wake(&clocks->clock[id]))
			return true;

	return false;
}

void viortc_clocks_doubt(struct viortc_clocks *clocks)
{
	unsigned int id;

	for (id = 0; id < clocks->num; id++)
		WRITE_ONCE(clocks->clock[id].asking, true);
}

/* The set of clocks should be the same as before, but it is another device's. */
static int viortc_restore_clock(struct viortc_clock *clock,
				unsigned int *silences)
{
	bool again = clock->undecided;
	u8 type, smearing, flags;
	int err;

	err = viortc_clock_cap(clock, &type, &smearing, &flags);
	if (!err && (type != clock->type || smearing != clock->smearing))
		err = -ENODEV;

	WRITE_ONCE(clock->gone, err);
	/* Pairs with viortc_send_about(): whoever goes on knows @gone. */
	smp_store_release(&clock->asking, false);
	clock->undecided = err && err != -ENODEV;
	if (err) {
		if (!again)
			dev_err_ratelimited(clock->dev,
					    "clock %u: lost in the reset: error %d\n",
					    clock->id, err);
		return err;
	}

	if (again)
		dev_info(clock->dev, "clock %u: found again\n", clock->id);
	err = viortc_is_silent(silences) ? -ETIMEDOUT :
					   viortc_class_restore(clock);
	*silences += err == -ETIMEDOUT;
	if (err && clock->rtc && clock->has_alarm)
		dev_err_ratelimited(clock->dev,
				    "clock %u: alarm lost in the reset: error %d\n",
				    clock->id, err);

	return 0;
}

/* As in viortc_clocks_init(): do not wait once for each clock. */
void viortc_clocks_restore(struct viortc_clocks *clocks)
{
	unsigned long deadline = viortc_clocks_deadline();
	unsigned int timeouts = 0;
	struct viortc_clock *clock;
	unsigned int silences = 0;

	for (clock = clocks->clock; clock < clocks->clock + clocks->num;
	     clock++) {
		if (!clock->ptp && !clock->rtc)
			continue;

		if (time_after(jiffies, deadline)) {
			dev_err(clock->dev,
				"slow answers: clocks from %u on lost in the reset\n",
				clock->id);
			break;
		}

		if (viortc_restore_clock(clock, &silences) == -ETIMEDOUT &&
		    ++timeouts == 2) {
			dev_err(clock->dev,
				"no answers: clocks after %u lost in the reset\n",
				clock->id);
			break;
		}
	}

	/* Those that nobody was asked for */
	for (clock = clocks->clock; clock < clocks->clock + clocks->num;
	     clock++) {
		if (clock->asking) {
			WRITE_ONCE(clock->gone, true);
			/* As above */
			smp_store_release(&clock->asking, false);
			clock->undecided = clock->ptp || clock->rtc;
		}
	}
	clocks->next_ask = jiffies + VIORTC_ASK_INTERVAL;
}

static bool viortc_clocks_are_undecided(const struct viortc_clocks *clocks)
{
	unsigned int id;

	for (id = 0; id < clocks->num; id++)
		if (clocks->clock[id].undecided)
			return true;

	return false;
}

unsigned long viortc_clocks_ask_again(struct viortc_clocks *clocks)
{
	unsigned long began = jiffies;
	struct viortc_clock *clock;
	unsigned int silences = 0;
	unsigned int n;

	if (!viortc_clocks_are_undecided(clocks))
		return 0;
	if (viortc_is_before(clocks->next_ask, VIORTC_ASK_INTERVAL))
		return viortc_time_until(clocks->next_ask) + 1;

	/* Nobody else may look at the ring, and late answers make room. */
	viortc_requestq_take_late(clocks->clock->requestq);
	/* The system cannot fall asleep meanwhile. */
	for (n = 0; n < clocks->num && !time_after(jiffies, began + HZ); n++) {
		clock = &clocks->clock[clocks->ask_from];
		clocks->ask_from = (clocks->ask_from + 1) % clocks->num;
		/* An answer may still come, and each question without one costs a slot. */
		if (clock->undecided && viortc_has_room(clock))
			viortc_restore_clock(clock, &silences);
	}
	clocks->next_ask = jiffies + VIORTC_ASK_INTERVAL;

	return viortc_clocks_are_undecided(clocks) ? VIORTC_ASK_INTERVAL : 0;
}
