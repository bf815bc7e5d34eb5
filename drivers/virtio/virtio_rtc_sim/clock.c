// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clocks of the simulated device: what they show, and when alarms ring.
 *
 * All that belongs to one reading comes from one snapshot of the timekeeper,
 * so that the right answer is known exactly.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/device.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <uapi/linux/virtio_rtc.h>

#include "../virtio_rtc_compat.h"
#include "clock.h"
#include "device.h"
#include "queue.h"

/*
 * Clocks and the kernel's timers may run at different rates, and
 * CLOCK_REALTIME may be set, so a timer looks again after this time.
 */
#define VIORTC_SIM_TIMER_MAX	NSEC_PER_SEC

/* The counter that a driver can have on this machine */
#if defined(CONFIG_X86)
#define VIORTC_SIM_COUNTER	VIRTIO_RTC_COUNTER_X86_TSC
#elif defined(CONFIG_ARM_ARCH_TIMER)
#define VIORTC_SIM_COUNTER	VIRTIO_RTC_COUNTER_ARM_VCT
#else
#define VIORTC_SIM_COUNTER	VIRTIO_RTC_COUNTER_INVALID
#endif

/*
 * struct viortc_sim_clock - a clock
 * @sim: device
 * @base: what it runs on
 * @epoch: added to CLOCK_MONOTONIC_RAW for VIORTC_SIM_RAW
 * @offset_ns: how far it is ahead of its base, but for the drift
 * @drift_ppb: ns by which it gains per second of CLOCK_MONOTONIC_RAW
 * @drifted_ns: what it gained until @drift_start
 * @drift_start: time of CLOCK_MONOTONIC_RAW since which @drift_ppb counts
 * @timer: rings when it may be time for the alarm
 * @last: latest reading by a request
 */
struct viortc_sim_clock {
	struct viortc_sim *sim;
	enum viortc_sim_base base;
	ktime_t epoch;
	s64 offset_ns;
	s32 drift_ppb;
	s64 drifted_ns;
	ktime_t drift_start;
	struct hrtimer timer;
	struct viortc_sim_sample last;
};

/*
 * struct viortc_sim_instant - one instant
 * @realtime: CLOCK_REALTIME
 * @monoraw: CLOCK_MONOTONIC_RAW
 * @raw: the same, including suspend
 * @cycles: counter
 * @has_cycles: the system's clock runs on the counter
 */
struct viortc_sim_instant {
	ktime_t realtime;
	ktime_t monoraw;
	ktime_t raw;
	u64 cycles;
	bool has_cycles;
};

static bool viortc_sim_is_counter(enum clocksource_ids cs_id)
{
	if (VIORTC_SIM_COUNTER == VIRTIO_RTC_COUNTER_ARM_VCT)
		return cs_id == CSID_ARM_ARCH_COUNTER;
	if (VIORTC_SIM_COUNTER == VIRTIO_RTC_COUNTER_X86_TSC)
		return cs_id == CSID_X86_TSC || cs_id == CSID_X86_TSC_EARLY;

	return false;
}

static void viortc_sim_now(struct viortc_sim_instant *now)
{
	struct system_time_snapshot snapshot;

	ktime_get_snapshot_id(CLOCK_REALTIME, &snapshot);
	*now = (struct viortc_sim_instant) {
		.realtime = snapshot.systime,
		.monoraw = snapshot.monoraw,
		/* The time in suspend does not change while this runs. */
		.raw = ktime_add(snapshot.monoraw,
				 ktime_mono_to_any(0, TK_OFFS_BOOT)),
	};
	if (viortc_sim_is_counter(snapshot.cs_id)) {
		now->cycles = snapshot.cycles;
		now->has_cycles = true;
	} else if (viortc_sim_is_counter(snapshot.hw_csid)) {
		now->cycles = snapshot.hw_cycles;
		now->has_cycles = true;
	}
}

static s64 viortc_sim_drifted(const struct viortc_sim_clock *clock, ktime_t raw)
{
	u64 elapsed = ktime_sub(raw, clock->drift_start);
	u32 rate = abs(clock->drift_ppb), rest;
	s64 drifted;

	drifted = div_u64_rem(elapsed, NSEC_PER_SEC, &rest) * rate;
	drifted += div_u64((u64)rest * rate, NSEC_PER_SEC);

	return clock->drifted_ns + (clock->drift_ppb < 0 ? -drifted : drifted);
}

static u64 viortc_sim_clock_at(const struct viortc_sim_clock *clock,
			       const struct viortc_sim_instant *at)
{
	ktime_t base = at->realtime;

	if (clock->base == VIORTC_SIM_RAW)
		base = ktime_add(clock->epoch, at->raw);

	return (u64)base + clock->offset_ns + viortc_sim_drifted(clock, at->raw);
}

static u16 viortc_sim_clock_id(const struct viortc_sim_clock *clock)
{
	return clock - clock->sim->clocks;
}

