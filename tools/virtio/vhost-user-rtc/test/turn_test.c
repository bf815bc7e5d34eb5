// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a guest may cost in one turn of the event loop, by a clock and with buffers that
 * cost what the test says.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "check.h"
#include "device/device_parts.h"

#define US	UINT64_C(1000)
#define MS	(1000 * US)

static uint64_t now, cost;
static unsigned int again;
static struct in_flight flight;

uint64_t clocks_now(clockid_t clock)
{
	assert_int_equal(clock, CLOCK_MONOTONIC);
	return now;
}

int virtqueue_pop(struct virtqueue *vq, struct virtqueue_buffer *buffer, const char **error)
{
	(void)buffer;
	(void)error;
	vq->walked++;
	now += cost;
	return 1;
}

void event_loop_again(struct event_loop *loop, struct event_source *source)
{
	(void)loop;
	(void)source;
	again++;
}

struct in_flight *in_flight_get(struct in_flight_pool *pool)
{
	(void)pool;
	return &flight;
}

void in_flight_put(struct in_flight_pool *pool, struct in_flight *f)
{
	(void)pool;
	(void)f;
}

void in_flight_wait(struct in_flight_pool *pool, struct in_flight *f)
{
	(void)pool;
	(void)f;
}

void stale_keep(struct stale *s, unsigned int queue, uint16_t head, uint32_t used)
{
	(void)s;
	(void)queue;
	(void)head;
	(void)used;
}

bool virtqueue_write(const struct virtqueue *vq, const struct virtqueue_buffer *buffer,
		     const void *from, size_t size)
{
	(void)vq;
	(void)buffer;
	(void)from;
	(void)size;
	return true;
}

void virtqueue_push(struct virtqueue *vq, uint16_t head, uint32_t len)
{
	(void)vq;
	(void)head;
	(void)len;
}

void vhost_user_queue_break(struct vhost_user_queue *q, const char *why)
{
	(void)q;
	fail_msg("%s", why);
}

/* How many buffers are taken in the next turn, each of which costs so much */
static unsigned int taken(struct device *d, uint64_t each)
{
	unsigned int num = 0;

	cost = each;
	again = 0;
	d->loop->turn++;
	while (device_take(d, VHOST_USER_REQUESTQ))
		num++;
	/* The rest is for the turn after. */
	assert_int_equal(again, 1);
	assert_false(device_has_turn(d));
	return num;
}

static void a_turn_ends_by_descriptors_or_by_time(void **state)
{
	struct event_loop loop = { 0 };
	static struct device d;

	(void)state;
	d.loop = &loop;
	assert_int_equal(taken(&d, 0), 241);
	assert_int_equal(taken(&d, US), 241);
	assert_int_equal(taken(&d, 100 * US), 21);
	assert_int_equal(taken(&d, 2 * MS), 2);
	/* However dear they are, each turn brings one. */
	assert_int_equal(taken(&d, 1000 * MS), 1);
	assert_int_equal(taken(&d, 1000 * MS), 1);
	now += 1000 * MS;
	assert_int_equal(taken(&d, US), 241);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_ends_by_descriptors_or_by_time),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: a turn", tests, NULL, NULL);
}
