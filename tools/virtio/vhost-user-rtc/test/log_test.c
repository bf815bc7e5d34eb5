// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon's log: what it says, and that nobody can stop it by reading too
 * little or fill a disk by having it write too much.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "check.h"
#include "frontend.h"

/* Sends messages that are refused, and logged if there is room. */
static void annoy(struct frontend *f, unsigned int times)
{
	const uint64_t features = 0;

	while (times--)
		assert_false(frontend_ask(f, VHOST_USER_SET_FEATURES, &features,
					  sizeof(features)));
}

static unsigned int count(const char *text, const char *words)
{
	unsigned int num = 0;

	while ((text = strstr(text, words))) {
		text += strlen(words);
		num++;
	}
	return num;
}

static void a_full_pipe_does_not_stop_it(void **state)
{
	struct frontend f;

	(void)state;
	frontend_spawn(&f, NULL);
	check(fcntl(f.stderr_fd, F_SETPIPE_SZ, 4096) == 4096, "the pipe stays large");
	frontend_negotiate(&f, PLAIN_FEATURES);
	annoy(&f, LOG_BURST);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	kill(f.daemon, SIGTERM);
	frontend_end(&f);
}

static void a_reader_that_is_gone_does_not_end_it(void **state)
{
	/* Such a file is worth a line at the start. */
	static const char table[] = "2272060800 10\n";
	char path[64], option[80];
	const char *const args[] = { option, NULL };
	struct frontend f;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/log-test-%d.list", getpid());
	snprintf(option, sizeof(option), "--leap-file=%s", path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, table, strlen(table)), strlen(table));
	close(fd);
	frontend_spawn_listening(&f, args);
	close(f.stderr_fd);
	f.stderr_fd = -1;
	frontend_connect(&f, f.path);
	frontend_negotiate(&f, PLAIN_FEATURES);
	annoy(&f, 3);
	frontend_get(&f, VHOST_USER_GET_FEATURES);
	frontend_terminate(&f);
	unlink(path);
}

static void lines_are_limited_and_those_left_out_are_counted(void **state)
{
	char said[16384];
	struct frontend f;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_negotiate(&f, PLAIN_FEATURES);
	annoy(&f, 1000);
	frontend_said(&f, said, sizeof(said));
	check(count(said, "refused") >= LOG_BURST && count(said, "refused") < 2 * LOG_BURST,
	      "%u lines of 1000 were written", count(said, "refused"));
	sleep_ms(2000);
	annoy(&f, 1);
	frontend_said(&f, said, sizeof(said));
	check(strstr(said, " lines left out) front end's message"), "it says '%s'", said);
	frontend_end(&f);
}

static void a_flood_of_the_front_ends_takes_no_line_of_its_own(void **state)
{
	char folder[64], option[80], said[16384];
	const char *const args[] = { option, NULL };
	struct frontend f;
	unsigned int i;

	(void)state;
	/* No file can take the place of a folder. */
	snprintf(folder, sizeof(folder), "/tmp/log-test-%d.state", getpid());
	snprintf(option, sizeof(option), "--state=%s", folder);
	check(!mkdir(folder, 0700), "no folder");
	frontend_spawn(&f, args);
	frontend_negotiate(&f, PLAIN_FEATURES);
	annoy(&f, 1000);
	frontend_said(&f, said, sizeof(said));
	assert_null(strstr(said, "alarms are not kept"));
	/* The device is reset, and half a second later this is said, once. */
	frontend_start(&f, PLAIN_FEATURES);
	for (i = 0; i < PATIENCE_MS && !strstr(said, "alarms are not kept"); i += 10) {
		sleep_ms(10);
		annoy(&f, 1);
		frontend_said(&f, said, sizeof(said));
	}
	rmdir(folder);
	assert_non_null(strstr(said, "alarms are not kept"));
	frontend_end(&f);
}

static void said_at_level(const char *option, char *said, size_t size, pid_t *daemon)
{
	const char *const args[] = { option, NULL };
	struct frontend f;

	frontend_spawn(&f, option ? args : NULL);
	*daemon = f.daemon;
	frontend_negotiate(&f, PLAIN_FEATURES);
	annoy(&f, 1);
	frontend_hang_up(&f);
	assert_int_equal(frontend_wait_exit(&f), EXIT_SUCCESS);
	frontend_said(&f, said, size);
	frontend_end(&f);
}

static void who_comes_and_goes_is_said_unless_less_is_wanted(void **state)
{
	char said[8192], peer[64];
	pid_t daemon;

	(void)state;
	/* Who made the connection is this process. */
	snprintf(peer, sizeof(peer), "front end connected: process %d of user %u\n", getpid(),
		 getuid());
	said_at_level(NULL, said, sizeof(said), &daemon);
	check(strstr(said, peer), "no '%s' in '%s'", peer, said);
	assert_non_null(strstr(said, "front end disconnected\n"));
	assert_non_null(strstr(said, "refused"));
	assert_null(strstr(said, "(GET_FEATURES)"));

	said_at_level("--log-level=warning", said, sizeof(said), &daemon);
	assert_null(strstr(said, "connected"));
	assert_non_null(strstr(said, "refused"));

	said_at_level("--log-level=error", said, sizeof(said), &daemon);
	assert_string_equal(said, "");

	said_at_level("--log-level=debug", said, sizeof(said), &daemon);
	assert_non_null(strstr(said, "(GET_FEATURES)"));
}

/* What the daemon says of a wrong option to a socket, as the journal is one */
static void say_to_socket(bool journal, char *said, size_t size)
{
	const char *daemon = getenv("VHOST_USER_RTC");
	char stream[64];
	struct stat st;
	ssize_t num;
	int pair[2];
	int status;
	pid_t pid;

	check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "no socket pair");
	check(!fstat(pair[1], &st), "no socket");
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + !journal);
	setenv("JOURNAL_STREAM", stream, 1);
	pid = fork();
	check(pid >= 0, "no process");
	if (!pid) {
		dup2(pair[1], STDERR_FILENO);
		execl(daemon, daemon, "--fd=99", "--clock=a\nb", NULL);
		_exit(127);
	}
	unsetenv("JOURNAL_STREAM");
	close(pair[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	num = read(pair[0], said, size - 1);
	said[num > 0 ? num : 0] = '\0';
	close(pair[0]);
}

static void the_journal_gets_priorities_and_each_line_stays_one(void **state)
{
	char said[1024];

	(void)state;
	say_to_socket(true, said, sizeof(said));
	assert_string_equal(said, "<3>--clock=a?b is no clock, see --help\n");
	say_to_socket(false, said, sizeof(said));
	assert_string_equal(said, "vhost-user-rtc: --clock=a?b is no clock, see --help\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_pipe_does_not_stop_it),
		cmocka_unit_test(a_reader_that_is_gone_does_not_end_it),
		cmocka_unit_test(lines_are_limited_and_those_left_out_are_counted),
		cmocka_unit_test(a_flood_of_the_front_ends_takes_no_line_of_its_own),
		cmocka_unit_test(who_comes_and_goes_is_said_unless_less_is_wanted),
		cmocka_unit_test(the_journal_gets_priorities_and_each_line_stays_one),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: log", tests, NULL, NULL);
}
