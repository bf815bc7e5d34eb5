// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors for kicks, calls and errors that are not what they should be.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "send.h"
#include "transport/vhost_user.h"
#include "base/macros.h"

static bool takes(struct frontend *f, uint32_t request, int fd)
{
	uint64_t value = REQUESTQ;

	frontend_send(f, request, VHOST_USER_NEED_REPLY, &value, sizeof(value), &fd, 1);
	check(frontend_receive(f, request, &value, sizeof(value)), "no answer");
	return !value;
}

static void only_an_eventfd_is_taken(void **state)
{
	const uint32_t requests[] = {
		VHOST_USER_SET_VRING_KICK, VHOST_USER_SET_VRING_CALL, VHOST_USER_SET_VRING_ERR,
	};
	struct frontend f;
	int fds[6], pipes[2];
	unsigned int i, j;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	check(!pipe2(pipes, O_CLOEXEC), "no pipe");
	fds[0] = f.socket;
	fds[1] = f.memfd;
	fds[2] = pipes[0];
	fds[3] = pipes[1];
	fds[4] = epoll_create1(EPOLL_CLOEXEC);
	fds[5] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		for (j = 0; j < ARRAY_SIZE(fds); j++)
			check(!takes(&f, requests[i], fds[j]), "message %u takes kind %u",
			      requests[i], j);
		assert_true(takes(&f, requests[i], i ? f.queue[REQUESTQ].call :
				  f.queue[REQUESTQ].kick));
	}
	frontend_read(&f, 0);
	for (j = 1; j < ARRAY_SIZE(fds); j++)
		close(fds[j]);
	frontend_end(&f);
}

static void its_own_socket_does_not_keep_a_front_end_connected(void **state)
{
	uint32_t request = VHOST_USER_SET_VRING_ERR;
	struct iovec part = { .iov_base = &request, .iov_len = sizeof(request) };
	struct frontend f;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	takes(&f, VHOST_USER_SET_VRING_ERR, f.socket);
	takes(&f, VHOST_USER_SET_BACKEND_REQ_FD, f.socket);
	frontend_hang_up(&f);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	/* Within a message that never is complete, so nobody looks at it */
	check(send_with_fds(f.socket, &part, 1, &f.socket, 1, 0) > 0, "cannot send");
	frontend_hang_up(&f);
	sleep_ms((VHOST_USER_PATIENCE + 1) * 1000);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_terminate(&f);
}

static void a_full_call_that_would_block_is_not_waited_for(void **state)
{
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	const uint64_t full = UINT64_MAX - 1;
	struct frontend f;
	uint64_t calls;
	int call;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	call = f.queue[REQUESTQ].call;
	if (read(call, &calls, sizeof(calls)) < 0)
		check(errno == EAGAIN, "cannot read");
	assert_int_equal(write(call, &full, sizeof(full)), sizeof(full));
	/* This concerns the daemon's descriptor as well. */
	check(!fcntl(call, F_SETFL, 0), "cannot make it block");
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_terminate(&f);
}

/* Between the question whether there is room and the write, for example */
static void a_call_that_fills_at_any_time_is_not_waited_for(void **state)
{
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	const uint64_t full = UINT64_MAX - 1;
	uint64_t random = 1;
	struct frontend f;
	uint64_t calls;
	uint32_t head;
	unsigned int i;
	int call;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, PLAIN_FEATURES);
	call = f.queue[REQUESTQ].call;
	for (i = 0; i < 1000; i++) {
		uint64_t end;

		frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
		end = host_ns(CLOCK_MONOTONIC) + random_below(&random, 100000);
		while (host_ns(CLOCK_MONOTONIC) < end)
			;
		if (write(call, &full, sizeof(full)) < 0)
			check(errno == EAGAIN, "cannot write");
		check(!fcntl(call, F_SETFL, 0), "cannot make it block");
		frontend_get(&f, VHOST_USER_GET_FEATURES);
		check(!fcntl(call, F_SETFL, O_NONBLOCK), "cannot make it not block");
		if (read(call, &calls, sizeof(calls)) < 0)
			check(errno == EAGAIN, "cannot read");
		assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
	}
	frontend_end(&f);
}

/* Sends sockets that nobody has any more then, to a daemon that is stopped. */
static void give_lingering(struct frontend *f, unsigned int num, int *peer)
{
	uint64_t index = REQUESTQ;
	int fd[VHOST_USER_MAX_REGIONS + 1];
	unsigned int i;

	for (i = 0; i < num; i++) {
		fd[i] = lingering_socket(&peer[i]);
		check(fd[i] >= 0, "no connection");
	}
	frontend_send(f, VHOST_USER_SET_VRING_CALL, 0, &index, sizeof(index), fd, num);
	for (i = 0; i < num; i++)
		close(fd[i]);
}

/* The same, in the queue of a socket that is given */
static void give_lingering_within(struct frontend *f, int *peer)
{
	struct frontend inner = { 0 };
	uint64_t index = REQUESTQ;
	int pair[2];

	check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "no socket pair");
	inner.socket = pair[0];
	give_lingering(&inner, 1, peer);
	frontend_send(f, VHOST_USER_SET_VRING_CALL, 0, &index, sizeof(index), &pair[1], 1);
	close(pair[0]);
	close(pair[1]);
}

static void a_socket_that_lingers_is_not_waited_for(void **state)
{
	int peer[VHOST_USER_MAX_REGIONS + 1];
	/* One, as many as a message can have, and more than there is room for */
	const unsigned int nums[] = { 1, VHOST_USER_MAX_REGIONS, VHOST_USER_MAX_REGIONS + 1, 0 };
	struct frontend f, second = { 0 };
	unsigned int i, j;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	for (i = 0; i < ARRAY_SIZE(nums); i++) {
		frontend_connect(&f, f.path);
		frontend_start(&f, PLAIN_FEATURES);
		frontend_read(&f, 0);
		frontend_pause(&f);
		if (nums[i])
			give_lingering(&f, nums[i], peer);
		else
			give_lingering_within(&f, peer);
		kill(f.daemon, SIGCONT);
		assert_true(frontend_hung_up(&f));
		frontend_hang_up(&f);
		for (j = 0; j < (nums[i] ? nums[i] : 1); j++)
			close(peer[j]);
	}

	/* Within a message of a second front end, which is refused */
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_pause(&f);
	frontend_connect(&second, f.path);
	give_lingering(&second, 1, peer);
	kill(f.daemon, SIGCONT);
	assert_true(frontend_hung_up(&second));
	frontend_hang_up(&second);
	frontend_read(&f, 0);
	close(peer[0]);
	frontend_terminate(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_an_eventfd_is_taken),
		cmocka_unit_test(its_own_socket_does_not_keep_a_front_end_connected),
		cmocka_unit_test(a_full_call_that_would_block_is_not_waited_for),
		cmocka_unit_test(a_call_that_fills_at_any_time_is_not_waited_for),
		cmocka_unit_test(a_socket_that_lingers_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: odd descriptors", tests, NULL, NULL);
}
