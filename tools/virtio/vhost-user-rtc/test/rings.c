// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Buffers for tests that write descriptors themselves.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>

#include "rings.h"

const struct virtio_rtc_req_cfg rings_cfg = { .head.msg_type = VIRTIO_RTC_REQ_CFG };

void rings_setup(struct frontend *f, uint64_t features)
{
	frontend_spawn(f, NULL);
	frontend_start(f, features);
	memcpy(f->mem + REQ, &rings_cfg, sizeof(rings_cfg));
	memset(f->mem + RESP, 0xee, 64);
}

void rings_table_desc(struct frontend *f, unsigned int index, uint64_t addr, uint32_t len,
		      uint16_t flags, uint16_t next)
{
	struct vring_desc desc = { .addr = addr, .len = len, .flags = flags, .next = next };

	memcpy(f->mem + TABLE + index * sizeof(desc), &desc, sizeof(desc));
}
