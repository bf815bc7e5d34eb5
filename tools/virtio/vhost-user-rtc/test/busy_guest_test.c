// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that cost as much as they can: others have their turn.
 *
 * It is no matter of time, so that a busy machine fails nothing.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <signal.h>

#include "busy.h"
#include "check.h"

/* How many messages are to be answered within so much work */
#define MESSAGES	8

static void messages_are_answered_in_between(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < BUSY_WORKS; i++) {
		struct vhost_vring_state disable = { .index = busy_works[i].queue };
		unsigned int message;
		uint64_t answer;
		struct busy b;
		uint16_t num;

		busy_setup(&b, NULL);
		num = busy_works[i].begin(&b);
		busy_stop_and_kick(&b);
		for (message = 0; message < MESSAGES; message++)
			frontend_send(&b.f, VHOST_USER_GET_FEATURES, 0, NULL, 0, NULL, 0);
		/* The last one ends the work. */
		frontend_send(&b.f, VHOST_USER_SET_VRING_ENABLE, VHOST_USER_NEED_REPLY, &disable,
			      sizeof(disable), NULL, 0);
		kill(b.f.daemon, SIGCONT);
		for (message = 0; message < MESSAGES; message++)
			check(frontend_receive(&b.f, VHOST_USER_GET_FEATURES, &answer,
					       sizeof(answer)), "no answer");
		check(frontend_receive(&b.f, VHOST_USER_SET_VRING_ENABLE, &answer,
				       sizeof(answer)), "no answer");
		check(busy_used(&b, busy_works[i].queue) < num, "%s are done first",
		      busy_works[i].name);
		busy_end(&b);
	}
}

static void sigterm_ends_it_in_between(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < BUSY_WORKS; i++) {
		struct busy b;
		uint16_t num;

		busy_setup(&b, NULL);
		num = busy_works[i].begin(&b);
		busy_stop_and_kick(&b);
		busy_terminate(&b, &busy_works[i]);
		assert_int_equal(frontend_wait_exit(&b.f), 0);
		check(busy_used(&b, busy_works[i].queue) < num, "%s are done first",
		      busy_works[i].name);
		busy_end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_answered_in_between),
		cmocka_unit_test(sigterm_ends_it_in_between),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: busy guests", tests, NULL, NULL);
}
