// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each message of a vhost-user front end does.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <linux/virtio_config.h>
#include <stddef.h>

#include "base/macros.h"
#include "vhost_user.h"
#include "vhost_user_handlers.h"

#define BIT(n)		(UINT64_C(1) << (n))

/*
 * A feature here is one that virtqueue.c has; a device may have more. Memory that the
 * platform gives access to is the same as any: without an IOMMU in the guest, which
 * would need translations, its addresses are those of the regions.
 */
#define RING_FEATURES	(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_RING_F_INDIRECT_DESC) | \
			 BIT(VIRTIO_RING_F_EVENT_IDX) | BIT(VIRTIO_F_ACCESS_PLATFORM))

/*
 * STATUS is not among them: what front ends send when the machine is paused is
 * the same as for a reset, so it would tell nothing. BACKEND_REQ is, as QEMU demands
 * it for ACCESS_PLATFORM; nothing is ever requested.
 */
#define PROTOCOL_FEATURES	(BIT(VHOST_USER_PROTOCOL_F_MQ) | \
				 BIT(VHOST_USER_PROTOCOL_F_REPLY_ACK) | \
				 BIT(VHOST_USER_PROTOCOL_F_BACKEND_REQ) | \
				 BIT(VHOST_USER_PROTOCOL_F_RESET_DEVICE) | \
				 BIT(VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS))

void vhost_user_reply_u64(struct vhost_user *vu, uint64_t value)
{
	vu->reply.u64 = value;
	vu->reply_size = sizeof(vu->reply.u64);
}

/* Takes the only descriptor out of a message. */
static int take_fd(struct vhost_user_message *msg)
{
	int fd = msg->fd[0];

	msg->fd[0] = -1;
	return fd;
}

static struct vhost_user_queue *find_queue(struct vhost_user *vu, uint32_t index)
{
	return index < VHOST_USER_NUM_QUEUES ? &vu->queue[index] : NULL;
}

/* Drops what a queue has in flight if it no longer runs but did so before. */
static void check_abandoned(struct vhost_user *vu, struct vhost_user_queue *q, bool was_live)
{
	if (was_live && !vhost_user_queue_live(q))
		vu->ops->abandoned(vu->priv, q->index);
}

/*
 * The handlers of messages. Each returns NULL or what is wrong, in words. What
 * is common to all kinds was checked before: payload size and the number of
 * descriptors.
 */

static const char no_such_queue[] = "there is no such queue";

static const char *get_features(struct vhost_user *vu, struct vhost_user_message *msg)
{
	(void)msg;
	vhost_user_reply_u64(vu, vu->offered | RING_FEATURES | BIT(VHOST_USER_F_PROTOCOL_FEATURES));
	return NULL;
}

static const char *set_features(struct vhost_user *vu, struct vhost_user_message *msg)
{
	uint64_t features = msg->payload.u64;
	unsigned int i;

	if (features & ~(vu->offered | RING_FEATURES | BIT(VHOST_USER_F_PROTOCOL_FEATURES)))
		return "features that were not offered";
	if (!(features & BIT(VIRTIO_F_VERSION_1)))
		return "without VIRTIO_F_VERSION_1, which the device needs";
	vu->features = features;
	if (features & BIT(VHOST_USER_F_PROTOCOL_FEATURES))
		return NULL;
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++)
		vu->queue[i].enabled = true;
	return NULL;
}

static const char *get_protocol_features(struct vhost_user *vu, struct vhost_user_message *msg)
{
	(void)msg;
	vhost_user_reply_u64(vu, PROTOCOL_FEATURES);
	return NULL;
}

static const char *set_protocol_features(struct vhost_user *vu, struct vhost_user_message *msg)
{
	if (msg->payload.u64 & ~PROTOCOL_FEATURES)
		return "protocol features that were not offered";
	vu->protocol_features = msg->payload.u64;
	return NULL;
}

static const char *ignore(struct vhost_user *vu, struct vhost_user_message *msg)
{
	(void)vu;
	(void)msg;
	return NULL;
}

static const char *get_queue_num(struct vhost_user *vu, struct vhost_user_message *msg)
{
	(void)msg;
	vhost_user_reply_u64(vu, VHOST_USER_NUM_QUEUES);
	return NULL;
}

static const char *get_max_mem_slots(struct vhost_user *vu, struct vhost_user_message *msg)
{
	(void)msg;
	vhost_user_reply_u64(vu, GUEST_MEMORY_MAX_REGIONS);
	return NULL;
}

