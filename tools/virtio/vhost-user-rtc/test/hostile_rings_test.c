// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings of guests that attack.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "rings.h"
#include "base/macros.h"

static void loop_of_one(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(REQ), 8, NEXT, 0);
}

static void loop_of_two(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(RESP), 1, WRITE | NEXT, 1);
	frontend_desc(f, q, 1, GUEST(RESP), 0, WRITE | NEXT, 0);
}

static void loop_in_indirect_table(struct frontend *f, unsigned int q)
{
	rings_table_desc(f, 0, GUEST(RESP), 1, WRITE | NEXT, 1);
	rings_table_desc(f, 1, GUEST(RESP), 1, WRITE | NEXT, 0);
	frontend_desc(f, q, 0, GUEST(TABLE), 32, INDIRECT, 0);
}

/* A table may be larger than the queue, a chain in it may not be longer. */
static void chain_longer_than_the_queue(struct frontend *f, unsigned int q)
{
	unsigned int i;

	for (i = 0; i <= QUEUE_SIZE; i++)
		rings_table_desc(f, i, GUEST(RESP), 1, i < QUEUE_SIZE ? WRITE | NEXT : WRITE,
				 i + 1);
	frontend_desc(f, q, 0, GUEST(TABLE), i * 16, INDIRECT, 0);
}

static void next_out_of_range(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(RESP), 1, WRITE | NEXT, QUEUE_SIZE);
}

static void next_out_of_indirect_table(struct frontend *f, unsigned int q)
{
	rings_table_desc(f, 0, GUEST(RESP), 1, WRITE | NEXT, 2);
	frontend_desc(f, q, 0, GUEST(TABLE), 32, INDIRECT, 0);
}

static void address_below_memory(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST_BASE - 1, 2, WRITE, 0);
}

static void address_across_the_end(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(MEM_SIZE) - 1, 2, WRITE, 0);
}

static void address_across_the_end_past_what_is_used(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(RESP), MEM_SIZE, WRITE, 0);
}

static void address_that_wraps_around(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, UINT64_MAX - 7, 16, WRITE, 0);
}

static void length_of_4_gb(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(RESP), UINT32_MAX, WRITE, 0);
}

static void readable_outside(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, 0, 8, 0, 0);
}

static void readable_after_writable(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(RESP), 8, WRITE | NEXT, 1);
	frontend_desc(f, q, 1, GUEST(REQ), 8, 0, 0);
}

static void indirect_in_indirect(struct frontend *f, unsigned int q)
{
	rings_table_desc(f, 0, GUEST(TABLE), 16, INDIRECT, 0);
	frontend_desc(f, q, 0, GUEST(TABLE), 16, INDIRECT, 0);
}

static void indirect_with_next(struct frontend *f, unsigned int q)
{
	rings_table_desc(f, 0, GUEST(RESP), 16, WRITE, 0);
	frontend_desc(f, q, 0, GUEST(TABLE), 16, INDIRECT | NEXT, 1);
	frontend_desc(f, q, 1, GUEST(RESP), 16, WRITE, 0);
}

static void indirect_of_odd_size(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(TABLE), 24, INDIRECT, 0);
}

static void indirect_of_no_size(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(TABLE), 0, INDIRECT, 0);
}

static void indirect_of_any_size(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(TABLE), UINT32_MAX - 15, INDIRECT, 0);
}

static void indirect_outside(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(MEM_SIZE) - 16, 32, INDIRECT, 0);
}

static void head_out_of_range(struct frontend *f, unsigned int q)
{
	struct frontend_queue *queue = &f->queue[q];

	queue->avail->ring[queue->avail->idx % QUEUE_SIZE] = QUEUE_SIZE;
}

static void index_ahead_of_all(struct frontend *f, unsigned int q)
{
	frontend_desc(f, q, 0, GUEST(RESP), 16, WRITE, 0);
	f->queue[q].avail->idx += QUEUE_SIZE;
}

#define HOSTILE(what)	{ what, #what }

static const struct {
	void (*prepare)(struct frontend *f, unsigned int q);
	const char *name;
} hostile[] = {
	HOSTILE(loop_of_one),
	HOSTILE(loop_of_two),
	HOSTILE(loop_in_indirect_table),
	HOSTILE(chain_longer_than_the_queue),
	HOSTILE(next_out_of_range),
	HOSTILE(next_out_of_indirect_table),
	HOSTILE(address_below_memory),
	HOSTILE(address_across_the_end),
	HOSTILE(address_across_the_end_past_what_is_used),
	HOSTILE(address_that_wraps_around),
	HOSTILE(length_of_4_gb),
	HOSTILE(readable_outside),
	HOSTILE(readable_after_writable),
	HOSTILE(indirect_in_indirect),
	HOSTILE(indirect_with_next),
	HOSTILE(indirect_of_odd_size),
	HOSTILE(indirect_of_no_size),
	HOSTILE(indirect_of_any_size),
	HOSTILE(indirect_outside),
	HOSTILE(index_ahead_of_all),
};

