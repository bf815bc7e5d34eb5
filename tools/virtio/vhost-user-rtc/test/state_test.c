// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Alarms that are kept in a file.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

static char path[64], option[80];

static const char *const args[] = { option, "--clock=utc,alarm", "--clock=tai", NULL };

static int set_up(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/vhost-user-rtc-test-%d.state", getpid());
	snprintf(option, sizeof(option), "--state=%s", path);
	unlink(path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static void write_state(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "cannot write");
	close(fd);
}

static void start_daemon(struct frontend *f)
{
	frontend_spawn_listening(f, args);
	frontend_connect(f, f->path);
}

/* A guest that has used the device before goes on. */
static void go_on(struct frontend *f)
{
	unsigned int q;

	frontend_negotiate(f, ALL_FEATURES);
	for (q = 0; q < QUEUES; q++) {
		struct frontend_queue *queue = &f->queue[q];

		queue->taken = 5;
		queue->used->idx = 5;
		queue->avail->idx = 5;
		frontend_start_queue(f, q, 5);
		frontend_enable_queue(f, q, true);
	}
}

static void alarms_outlive_the_daemon(void **state)
{
	struct frontend f;
	struct stat st;
	bool enabled;

	(void)state;
	start_daemon(&f);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, UINT64_MAX / 2, true);
	frontend_terminate(&f);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	start_daemon(&f);
	go_on(&f);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), UINT64_MAX / 2);
	assert_true(enabled);
	frontend_set_alarm(&f, 0, 7, false);
	frontend_terminate(&f);

	start_daemon(&f);
	go_on(&f);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 7);
	assert_false(enabled);
	frontend_terminate(&f);

	/* One that begins anew is another guest. */
	start_daemon(&f);
	frontend_start(&f, ALL_FEATURES);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 0);
	frontend_terminate(&f);
}

/* A restart of the daemon is no reset of the device. */
static void alarms_outlive_one_that_keeps_none_in_a_reset(void **state)
{
	const char *const no[] = {
		option, "--clock=utc,alarm", "--clock=tai", "--retain-alarms=no", NULL,
	};
	struct frontend f;
	bool enabled;

	(void)state;
	write_state("vhost-user-rtc alarms 1\n0 utc 12345678901234567890 on\n");
	frontend_spawn_listening(&f, no);
	frontend_connect(&f, f.path);
	go_on(&f);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), UINT64_C(12345678901234567890));
	assert_true(enabled);
	frontend_terminate(&f);
}

static void wait_for_state(const char *words)
{
	char text[128] = "";
	unsigned int i;

	for (i = 0; i < PATIENCE_MS && !strstr(text, words); i += 10) {
		FILE *file = fopen(path, "r");

		sleep_ms(10);
		if (!file)
			continue;
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
	}
	check(strstr(text, words), "no '%s' in: %s", words, text);
}

static void alarms_outlive_a_daemon_that_is_killed(void **state)
{
	struct frontend f;
	bool enabled;

	(void)state;
	start_daemon(&f);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 12345, false);
	wait_for_state("12345");
	kill(f.daemon, SIGKILL);
	assert_int_equal(frontend_wait_exit(&f), -1);
	frontend_end(&f);

	start_daemon(&f);
	go_on(&f);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 12345);
	frontend_terminate(&f);
}

static void an_alarm_that_came_in_between_is_notified(void **state)
{
	struct frontend f;

	(void)state;
	write_state("vhost-user-rtc alarms 1\n0 utc 1000000000 on\n");
	start_daemon(&f);
	go_on(&f);
	frontend_populate(&f, 4);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_terminate(&f);
}

static void an_alarm_that_rang_before_does_not_ring_again(void **state)
{
	struct frontend f;
	unsigned int i;
	bool enabled;

	(void)state;
	start_daemon(&f);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 1000000000, true);
	wait_for_state(" 1000000000 on\n");
	frontend_populate(&f, 4);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_terminate(&f);

	/* Not after the next restart either */
	for (i = 0; i < 2; i++) {
		start_daemon(&f);
		go_on(&f);
		frontend_populate(&f, 4);
		assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 1000000000);
		assert_true(enabled);
		assert_int_equal(frontend_notification(&f, 100), -1);
		frontend_terminate(&f);
	}
	/* But when it is set */
	start_daemon(&f);
	go_on(&f);
	frontend_populate(&f, 4);
	frontend_enable_alarm(&f, 0, true);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_terminate(&f);
}

