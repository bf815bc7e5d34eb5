// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A front end that connects to the device again, for a VMM that does not.
 *
 * usage: reconnect PATH DEVICE
 *
 * It listens on PATH, for the VMM, and is the front end of the device that listens on
 * DEVICE. Messages go from one to the other. When the device has hung up it waits until
 * there is one again, and tells that all it has to know, as a front end does that goes
 * on where the guest stood: rings begin where the driver was answered last. The VMM
 * learns nothing of it. It ends when the VMM hangs up.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <linux/virtio_ring.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/macros.h"
#include "send.h"
#include "transport/vhost_user_message.h"

#define QUEUES		2
#define REGIONS		32

/* Messages that are kept as they are, by their numbers; the last one counts. */
#define NUM_MESSAGES	64

/**
 * struct region - a region of the guest's memory
 * @there: It is.
 * @region: What the VMM said of it.
 * @fd: Its descriptor.
 * @map: Where it is here.
 */
struct region {
	bool there;
	struct vhost_user_region region;
	int fd;
	uint8_t *map;
};

/**
 * struct session - what the VMM has told
 * @of_all: Messages that concern the whole device.
 * @of_queue: Messages that concern a queue.
 * @region: The memory.
 */
static struct session {
	struct vhost_user_message of_all[NUM_MESSAGES];
	struct vhost_user_message of_queue[QUEUES][NUM_MESSAGES];
	struct region region[REGIONS];
} session;

