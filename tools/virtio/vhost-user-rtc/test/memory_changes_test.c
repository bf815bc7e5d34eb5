// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guest memory that comes and goes, or is taken away.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "rings.h"
#include "base/macros.h"

static void memory_can_come_and_go_while_rings_run(void **state)
{
	struct vhost_user_mem_reg extra = {
		.region = {
			.guest_addr = GUEST_BASE + MEM_SIZE,
			.user_addr = USER_BASE + MEM_SIZE,
			.size = 4096,
			.mmap_offset = BUFFERS,
		},
	};
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct virtio_rtc_resp_cfg resp;
	uint64_t answer;
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	frontend_send(&f, VHOST_USER_ADD_MEM_REG, VHOST_USER_NEED_REPLY, &extra, sizeof(extra),
		      &f.memfd, 1);
	assert_true(frontend_receive(&f, VHOST_USER_ADD_MEM_REG, &answer, sizeof(answer)));
	assert_int_equal(answer, 0);

	/* The request in the new region, the response across the border of both. */
	memcpy(f.mem + BUFFERS, &req, sizeof(req));
	frontend_desc(&f, REQUESTQ, 0, GUEST_BASE + MEM_SIZE, sizeof(req), VRING_DESC_F_NEXT, 1);
	frontend_desc(&f, REQUESTQ, 1, GUEST_BASE + MEM_SIZE - 4, sizeof(resp),
		      VRING_DESC_F_WRITE, 0);
	frontend_offer(&f, REQUESTQ, 0);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), sizeof(resp));
	memcpy(&resp, f.mem + MEM_SIZE - 4, 4);
	memcpy((char *)&resp + 4, f.mem + BUFFERS, sizeof(resp) - 4);
	assert_int_equal(resp.head.status, VIRTIO_RTC_S_OK);
	assert_int_equal(resp.num_clocks, 4);

	assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &extra, sizeof(extra)));
	frontend_read(&f, 0);
	/* Past what was there before as well */
	frontend_desc(&f, REQUESTQ, 0, GUEST_BASE + MEM_SIZE + 4096, sizeof(req),
		      VRING_DESC_F_NEXT, 1);
	frontend_offer(&f, REQUESTQ, 0);
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	frontend_end(&f);
}

static void a_ring_goes_on_when_its_memory_comes_back(void **state)
{
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct vhost_user_mem_reg all = {
		.region = {
			.guest_addr = GUEST_BASE,
			.user_addr = USER_BASE,
			.size = MEM_SIZE,
		},
	};
	struct frontend f;
	uint64_t answer;
	uint32_t head;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	for (i = 0; i < 3; i++) {
		assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &all, sizeof(all)));
		frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
		assert_int_equal(frontend_take(&f, REQUESTQ, &head, 50), -1);
		frontend_send(&f, VHOST_USER_ADD_MEM_REG, VHOST_USER_NEED_REPLY, &all,
			      sizeof(all), &f.memfd, 1);
		assert_true(frontend_receive(&f, VHOST_USER_ADD_MEM_REG, &answer,
					     sizeof(answer)));
		assert_int_equal(answer, 0);
		assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
		frontend_read(&f, 0);
	}
	assert_false(frontend_is_broken(&f, REQUESTQ, 0));
	frontend_end(&f);
}

static void add_memory(struct frontend *f, const struct vhost_user_mem_reg *region)
{
	uint64_t answer;

	frontend_send(f, VHOST_USER_ADD_MEM_REG, VHOST_USER_NEED_REPLY, region, sizeof(*region),
		      &f->memfd, 1);
	assert_true(frontend_receive(f, VHOST_USER_ADD_MEM_REG, &answer, sizeof(answer)));
	assert_int_equal(answer, 0);
}

/* The parts of a buffer, of which one at a time is in memory that is away */
static void a_request_goes_on_when_the_memory_of_its_buffer_comes_back(void **state)
{
	struct vhost_user_mem_reg extra = {
		.region = {
			.guest_addr = GUEST_BASE + MEM_SIZE,
			.user_addr = USER_BASE + MEM_SIZE,
			.size = 8192,
			.mmap_offset = REQ,
		},
	};
	enum { REQUEST, RESPONSE, INDIRECT_TABLE, PARTS };
	struct frontend f;
	unsigned int part;
	uint32_t head;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	add_memory(&f, &extra);
	for (part = 0; part < PARTS; part++) {
		uint64_t req = part == REQUEST ? GUEST(MEM_SIZE) : GUEST(REQ);
		uint64_t resp = part == RESPONSE ? GUEST(MEM_SIZE) + 64 : GUEST(RESP);
		uint64_t table = part == INDIRECT_TABLE ? GUEST(MEM_SIZE) + 128 : GUEST(TABLE);
		uint64_t table_at = part == INDIRECT_TABLE ? REQ + 128 : TABLE;
		struct vring_desc descs[] = {
			{ .addr = req, .len = sizeof(rings_cfg), .flags = NEXT, .next = 1 },
			{ .addr = resp, .len = 16, .flags = WRITE },
		};

		assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &extra, sizeof(extra)));
		memcpy(f.mem + table_at, descs, sizeof(descs));
		frontend_desc(&f, REQUESTQ, 0, table, sizeof(descs), INDIRECT, 0);
		frontend_offer(&f, REQUESTQ, 0);
		check(frontend_take(&f, REQUESTQ, &head, 50) < 0, "part %u is used", part);
		check(!frontend_is_broken(&f, REQUESTQ, 0), "part %u breaks the ring", part);
		add_memory(&f, &extra);
		check(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) == 16,
		      "part %u is not used", part);
		frontend_read(&f, 0);
	}
	/* A table of all memory, without it, ends the wait. */
	assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &extra, sizeof(extra)));
	frontend_desc(&f, REQUESTQ, 0, GUEST(MEM_SIZE), sizeof(rings_cfg), NEXT, 1);
	frontend_desc(&f, REQUESTQ, 1, GUEST(RESP), 16, WRITE, 0);
	frontend_offer(&f, REQUESTQ, 0);
	assert_true(frontend_take(&f, REQUESTQ, &head, 50) < 0);
	frontend_share_memory(&f);
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	frontend_end(&f);
}

