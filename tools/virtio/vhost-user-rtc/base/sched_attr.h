/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the system calls sched_getattr() and sched_setattr() hand over.  Not every C library
 * has it, and the kernel's own header cannot be included beside those of all that have not.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SCHED_ATTR_H
#define SCHED_ATTR_H

#include <stdint.h>

/**
 * struct sched_attributes - the kernel's struct sched_attr, in its first size
 * @size: That of the structure.
 * @policy: SCHED_OTHER, or another one.
 * @flags: Whether children have the usual policy.
 * @nice: The nice value.
 * @priority: That of a policy of real time.
 * @runtime: With SCHED_OTHER the length of a turn on a processor in ns, 0 for the usual one;
 *	kernels before 6.12 ignore it, and have 0 here.
 * @deadline: Of SCHED_DEADLINE.
 * @period: Of SCHED_DEADLINE.
 */
struct sched_attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
};

#endif /* SCHED_ATTR_H */
