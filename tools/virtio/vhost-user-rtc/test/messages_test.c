// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What messages of a front end do, and what wrong ones do not.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bad_messages.h"
#include "check.h"
#include "frontend.h"
#include "base/macros.h"

static void the_device_answers_after_a_set_up_of_any_kind(void **state)
{
	const uint64_t sets[] = {
		ALL_FEATURES,
		PLAIN_FEATURES,
		BIT(VIRTIO_F_VERSION_1),
		BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_RING_F_EVENT_IDX),
		ALL_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM),
	};
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		frontend_spawn(&f, NULL);
		frontend_start(&f, sets[i]);
		frontend_read(&f, 0);
		frontend_read(&f, 0);
		frontend_end(&f);
	}
}

static void it_says_how_many_queues_and_memory_slots_it_has(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_negotiate(&f, ALL_FEATURES);
	assert_int_equal(frontend_get(&f, VHOST_USER_GET_QUEUE_NUM), QUEUES);
	assert_true(frontend_get(&f, VHOST_USER_GET_MAX_MEM_SLOTS) >= 32);
	frontend_end(&f);
}

static void without_an_alarm_clock_the_alarm_feature_is_not_offered(void **state)
{
	const char *const args[] = { "--clock=utc", NULL };
	struct frontend f;

	(void)state;
	frontend_spawn(&f, args);
	assert_false(frontend_get(&f, VHOST_USER_GET_FEATURES) & BIT(VIRTIO_RTC_F_ALARM));
	frontend_end(&f);
}

static void in_order_is_offered_where_it_is_true(void **state)
{
	const char *const late[] = { "--fault=late-answer,every=2", NULL };
	const char *const delayed[] = { "--delay=1,1", NULL };
	const char *const *const args[] = { NULL, late, delayed };
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		frontend_spawn(&f, args[i]);
		check(!(frontend_get(&f, VHOST_USER_GET_FEATURES) & BIT(VIRTIO_F_IN_ORDER)) ==
		      (args[i] == late), "in order with arguments %u", i);
		frontend_end(&f);
	}
}

/* As QEMU wants it of one that has VIRTIO_F_ACCESS_PLATFORM */
static void the_platforms_memory_is_taken_with_a_backend_channel(void **state)
{
	struct frontend f;
	uint64_t answer;
	int pair[2];

	(void)state;
	check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "no socket pair");
	frontend_spawn(&f, NULL);
	assert_true(frontend_get(&f, VHOST_USER_GET_PROTOCOL_FEATURES) &
		    BIT(VHOST_USER_PROTOCOL_F_BACKEND_REQ));
	frontend_negotiate(&f, ALL_FEATURES | BIT(VIRTIO_F_ACCESS_PLATFORM));
	frontend_send(&f, VHOST_USER_SET_BACKEND_REQ_FD, VHOST_USER_NEED_REPLY, NULL, 0,
		      &pair[1], 1);
	assert_true(frontend_receive(&f, VHOST_USER_SET_BACKEND_REQ_FD, &answer,
				     sizeof(answer)));
	assert_int_equal(answer, 0);
	close(pair[1]);
	frontend_start(&f, ALL_FEATURES | BIT(VIRTIO_F_ACCESS_PLATFORM));
	frontend_read(&f, 0);
	close(pair[0]);
	frontend_end(&f);
}

static void features_that_were_not_offered_are_refused(void **state)
{
	uint64_t features = ALL_FEATURES | BIT(VIRTIO_F_RING_PACKED);
	uint64_t protocol = BIT(63);
	struct frontend f;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_negotiate(&f, ALL_FEATURES);
	assert_false(frontend_ask(&f, VHOST_USER_SET_FEATURES, &features, sizeof(features)));
	features = ALL_FEATURES & ~BIT(VIRTIO_F_VERSION_1);
	assert_false(frontend_ask(&f, VHOST_USER_SET_FEATURES, &features, sizeof(features)));
	assert_false(frontend_ask(&f, VHOST_USER_SET_PROTOCOL_FEATURES, &protocol,
				  sizeof(protocol)));
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void send_bad(struct frontend *f, const struct bad_message *bad, uint32_t flags)
{
	int fds[VHOST_USER_MAX_REGIONS];
	unsigned int i;

	for (i = 0; i < bad->num_fds; i++)
		fds[i] = f->memfd;
	frontend_send(f, bad->request, flags, &bad->payload, bad->size, fds, bad->num_fds);
}

static void a_wrong_message_is_refused_and_does_no_harm(void **state)
{
	struct frontend f;
	unsigned int i;
	uint64_t answer;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_negotiate(&f, ALL_FEATURES);
	for (i = 0; i < ARRAY_SIZE(bad_messages); i++) {
		const struct bad_message *bad = &bad_messages[i];

		send_bad(&f, bad, VHOST_USER_NEED_REPLY);
		check(frontend_receive(&f, bad->request, &answer, sizeof(answer)),
		      "'%s' is not answered", bad->name);
		check(answer, "'%s' is accepted", bad->name);
	}
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void a_wrong_message_without_need_of_a_reply_ends_the_connection(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_messages); i++) {
		frontend_spawn(&f, NULL);
		frontend_negotiate(&f, ALL_FEATURES);
		send_bad(&f, &bad_messages[i], 0);
		check(frontend_hung_up(&f), "'%s' is accepted", bad_messages[i].name);
		assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
		frontend_end(&f);
	}
}

