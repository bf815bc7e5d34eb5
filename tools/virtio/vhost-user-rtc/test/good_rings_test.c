// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings of guests that keep to the specification.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "rings.h"
#include "base/macros.h"

static void expect_cfg(const uint8_t *bytes)
{
	struct virtio_rtc_resp_cfg resp;

	memcpy(&resp, bytes, sizeof(resp));
	assert_int_equal(resp.head.status, VIRTIO_RTC_S_OK);
	assert_int_equal(resp.num_clocks, 4);
}

static void take_cfg(struct frontend *f)
{
	uint32_t head;

	assert_int_equal(frontend_take(f, REQUESTQ, &head, PATIENCE_MS),
			 sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(head, 0);
	expect_cfg(f->mem + RESP);
	assert_int_equal(f->mem[RESP + sizeof(struct virtio_rtc_resp_cfg)], 0xee);
}

static void many_requests_are_answered_in_order(void **state)
{
	const uint64_t sets[] = { ALL_FEATURES, PLAIN_FEATURES };
	struct frontend f;
	unsigned int i, j, s;
	uint32_t head;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sets); s++) {
		rings_setup(&f, sets[s]);
		/* More than 65536 in all, so that the indices wrap around. */
		for (i = 0; i < 4200; i++) {
			for (j = 0; j < 16; j++)
				frontend_post(&f, j, &rings_cfg, sizeof(rings_cfg), 16);
			for (j = 0; j < 16; j++) {
				assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS),
						 16);
				assert_int_equal(head, j * 2);
				expect_cfg(frontend_response(&f, j));
			}
		}
		frontend_end(&f);
	}
}

static void a_buffer_may_be_in_pieces_of_any_size(void **state)
{
	struct frontend f;
	unsigned int i, n = 0;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	for (i = 0; i < sizeof(rings_cfg); i++, n++)
		frontend_desc(&f, REQUESTQ, n, GUEST(REQ) + i, 1, NEXT, n + 1);
	/* Empty ones are strange but allowed. */
	frontend_desc(&f, REQUESTQ, n, GUEST(REQ), 0, NEXT, n + 1);
	n++;
	for (i = 0; i < 16; i++, n++)
		frontend_desc(&f, REQUESTQ, n, GUEST(RESP) + i, 1, WRITE | NEXT, n + 1);
	frontend_desc(&f, REQUESTQ, n, GUEST(RESP) + 16, 0, WRITE, 0);
	frontend_offer(&f, REQUESTQ, 0);
	take_cfg(&f);
	frontend_end(&f);
}

static void a_buffer_may_use_all_descriptors(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	frontend_desc(&f, REQUESTQ, 0, GUEST(REQ), sizeof(rings_cfg), NEXT, 1);
	for (i = 1; i < QUEUE_SIZE; i++)
		frontend_desc(&f, REQUESTQ, i, GUEST(RESP) + (i - 1), 1,
			      WRITE | (i < QUEUE_SIZE - 1 ? NEXT : 0), i + 1);
	frontend_offer(&f, REQUESTQ, 0);
	take_cfg(&f);
	frontend_end(&f);
}

static void an_indirect_table_works_alone_and_at_the_end_of_a_chain(void **state)
{
	struct frontend f;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	rings_table_desc(&f, 0, GUEST(REQ), sizeof(rings_cfg), NEXT, 2);
	rings_table_desc(&f, 2, GUEST(RESP), 16, WRITE, 0);
	frontend_desc(&f, REQUESTQ, 0, GUEST(TABLE), 3 * 16, INDIRECT, 0);
	frontend_offer(&f, REQUESTQ, 0);
	take_cfg(&f);

	memset(f.mem + RESP, 0xee, 64);
	rings_table_desc(&f, 0, GUEST(RESP), 16, WRITE, 0);
	frontend_desc(&f, REQUESTQ, 0, GUEST(REQ), sizeof(rings_cfg), NEXT, 1);
	frontend_desc(&f, REQUESTQ, 1, GUEST(TABLE), 16, INDIRECT, 0);
	frontend_offer(&f, REQUESTQ, 0);
	take_cfg(&f);
	frontend_end(&f);
}

