// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Front ends that come, leave and come back.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "transport/vhost_user.h"
#include "base/macros.h"

static void front_ends_come_one_after_the_other(void **state)
{
	const char *const args[] = { "--retain-alarms=always", NULL };
	struct frontend f;
	unsigned int i;
	bool enabled;

	(void)state;
	frontend_spawn_listening(&f, args);
	for (i = 0; i < 20; i++) {
		frontend_connect(&f, f.path);
		frontend_start(&f, ALL_FEATURES);
		if (i)
			assert_int_equal(frontend_read_alarm(&f, 0, &enabled), UINT64_MAX - i);
		frontend_set_alarm(&f, 0, UINT64_MAX - (i + 1), true);
		frontend_hang_up(&f);
	}
	frontend_terminate(&f);
	assert_int_equal(access(f.path, F_OK), -1);
}

static void an_alarm_is_not_for_the_next_guest(void **state)
{
	struct frontend f;
	bool enabled;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 5, true);
	frontend_set_alarm(&f, 3, UINT64_MAX, true);
	frontend_hang_up(&f);

	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_populate(&f, 4);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 0);
	assert_false(enabled);
	assert_int_equal(frontend_read_alarm(&f, 3, &enabled), 0);
	assert_false(enabled);
	assert_int_equal(frontend_notification(&f, 50), -1);

	/* Its own alarm it keeps over a reset of its own. */
	frontend_set_alarm(&f, 0, UINT64_MAX, true);
	frontend_restart(&f);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), UINT64_MAX);
	assert_true(enabled);
	frontend_terminate(&f);
}

static void requests_under_way_go_with_a_front_end(void **state)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = htole16(VIRTIO_RTC_REQ_READ) };
	const char *const args[] = { "--delay=500,0", NULL };
	struct frontend f;
	uint32_t head;

	(void)state;
	frontend_spawn_listening(&f, args);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	/* It takes the request, and has not handled it. */
	sleep_ms(50);
	frontend_hang_up(&f);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 600), -1);
	frontend_read(&f, 0);
	frontend_terminate(&f);
}

static void a_front_end_that_comes_back_goes_on(void **state)
{
	const char *const args[] = { "--retain-alarms=no", NULL };
	struct frontend f;
	unsigned int i;
	bool enabled;

	(void)state;
	frontend_spawn_listening(&f, args);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 5, false);
	for (i = 0; i < 5; i++) {
		frontend_hang_up(&f);
		frontend_connect(&f, f.path);
		frontend_negotiate(&f, ALL_FEATURES);
		/* As QEMU does it: from what was used last. */
		frontend_start_queue(&f, REQUESTQ, f.queue[REQUESTQ].used->idx);
		frontend_enable_queue(&f, REQUESTQ, true);
		assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 5);
	}
	frontend_terminate(&f);
}

static void one_that_comes_back_with_other_features_has_reset_the_device(void **state)
{
	struct virtio_rtc_req_read_alarm req = { .head.msg_type = VIRTIO_RTC_REQ_READ_ALARM };
	const uint64_t without = ALL_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM);
	struct virtio_rtc_resp_read_alarm resp;
	struct frontend f;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 5, false);
	frontend_hang_up(&f);
	frontend_connect(&f, f.path);
	frontend_negotiate(&f, without);
	frontend_start_queue(&f, REQUESTQ, f.queue[REQUESTQ].used->idx);
	frontend_enable_queue(&f, REQUESTQ, true);
	assert_true(frontend_request(&f, &req, sizeof(req), &resp, sizeof(resp)) > 0);
	assert_int_equal(resp.head.status, VIRTIO_RTC_S_ENODEV);
	frontend_terminate(&f);
}

static void a_front_end_can_come_before_the_end_of_the_last_is_noticed(void **state)
{
	struct frontend f;
	int first;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	kill(f.daemon, SIGSTOP);
	first = f.socket;
	frontend_connect(&f, f.path);
	close(first);
	kill(f.daemon, SIGCONT);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_terminate(&f);
}

static void a_second_front_end_is_turned_away(void **state)
{
	struct frontend f, second = { 0 };

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_connect(&second, f.path);
	assert_true(frontend_hung_up(&second));
	frontend_hang_up(&second);
	frontend_read(&f, 0);
	frontend_terminate(&f);
}

static void without_descriptors_a_front_end_is_turned_away(void **state)
{
	struct frontend f, second = { 0 };
	struct rlimit limit;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	limit.rlim_cur = frontend_open_files(&f);
	limit.rlim_max = limit.rlim_cur;
	check(!prlimit(f.daemon, RLIMIT_NOFILE, &limit, NULL), "cannot limit it");
	frontend_connect(&second, f.path);
	assert_true(frontend_hung_up(&second));
	frontend_hang_up(&second);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_terminate(&f);
}

static void one_that_resumes_where_the_driver_is_keeps_its_alarm_buffers(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_populate(&f, 4);
	frontend_read(&f, 0);
	frontend_hang_up(&f);
	frontend_connect(&f, f.path);
	frontend_negotiate(&f, PLAIN_FEATURES);
	frontend_start_queue(&f, REQUESTQ, f.queue[REQUESTQ].avail->idx);
	frontend_start_queue(&f, ALARMQ, f.queue[ALARMQ].avail->idx);
	frontend_enable_queue(&f, REQUESTQ, true);
	frontend_enable_queue(&f, ALARMQ, true);
	frontend_set_alarm(&f, 0, 0, true);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_terminate(&f);
}

