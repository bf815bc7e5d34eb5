// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors for kicks, calls and errors that are not what they should be.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_event_descriptors_do_not_stop_the_daemon),
	};

	/* What the other side does not read must not end this process. */
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("vhost-user-rtc: odd descriptors", tests, NULL, NULL);
}
