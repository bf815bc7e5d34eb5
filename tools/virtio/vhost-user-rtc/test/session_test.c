// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vhost-user session: what messages do, and what wrong ones do not.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bad_messages.h"
#include "check.h"
#include "frontend.h"
#include "base/macros.h"

static void path_in_tmp(char *path, size_t size)
{
	snprintf(path, size, "/tmp/vhost-user-rtc-test-%d.sock", getpid());
	unlink(path);
}

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

static unsigned int open_files(pid_t pid)
{
	unsigned int num = 0;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	check(dir, "cannot look into %s", path);
	while (readdir(dir))
		num++;
	closedir(dir);
	return num;
}

static void no_descriptor_is_leaked(void **state)
{
	struct frontend f;
	unsigned int before, i, j;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	before = open_files(f.daemon);
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
	assert_int_equal(open_files(f.daemon), before);
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
	frontend_desc(&f, REQUESTQ, 0, GUEST_BASE + MEM_SIZE, sizeof(req), VRING_DESC_F_NEXT, 1);
	frontend_offer(&f, REQUESTQ, 0);
	assert_true(frontend_is_broken(&f, REQUESTQ, PATIENCE_MS));
	frontend_end(&f);
}

static void a_ring_goes_on_where_it_stopped(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	for (i = 1; i <= 100; i++) {
		uint16_t base;

		frontend_read(&f, 0);
		base = frontend_stop_queue(&f, REQUESTQ);
		assert_int_equal(base, i);
		frontend_start_queue(&f, REQUESTQ, base);
	}
	frontend_end(&f);
}

static void a_stopped_or_disabled_ring_is_left_alone(void **state)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint16_t base;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_enable_queue(&f, REQUESTQ, false);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_enable_queue(&f, REQUESTQ, true);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);

	base = frontend_stop_queue(&f, REQUESTQ);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_start_queue(&f, REQUESTQ, base);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
	frontend_end(&f);
}

static void alarms_after(struct frontend *f, bool kept)
{
	bool enabled;

	if (kept) {
		assert_int_equal(frontend_read_alarm(f, 0, &enabled), UINT64_MAX / 2);
		assert_true(enabled);
	} else {
		assert_int_equal(frontend_read_alarm(f, 0, &enabled), 0);
		assert_false(enabled);
	}
}

static void alarms_are_kept_over_a_reset_as_asked_for(void **state)
{
	const char *const yes[] = { "--retain-alarms=yes", NULL };
	const char *const no[] = { "--retain-alarms=no", NULL };
	const char *const *const args[] = { NULL, yes, no };
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		bool kept = args[i] != no;
		uint16_t base;

		frontend_spawn(&f, args[i]);
		frontend_start(&f, ALL_FEATURES);
		frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
		/* A pause is no reset. */
		base = frontend_stop_queue(&f, REQUESTQ);
		frontend_start_queue(&f, REQUESTQ, base);
		alarms_after(&f, true);
		frontend_restart(&f);
		alarms_after(&f, kept);
		frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
		frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
		frontend_restart(&f);
		alarms_after(&f, kept);
		frontend_end(&f);
	}
}

static void rings_wait_after_a_reset_message_until_they_are_set_up(void **state)
{
	struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 100), -1);
	frontend_restart(&f);
	frontend_read(&f, 0);
	frontend_end(&f);
}

static void front_ends_come_one_after_the_other(void **state)
{
	struct frontend f;
	char path[64];
	unsigned int i;
	bool enabled;

	(void)state;
	path_in_tmp(path, sizeof(path));
	frontend_spawn_listening(&f, path, NULL);
	for (i = 0; i < 20; i++) {
		frontend_connect(&f, path);
		frontend_start(&f, ALL_FEATURES);
		if (i)
			assert_int_equal(frontend_read_alarm(&f, 0, &enabled), UINT64_MAX - i);
		frontend_set_alarm(&f, 0, UINT64_MAX - (i + 1), true);
		frontend_hang_up(&f);
	}
	kill(f.daemon, SIGTERM);
	frontend_end(&f);
	assert_int_equal(access(path, F_OK), -1);
}

static void a_front_end_that_comes_back_goes_on(void **state)
{
	const char *const args[] = { "--retain-alarms=no", NULL };
	struct frontend f;
	char path[64];
	unsigned int i;
	bool enabled;

	(void)state;
	path_in_tmp(path, sizeof(path));
	frontend_spawn_listening(&f, path, args);
	frontend_connect(&f, path);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 5, false);
	for (i = 0; i < 5; i++) {
		frontend_hang_up(&f);
		frontend_connect(&f, path);
		frontend_negotiate(&f, ALL_FEATURES);
		/* As QEMU does it: from what was used last. */
		frontend_start_queue(&f, REQUESTQ, f.queue[REQUESTQ].used->idx);
		frontend_enable_queue(&f, REQUESTQ, true);
		assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 5);
	}
	frontend_hang_up(&f);
	kill(f.daemon, SIGTERM);
	frontend_end(&f);
}

static void a_front_end_can_come_before_the_end_of_the_last_is_noticed(void **state)
{
	struct frontend f;
	char path[64];
	int first;

	(void)state;
	path_in_tmp(path, sizeof(path));
	frontend_spawn_listening(&f, path, NULL);
	frontend_connect(&f, path);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	kill(f.daemon, SIGSTOP);
	first = f.socket;
	frontend_connect(&f, path);
	close(first);
	kill(f.daemon, SIGCONT);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_hang_up(&f);
	kill(f.daemon, SIGTERM);
	frontend_end(&f);
}

