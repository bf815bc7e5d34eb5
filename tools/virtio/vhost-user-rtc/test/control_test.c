// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket and its client.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "control/control.h"
#include "frontend.h"
#include "base/macros.h"

#define SECOND	INT64_C(1000000000)

static char path[64], option[96], said[4096];

/* The default clocks: UTC, with an alarm, is the first, and the third is monotonic. */
static void start(struct frontend *f)
{
	const char *const args[] = { option, NULL };

	snprintf(path, sizeof(path), "/tmp/vhost-user-rtc-test-%d.control", getpid());
	snprintf(option, sizeof(option), "--control-socket=%s", path);
	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
	frontend_read(f, 0);
}

/* Has the program itself say a command; whether it ends well. What it prints is in said. */
static bool command(const char *words)
{
	char line[400];
	FILE *pipe;

	snprintf(line, sizeof(line), "$VHOST_USER_RTC --control=%s %s 2>&1", path, words);
	pipe = popen(line, "r");
	check(pipe, "no pipe");
	said[fread(said, 1, sizeof(said) - 1, pipe)] = '\0';
	return !pclose(pipe);
}

static int connect_raw(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	check(fd >= 0 && !connect(fd, (struct sockaddr *)&addr, sizeof(addr)), "no connection");
	return fd;
}

static void send_raw(int fd, const char *text)
{
	check(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text), "cannot send");
}

static void expect_line(int fd, const char *wanted)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char line[64];
	size_t size = 0;

	do {
		check(poll(&poll_fd, 1, PATIENCE_MS) == 1, "'%s' does not come", wanted);
		check(read(fd, line + size, 1) == 1, "the end instead of '%s'", wanted);
		check(size < sizeof(line) - 1, "a long line instead of '%s'", wanted);
	} while (line[size++] != '\n');
	line[size - 1] = '\0';
	assert_string_equal(line, wanted);
}

static void the_status_is_what_the_guest_sees(void **state)
{
	const char *const forms[] = { "status", "status json" };
	const char *const readings[] = { "clock 0 utc ", "\"name\": \"utc\", \"reading\": " };
	const char *const alarms[] = { "alarm 77 on", "{ \"time\": 77, \"enabled\": true }" };
	struct frontend f;
	struct stat st;
	unsigned int i;

	(void)state;
	start(&f);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	frontend_set_alarm(&f, 0, 77, true);
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		uint64_t before = frontend_read(&f, 0), after, reading;
		const char *at;

		assert_true(command(forms[i]));
		after = frontend_read(&f, 0);
		at = strstr(said, readings[i]);
		check(at, "no reading: %s", said);
		reading = strtoull(at + strlen(readings[i]), NULL, 10);
		check_between("UTC", before, reading, after);
		check(strstr(said, alarms[i]), "no alarm: %s", said);
	}
	frontend_end(&f);
	assert_int_equal(stat(path, &st), -1);
}

static void a_clock_can_be_stepped(void **state)
{
	uint64_t tai, utc, monotonic;
	struct frontend f;

	(void)state;
	start(&f);
	frontend_populate(&f, 4);
	utc = frontend_read(&f, 0);
	tai = frontend_read(&f, 1);
	monotonic = frontend_read(&f, 2);
	/* A step over an alarm is one that expires, and one back has it come again. */
	frontend_set_alarm(&f, 0, utc + 1800 * SECOND, true);
	assert_true(command("step 0 3600000000000"));
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	check_between("UTC", utc + 3600 * SECOND, frontend_read(&f, 0), utc + 3700 * SECOND);
	check_between("TAI", tai, frontend_read(&f, 1), tai + 100 * SECOND);
	assert_true(command("step 0 -3600000000000"));
	check_between("UTC", utc, frontend_read(&f, 0), utc + 100 * SECOND);
	assert_int_equal(frontend_notification(&f, 50), -1);
	/* And is waited for by the clock as it is set. */
	assert_true(command("step 0 3600000000000"));
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_set_alarm(&f, 0, frontend_read(&f, 0) + SECOND / 10, true);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	assert_false(command("step 2 1"));
	check_between("the monotonic clock", monotonic, frontend_read(&f, 2),
		      monotonic + 100 * SECOND);
	frontend_end(&f);
}

