/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about a device's clocks, for programs, in sysfs.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_FACTS_H_
#define _VIRTIO_RTC_FACTS_H_

struct device;
struct viortc_clocks;
struct viortc_facts;

/**
 * viortc_facts_add() - show the facts of all clocks
 * @dev: the virtio device, where they are shown
 * @clocks: its clocks, all of them enumerated
 *
 * Facts that cannot be shown are left out, with a line in the log.
 *
 * Context: Process context, may sleep.
 * Return: what viortc_facts_remove() wants, or NULL.
 */
struct viortc_facts *viortc_facts_add(struct device *dev,
				      const struct viortc_clocks *clocks);

/**
 * viortc_facts_remove() - show the facts no more
 * @dev: the virtio device
 * @facts: what viortc_facts_add() returned
 *
 * Waits for whoever reads one.
 *
 * Context: Process context, may sleep.
 */
void viortc_facts_remove(struct device *dev, struct viortc_facts *facts);

#endif /* _VIRTIO_RTC_FACTS_H_ */