/* Offers descriptor 0, whatever it says, and kicks although it may be unwanted. */
static void offer(struct frontend *f, unsigned int q)
{
	const uint64_t one = 1;

	frontend_offer(f, q, 0);
	assert_int_equal(write(f->queue[q].kick, &one, sizeof(one)), sizeof(one));
}

static void expect_broken(struct frontend *f, unsigned int q, const char *name)
{
	char said[4096];
	const char *line;
	uint32_t head;

	check(frontend_is_broken(f, q, PATIENCE_MS), "%s is accepted", name);
	check(frontend_take(f, q, &head, 0) < 0, "%s is used", name);
	/* Further kicks are not looked at. */
	offer(f, q);
	frontend_get(f, VHOST_USER_GET_FEATURES);
	check(!frontend_is_broken(f, q, 0), "%s is noticed twice", name);
	frontend_said(f, said, sizeof(said));
	line = strstr(said, "queue ");
	check(line && !strstr(line + 1, "queue "), "%s is not logged once: %s", name, said);
}

static void a_hostile_requestq_is_stopped_until_it_is_set_up_anew(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		hostile[i].prepare(&f, REQUESTQ);
		offer(&f, REQUESTQ);
		expect_broken(&f, REQUESTQ, hostile[i].name);
		frontend_restart(&f);
		frontend_read(&f, 0);
	}
	frontend_end(&f);
}

static void a_hostile_alarmq_does_not_hold_up_requests(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	for (i = 0; i < ARRAY_SIZE(hostile); i++) {
		/* Nothing is wrong until a notification needs a buffer. */
		hostile[i].prepare(&f, ALARMQ);
		frontend_offer(&f, ALARMQ, 0);
		check(!frontend_is_broken(&f, ALARMQ, 0), "%s is looked at", hostile[i].name);
		frontend_set_alarm(&f, 0, 0, true);
		expect_broken(&f, ALARMQ, hostile[i].name);
		frontend_read(&f, 0);
		/* What the guest owes to the alarm it can still give. */
		frontend_restart(&f);
		frontend_populate(&f, 4);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
		frontend_set_alarm(&f, 0, 0, false);
		frontend_restart(&f);
	}
	frontend_end(&f);
}

static void a_head_that_is_no_descriptor_stops_the_ring(void **state)
{
	struct frontend f;
	const uint64_t one = 1;

	(void)state;
	rings_setup(&f, PLAIN_FEATURES);
	head_out_of_range(&f, REQUESTQ);
	f.queue[REQUESTQ].avail->idx++;
	assert_int_equal(write(f.queue[REQUESTQ].kick, &one, sizeof(one)), sizeof(one));
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	frontend_end(&f);
}

static void an_indirect_table_that_was_not_negotiated_stops_the_ring(void **state)
{
	struct frontend f;

	(void)state;
	rings_setup(&f, PLAIN_FEATURES);
	rings_table_desc(&f, 0, GUEST(RESP), 16, WRITE, 0);
	frontend_desc(&f, REQUESTQ, 0, GUEST(TABLE), 16, INDIRECT, 0);
	offer(&f, REQUESTQ);
	expect_broken(&f, REQUESTQ, "indirect table");
	frontend_end(&f);
}

/* Rings that cannot be used at all */
static void a_ring_in_a_wrong_place_does_not_start(void **state)
{
	const struct {
		const char *name;
		uint32_t size;
		uint64_t desc, avail, used;
	} rings[] = {
		{ "no size", 0, 0, AVAIL, USED },
		{ "no power of two", 48, 0, AVAIL, USED },
		{ "too large", 65536, 0, AVAIL, USED },
		{ "far too large", 0x80000000, 0, AVAIL, USED },
		{ "table outside", 64, MEM_SIZE - 1008, AVAIL, USED },
		{ "available ring outside", 64, 0, MEM_SIZE - 4, USED },
		{ "used ring outside", 64, 0, AVAIL, MEM_SIZE - 128 },
		{ "used event outside", 64, 0, MEM_SIZE - 132, USED },
		{ "available event outside", 64, 0, AVAIL, MEM_SIZE - 516 },
		{ "table not aligned", 64, 8, AVAIL, USED },
		{ "available ring not aligned", 64, 0, AVAIL + 1, USED },
		{ "used ring not aligned", 64, 0, AVAIL, USED + 2 },
		{ "addresses that wrap around", 64, -USER_BASE - 16, AVAIL, USED },
	};
	struct frontend f;
	unsigned int i;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		struct vhost_vring_state num = { .index = REQUESTQ, .num = rings[i].size };
		struct vhost_vring_addr addr = {
			.index = REQUESTQ,
			.desc_user_addr = USER_BASE + rings[i].desc,
			.avail_user_addr = USER_BASE + rings[i].avail,
			.used_user_addr = USER_BASE + rings[i].used,
		};
		uint64_t index = REQUESTQ;

		frontend_stop_queue(&f, REQUESTQ);
		frontend_send(&f, VHOST_USER_SET_VRING_NUM, 0, &num, sizeof(num), NULL, 0);
		frontend_send(&f, VHOST_USER_SET_VRING_ADDR, 0, &addr, sizeof(addr), NULL, 0);
		frontend_send(&f, VHOST_USER_SET_VRING_KICK, 0, &index, sizeof(index),
			      &f.queue[REQUESTQ].kick, 1);
		check(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS), "'%s' is accepted",
		      rings[i].name);
	}
	frontend_restart(&f);
	frontend_read(&f, 0);
	/* The same while it runs. */
	for (i = 4; i < ARRAY_SIZE(rings); i++) {
		struct vhost_vring_addr addr = {
			.index = REQUESTQ,
			.desc_user_addr = USER_BASE + rings[i].desc,
			.avail_user_addr = USER_BASE + rings[i].avail,
			.used_user_addr = USER_BASE + rings[i].used,
		};

		frontend_send(&f, VHOST_USER_SET_VRING_ADDR, 0, &addr, sizeof(addr), NULL, 0);
		check(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS), "'%s' is accepted",
		      rings[i].name);
		frontend_restart(&f);
		frontend_read(&f, 0);
	}
	frontend_end(&f);
}