static void an_indirect_table_may_be_larger_than_the_queue(void **state)
{
	struct frontend f;
	const unsigned int stride = 15, last = QUEUE_SIZE - 1;
	unsigned int i;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	rings_table_desc(&f, 0, GUEST(REQ), sizeof(rings_cfg), NEXT, 1);
	rings_table_desc(&f, 1, GUEST(RESP), 16, WRITE | NEXT, 2 * stride);
	for (i = 2; i <= last; i++)
		rings_table_desc(&f, i * stride, GUEST(RESP) + 64, 4096,
				 WRITE | (i < last ? NEXT : 0), (i + 1) * stride);
	frontend_desc(&f, REQUESTQ, 0, GUEST(TABLE), (last * stride + 1) * 16, INDIRECT, 0);
	frontend_offer(&f, REQUESTQ, 0);
	take_cfg(&f);
	frontend_end(&f);
}

static void a_large_buffer_is_no_problem(void **state)
{
	struct frontend f;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	frontend_desc(&f, REQUESTQ, 0, GUEST(REQ), MEM_SIZE - REQ, NEXT, 1);
	frontend_desc(&f, REQUESTQ, 1, GUEST(RESP), MEM_SIZE - RESP, WRITE, 0);
	frontend_offer(&f, REQUESTQ, 0);
	take_cfg(&f);
	frontend_end(&f);
}

static void a_response_without_room_uses_the_buffer_all_the_same(void **state)
{
	struct frontend f;
	uint32_t head;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	frontend_desc(&f, REQUESTQ, 5, GUEST(REQ), sizeof(rings_cfg), 0, 0);
	frontend_offer(&f, REQUESTQ, 5);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), 0);
	assert_int_equal(head, 5);
	/* Just the status byte fits. */
	frontend_desc(&f, REQUESTQ, 5, GUEST(REQ), sizeof(rings_cfg), NEXT, 6);
	frontend_desc(&f, REQUESTQ, 6, GUEST(RESP), 1, WRITE, 0);
	frontend_offer(&f, REQUESTQ, 5);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), 1);
	assert_int_equal(f.mem[RESP], VIRTIO_RTC_S_EINVAL);
	assert_int_equal(f.mem[RESP + 1], 0xee);
	frontend_end(&f);
}

static void interrupts_come_only_when_they_are_wanted(void **state)
{
	struct frontend f;
	uint64_t calls;

	(void)state;
	rings_setup(&f, PLAIN_FEATURES);
	/* One came when the ring was set up. */
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	assert_int_equal(read(f.queue[REQUESTQ].call, &calls, sizeof(calls)), sizeof(calls));
	f.queue[REQUESTQ].avail->flags = VRING_AVAIL_F_NO_INTERRUPT;
	frontend_post(&f, 0, &rings_cfg, sizeof(rings_cfg), 16);
	while (__atomic_load_n(&f.queue[REQUESTQ].used->idx, __ATOMIC_SEQ_CST) != 1)
		sleep_ms(1);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	assert_int_equal(read(f.queue[REQUESTQ].call, &calls, sizeof(calls)), -1);
	f.queue[REQUESTQ].avail->flags = 0;
	frontend_post(&f, 0, &rings_cfg, sizeof(rings_cfg), 16);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	while (__atomic_load_n(&f.queue[REQUESTQ].used->idx, __ATOMIC_SEQ_CST) != 2)
		sleep_ms(1);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	assert_int_equal(read(f.queue[REQUESTQ].call, &calls, sizeof(calls)), sizeof(calls));
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_requests_are_answered_in_order),
		cmocka_unit_test(a_buffer_may_be_in_pieces_of_any_size),
		cmocka_unit_test(a_buffer_may_use_all_descriptors),
		cmocka_unit_test(an_indirect_table_works_alone_and_at_the_end_of_a_chain),
		cmocka_unit_test(an_indirect_table_may_be_larger_than_the_queue),
		cmocka_unit_test(a_large_buffer_is_no_problem),
		cmocka_unit_test(a_response_without_room_uses_the_buffer_all_the_same),
		cmocka_unit_test(interrupts_come_only_when_they_are_wanted),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: good rings", tests, NULL, NULL);
}
