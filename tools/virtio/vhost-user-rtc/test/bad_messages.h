/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of vhost-user that are to be refused.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef BAD_MESSAGES_H
#define BAD_MESSAGES_H

#include "frontend.h"

/* Messages that no front end may send, all with a payload of the largest size */
static const struct bad_message {
	const char *name;
	uint32_t request;
	uint32_t size;
	unsigned int num_fds;
	union vhost_user_payload payload;
} bad_messages[] = {
	{ "unknown", 1000, 8, 0, { .u64 = 0 } },
	{ "not offered", 22, 8, 0, { .u64 = 0 } },
	{ "0", 0, 0, 0, { .u64 = 0 } },
	{ "too small", VHOST_USER_SET_VRING_NUM, 4, 0, { .u64 = 0 } },
	{ "SET_VRING_NUM of no queue", VHOST_USER_SET_VRING_NUM, 8, 0, { .state = { 2, 1 } } },
	{ "SET_VRING_BASE of no queue", VHOST_USER_SET_VRING_BASE, 8, 0, { .state = { 2, 1 } } },
	{ "SET_VRING_BASE out of range", VHOST_USER_SET_VRING_BASE, 8, 0,
	  { .state = { 0, 65536 } } },
	{ "SET_VRING_ADDR of no queue", VHOST_USER_SET_VRING_ADDR,
	  sizeof(struct vhost_vring_addr), 0, { .addr = { .index = ~0U } } },
	{ "SET_VRING_ADDR with a log", VHOST_USER_SET_VRING_ADDR,
	  sizeof(struct vhost_vring_addr), 0, { .addr = { .flags = 1 } } },
	{ "SET_VRING_ENABLE of no queue", VHOST_USER_SET_VRING_ENABLE, 8, 0,
	  { .state = { 255, 1 } } },
	{ "SET_VRING_ENABLE by 2", VHOST_USER_SET_VRING_ENABLE, 8, 0, { .state = { 0, 2 } } },
	{ "SET_VRING_KICK without a descriptor", VHOST_USER_SET_VRING_KICK, 8, 0, { .u64 = 0 } },
	{ "SET_VRING_KICK without its descriptor", VHOST_USER_SET_VRING_KICK, 8, 1,
	  { .u64 = VHOST_USER_VRING_NO_FD } },
	{ "SET_VRING_KICK to poll", VHOST_USER_SET_VRING_KICK, 8, 0,
	  { .u64 = VHOST_USER_VRING_NO_FD } },
	{ "SET_VRING_CALL of no queue", VHOST_USER_SET_VRING_CALL, 8, 1, { .u64 = 7 } },
	{ "SET_VRING_ERR with two descriptors", VHOST_USER_SET_VRING_ERR, 8, 2, { .u64 = 0 } },
	{ "SET_OWNER with a descriptor", VHOST_USER_SET_OWNER, 0, 1, { .u64 = 0 } },
	{ "SET_MEM_TABLE with fewer descriptors than regions", VHOST_USER_SET_MEM_TABLE,
	  sizeof(struct vhost_user_mem_table), 1, { .mem_table = { .num = 2 } } },
	{ "SET_MEM_TABLE with more regions than it has", VHOST_USER_SET_MEM_TABLE, 40, 2,
	  { .mem_table = { .num = 2 } } },
	{ "SET_MEM_TABLE with many regions", VHOST_USER_SET_MEM_TABLE,
	  sizeof(struct vhost_user_mem_table), 8, { .mem_table = { .num = ~0U } } },
	{ "SET_MEM_TABLE of an empty region", VHOST_USER_SET_MEM_TABLE, 40, 1,
	  { .mem_table = { .num = 1 } } },
	{ "SET_MEM_TABLE with a region that wraps around", VHOST_USER_SET_MEM_TABLE, 40, 1,
	  { .mem_table = { .num = 1, .region = { { .guest_addr = ~0ULL, .size = 4096 } } } } },
	{ "SET_MEM_TABLE past the end of the file", VHOST_USER_SET_MEM_TABLE, 40, 1,
	  { .mem_table = { .num = 1, .region = { { .size = MEM_SIZE + 1 } } } } },
	{ "SET_MEM_TABLE with an offset that wraps around", VHOST_USER_SET_MEM_TABLE, 40, 1,
	  { .mem_table = { .num = 1, .region = { { .size = 4096, .mmap_offset = ~0ULL } } } } },
	{ "SET_MEM_TABLE with an overlap", VHOST_USER_SET_MEM_TABLE, 72, 2,
	  { .mem_table = { .num = 2, .region = {
		{ .guest_addr = 0, .user_addr = 0, .size = 8192 },
		{ .guest_addr = 4096, .user_addr = 8192, .size = 8192 } } } } },
	{ "ADD_MEM_REG without a descriptor", VHOST_USER_ADD_MEM_REG, 40, 0,
	  { .mem_reg = { .region = { .size = 4096 } } } },
	{ "ADD_MEM_REG over another region", VHOST_USER_ADD_MEM_REG, 40, 1,
	  { .mem_reg = { .region = { GUEST_BASE + 4096, 4096, 0, 0 } } } },
	{ "REM_MEM_REG of no region", VHOST_USER_REM_MEM_REG, 40, 0,
	  { .mem_reg = { .region = { .size = 4096 } } } },
	{ "GET_VRING_BASE of no queue", VHOST_USER_GET_VRING_BASE, 8, 0, { .state = { 2, 0 } } },
};

#endif /* BAD_MESSAGES_H */