static void events_are_told_as_they_come(void **state)
{
	struct frontend f;
	int fd;

	(void)state;
	start(&f);
	fd = connect_raw();
	send_raw(fd, "events\n");
	/* What came before and was notified is not told: this one is known to be late enough. */
	assert_true(command("status"));
	frontend_set_alarm(&f, 0, frontend_read(&f, 0) + SECOND / 10, true);
	expect_line(fd, "alarm 0");
	frontend_set_alarm(&f, 3, 0, true);
	expect_line(fd, "alarm 3");
	close(fd);
	frontend_end(&f);
}

static void faults_come_and_go(void **state)
{
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	struct virtio_rtc_resp_cfg resp;
	struct frontend f;

	(void)state;
	start(&f);
	assert_true(command("fault short-answer,type=cfg"));
	assert_int_equal(frontend_request(&f, &req, sizeof(req), &resp, sizeof(resp)), 15);
	assert_true(command("no-faults"));
	assert_int_equal(frontend_request(&f, &req, sizeof(req), &resp, sizeof(resp)), 16);
	/* One may hold an answer back, so the order is not promised. */
	assert_false(frontend_get(&f, VHOST_USER_GET_FEATURES) & BIT(VIRTIO_F_IN_ORDER));
	frontend_end(&f);
}

static void a_wrong_command_is_an_error(void **state)
{
	static const char *const wrong[] = {
		"", "frobnicate", "status xml", "step", "step 0", "step 4 1", "step 0 1 2",
		"step 0 1s", "step x 1", "step 4294967296 1", "step -1 1",
		"step 0 9223372036854775808", "no-faults now", "events now", "fault",
		"fault earthquake", "fault no-answer,sometimes",
	};
	struct frontend f;
	unsigned int i;

	(void)state;
	start(&f);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		check(!command(wrong[i]), "'%s' is done", wrong[i]);
		check(strstr(said, "vhost-user-rtc: "), "'%s': %s", wrong[i], said);
	}
	frontend_read(&f, 0);
	frontend_end(&f);
	assert_false(command("status"));
}

/* Whether the end comes after what can be read */
static bool is_left(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char bytes[4096];
	ssize_t num = 1;

	while (num > 0 && poll(&poll_fd, 1, PATIENCE_MS) == 1)
		num = read(fd, bytes, sizeof(bytes));
	return num <= 0;
}

static void clients_do_not_disturb(void **state)
{
	char line[CONTROL_MAX_COMMAND + 1];
	int fd[CONTROL_MAX_CLIENTS + 1];
	struct frontend f;
	unsigned int i;
	char byte;

	(void)state;
	start(&f);
	/* Of silent ones, as many as there can be, the first gives way to one more. */
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		fd[i] = connect_raw();
	assert_true(is_left(fd[0]));
	frontend_read(&f, 0);
	assert_true(command("status"));
	/* One that says too much, and one that leaves in the midst of it */
	memset(line, 'x', sizeof(line));
	check(send(fd[CONTROL_MAX_CLIENTS], line, sizeof(line), MSG_NOSIGNAL) > 0, "cannot send");
	check(read(fd[CONTROL_MAX_CLIENTS], &byte, 1) <= 0, "an answer to no command");
	send_raw(fd[CONTROL_MAX_CLIENTS - 1], "stat");
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	/* One that does not take what it asked for is left. */
	fd[0] = connect_raw();
	send_raw(fd[0], "events\n");
	assert_true(command("status"));
	for (i = 0; i < 40000; i++)
		frontend_set_alarm(&f, 0, 0, true);
	assert_true(is_left(fd[0]));
	assert_true(command("status"));
	frontend_read(&f, 0);
	close(fd[0]);
	frontend_end(&f);
}

/* Whether there is something to read within some ms */
static bool is_told(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 20) == 1;
}

static void write_state(const char *file, const char *text)
{
	FILE *state = fopen(file, "we");

	check(state && fputs(text, state) >= 0 && !fclose(state), "cannot write %s", file);
}