static u64 viortc_sim_clock_now(const struct viortc_sim_clock *clock)
{
	struct viortc_sim *sim = clock->sim;
	struct viortc_sim_instant now;

	if (sim->time_ops)
		return sim->time_ops->read(sim->time_priv,
					   viortc_sim_clock_id(clock));

	viortc_sim_now(&now);

	return viortc_sim_clock_at(clock, &now);
}

/* What the model needs */

static void viortc_sim_note(struct viortc_sim_clock *clock, u64 reading,
			    const struct viortc_sim_instant *at)
{
	/* The model also reads a clock to see to its alarm. */
	if (!clock->sim->in_request)
		return;

	clock->last = (struct viortc_sim_sample) {
		.count = clock->last.count + 1,
		.reading = reading,
		.cycles = at->cycles,
		.realtime = at->realtime,
		.monoraw = at->monoraw,
	};
}

static u64 viortc_sim_op_read(void *priv, u16 id)
{
	struct viortc_sim_instant now = {};
	struct viortc_sim *sim = priv;
	struct viortc_sim_clock *clock = &sim->clocks[id];
	u64 reading;

	if (sim->time_ops) {
		reading = sim->time_ops->read(sim->time_priv, id);
	} else {
		viortc_sim_now(&now);
		reading = viortc_sim_clock_at(clock, &now);
	}
	viortc_sim_note(clock, reading, &now);

	return reading;
}

static bool viortc_sim_op_read_cross(void *priv, u16 id, u64 *reading,
				     u64 *cycles)
{
	struct viortc_sim_instant now = {};
	struct viortc_sim *sim = priv;
	struct viortc_sim_clock *clock = &sim->clocks[id];

	if (sim->time_ops) {
		now.has_cycles = sim->time_ops->read_cross(sim->time_priv, id,
							   reading,
							   &now.cycles);
	} else {
		viortc_sim_now(&now);
		*reading = viortc_sim_clock_at(clock, &now);
	}
	if (!now.has_cycles)
		return false;

	*cycles = now.cycles;
	viortc_sim_note(clock, *reading, &now);

	return true;
}

static void viortc_sim_op_arm_timer(void *priv, u16 id, u64 time)
{
	struct viortc_sim *sim = priv;
	struct viortc_sim_clock *clock = &sim->clocks[id];
	u64 now, left = 0;

	/* A test's clock does not move with the system's timers. */
	if (sim->time_ops || sim->dying)
		return;

	now = viortc_sim_clock_now(clock);
	if (time > now)
		left = min_t(u64, time - now, VIORTC_SIM_TIMER_MAX);
	/* From the clock's ns to the system's, rounded up: not to be early. */
	left = div_u64(left * NSEC_PER_SEC, NSEC_PER_SEC + clock->drift_ppb) + 1;
	hrtimer_start(&clock->timer, ns_to_ktime(left), HRTIMER_MODE_REL_SOFT);
}

static void viortc_sim_op_cancel_timer(void *priv, u16 id)
{
	struct viortc_sim *sim = priv;
	struct viortc_sim_clock *clock = &sim->clocks[id];

	/*
	 * An alarm that has expired does so again when its clock was set back, which nobody
	 * tells of the system's.
	 */
	if (sim->model_clocks[id].alarm_enabled && !sim->time_ops &&
	    clock->base == VIORTC_SIM_REALTIME && !sim->dying) {
		hrtimer_start(&clock->timer, ns_to_ktime(VIORTC_SIM_TIMER_MAX),
			      HRTIMER_MODE_REL_SOFT);
		return;
	}

	/* If it is just ringing it will find that there is nothing to do. */
	hrtimer_try_to_cancel(&clock->timer);
}

static const struct viortc_model_ops viortc_sim_model_ops = {
	.read = viortc_sim_op_read,
	.read_cross = viortc_sim_op_read_cross,
	.arm_timer = viortc_sim_op_arm_timer,
	.cancel_timer = viortc_sim_op_cancel_timer,
};

static enum hrtimer_restart viortc_sim_alarm_timer(struct hrtimer *timer)
{
	struct viortc_sim_clock *clock = container_of(timer,
						      struct viortc_sim_clock,
						      timer);
	struct viortc_sim *sim = clock->sim;
	unsigned long flags;

	spin_lock_irqsave(&sim->lock, flags);
	viortc_model_alarm_check(&sim->model, viortc_sim_clock_id(clock));
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);

	return HRTIMER_NORESTART;
}

void viortc_sim_check_alarms(struct viortc_sim *sim)
{
	unsigned long flags;
	u16 id;

	spin_lock_irqsave(&sim->lock, flags);
	for (id = 0; id < sim->num_clocks; id++)
		viortc_model_alarm_check(&sim->model, id);
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_check_alarms);

/* What the user does with a clock */

void viortc_sim_set_offset(struct viortc_sim *sim, u16 clock, s64 offset_ns)
{
	unsigned long flags;

	if (clock >= sim->num_clocks)
		return;

	spin_lock_irqsave(&sim->lock, flags);
	sim->clocks[clock].offset_ns = offset_ns;
	viortc_model_alarm_check(&sim->model, clock);
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_set_offset);

