/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The buffers of the simulated device: taken, delayed, spoiled, used.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_SIM_QUEUE_H_
#define _VIRTIO_RTC_SIM_QUEUE_H_

struct viortc_sim;

/**
 * viortc_sim_queues_init() - make room for the buffers of both queues
 * @sim: device, with &viortc_sim.queue_size set
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM; viortc_sim_queues_free() is to be called in any case.
 */
int viortc_sim_queues_init(struct viortc_sim *sim);

/**
 * viortc_sim_queues_free() - free what viortc_sim_queues_init() allocated
 * @sim: device
 */
void viortc_sim_queues_free(struct viortc_sim *sim);

/**
 * viortc_sim_queues_reset() - forget all buffers
 * @sim: device
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_queues_reset(struct viortc_sim *sim);

/**
 * viortc_sim_queues_ready() - the driver is ready: begin
 * @sim: device
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_queues_ready(struct viortc_sim *sim);

/**
 * viortc_sim_run() - do all there is to do now
 * @sim: device
 *
 * To be called whenever buffers were made available, an alarm may have expired,
 * or a delay is over.
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_run(struct viortc_sim *sim);

/**
 * viortc_sim_fail() - have the device need a reset
 * @sim: device
 *
 * Context: &viortc_sim.lock is held.
 */
void viortc_sim_fail(struct viortc_sim *sim);

#endif /* _VIRTIO_RTC_SIM_QUEUE_H_ */