/* It says that all is taken that a driver has offered before it is started. */
static void one_that_starts_where_the_driver_is_keeps_its_alarm_buffers(void **state)
{
	struct frontend f;
	unsigned int i, q;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	for (i = 0; i < 3; i++) {
		frontend_read(&f, 0);
		for (q = 0; q < QUEUES; q++) {
			frontend_stop_queue(&f, q);
			memset(f.mem + RINGS(q), 0, RINGS(1));
			f.queue[q].taken = 0;
		}
		frontend_populate(&f, 4);
		for (q = 0; q < QUEUES; q++)
			frontend_start_queue(&f, q, f.queue[q].avail->idx);
		frontend_set_alarm(&f, 0, 0, true);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	}
	frontend_end(&f);
}

/* The driver goes on meanwhile, and what it had asked for before is answered, too. */
static void one_that_resumes_where_a_driver_was_loses_nothing(void **state)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = htole16(VIRTIO_RTC_REQ_READ) };
	struct frontend f;
	uint32_t head;
	uint16_t base;
	bool enabled;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_set_alarm(&f, 0, UINT64_MAX, true);
	frontend_hang_up(&f);
	/* Once it listens to this one it does not look at the ring any more. */
	frontend_connect(&f, f.path);
	frontend_negotiate(&f, PLAIN_FEATURES);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	base = f.queue[REQUESTQ].avail->idx;
	frontend_post(&f, 1, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	frontend_start_queue(&f, REQUESTQ, base);
	frontend_enable_queue(&f, REQUESTQ, true);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), UINT64_MAX);
	assert_true(enabled);
	frontend_terminate(&f);
}

/* The daemon may have ended between the use of a buffer and the word of it. */
static void what_was_used_before_is_told_of_after(void **state)
{
	struct pollfd poll_fd = { .events = POLLIN };
	struct frontend f;
	uint64_t calls;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_hang_up(&f);
	poll_fd.fd = f.queue[REQUESTQ].call;
	while (poll(&poll_fd, 1, 0) == 1)
		assert_int_equal(read(poll_fd.fd, &calls, sizeof(calls)), sizeof(calls));
	frontend_connect(&f, f.path);
	frontend_negotiate(&f, PLAIN_FEATURES);
	/* As cloud-hypervisor does it. */
	f.calls_first = true;
	frontend_start_queue(&f, REQUESTQ, f.queue[REQUESTQ].used->idx);
	frontend_enable_queue(&f, REQUESTQ, true);
	assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
	frontend_terminate(&f);
}

/*
 * Connects one that says not a word, or not all of one, and another one while it is waited
 * for, as long as a busy machine does not hold that up.
 */
static void connect_both(struct frontend *silent, struct frontend *f, bool begins)
{
	const uint32_t begin = VHOST_USER_GET_FEATURES;
	unsigned int tries = 0;
	uint64_t began;

	do {
		check(tries++ < 10, "connections always take too long");
		frontend_hang_up(silent);
		frontend_hang_up(f);
		began = host_ns(CLOCK_MONOTONIC);
		frontend_connect(silent, f->path);
		if (begins) {
			frontend_get(silent, VHOST_USER_GET_FEATURES);
			assert_int_equal(write(silent->socket, &begin, sizeof(begin)),
					 sizeof(begin));
		}
		sleep_ms(50);
		frontend_connect(f, f->path);
	} while (host_ns(CLOCK_MONOTONIC) - began > VHOST_USER_PATIENCE * UINT64_C(500000000));
}

static void one_that_owes_a_message_gives_way_to_the_next(void **state)
{
	struct frontend f, silent = { .socket = -1 };
	unsigned int i;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	for (i = 0; i < 2; i++) {
		connect_both(&silent, &f, i);
		assert_true(frontend_hung_up(&f));
		frontend_hang_up(&f);
		sleep_ms(VHOST_USER_PATIENCE * 1000 + 200);
		frontend_connect(&f, f.path);
		frontend_start(&f, PLAIN_FEATURES);
		frontend_read(&f, 0);
		assert_true(frontend_hung_up(&silent));
		frontend_hang_up(&silent);
		frontend_hang_up(&f);
	}
	frontend_terminate(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(front_ends_come_one_after_the_other),
		cmocka_unit_test(an_alarm_is_not_for_the_next_guest),
		cmocka_unit_test(requests_under_way_go_with_a_front_end),
		cmocka_unit_test(a_front_end_that_comes_back_goes_on),
		cmocka_unit_test(one_that_comes_back_with_other_features_has_reset_the_device),
		cmocka_unit_test(a_front_end_can_come_before_the_end_of_the_last_is_noticed),
		cmocka_unit_test(a_second_front_end_is_turned_away),
		cmocka_unit_test(without_descriptors_a_front_end_is_turned_away),
		cmocka_unit_test(one_that_resumes_where_the_driver_is_keeps_its_alarm_buffers),
		cmocka_unit_test(one_that_starts_where_the_driver_is_keeps_its_alarm_buffers),
		cmocka_unit_test(one_that_resumes_where_a_driver_was_loses_nothing),
		cmocka_unit_test(what_was_used_before_is_told_of_after),
		cmocka_unit_test(one_that_owes_a_message_gives_way_to_the_next),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: leaving", tests, NULL, NULL);
}
