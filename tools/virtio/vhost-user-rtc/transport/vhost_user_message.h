/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire format of vhost-user, as far as a back-end without a configuration
 * space needs it. All numbers are in the machine's own byte order.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef VHOST_USER_MESSAGE_H
#define VHOST_USER_MESSAGE_H

#include <linux/vhost_types.h>
#include <stdint.h>

/* The feature bit that stands for the negotiation of protocol features */
#define VHOST_USER_F_PROTOCOL_FEATURES		30

/* Protocol features */
#define VHOST_USER_PROTOCOL_F_MQ			0
#define VHOST_USER_PROTOCOL_F_REPLY_ACK			3
#define VHOST_USER_PROTOCOL_F_BACKEND_REQ		5
#define VHOST_USER_PROTOCOL_F_RESET_DEVICE		13
#define VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS	15

/* Messages of the front end */
#define VHOST_USER_GET_FEATURES			1
#define VHOST_USER_SET_FEATURES			2
#define VHOST_USER_SET_OWNER			3
#define VHOST_USER_RESET_OWNER			4
#define VHOST_USER_SET_MEM_TABLE		5
#define VHOST_USER_SET_VRING_NUM		8
#define VHOST_USER_SET_VRING_ADDR		9
#define VHOST_USER_SET_VRING_BASE		10
#define VHOST_USER_GET_VRING_BASE		11
#define VHOST_USER_SET_VRING_KICK		12
#define VHOST_USER_SET_VRING_CALL		13
#define VHOST_USER_SET_VRING_ERR		14
#define VHOST_USER_GET_PROTOCOL_FEATURES	15
#define VHOST_USER_SET_PROTOCOL_FEATURES	16
#define VHOST_USER_GET_QUEUE_NUM		17
#define VHOST_USER_SET_VRING_ENABLE		18
#define VHOST_USER_SET_BACKEND_REQ_FD		21
#define VHOST_USER_RESET_DEVICE			34
#define VHOST_USER_GET_MAX_MEM_SLOTS		36
#define VHOST_USER_ADD_MEM_REG			37
#define VHOST_USER_REM_MEM_REG			38

/* struct vhost_user_header.flags */
#define VHOST_USER_VERSION_MASK			0x3
#define VHOST_USER_VERSION			0x1
#define VHOST_USER_REPLY			0x4
#define VHOST_USER_NEED_REPLY			0x8

/* The u64 of SET_VRING_KICK, SET_VRING_CALL and SET_VRING_ERR */
#define VHOST_USER_VRING_INDEX_MASK		0xff
#define VHOST_USER_VRING_NO_FD			0x100

/* Regions of one SET_MEM_TABLE, and thereby descriptors of one message */
#define VHOST_USER_MAX_REGIONS			8

struct vhost_user_header {
	uint32_t request;
	uint32_t flags;
	uint32_t size;		/* of the payload */
};

struct vhost_user_region {
	uint64_t guest_addr;
	uint64_t size;
	uint64_t user_addr;
	uint64_t mmap_offset;
};

struct vhost_user_mem_table {
	uint32_t num;
	uint32_t padding;
	struct vhost_user_region region[VHOST_USER_MAX_REGIONS];
};

struct vhost_user_mem_reg {
	uint64_t padding;
	struct vhost_user_region region;
};

union vhost_user_payload {
	uint64_t u64;
	struct vhost_vring_state state;
	struct vhost_vring_addr addr;
	struct vhost_user_mem_table mem_table;
	struct vhost_user_mem_reg mem_reg;
};

/**
 * struct vhost_user_message - a message and the descriptors that came with it
 * @header: Its header.
 * @payload: Its payload, of which header.size bytes are set.
 * @num_fds: How many of @fd there are.
 * @fd: Descriptors; who takes one away writes -1 in its place.
 */
struct vhost_user_message {
	struct vhost_user_header header;
	union vhost_user_payload payload;
	unsigned int num_fds;
	int fd[VHOST_USER_MAX_REGIONS];
};

#endif /* VHOST_USER_MESSAGE_H */