/* It has another size than any ring, so nothing of it was looked at. */
static void a_ring_that_does_not_start_stands_where_it_was_to_start(void **state)
{
	struct vhost_vring_state num = { .index = REQUESTQ, .num = 3 };
	struct vhost_vring_state start = { .index = REQUESTQ, .num = 7 };
	uint64_t index = REQUESTQ;
	struct frontend f;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_stop_queue(&f, REQUESTQ);
	frontend_send(&f, VHOST_USER_SET_VRING_NUM, 0, &num, sizeof(num), NULL, 0);
	frontend_send(&f, VHOST_USER_SET_VRING_BASE, 0, &start, sizeof(start), NULL, 0);
	frontend_send(&f, VHOST_USER_SET_VRING_KICK, 0, &index, sizeof(index),
		      &f.queue[REQUESTQ].kick, 1);
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	assert_int_equal(frontend_stop_queue(&f, REQUESTQ), 7);
	frontend_end(&f);
}

/*
 * Both rings in one place: each used buffer makes another one available, and
 * the used elements (0 and 16, as words) are the heads of those to come.
 */
static void a_ring_that_refills_itself_does_not_lock_others_out(void **state)
{
	const uint64_t one = 1;
	struct vhost_vring_state start = { .index = REQUESTQ };
	struct vhost_vring_addr addr = {
		.index = REQUESTQ,
		.desc_user_addr = USER_BASE,
		.avail_user_addr = USER_BASE + AVAIL,
		.used_user_addr = USER_BASE + AVAIL,
	};
	uint64_t index = REQUESTQ;
	struct frontend f;
	unsigned int i;

	(void)state;
	rings_setup(&f, PLAIN_FEATURES);
	frontend_stop_queue(&f, REQUESTQ);
	for (i = 0; i <= 16; i += 16) {
		frontend_desc(&f, REQUESTQ, i, GUEST(REQ), sizeof(rings_cfg), NEXT, i + 1);
		frontend_desc(&f, REQUESTQ, i + 1, GUEST(RESP), 16, WRITE, 0);
	}
	f.queue[REQUESTQ].avail->idx = QUEUE_SIZE;
	frontend_send(&f, VHOST_USER_SET_VRING_BASE, 0, &start, sizeof(start), NULL, 0);
	frontend_send(&f, VHOST_USER_SET_VRING_ADDR, 0, &addr, sizeof(addr), NULL, 0);
	frontend_send(&f, VHOST_USER_SET_VRING_KICK, 0, &index, sizeof(index),
		      &f.queue[REQUESTQ].kick, 1);
	assert_int_equal(write(f.queue[REQUESTQ].kick, &one, sizeof(one)), sizeof(one));
	for (i = 0; i < 20; i++) {
		uint16_t before = __atomic_load_n(&f.queue[REQUESTQ].avail->idx,
						  __ATOMIC_SEQ_CST);

		frontend_get(&f, VHOST_USER_GET_FEATURES);
		sleep_ms(1);
		check(__atomic_load_n(&f.queue[REQUESTQ].avail->idx, __ATOMIC_SEQ_CST) != before,
		      "the requests are not answered");
	}
	assert_false(frontend_is_broken(&f, REQUESTQ, 0));
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hostile_requestq_is_stopped_until_it_is_set_up_anew),
		cmocka_unit_test(a_hostile_alarmq_does_not_hold_up_requests),
		cmocka_unit_test(a_head_that_is_no_descriptor_stops_the_ring),
		cmocka_unit_test(an_indirect_table_that_was_not_negotiated_stops_the_ring),
		cmocka_unit_test(a_ring_in_a_wrong_place_does_not_start),
		cmocka_unit_test(a_ring_that_does_not_start_stands_where_it_was_to_start),
		cmocka_unit_test(a_ring_that_refills_itself_does_not_lock_others_out),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: hostile rings", tests, NULL, NULL);
}
