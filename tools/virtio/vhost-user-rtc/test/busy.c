// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that cost as much as they can.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "busy.h"
#include "check.h"

/* Rings of the largest size, in memory of their own; and a table as large */
#define LARGEST		32768
#define LARGE		UINT64_C(0x400000)
#define LARGE_RINGS(q)	((q) * UINT64_C(0x100000))
#define LARGE_AVAIL	0x80000
#define LARGE_USED	0x98000
#define LARGE_TABLE	UINT64_C(0x200000)
#define LARGE_REQ	UINT64_C(0x300000)
#define LARGE_RESP	(LARGE_REQ + 0x1000)
#define LARGE_GUEST(o)	(GUEST_BASE + MEM_SIZE + (o))

static struct vring_desc *desc(struct busy *b, unsigned int q)
{
	return (struct vring_desc *)(b->mem + LARGE_RINGS(q));
}

uint16_t busy_used(struct busy *b, unsigned int q)
{
	struct vring_used *ring = (struct vring_used *)(b->mem + LARGE_RINGS(q) + LARGE_USED);

	return __atomic_load_n(&ring->idx, __ATOMIC_SEQ_CST);
}

/* Offers the buffer of descriptor 0 so many times. */
static void offer(struct busy *b, unsigned int q, uint16_t times)
{
	struct vring_avail *ring = (struct vring_avail *)(b->mem + LARGE_RINGS(q) + LARGE_AVAIL);

	__atomic_store_n(&ring->idx, ring->idx + times, __ATOMIC_SEQ_CST);
}

static void kick(struct busy *b, unsigned int q)
{
	const uint64_t one = 1;

	assert_int_equal(write(b->f.queue[q].kick, &one, sizeof(one)), sizeof(one));
}

void busy_stop_and_kick(struct busy *b)
{
	int status;

	assert_int_equal(kill(b->f.daemon, SIGSTOP), 0);
	assert_int_equal(waitpid(b->f.daemon, &status, WUNTRACED), b->f.daemon);
	check(WIFSTOPPED(status), "the daemon has ended");
	kick(b, REQUESTQ);
}

static void wait_used(struct busy *b, unsigned int q, uint16_t index)
{
	uint64_t end = host_ns(CLOCK_MONOTONIC) + 6 * PATIENCE_MS * UINT64_C(1000000);

	while (busy_used(b, q) != index) {
		check(host_ns(CLOCK_MONOTONIC) < end, "only %u of %u are used", busy_used(b, q),
		      index);
		sleep_ms(1);
	}
}

static void start_large_queue(struct busy *b, unsigned int q)
{
	struct vhost_vring_state num = { .index = q, .num = LARGEST };
	struct vhost_vring_state start = { .index = q };
	const uint64_t rings = USER_BASE + MEM_SIZE + LARGE_RINGS(q);
	struct vhost_vring_addr addr = {
		.index = q,
		.desc_user_addr = rings,
		.avail_user_addr = rings + LARGE_AVAIL,
		.used_user_addr = rings + LARGE_USED,
	};
	uint64_t index = q;

	frontend_send(&b->f, VHOST_USER_SET_VRING_NUM, 0, &num, sizeof(num), NULL, 0);
	frontend_send(&b->f, VHOST_USER_SET_VRING_BASE, 0, &start, sizeof(start), NULL, 0);
	frontend_send(&b->f, VHOST_USER_SET_VRING_ADDR, 0, &addr, sizeof(addr), NULL, 0);
	frontend_send(&b->f, VHOST_USER_SET_VRING_KICK, 0, &index, sizeof(index),
		      &b->f.queue[q].kick, 1);
	frontend_enable_queue(&b->f, q, true);
}