/*
 * After memory came or went.  Each queue has to know where its ring is now before one
 * is kicked: that may have buffers of another one taken.
 */
static void follow_memory(struct vhost_user *vu, void (*follow)(struct vhost_user_queue *q))
{
	bool waited[VHOST_USER_NUM_QUEUES];
	unsigned int i;

	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++) {
		struct vhost_user_queue *q = &vu->queue[i];
		bool was_live = vhost_user_queue_live(q);

		waited[i] = q->absent || q->waits;
		follow(q);
		check_abandoned(vu, q, was_live);
	}
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++)
		if (waited[i] && vhost_user_queue_live(&vu->queue[i]))
			vu->ops->kicked(vu->priv, i);
}

static const char *add_region(struct vhost_user *vu, const struct vhost_user_region *r, int fd)
{
	switch (guest_memory_add(&vu->memory, r->guest_addr, r->user_addr, r->size,
				 r->mmap_offset, fd)) {
	case 0:
		return NULL;
	case -EEXIST:
		return "region overlaps with another one";
	case -ENOSPC:
		return "too many regions";
	case -EINVAL:
		return "region is empty, wraps around or reaches past the end of its file";
	default:
		return "region cannot be mapped";
	}
}

static const char *set_mem_table(struct vhost_user *vu, struct vhost_user_message *msg)
{
	const struct vhost_user_mem_table *table = &msg->payload.mem_table;
	const char *error = NULL;
	unsigned int i;

	if (table->num > VHOST_USER_MAX_REGIONS || msg->header.size <
	    offsetof(struct vhost_user_mem_table, region) + table->num * sizeof(table->region[0]))
		return "more regions than the message has room for";
	if (msg->num_fds != table->num)
		return "not one file descriptor for each region";

	guest_memory_clear(&vu->memory);
	for (i = 0; i < table->num && !error; i++)
		error = add_region(vu, &table->region[i], msg->fd[i]);
	follow_memory(vu, vhost_user_queue_remap);
	return error;
}

static const char *add_mem_reg(struct vhost_user *vu, struct vhost_user_message *msg)
{
	const char *error = add_region(vu, &msg->payload.mem_reg.region, msg->fd[0]);

	if (!error)
		follow_memory(vu, vhost_user_queue_regions_changed);
	return error;
}

static const char *rem_mem_reg(struct vhost_user *vu, struct vhost_user_message *msg)
{
	const struct vhost_user_region *r = &msg->payload.mem_reg.region;
	unsigned int i;

	/* What is in flight may be in there. */
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++)
		if (vhost_user_queue_live(&vu->queue[i]))
			vu->ops->stopping(vu->priv, i);
	if (guest_memory_remove(&vu->memory, r->guest_addr, r->user_addr, r->size))
		return "there is no such region";
	follow_memory(vu, vhost_user_queue_regions_changed);
	return NULL;
}

static const char *set_vring_num(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q = find_queue(vu, msg->payload.state.index);

	if (!q)
		return no_such_queue;
	if (q->started)
		return "the queue is running";
	q->setup.size = msg->payload.state.num;
	return NULL;
}

static const char *set_vring_base(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q = find_queue(vu, msg->payload.state.index);

	if (!q)
		return no_such_queue;
	if (q->started)
		return "the queue is running";
	if (msg->payload.state.num > UINT16_MAX)
		return "index out of range";
	q->setup.next_avail = msg->payload.state.num;
	return NULL;
}

static const char *set_vring_addr(struct vhost_user *vu, struct vhost_user_message *msg)
{
	const struct vhost_vring_addr *addr = &msg->payload.addr;
	struct vhost_user_queue *q = find_queue(vu, addr->index);
	bool was_live;

	if (!q)
		return no_such_queue;
	if (addr->flags)
		return "logging was not negotiated";
	q->setup.desc = addr->desc_user_addr;
	q->setup.avail = addr->avail_user_addr;
	q->setup.used = addr->used_user_addr;
	was_live = vhost_user_queue_live(q);
	vhost_user_queue_remap(q);
	check_abandoned(vu, q, was_live);
	if (vhost_user_queue_live(q))
		vu->ops->kicked(vu->priv, q->index);
	return NULL;
}