static void a_second_front_end_is_turned_away(void **state)
{
	struct frontend f, second = { 0 };
	char path[64];

	(void)state;
	path_in_tmp(path, sizeof(path));
	frontend_spawn_listening(&f, path, NULL);
	frontend_connect(&f, path);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_connect(&second, path);
	assert_true(frontend_hung_up(&second));
	frontend_hang_up(&second);
	frontend_read(&f, 0);
	frontend_hang_up(&f);
	kill(f.daemon, SIGTERM);
	frontend_end(&f);
}

static void a_socket_that_was_left_behind_is_replaced(void **state)
{
	struct frontend f;
	char path[64];

	(void)state;
	path_in_tmp(path, sizeof(path));
	frontend_spawn_listening(&f, path, NULL);
	frontend_connect(&f, path);
	kill(f.daemon, SIGKILL);
	assert_int_equal(frontend_wait_exit(&f), -1);
	assert_int_equal(access(path, F_OK), 0);
	frontend_end(&f);

	frontend_spawn_listening(&f, path, NULL);
	frontend_connect(&f, path);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	kill(f.daemon, SIGTERM);
	frontend_end(&f);
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
	char path[64];
	unsigned int i;

	(void)state;
	path_in_tmp(path, sizeof(path));
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		frontend_spawn_listening(&f, path, NULL);
		frontend_connect(&f, path);
		frontend_start(&f, ALL_FEATURES);
		if (reasons[i] == nothing)
			frontend_set_alarm(&f, 0, frontend_read(&f, 0) + 300000000, true);
		check(!ftruncate(f.memfd, 0), "cannot truncate");
		reasons[i](&f);
		assert_true(frontend_hung_up(&f));
		frontend_hang_up(&f);

		check(!ftruncate(f.memfd, MEM_SIZE), "cannot extend");
		frontend_connect(&f, path);
		frontend_start(&f, ALL_FEATURES);
		frontend_read(&f, 0);
		frontend_hang_up(&f);
		kill(f.daemon, SIGTERM);
		frontend_end(&f);
	}
}

static void odd_event_descriptors_do_not_stop_the_daemon(void **state)
{
	struct frontend f;
	uint64_t index = REQUESTQ;
	int full[2], file;
	char block[4096] = "";

	(void)state;
	check(!pipe2(full, O_CLOEXEC | O_NONBLOCK), "no pipe");
	while (write(full[1], block, sizeof(block)) > 0)
		;
	check(!fcntl(full[1], F_SETFL, 0), "cannot make it block");
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	/* A call that nobody reads must not be waited for. */
	frontend_send(&f, VHOST_USER_SET_VRING_CALL, 0, &index, sizeof(index), &full[1], 1);
	frontend_post(&f, 0, block, 16, 16);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_post(&f, 0, block, 16, 16);
	frontend_get(&f, VHOST_USER_GET_FEATURES);

	/* A file cannot be waited for. */
	file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	frontend_send(&f, VHOST_USER_SET_VRING_KICK, VHOST_USER_NEED_REPLY, &index, sizeof(index),
		      &file, 1);
	assert_true(frontend_receive(&f, VHOST_USER_SET_VRING_KICK, &index, sizeof(index)));
	assert_int_not_equal(index, 0);
	close(file);
	close(full[0]);
	close(full[1]);
	frontend_end(&f);
}

static void signals_end_it(void **state)
{
	const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		frontend_spawn(&f, NULL);
		frontend_start(&f, ALL_FEATURES);
		frontend_read(&f, 0);
		kill(f.daemon, signals[i]);
		assert_int_equal(frontend_wait_exit(&f), EXIT_SUCCESS);
		frontend_end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_answers_after_a_set_up_of_any_kind),
		cmocka_unit_test(it_says_how_many_queues_and_memory_slots_it_has),
		cmocka_unit_test(without_an_alarm_clock_the_alarm_feature_is_not_offered),
		cmocka_unit_test(features_that_were_not_offered_are_refused),
		cmocka_unit_test(a_wrong_message_is_refused_and_does_no_harm),
		cmocka_unit_test(a_wrong_message_without_need_of_a_reply_ends_the_connection),
		cmocka_unit_test(what_is_no_message_ends_the_connection),
		cmocka_unit_test(a_connection_that_ends_within_a_message_is_an_error),
		cmocka_unit_test(a_message_may_come_in_single_bytes),
		cmocka_unit_test(no_descriptor_is_leaked),
		cmocka_unit_test(too_many_descriptors_end_the_connection),
		cmocka_unit_test(memory_can_come_and_go_while_rings_run),
		cmocka_unit_test(a_ring_goes_on_where_it_stopped),
		cmocka_unit_test(a_stopped_or_disabled_ring_is_left_alone),
		cmocka_unit_test(alarms_are_kept_over_a_reset_as_asked_for),
		cmocka_unit_test(rings_wait_after_a_reset_message_until_they_are_set_up),
		cmocka_unit_test(front_ends_come_one_after_the_other),
		cmocka_unit_test(a_front_end_that_comes_back_goes_on),
		cmocka_unit_test(a_front_end_can_come_before_the_end_of_the_last_is_noticed),
		cmocka_unit_test(a_second_front_end_is_turned_away),
		cmocka_unit_test(a_socket_that_was_left_behind_is_replaced),
		cmocka_unit_test(truncated_memory_costs_the_front_end_its_connection_only),
		cmocka_unit_test(odd_event_descriptors_do_not_stop_the_daemon),
		cmocka_unit_test(signals_end_it),
	};

	/* What the other side does not read must not end this process. */
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("vhost-user session", tests, NULL, NULL);
}