void busy_setup(struct busy *b, const char *const *args)
{
	struct vhost_user_mem_reg large = {
		.region = {
			.guest_addr = GUEST_BASE + MEM_SIZE,
			.user_addr = USER_BASE + MEM_SIZE,
			.size = LARGE,
		},
	};
	unsigned int q;

	b->memfd = memfd_create("large", MFD_CLOEXEC);
	check(b->memfd >= 0 && !ftruncate(b->memfd, LARGE), "no memory");
	b->mem = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_SHARED, b->memfd, 0);
	check(b->mem != MAP_FAILED, "cannot map memory");
	frontend_spawn(&b->f, args);
	frontend_negotiate(&b->f, PLAIN_FEATURES | BIT(VIRTIO_RING_F_INDIRECT_DESC));
	frontend_send(&b->f, VHOST_USER_ADD_MEM_REG, 0, &large, sizeof(large), &b->memfd, 1);
	for (q = 0; q < QUEUES; q++)
		start_large_queue(b, q);
	/* When this is answered, so is all before it. */
	frontend_get(&b->f, VHOST_USER_GET_FEATURES);
}

void busy_end(struct busy *b)
{
	frontend_end(&b->f);
	munmap(b->mem, LARGE);
	close(b->memfd);
}

/* As many requests, each of a chain as long as the queue, as take a while */
static uint16_t long_chains(struct busy *b)
{
	struct vring_desc *table = (struct vring_desc *)(b->mem + LARGE_TABLE);
	const uint16_t num = 30000;
	unsigned int i;

	for (i = 0; i < LARGEST; i++)
		table[i] = (struct vring_desc) {
			.addr = LARGE_GUEST(LARGE_RESP),
			.len = 1,
			.flags = VRING_DESC_F_WRITE | (i + 1 < LARGEST ? VRING_DESC_F_NEXT : 0),
			.next = i + 1,
		};
	*desc(b, REQUESTQ) = (struct vring_desc) {
		.addr = LARGE_GUEST(LARGE_TABLE),
		.len = LARGEST * sizeof(*table),
		.flags = VRING_DESC_F_INDIRECT,
	};
	offer(b, REQUESTQ, num);
	return num;
}

/* Notifications that have piled up, and then buffers for all of them at once */
static uint16_t many_notifications(struct busy *b)
{
	const struct virtio_rtc_req_set_alarm req = {
		.head.msg_type = VIRTIO_RTC_REQ_SET_ALARM,
		.flags = VIRTIO_RTC_FLAG_ALARM_ENABLED,
	};
	const uint16_t num = 30000;

	memcpy(b->mem + LARGE_REQ, &req, sizeof(req));
	desc(b, REQUESTQ)[0] = (struct vring_desc) {
		.addr = LARGE_GUEST(LARGE_REQ),
		.len = sizeof(req),
		.flags = VRING_DESC_F_NEXT,
		.next = 1,
	};
	desc(b, REQUESTQ)[1] = (struct vring_desc) {
		.addr = LARGE_GUEST(LARGE_RESP),
		.len = sizeof(struct virtio_rtc_resp_set_alarm),
		.flags = VRING_DESC_F_WRITE,
	};
	desc(b, ALARMQ)[0] = (struct vring_desc) {
		.addr = LARGE_GUEST(LARGE_RESP),
		.len = sizeof(struct virtio_rtc_notif_alarm),
		.flags = VRING_DESC_F_WRITE,
	};
	offer(b, REQUESTQ, num);
	kick(b, REQUESTQ);
	wait_used(b, REQUESTQ, num);
	offer(b, ALARMQ, num);
	/* Each request is followed by notifications. */
	offer(b, REQUESTQ, 256);
	return num;
}

const struct busy_work busy_works[] = {
	{ "long chains", REQUESTQ, true, long_chains },
	{ "many notifications", ALARMQ, false, many_notifications },
};

void busy_terminate(struct busy *b, const struct busy_work *work)
{
	if (work->lasts) {
		kill(b->f.daemon, SIGCONT);
		while (!busy_used(b, work->queue))
			sleep_ms(1);
	}
	kill(b->f.daemon, SIGTERM);
	kill(b->f.daemon, SIGCONT);
}
