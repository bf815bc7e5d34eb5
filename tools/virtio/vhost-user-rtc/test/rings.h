/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers for tests that write descriptors themselves.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef RINGS_H
#define RINGS_H

#include "frontend.h"

/* Offsets in the guest's memory: a request, a response, an indirect table */
#define REQ		(BUFFERS + 0x40000)
#define RESP		(BUFFERS + 0x41000)
#define TABLE		(BUFFERS + 0x42000)
#define GUEST(offset)	(GUEST_BASE + (offset))

#define NEXT		VRING_DESC_F_NEXT
#define WRITE		VRING_DESC_F_WRITE
#define INDIRECT	VRING_DESC_F_INDIRECT

/* The request that is at REQ */
extern const struct virtio_rtc_req_cfg rings_cfg;

/**
 * rings_setup() - start daemon and device, with a request at REQ
 * @f: The front end; filled.
 * @features: What to negotiate.
 */
void rings_setup(struct frontend *f, uint64_t features);

/**
 * rings_table_desc() - write a descriptor of the indirect table
 * @f: The front end.
 * @index: Which one.
 * @addr: Guest address.
 * @len: Length.
 * @flags: Flags.
 * @next: Next descriptor.
 */
void rings_table_desc(struct frontend *f, unsigned int index, uint64_t addr, uint32_t len,
		      uint16_t flags, uint16_t next);

#endif /* RINGS_H */
