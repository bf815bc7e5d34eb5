// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The socket that the daemon listens on: its path, its owner, who else has it; and how
 * the daemon ends.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

static void a_socket_that_was_left_behind_is_replaced(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	kill(f.daemon, SIGKILL);
	assert_int_equal(frontend_wait_exit(&f), -1);
	assert_int_equal(access(f.path, F_OK), 0);
	frontend_end(&f);

	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	frontend_terminate(&f);
}

static void only_its_own_socket_is_removed(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	/* Somebody else takes the path. */
	assert_int_equal(unlink(f.path), 0);
	close(open(f.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	frontend_terminate(&f);
	assert_int_equal(unlink(f.path), 0);
}

static void a_live_socket_is_neither_replaced_nor_connected_to(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct frontend f;
	int other;

	(void)state;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "/tmp/vhost-user-rtc-test-%d.sock",
		 getpid());
	unlink(addr.sun_path);
	other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	check(other >= 0 && !bind(other, (struct sockaddr *)&addr, sizeof(addr)) &&
	      !listen(other, 1), "cannot listen");
	frontend_spawn_listening(&f, NULL);
	assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
	assert_int_equal(accept(other, NULL, NULL), -1);
	frontend_end(&f);
	close(other);
	assert_int_equal(unlink(addr.sun_path), 0);
}

/* Which of two daemons has ended, when one of them has */
static struct frontend *wait_either(struct frontend *f)
{
	uint64_t end = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * UINT64_C(1000000);
	siginfo_t info = { 0 };

	while (!info.si_pid) {
		check(host_ns(CLOCK_MONOTONIC) < end, "both daemons have the path");
		check(!waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG), "no daemon");
		sleep_ms(1);
	}
	return info.si_pid == f[0].daemon ? &f[0] : &f[1];
}

static void of_two_that_are_started_at_once_one_has_the_path(void **state)
{
	struct frontend f[2], *ended, *serves;
	unsigned int round;

	(void)state;
	for (round = 0; round < 20; round++) {
		frontend_spawn_listening(&f[0], NULL);
		frontend_spawn_listening(&f[1], NULL);
		ended = wait_either(f);
		serves = ended == f ? &f[1] : &f[0];
		assert_int_equal(frontend_wait_exit(ended), EXIT_FAILURE);
		frontend_end(ended);
		frontend_connect(serves, serves->path);
		frontend_start(serves, PLAIN_FEATURES);
		frontend_read(serves, 0);
		/* The next two find its socket. */
		kill(serves->daemon, SIGKILL);
		assert_int_equal(frontend_wait_exit(serves), -1);
		frontend_end(serves);
	}
	unlink(f[0].path);
}

static void a_folder_that_somebody_keeps_locked_holds_up_nobody(void **state)
{
	int folder = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct frontend f;

	(void)state;
	check(folder >= 0 && !flock(folder, LOCK_EX), "cannot lock the folder");
	frontend_spawn_listening(&f, NULL);
	frontend_connect(&f, f.path);
	frontend_start(&f, PLAIN_FEATURES);
	frontend_read(&f, 0);
	frontend_terminate(&f);
	close(folder);
}

static void a_socket_of_another_kind_is_refused(void **state)
{
	static const struct {
		int domain;
		int type;
	} kinds[] = {
		{ AF_INET, SOCK_DGRAM }, { AF_INET, SOCK_STREAM }, { AF_UNIX, SOCK_DGRAM },
		{ AF_UNIX, SOCK_SEQPACKET },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		int fd = socket(kinds[i].domain, kinds[i].type, 0);
		char command[64], said[200] = "";
		FILE *daemon;

		assert_true(fd >= 0);
		snprintf(command, sizeof(command), "$VHOST_USER_RTC --fd=%d 2>&1", fd);
		daemon = popen(command, "r");
		check(daemon && fgets(said, sizeof(said), daemon), "kind %u is taken", i);
		assert_non_null(strstr(said, "--fd: "));
		assert_int_equal(WEXITSTATUS(pclose(daemon)), EXIT_FAILURE);
		close(fd);
	}
}

static void the_service_manager_is_told_when_it_listens(void **state)
{
	const struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct frontend f;
	char text[16] = "";
	int fd;

	(void)state;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "/tmp/notify-%d", getpid());
	unlink(addr.sun_path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	check(fd >= 0 && !bind(fd, (struct sockaddr *)&addr, sizeof(addr)), "no socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setenv("NOTIFY_SOCKET", addr.sun_path, 1);
	frontend_spawn_listening(&f, NULL);
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(recv(fd, text, sizeof(text) - 1, 0), strlen("READY=1"));
	assert_string_equal(text, "READY=1");
	assert_int_equal(access(f.path, F_OK), 0);
	frontend_terminate(&f);
	close(fd);
	unlink(addr.sun_path);
}

static void a_socket_of_the_service_manager_is_listened_on(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn_activated(&f, 1, NULL);
	for (i = 0; i < 3; i++) {
		frontend_connect(&f, f.path);
		frontend_start(&f, ALL_FEATURES);
		frontend_read(&f, 0);
		frontend_hang_up(&f);
	}
	frontend_terminate(&f);
	/* It is not the daemon's to remove. */
	assert_int_equal(unlink(f.path), 0);
}

static void several_sockets_or_two_ways_are_refused(void **state)
{
	const char *const path[] = { "--socket-path=/tmp/vhost-user-rtc-no.sock", NULL };
	struct frontend f;

	(void)state;
	frontend_spawn_activated(&f, 2, NULL);
	assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
	frontend_end(&f);
	frontend_spawn_activated(&f, 1, path);
	assert_int_equal(frontend_wait_exit(&f), EXIT_FAILURE);
	frontend_end(&f);
	unlink(f.path);
}

static void the_socket_has_the_mode_and_the_group_that_were_asked_for(void **state)
{
	const char *const args[] = { "--socket-mode=0606", "--socket-group=12", NULL };
	const char *const group[] = { "--socket-group=12", NULL };
	struct frontend f;
	struct stat st;

	(void)state;
	frontend_spawn_listening(&f, args);
	frontend_connect(&f, f.path);
	assert_int_equal(stat(f.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0606);
	assert_int_equal(st.st_gid, 12);
	frontend_terminate(&f);
	frontend_spawn_listening(&f, group);
	frontend_connect(&f, f.path);
	assert_int_equal(stat(f.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(st.st_gid, 12);
	frontend_terminate(&f);
}

static void signals_end_it(void **state)
{
	const int signals[] = { SIGTERM, SIGINT };
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
		cmocka_unit_test(a_socket_that_was_left_behind_is_replaced),
		cmocka_unit_test(only_its_own_socket_is_removed),
		cmocka_unit_test(a_live_socket_is_neither_replaced_nor_connected_to),
		cmocka_unit_test(of_two_that_are_started_at_once_one_has_the_path),
		cmocka_unit_test(a_folder_that_somebody_keeps_locked_holds_up_nobody),
		cmocka_unit_test(a_socket_of_another_kind_is_refused),
		cmocka_unit_test(the_service_manager_is_told_when_it_listens),
		cmocka_unit_test(a_socket_of_the_service_manager_is_listened_on),
		cmocka_unit_test(several_sockets_or_two_ways_are_refused),
		cmocka_unit_test(the_socket_has_the_mode_and_the_group_that_were_asked_for),
		cmocka_unit_test(signals_end_it),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: its socket", tests, NULL, NULL);
}