static const char *get_vring_base(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q = find_queue(vu, msg->payload.state.index);
	bool was_live, was_started;

	if (!q)
		return no_such_queue;
	was_live = vhost_user_queue_live(q);
	was_started = q->started;
	if (was_live)
		vu->ops->stopping(vu->priv, q->index);
	vhost_user_queue_stop(q);
	vhost_user_queue_set_kick(q, -1);
	/* What a broken ring has in flight was not answered, and is not to be in the next one. */
	if (was_started)
		vu->ops->abandoned(vu->priv, q->index);
	/* Where a device that was reset had been is not where it goes on. */
	if (was_started && q->index == VHOST_USER_REQUESTQ)
		vu->stopped_at = q->setup.next_avail;
	vu->reply.state = (struct vhost_vring_state) {
		.index = q->index,
		.num = q->setup.next_avail,
	};
	vu->reply_size = sizeof(vu->reply.state);
	return NULL;
}

/* Finds the queue and takes the descriptor of SET_VRING_KICK and the like. */
static const char *take_vring_fd(struct vhost_user *vu, struct vhost_user_message *msg,
				 struct vhost_user_queue **q, int *fd)
{
	uint64_t value = msg->payload.u64;

	*q = find_queue(vu, value & VHOST_USER_VRING_INDEX_MASK);
	if (!*q)
		return no_such_queue;
	if (msg->num_fds != (value & VHOST_USER_VRING_NO_FD ? 0 : 1))
		return "file descriptor missing or in excess";
	if (msg->num_fds && !vhost_user_queue_takes_fd(msg->fd[0]))
		return "file descriptor is no eventfd";
	*fd = msg->num_fds ? take_fd(msg) : -1;
	return NULL;
}

static void start_queue(struct vhost_user *vu, struct vhost_user_queue *q)
{
	uint16_t next;

	vhost_user_queue_start(q, &vu->memory, vu->features);
	next = q->broken ? q->setup.next_avail : q->vq.next_avail;
	if (q->index == VHOST_USER_REQUESTQ && ((next && !vu->served) || vu->was_reset)) {
		/*
		 * A guest in the midst of a ring was there before this process: no reset.
		 * One that was told of has been.
		 */
		vu->ops->negotiated(vu->priv, vu->features);
	} else if (q->index == VHOST_USER_REQUESTQ &&
		   (!next || next != vu->stopped_at || vu->features != vu->ran_with)) {
		/*
		 * A new driver starts at 0. So does one that goes on there, once in 65536
		 * times, which cannot be told.
		 */
		vu->ops->reset(vu->priv, vu->anew);
		vu->ops->negotiated(vu->priv, vu->features);
	}
	if (q->index == VHOST_USER_REQUESTQ) {
		vu->ran_with = vu->features;
		vu->served = true;
		vu->was_reset = false;
		vu->anew = false;
	}
}

static const char *set_vring_kick(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q;
	const char *error;
	int fd;

	error = take_vring_fd(vu, msg, &q, &fd);
	if (error)
		return error;
	if (fd < 0)
		return "rings are not polled, a kick is needed";
	if (vhost_user_queue_set_kick(q, fd))
		return "that kind of file descriptor cannot be waited for";
	if (!q->started)
		start_queue(vu, q);
	if (vhost_user_queue_live(q))
		vu->ops->kicked(vu->priv, q->index);
	return NULL;
}

static const char *set_vring_call(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q;
	const char *error;
	int fd;

	error = take_vring_fd(vu, msg, &q, &fd);
	if (!error)
		vhost_user_queue_set_call(q, fd);
	return error;
}

static const char *set_vring_err(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q;
	const char *error;
	int fd;

	error = take_vring_fd(vu, msg, &q, &fd);
	if (!error)
		vhost_user_queue_set_err(q, fd);
	return error;
}

static const char *set_vring_enable(struct vhost_user *vu, struct vhost_user_message *msg)
{
	struct vhost_user_queue *q = find_queue(vu, msg->payload.state.index);
	bool was_live;

	if (!q)
		return no_such_queue;
	if (msg->payload.state.num > 1)
		return "neither to enable nor to disable";
	was_live = vhost_user_queue_live(q);
	if (was_live && !msg->payload.state.num)
		vu->ops->stopping(vu->priv, q->index);
	q->enabled = msg->payload.state.num;
	check_abandoned(vu, q, was_live);
	if (!was_live && vhost_user_queue_live(q))
		vu->ops->kicked(vu->priv, q->index);
	return NULL;
}