static void send_bytes(struct frontend *f, const void *bytes, size_t size)
{
	check(send(f->socket, bytes, size, MSG_NOSIGNAL) == (ssize_t)size, "cannot send");
}

static void what_is_no_message_ends_the_connection(void **state)
{
	const struct vhost_user_header headers[] = {
		{ VHOST_USER_GET_FEATURES, 0, 0 },
		{ VHOST_USER_GET_FEATURES, 2, 0 },
		{ VHOST_USER_GET_FEATURES, VHOST_USER_VERSION,
		  sizeof(union vhost_user_payload) + 1 },
		{ VHOST_USER_SET_MEM_TABLE, VHOST_USER_VERSION, ~0U },
	};
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		frontend_spawn(&f, NULL);
		send_bytes(&f, &headers[i], sizeof(headers[i]));
		check(frontend_hung_up(&f), "header %u is accepted", i);
		assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
		frontend_end(&f);
	}
}

static void a_connection_that_ends_within_a_message_is_an_error(void **state)
{
	const struct vhost_user_header header = {
		VHOST_USER_SET_FEATURES, VHOST_USER_VERSION, sizeof(uint64_t),
	};
	struct frontend f;
	size_t size;

	(void)state;
	for (size = 1; size <= sizeof(header); size++) {
		frontend_spawn(&f, NULL);
		send_bytes(&f, &header, size);
		frontend_hang_up(&f);
		assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
		frontend_end(&f);
	}
}

static void a_message_may_come_in_single_bytes(void **state)
{
	const struct vhost_user_header header = {
		VHOST_USER_SET_FEATURES, VHOST_USER_VERSION, sizeof(uint64_t),
	};
	const uint64_t features = ALL_FEATURES;
	struct frontend f;
	size_t i;

	(void)state;
	frontend_spawn(&f, NULL);
	for (i = 0; i < sizeof(header); i++) {
		send_bytes(&f, (const char *)&header + i, 1);
		sleep_ms(2);
	}
	for (i = 0; i < sizeof(features); i++)
		send_bytes(&f, (const char *)&features + i, 1);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void no_descriptor_is_leaked(void **state)
{
	struct frontend f;
	unsigned int before, i, j;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	before = frontend_open_files(&f);
	for (i = 0; i < 20; i++) {
		uint64_t answer;

		for (j = 0; j < ARRAY_SIZE(bad_messages); j++) {
			send_bad(&f, &bad_messages[j], VHOST_USER_NEED_REPLY);
			frontend_receive(&f, bad_messages[j].request, &answer, sizeof(answer));
		}
		frontend_share_memory(&f);
		frontend_restart(&f);
	}
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	assert_int_equal(frontend_open_files(&f), before);
	frontend_end(&f);
}

static void too_many_descriptors_end_the_connection(void **state)
{
	struct frontend f;
	int fds[64];
	unsigned int i;

	(void)state;
	frontend_spawn(&f, NULL);
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = f.memfd;
	frontend_send(&f, VHOST_USER_SET_OWNER, 0, NULL, 0, fds, ARRAY_SIZE(fds));
	assert_true(frontend_hung_up(&f));
	assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_answers_after_a_set_up_of_any_kind),
		cmocka_unit_test(it_says_how_many_queues_and_memory_slots_it_has),
		cmocka_unit_test(without_an_alarm_clock_the_alarm_feature_is_not_offered),
		cmocka_unit_test(in_order_is_offered_where_it_is_true),
		cmocka_unit_test(the_platforms_memory_is_taken_with_a_backend_channel),
		cmocka_unit_test(features_that_were_not_offered_are_refused),
		cmocka_unit_test(a_wrong_message_is_refused_and_does_no_harm),
		cmocka_unit_test(a_wrong_message_without_need_of_a_reply_ends_the_connection),
		cmocka_unit_test(what_is_no_message_ends_the_connection),
		cmocka_unit_test(a_connection_that_ends_within_a_message_is_an_error),
		cmocka_unit_test(a_message_may_come_in_single_bytes),
		cmocka_unit_test(no_descriptor_is_leaked),
		cmocka_unit_test(too_many_descriptors_end_the_connection),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: messages", tests, NULL, NULL);
}