void viortc_sim_set_drift(struct viortc_sim *sim, u16 clock, s32 drift_ppb)
{
	struct viortc_sim_instant now;
	struct viortc_sim_clock *c;
	unsigned long flags;

	if (clock >= sim->num_clocks)
		return;

	c = &sim->clocks[clock];
	spin_lock_irqsave(&sim->lock, flags);
	viortc_sim_now(&now);
	c->drifted_ns = viortc_sim_drifted(c, now.raw);
	c->drift_start = now.raw;
	c->drift_ppb = clamp(drift_ppb, -VIORTC_SIM_DRIFT_MAX,
			     VIORTC_SIM_DRIFT_MAX);
	viortc_model_alarm_check(&sim->model, clock);
	viortc_sim_run(sim);
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_set_drift);

u64 viortc_sim_reading(struct viortc_sim *sim, u16 clock)
{
	unsigned long flags;
	u64 reading;

	if (clock >= sim->num_clocks)
		return 0;

	spin_lock_irqsave(&sim->lock, flags);
	reading = viortc_sim_clock_now(&sim->clocks[clock]);
	spin_unlock_irqrestore(&sim->lock, flags);

	return reading;
}
EXPORT_SYMBOL_GPL(viortc_sim_reading);

void viortc_sim_last_sample(struct viortc_sim *sim, u16 clock,
			    struct viortc_sim_sample *sample)
{
	unsigned long flags;

	*sample = (struct viortc_sim_sample) {};
	if (clock >= sim->num_clocks)
		return;

	spin_lock_irqsave(&sim->lock, flags);
	*sample = sim->clocks[clock].last;
	spin_unlock_irqrestore(&sim->lock, flags);
}
EXPORT_SYMBOL_GPL(viortc_sim_last_sample);

/* Life */

static int viortc_sim_check_clock(const struct viortc_sim *sim,
				  const struct viortc_sim_config *config,
				  u16 id)
{
	const struct viortc_sim_clock_config *clock = &config->clocks[id];

	if (!viortc_model_smearing_valid(clock->type, clock->smearing)) {
		pr_err("virtio_rtc_sim: %s: clock %u: type %u has no smearing variant %u\n",
		       config->name, id, clock->type, clock->smearing);
		return -EINVAL;
	}
	if (clock->cross && sim->time_ops && !sim->time_ops->read_cross)
		return -EINVAL;
	if (clock->cross && !sim->time_ops &&
	    VIORTC_SIM_COUNTER == VIRTIO_RTC_COUNTER_INVALID) {
		pr_err("virtio_rtc_sim: %s: clock %u: no counter here\n",
		       config->name, id);
		return -EOPNOTSUPP;
	}
	if (clock->drift_ppb > VIORTC_SIM_DRIFT_MAX ||
	    clock->drift_ppb < -VIORTC_SIM_DRIFT_MAX)
		return -EINVAL;

	return 0;
}

static void viortc_sim_init_clock(struct viortc_sim *sim, u16 id,
				  const struct viortc_sim_clock_config *config,
				  const struct viortc_sim_instant *now)
{
	struct viortc_sim_clock *clock = &sim->clocks[id];

	*clock = (struct viortc_sim_clock) {
		.sim = sim,
		.base = config->base,
		.epoch = ktime_sub(now->realtime, now->raw),
		.offset_ns = config->offset_ns,
		.drift_ppb = config->drift_ppb,
		.drift_start = now->raw,
	};
	hrtimer_setup(&clock->timer, viortc_sim_alarm_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);
	sim->model_clocks[id] = (struct viortc_model_clock) {
		.type = config->type,
		.smearing = config->smearing,
		.alarm = config->alarm,
		.cross = config->cross,
	};
}

int viortc_sim_clocks_init(struct viortc_sim *sim,
			   const struct viortc_sim_config *config)
{
	u8 hw_counter = VIORTC_SIM_COUNTER;
	struct viortc_sim_instant now;
	int err;
	u16 id;

	for (id = 0; id < config->num_clocks; id++) {
		err = viortc_sim_check_clock(sim, config, id);
		if (err)
			return err;
	}

	sim->clocks = kvzalloc_objs(*sim->clocks, config->num_clocks);
	sim->model_clocks = kvzalloc_objs(*sim->model_clocks,
					  config->num_clocks);
	if (!sim->clocks || !sim->model_clocks)
		return -ENOMEM;

	viortc_sim_now(&now);
	sim->num_clocks = config->num_clocks;
	for (id = 0; id < sim->num_clocks; id++)
		viortc_sim_init_clock(sim, id, &config->clocks[id], &now);

	if (sim->time_ops)
		hw_counter = sim->time_ops->hw_counter;

	return viortc_model_init(&sim->model, &viortc_sim_model_ops, sim,
				 sim->model_clocks, sim->num_clocks,
				 hw_counter);
}

void viortc_sim_clocks_stop(struct viortc_sim *sim)
{
	u16 id;

	for (id = 0; id < sim->num_clocks; id++)
		hrtimer_cancel(&sim->clocks[id].timer);
}

void viortc_sim_clocks_free(struct viortc_sim *sim)
{
	kvfree(sim->clocks);
	kvfree(sim->model_clocks);
}
