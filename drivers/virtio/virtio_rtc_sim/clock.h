/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clocks of the simulated device: what they show, and when alarms ring.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_CLOCK_H_
#define _VIRTIO_RTC_SIM_CLOCK_H_

struct viortc_sim;
struct viortc_sim_config;

/**
 * viortc_sim_clocks_init() - set up clocks and model
 * @sim: device, with &viortc_sim.time_ops set
 * @config: what the clocks are
 *
 * Context: Process context, may sleep.
 * Return: 0, or an errno of viortc_sim_create(); viortc_sim_clocks_free() is to
 *	be called in any case.
 */
int viortc_sim_clocks_init(struct viortc_sim *sim,
			   const struct viortc_sim_config *config);

/**
 * viortc_sim_clocks_stop() - stop all timers of the clocks
 * @sim: device, &viortc_sim.dying
 *
 * Context: Process context, may sleep.
 */
void viortc_sim_clocks_stop(struct viortc_sim *sim);

/**
 * viortc_sim_clocks_free() - free the clocks
 * @sim: device
 */
void viortc_sim_clocks_free(struct viortc_sim *sim);

#endif /* _VIRTIO_RTC_SIM_CLOCK_H_ */