static const char *reset_device(struct vhost_user *vu, struct vhost_user_message *msg)
{
	unsigned int i;

	(void)msg;
	for (i = 0; i < VHOST_USER_NUM_QUEUES; i++) {
		bool was_started = vu->queue[i].started;

		/* It is to be set up anew, as after the front end came. */
		vu->queue[i].enabled = false;
		vhost_user_queue_stop(&vu->queue[i]);
		if (was_started)
			vu->ops->abandoned(vu->priv, i);
	}
	vu->stopped_at = 0;
	vu->was_reset = true;
	vu->ops->reset(vu->priv, vu->anew);
	return NULL;
}

#define ANY_FDS		VHOST_USER_MAX_REGIONS

struct message_kind {
	const char *name;
	const char *(*handle)(struct vhost_user *vu, struct vhost_user_message *msg);
	uint8_t min_size;
	uint8_t min_fds;
	uint8_t max_fds;
};

/* All names at one place, so that the log can say which message was wrong. */
#define KIND(message, handler, payload_size, least_fds, most_fds) \
	[VHOST_USER_##message] = { #message, handler, payload_size, least_fds, most_fds }

static const struct message_kind kinds[] = {
	KIND(GET_FEATURES, get_features, 0, 0, 0),
	KIND(SET_FEATURES, set_features, sizeof(uint64_t), 0, 0),
	KIND(SET_OWNER, ignore, 0, 0, 0),
	KIND(RESET_OWNER, ignore, 0, 0, 0),
	KIND(SET_MEM_TABLE, set_mem_table, offsetof(struct vhost_user_mem_table, region), 0,
	     ANY_FDS),
	KIND(SET_VRING_NUM, set_vring_num, sizeof(struct vhost_vring_state), 0, 0),
	KIND(SET_VRING_ADDR, set_vring_addr, sizeof(struct vhost_vring_addr), 0, 0),
	KIND(SET_VRING_BASE, set_vring_base, sizeof(struct vhost_vring_state), 0, 0),
	KIND(GET_VRING_BASE, get_vring_base, sizeof(struct vhost_vring_state), 0, 0),
	KIND(SET_VRING_KICK, set_vring_kick, sizeof(uint64_t), 0, 1),
	KIND(SET_VRING_CALL, set_vring_call, sizeof(uint64_t), 0, 1),
	KIND(SET_VRING_ERR, set_vring_err, sizeof(uint64_t), 0, 1),
	KIND(GET_PROTOCOL_FEATURES, get_protocol_features, 0, 0, 0),
	KIND(SET_PROTOCOL_FEATURES, set_protocol_features, sizeof(uint64_t), 0, 0),
	KIND(GET_QUEUE_NUM, get_queue_num, 0, 0, 0),
	KIND(SET_VRING_ENABLE, set_vring_enable, sizeof(struct vhost_vring_state), 0, 0),
	KIND(RESET_DEVICE, reset_device, 0, 0, 0),
	KIND(GET_MAX_MEM_SLOTS, get_max_mem_slots, 0, 0, 0),
	KIND(ADD_MEM_REG, add_mem_reg, sizeof(struct vhost_user_mem_reg), 1, 1),
	/* Closed unused: who keeps a socket keeps whatever is sent through it. */
	KIND(SET_BACKEND_REQ_FD, ignore, 0, 1, 1),
	/* A descriptor is closed unused, for the sake of front ends that send one. */
	KIND(REM_MEM_REG, rem_mem_reg, sizeof(struct vhost_user_mem_reg), 0, 1),
};

static const struct message_kind *find_kind(uint32_t request)
{
	if (request >= ARRAY_SIZE(kinds) || !kinds[request].handle)
		return NULL;
	return &kinds[request];
}

const char *vhost_user_handle(struct vhost_user *vu, struct vhost_user_message *msg)
{
	const struct message_kind *kind = find_kind(msg->header.request);

	if (!kind)
		return "unknown message";
	if (msg->header.size < kind->min_size)
		return "payload too small";
	if (msg->num_fds < kind->min_fds || msg->num_fds > kind->max_fds)
		return "file descriptors missing or in excess";
	return kind->handle(vu, msg);
}

const char *vhost_user_message_name(const struct vhost_user_message *msg)
{
	const struct message_kind *kind = find_kind(msg->header.request);

	return kind ? kind->name : "unknown";
}