/* Nobody has connected to it: the guest sleeps, or is still to come. */
static void an_alarm_that_came_before_is_told_to_who_asks(void **state)
{
	char file[64], kept[80];
	const char *const args[] = { option, kept, "--clock=utc,alarm", "--clock=tai,alarm",
				     "--clock=utc,alarm", NULL };
	struct frontend f;
	unsigned int i;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/vhost-user-rtc-test-%d.control", getpid());
	snprintf(option, sizeof(option), "--control-socket=%s", path);
	snprintf(file, sizeof(file), "/tmp/vhost-user-rtc-test-%d.state", getpid());
	snprintf(kept, sizeof(kept), "--state=%s", file);
	write_state(file, "vhost-user-rtc alarms 1\n0 utc 1000000000 on\n"
		    "1 tai 1000000000 rang\n2 utc 1000000000 on\n");
	frontend_spawn_listening(&f, args);
	frontend_connect(&f, f.path);
	frontend_hang_up(&f);
	/* Each of those who ask, as nobody has notified the driver meanwhile */
	for (i = 0; i < 2; i++) {
		fd = connect_raw();
		send_raw(fd, "events\n");
		expect_line(fd, "alarm 0");
		expect_line(fd, "alarm 2");
		close(fd);
	}
	frontend_terminate(&f);
	unlink(file);
}

static void those_that_wait_for_events_stay(void **state)
{
	int fd[CONTROL_MAX_CLIENTS];
	struct frontend f;
	unsigned int i, tries = 0;

	(void)state;
	start(&f);
	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		fd[i] = connect_raw();
		send_raw(fd[i], "events\n");
		/* When it is told of one it was heard. */
		do {
			check(tries++ < PATIENCE_MS / 20, "no event comes");
			frontend_set_alarm(&f, 0, 0, true);
		} while (!is_told(fd[i]));
		expect_line(fd[i], "alarm 0");
	}
	for (i = 0; i < 100; i++) {
		check(!command("no-faults"), "told that it was done: %s", said);
		check(strstr(said, "vhost-user-rtc: "), "no reason: %s", said);
	}
	close(fd[3]);
	while (!command("status"))
		sleep_ms(1);
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		if (i != 3)
			close(fd[i]);
	frontend_end(&f);
}

static void a_storm_of_alarms_begins_at_once(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	start(&f);
	frontend_populate(&f, 8);
	check(command("fault alarm-storm=5"), "%s", said);
	for (i = 0; i < 5; i++)
		assert_true(frontend_notification(&f, PATIENCE_MS) >= 0);
	frontend_end(&f);
}

static void a_buffer_that_is_too_small_is_no_notification(void **state)
{
	struct frontend f;
	uint32_t head;

	(void)state;
	start(&f);
	frontend_desc(&f, ALARMQ, 9, GUEST_BASE + BUFFERS, 4, VRING_DESC_F_WRITE, 0);
	frontend_offer(&f, ALARMQ, 9);
	frontend_set_alarm(&f, 0, 1, true);
	assert_int_equal(frontend_take(&f, ALARMQ, &head, PATIENCE_MS), 0);
	check(command("status") && strstr(said, "notifications 0\n"), "%s", said);
	frontend_populate(&f, 1);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	check(command("status") && strstr(said, "notifications 1\n"), "%s", said);
	frontend_end(&f);
}

static void a_reset_that_is_told_of_is_one(void **state)
{
	struct frontend f;
	unsigned int resets;

	(void)state;
	start(&f);
	/* It has expired, and does so again in each reset. */
	frontend_set_alarm(&f, 0, 1, true);
	for (resets = 2; resets < 5; resets++) {
		char wanted[64];

		frontend_send(&f, VHOST_USER_RESET_DEVICE, 0, NULL, 0, NULL, 0);
		frontend_restart(&f);
		frontend_read(&f, 0);
		snprintf(wanted, sizeof(wanted), "expiries %u\nresets %u\n", resets, resets);
		check(command("status") && strstr(said, wanted), "no %s: %s", wanted, said);
	}
	/* Those that follow without a word are some, too. */
	frontend_restart(&f);
	frontend_read(&f, 0);
	check(command("status") && strstr(said, "resets 5\n"), "%s", said);
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_is_what_the_guest_sees),
		cmocka_unit_test(a_clock_can_be_stepped),
		cmocka_unit_test(events_are_told_as_they_come),
		cmocka_unit_test(faults_come_and_go),
		cmocka_unit_test(a_wrong_command_is_an_error),
		cmocka_unit_test(clients_do_not_disturb),
		cmocka_unit_test(an_alarm_that_came_before_is_told_to_who_asks),
		cmocka_unit_test(those_that_wait_for_events_stay),
		cmocka_unit_test(a_storm_of_alarms_begins_at_once),
		cmocka_unit_test(a_buffer_that_is_too_small_is_no_notification),
		cmocka_unit_test(a_reset_that_is_told_of_is_one),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: control", tests, NULL, NULL);
}