/* As when the clock was set back meanwhile */
static void an_alarm_that_rang_rings_when_its_time_comes_again(void **state)
{
	struct frontend f;
	char line[128];

	(void)state;
	snprintf(line, sizeof(line), "vhost-user-rtc alarms 1\n0 utc %llu rang\n",
		 (unsigned long long)host_ns(CLOCK_REALTIME) + 5000000000);
	write_state(line);
	start_daemon(&f);
	go_on(&f);
	frontend_populate(&f, 4);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_terminate(&f);
}

static void an_expiry_in_between_is_counted_once(void **state)
{
	char control[96], line[400], said[4096] = "";
	const char *const with_control[] = {
		option, "--clock=utc,alarm", "--clock=tai", control, NULL,
	};
	struct frontend f;
	FILE *pipe;

	(void)state;
	snprintf(control, sizeof(control), "--control-socket=%s.control", path);
	snprintf(line, sizeof(line), "$VHOST_USER_RTC --control=%s.control status", path);
	write_state("vhost-user-rtc alarms 1\n0 utc 1000000000 on\n");
	frontend_spawn_listening(&f, with_control);
	frontend_connect(&f, f.path);
	go_on(&f);
	frontend_read(&f, 0);
	pipe = popen(line, "r");
	check(pipe, "no pipe");
	said[fread(said, 1, sizeof(said) - 1, pipe)] = '\0';
	check(!pclose(pipe) && strstr(said, "expiries 1\n"), "%s", said);
	frontend_terminate(&f);
}

static void a_file_that_is_not_right_is_not_used(void **state)
{
	static const char *const texts[] = {
		"",
		"vhost-user-rtc alarms 2\n0 utc 5 on\n",
		"vhost-user-rtc alarms 1",
		"vhost-user-rtc alarms 1\n",
		"vhost-user-rtc alarms 1\n0 utc 5\n",
		"vhost-user-rtc alarms 1\n0 utc 5 maybe\n",
		"vhost-user-rtc alarms 1\n0 utc 5 rangs\n",
		"vhost-user-rtc alarms 1\n0 utc 5 on more\n",
		"vhost-user-rtc alarms 1\n0 tai 5 on\n",
		"vhost-user-rtc alarms 1\n1 tai 5 on\n",
		"vhost-user-rtc alarms 1\n2 utc 5 on\n",
		"vhost-user-rtc alarms 1\n4294967295 utc 5 on\n",
		"vhost-user-rtc alarms 1\n4294967296 utc 5 on\n",
		"vhost-user-rtc alarms 1\n0 utc 18446744073709551616 on\n",
		"vhost-user-rtc alarms 1\n0 utc 5 on",
		"vhost-user-rtc alarms 1\n0 utc 5 on\n0 utc 6 on\n",
		"vhost-user-rtc alarms 1\n0 utc 5 on\n\n",
	};
	char said[4096];
	struct frontend f;
	unsigned int i;
	bool enabled;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		write_state(texts[i]);
		start_daemon(&f);
		go_on(&f);
		check(!frontend_read_alarm(&f, 0, &enabled), "'%s' is used", texts[i]);
		frontend_said(&f, said, sizeof(said));
		check(strstr(said, "is not used"), "'%s': %s", texts[i], said);
		frontend_terminate(&f);
	}
}

static void what_could_not_be_written_is_written_later(void **state)
{
	char said[4096] = "";
	struct frontend f;
	bool enabled;

	(void)state;
	/* No file can take the place of a folder. */
	assert_int_equal(mkdir(path, 0700), 0);
	start_daemon(&f);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 54321, true);
	while (!strstr(said, "alarms are not kept"))
		frontend_said(&f, said, sizeof(said));
	assert_int_equal(rmdir(path), 0);
	frontend_terminate(&f);

	start_daemon(&f);
	go_on(&f);
	assert_int_equal(frontend_read_alarm(&f, 0, &enabled), 54321);
	frontend_terminate(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(alarms_outlive_the_daemon, set_up, tear_down),
		cmocka_unit_test_setup_teardown(alarms_outlive_one_that_keeps_none_in_a_reset,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(alarms_outlive_a_daemon_that_is_killed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_alarm_that_came_in_between_is_notified, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_alarm_that_rang_before_does_not_ring_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_alarm_that_rang_rings_when_its_time_comes_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_expiry_in_between_is_counted_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_is_not_right_is_not_used, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_could_not_be_written_is_written_later,
						set_up, tear_down),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: state", tests, NULL, NULL);
}