static void a_region_may_come_back_in_pieces(void **state)
{
	struct vhost_user_mem_reg extra = {
		.region = {
			.guest_addr = GUEST_BASE + MEM_SIZE,
			.user_addr = USER_BASE + MEM_SIZE,
			.size = 3 * 4096,
			.mmap_offset = REQ,
		},
	};
	struct vhost_user_mem_reg page = extra;
	const unsigned int order[] = { 1, 0, 2 };
	struct frontend f;
	unsigned int i;
	uint32_t head;

	(void)state;
	rings_setup(&f, ALL_FEATURES);
	add_memory(&f, &extra);
	assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &extra, sizeof(extra)));
	memcpy(f.mem + REQ + 2 * 4096, &rings_cfg, sizeof(rings_cfg));
	frontend_desc(&f, REQUESTQ, 0, GUEST(MEM_SIZE) + 2 * 4096, sizeof(rings_cfg), NEXT, 1);
	frontend_desc(&f, REQUESTQ, 1, GUEST(RESP), 16, WRITE, 0);
	frontend_offer(&f, REQUESTQ, 0);
	page.region.size = 4096;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		check(frontend_take(&f, REQUESTQ, &head, 50) < 0, "used before piece %u", i);
		check(!frontend_is_broken(&f, REQUESTQ, 0), "broken before piece %u", i);
		page.region.guest_addr = extra.region.guest_addr + order[i] * 4096;
		page.region.user_addr = extra.region.user_addr + order[i] * 4096;
		page.region.mmap_offset = REQ + order[i] * 4096;
		add_memory(&f, &page);
	}
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), 16);
	frontend_end(&f);
}

static struct vhost_user_mem_reg part_of_memory(uint64_t offset, uint64_t size)
{
	return (struct vhost_user_mem_reg) {
		.region = {
			.guest_addr = GUEST_BASE + offset,
			.user_addr = USER_BASE + offset,
			.size = size,
			.mmap_offset = offset,
		},
	};
}

/* An alarm that has expired waits for a buffer: whatever is done, the alarmq is looked at. */
static void no_queue_is_looked_at_where_it_was(void **state)
{
	const struct vhost_user_mem_reg all = part_of_memory(0, MEM_SIZE);
	const struct vhost_user_mem_reg requestq = part_of_memory(RINGS(REQUESTQ), RINGS(1));
	const struct vhost_user_mem_reg alarmq = part_of_memory(RINGS(ALARMQ), RINGS(1));
	const struct vhost_user_mem_reg buffers = part_of_memory(BUFFERS, MEM_SIZE - BUFFERS);
	bool as_a_table;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct frontend f;
		uint32_t head;

		as_a_table = i;
		frontend_spawn(&f, NULL);
		frontend_start(&f, ALL_FEATURES);
		frontend_set_alarm(&f, 0, 1, true);
		assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &all, sizeof(all)));
		add_memory(&f, &requestq);
		add_memory(&f, &alarmq);

		/* The request waits for its memory when that of the other ring goes. */
		frontend_post(&f, 0, &rings_cfg, sizeof(rings_cfg),
			      sizeof(struct virtio_rtc_resp_cfg));
		assert_true(frontend_take(&f, REQUESTQ, &head, 50) < 0);
		if (as_a_table) {
			frontend_share_memory(&f);
		} else {
			assert_true(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &alarmq,
						 sizeof(alarmq)));
			add_memory(&f, &buffers);
		}
		assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
		if (!as_a_table)
			add_memory(&f, &alarmq);
		frontend_populate(&f, 1);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
		frontend_end(&f);
	}
}

static void kick(struct frontend *f)
{
	const uint64_t one = 1;

	assert_int_equal(write(f->queue[REQUESTQ].kick, &one, sizeof(one)), sizeof(one));
}

static void nothing(struct frontend *f)
{
	(void)f;
}

static void truncated_memory_costs_the_front_end_its_connection_only(void **state)
{
	/* What makes the daemon look: the driver, or an alarm that is due. */
	void (*const reasons[])(struct frontend *f) = { kick, nothing };
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		frontend_spawn_listening(&f, NULL);
		frontend_connect(&f, f.path);
		frontend_start(&f, ALL_FEATURES);
		if (reasons[i] == nothing)
			frontend_set_alarm(&f, 0, frontend_read(&f, 0) + 300000000, true);
		check(!ftruncate(f.memfd, 0), "cannot truncate");
		reasons[i](&f);
		assert_true(frontend_hung_up(&f));
		frontend_hang_up(&f);

		check(!ftruncate(f.memfd, f.file_size), "cannot extend");
		frontend_connect(&f, f.path);
		frontend_start(&f, ALL_FEATURES);
		frontend_read(&f, 0);
		frontend_terminate(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_can_come_and_go_while_rings_run),
		cmocka_unit_test(a_ring_goes_on_when_its_memory_comes_back),
		cmocka_unit_test(a_request_goes_on_when_the_memory_of_its_buffer_comes_back),
		cmocka_unit_test(a_region_may_come_back_in_pieces),
		cmocka_unit_test(no_queue_is_looked_at_where_it_was),
		cmocka_unit_test(truncated_memory_costs_the_front_end_its_connection_only),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: changes of memory", tests, NULL, NULL);
}