static void die(const char *what)
{
	fprintf(stderr, "reconnect: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int listen_on(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1))
		die(path);
	return fd;
}

/* Waits as long as it takes. */
static int connect_to(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	for (;;) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			die("socket");
		if (!connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
			return fd;
		close(fd);
		usleep(100000);
	}
}

/* Returns whether there is a message. */
static bool receive(int fd, struct vhost_user_message *msg)
{
	union {
		char buf[CMSG_SPACE(sizeof(msg->fd))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { &msg->header, sizeof(msg->header) };
	struct msghdr m = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg;

	memset(msg, 0, sizeof(*msg));
	if (recvmsg(fd, &m, MSG_WAITALL | MSG_CMSG_CLOEXEC) != sizeof(msg->header))
		return false;
	cmsg = CMSG_FIRSTHDR(&m);
	if (cmsg && cmsg->cmsg_type == SCM_RIGHTS) {
		msg->num_fds = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(msg->fd, CMSG_DATA(cmsg), msg->num_fds * sizeof(int));
	}
	if (msg->header.size > sizeof(msg->payload)) {
		errno = EMSGSIZE;
		die("a message");
	}
	return !msg->header.size || recv(fd, &msg->payload, msg->header.size, MSG_WAITALL) ==
	       (ssize_t)msg->header.size;
}

/* A device that has hung up is noticed when it is listened to. */
static void send_on(int fd, struct vhost_user_message *msg)
{
	struct iovec iov[] = {
		{ &msg->header, sizeof(msg->header) },
		{ &msg->payload, msg->header.size },
	};

	send_with_fds(fd, iov, ARRAY_SIZE(iov), msg->fd, msg->num_fds, 0);
}

static void forget(struct vhost_user_message *msg)
{
	while (msg->num_fds)
		close(msg->fd[--msg->num_fds]);
	memset(msg, 0, sizeof(*msg));
}

static void add_region(const struct vhost_user_region *region, int fd)
{
	unsigned int i = 0;
	struct region *r;

	while (i < REGIONS && session.region[i].there)
		i++;
	if (i == REGIONS)
		die("too many regions");
	r = &session.region[i];
	*r = (struct region) { .there = true, .region = *region, .fd = fd };
	r->map = mmap(NULL, region->mmap_offset + region->size, PROT_READ, MAP_SHARED, fd, 0);
	if (r->map == MAP_FAILED)
		die("a region");
}

static void remove_region(struct region *r)
{
	munmap(r->map, r->region.mmap_offset + r->region.size);
	close(r->fd);
	r->there = false;
}

static void remove_regions_at(uint64_t guest_addr, bool all)
{
	unsigned int i;

	for (i = 0; i < REGIONS; i++)
		if (session.region[i].there &&
		    (all || session.region[i].region.guest_addr == guest_addr))
			remove_region(&session.region[i]);
}

/* Takes the message's descriptors. */
static void keep_for_queue(struct vhost_user_message *msg, unsigned int q)
{
	struct vhost_user_message *kept = &session.of_queue[q % QUEUES][msg->header.request];

	forget(kept);
	*kept = *msg;
}

/* Remembers what a message of the VMM's says, with its descriptors. */
static void keep(struct vhost_user_message *msg)
{
	const struct vhost_user_mem_table *table = &msg->payload.mem_table;
	unsigned int i;

	switch (msg->header.request) {
	case VHOST_USER_SET_FEATURES:
	case VHOST_USER_SET_OWNER:
	case VHOST_USER_SET_PROTOCOL_FEATURES:
		session.of_all[msg->header.request] = *msg;
		return;
	case VHOST_USER_SET_MEM_TABLE:
		remove_regions_at(0, true);
		for (i = 0; i < table->num && i < msg->num_fds; i++)
			add_region(&table->region[i], msg->fd[i]);
		return;
	case VHOST_USER_ADD_MEM_REG:
		/* Without a descriptor it is of the kind that asks. */
		if (msg->num_fds)
			add_region(&msg->payload.mem_reg.region, msg->fd[0]);
		return;
	case VHOST_USER_REM_MEM_REG:
		remove_regions_at(msg->payload.mem_reg.region.guest_addr, false);
		break;
	case VHOST_USER_SET_VRING_NUM:
	case VHOST_USER_SET_VRING_ADDR:
	case VHOST_USER_SET_VRING_ENABLE:
		keep_for_queue(msg, msg->payload.state.index);
		return;
	case VHOST_USER_SET_VRING_KICK:
	case VHOST_USER_SET_VRING_CALL:
	case VHOST_USER_SET_VRING_ERR:
		keep_for_queue(msg, msg->payload.u64 & VHOST_USER_VRING_INDEX_MASK);
		return;
	case VHOST_USER_GET_VRING_BASE:
		/* It stops the queue. */
		forget(&session.of_queue[msg->payload.state.index % QUEUES]
					[VHOST_USER_SET_VRING_KICK]);
		break;
	}
	forget(msg);
}

/* Where the driver was answered last */
static uint16_t used_index(unsigned int q)
{
	uint64_t at = session.of_queue[q][VHOST_USER_SET_VRING_ADDR].payload.addr.used_user_addr;
	unsigned int i;

	for (i = 0; i < REGIONS; i++) {
		const struct region *r = &session.region[i];
		const struct vring_used *used;

		if (!r->there || at < r->region.user_addr ||
		    at - r->region.user_addr >= r->region.size)
			continue;
		used = (const void *)(r->map + r->region.mmap_offset + (at - r->region.user_addr));
		return __atomic_load_n(&used->idx, __ATOMIC_ACQUIRE);
	}
	errno = EFAULT;
	die("a ring");
	return 0;
}

static void say(int fd, struct vhost_user_message *msg)
{
	struct vhost_user_message again = *msg;

	if (!msg->header.request)
		return;
	again.header.flags &= ~VHOST_USER_NEED_REPLY;
	send_on(fd, &again);
}

static void tell_memory(int fd)
{
	struct vhost_user_message msg = {
		.header = {
			.request = VHOST_USER_ADD_MEM_REG,
			.flags = VHOST_USER_VERSION,
			.size = sizeof(struct vhost_user_mem_reg),
		},
		.num_fds = 1,
	};
	unsigned int i;

	for (i = 0; i < REGIONS; i++) {
		if (!session.region[i].there)
			continue;
		msg.payload.mem_reg.region = session.region[i].region;
		msg.fd[0] = session.region[i].fd;
		send_on(fd, &msg);
	}
}

static void tell_queue(int fd, unsigned int q)
{
	struct vhost_user_message *of = session.of_queue[q];
	struct vhost_user_message base = {
		.header = {
			.request = VHOST_USER_SET_VRING_BASE,
			.flags = VHOST_USER_VERSION,
			.size = sizeof(base.payload.state),
		},
	};

	if (!of[VHOST_USER_SET_VRING_KICK].num_fds)
		return;
	base.payload.state = (struct vhost_vring_state) { .index = q, .num = used_index(q) };
	fprintf(stderr, "reconnect: queue %u goes on at %u\n", q, base.payload.state.num);
	say(fd, &of[VHOST_USER_SET_VRING_NUM]);
	say(fd, &base);
	say(fd, &of[VHOST_USER_SET_VRING_ADDR]);
	say(fd, &of[VHOST_USER_SET_VRING_ERR]);
	say(fd, &of[VHOST_USER_SET_VRING_KICK]);
	say(fd, &of[VHOST_USER_SET_VRING_CALL]);
	say(fd, &of[VHOST_USER_SET_VRING_ENABLE]);
}

/* All that a device has to know that did not hear it. */
static void tell_all(int fd)
{
	unsigned int q;

	say(fd, &session.of_all[VHOST_USER_SET_PROTOCOL_FEATURES]);
	say(fd, &session.of_all[VHOST_USER_SET_OWNER]);
	say(fd, &session.of_all[VHOST_USER_SET_FEATURES]);
	tell_memory(fd);
	for (q = 0; q < QUEUES; q++)
		tell_queue(fd, q);
}

int main(int argc, char **argv)
{
	struct vhost_user_message msg;
	struct pollfd fds[2];
	int listener;

	if (argc != 3) {
		fprintf(stderr, "usage: reconnect PATH DEVICE\n");
		return 2;
	}
	listener = listen_on(argv[1]);
	fds[0] = (struct pollfd) { .fd = accept(listener, NULL, NULL), .events = POLLIN };
	fds[1] = (struct pollfd) { .fd = connect_to(argv[2]), .events = POLLIN };
	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			die("poll");
		if (fds[1].revents) {
			if (receive(fds[1].fd, &msg)) {
				send_on(fds[0].fd, &msg);
				forget(&msg);
			} else {
				close(fds[1].fd);
				fds[1].fd = connect_to(argv[2]);
				tell_all(fds[1].fd);
			}
			continue;
		}
		if (!receive(fds[0].fd, &msg))
			return 0;
		send_on(fds[1].fd, &msg);
		keep(&msg);
	}
}
