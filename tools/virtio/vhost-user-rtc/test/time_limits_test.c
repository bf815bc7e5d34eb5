// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long others wait for the daemon while a guest, a front end or a log does its
 * worst: a message 20 ms, SIGTERM 100 ms.
 *
 * What counts is the time in which the daemon could run: the processor time that it
 * takes, or the time that passes less what daemon and test wait for a processor.
 * This is tested on the program as users get it, without sanitizers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "busy.h"
#include "check.h"
#include "processors.h"
#include "send.h"
#include "base/log.h"
#include "base/macros.h"

#define MS		UINT64_C(1000000)
#define MESSAGE_NS	(20 * MS)
#define SIGTERM_NS	(100 * MS)

/* A machine on which others run may still get all but one of so many wrong. */
#define ROUNDS		10

static const char *const looks_for_long[] = { "--poll-us=1000000", NULL };

static char control_path[64], control_option[96], state_path[64], state_option[96];

/* Messages */

static uint64_t message_waits(const struct busy_work *work, const char *const *args)
{
	struct vhost_vring_state disable = { .index = work->queue };
	struct processors_spent before, after;
	uint64_t answer;
	struct busy b;
	uint16_t num;

	busy_setup(&b, args);
	num = work->begin(&b);
	busy_stop_and_kick(&b);
	before = processors_spent(b.f.daemon);
	/* The second message ends the work. */
	frontend_send(&b.f, VHOST_USER_GET_FEATURES, 0, NULL, 0, NULL, 0);
	frontend_send(&b.f, VHOST_USER_SET_VRING_ENABLE, VHOST_USER_NEED_REPLY, &disable,
		      sizeof(disable), NULL, 0);
	kill(b.f.daemon, SIGCONT);
	check(frontend_receive(&b.f, VHOST_USER_GET_FEATURES, &answer, sizeof(answer)) &&
	      frontend_receive(&b.f, VHOST_USER_SET_VRING_ENABLE, &answer, sizeof(answer)),
	      "no answer");
	after = processors_spent(b.f.daemon);
	check(busy_used(&b, work->queue) < num, "%s are done first", work->name);
	busy_end(&b);
	return after.runs - before.runs;
}

static void no_message_waits_long(const char *const *args)
{
	unsigned int i, round;

	for (i = 0; i < BUSY_WORKS; i++) {
		uint64_t wait = UINT64_MAX;

		for (round = 0; round < ROUNDS && wait > 2 * MESSAGE_NS; round++)
			wait = message_waits(&busy_works[i], args);
		print_message("%s: two messages wait %llu us\n", busy_works[i].name,
			      (unsigned long long)wait / 1000);
		check(wait <= 2 * MESSAGE_NS, "%s: too long", busy_works[i].name);
	}
}

static void no_message_waits_long_for_a_guest(void **state)
{
	(void)state;
	no_message_waits_long(NULL);
}

static void nor_with_as_long_a_time_to_look_as_there_can_be(void **state)
{
	(void)state;
	no_message_waits_long(looks_for_long);
}

static void start(struct frontend *f, const char *const *args)
{
	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
	frontend_read(f, 0);
}

/*
 * Has it look for a tenth of a second after a request: it learns to look for longer from
 * each request that it would have found then, and not to from who takes its processor.
 * Returns whether it looks at last.
 */
static bool have_it_look(struct frontend *f)
{
	unsigned int tries;

	for (tries = 0; tries < 100; tries++) {
		uint64_t runs;

		sleep_ms(100);
		frontend_read(f, 0);
		runs = processors_time(f->daemon);
		sleep_ms(1);
		if (tries > 18 && processors_time(f->daemon) - runs > MS / 10)
			return true;
	}
	print_message("it is not let look\n");
	return false;
}

static void start_to_look(struct frontend *f)
{
	start(f, looks_for_long);
	/* Without that it does not look where others want the processor. */
	processors_part(f->daemon);
}

static void no_message_waits_long_while_it_looks_for_requests(void **state)
{
	uint64_t wait = UINT64_MAX;
	unsigned int round;
	struct frontend f;
	bool looks = true;

	(void)state;
	start_to_look(&f);
	for (round = 0; round < ROUNDS && wait > MESSAGE_NS; round++) {
		uint64_t before;

		looks = have_it_look(&f);
		if (!looks)
			break;
		before = processors_time(f.daemon);
		frontend_get(&f, VHOST_USER_GET_FEATURES);
		wait = processors_time(f.daemon) - before;
	}
	frontend_end(&f);
	/* What was too long in the round before may be so by chance. */
	if (!looks)
		skip();
	print_message("a message waits %llu us\n", (unsigned long long)wait / 1000);
	check(wait <= MESSAGE_NS, "too long");
}

/* SIGTERM */

static void idle(struct busy *b)
{
	start(&b->f, NULL);
}

static void no_front_end(struct busy *b)
{
	frontend_spawn_listening(&b->f, NULL);
	frontend_connect(&b->f, b->f.path);
}

static const struct busy_work *work;

/* What a case is about has not come about. */
static bool vain;

static void long_chains(struct busy *b)
{
	work = &busy_works[0];
	busy_setup(b, NULL);
	work->begin(b);
	busy_stop_and_kick(b);
}

static void long_chains_to_look_at(struct busy *b)
{
	work = &busy_works[0];
	busy_setup(b, looks_for_long);
	work->begin(b);
	busy_stop_and_kick(b);
}

static void many_notifications(struct busy *b)
{
	work = &busy_works[1];
	busy_setup(b, NULL);
	work->begin(b);
	busy_stop_and_kick(b);
}

/* What would be waited for by a write */
static void a_full_call(struct busy *b)
{
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };
	const uint64_t full = UINT64_MAX - 1;
	int call;

	/* Without event indexes each answer is worth a call. */
	frontend_spawn(&b->f, NULL);
	frontend_start(&b->f, PLAIN_FEATURES);
	frontend_read(&b->f, 0);
	call = b->f.queue[REQUESTQ].call;
	while (write(call, &full, sizeof(full)) < 0) {
		uint64_t calls;

		assert_int_equal(read(call, &calls, sizeof(calls)), sizeof(calls));
	}
	check(!fcntl(call, F_SETFL, 0), "cannot make it block");
	frontend_post(&b->f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	frontend_get(&b->f, VHOST_USER_GET_FEATURES);
}

static void a_full_log(struct busy *b)
{
	const uint64_t features = 0;
	unsigned int i;

	frontend_spawn(&b->f, NULL);
	check(fcntl(b->f.stderr_fd, F_SETPIPE_SZ, 4096) == 4096, "the pipe stays large");
	frontend_negotiate(&b->f, PLAIN_FEATURES);
	for (i = 0; i < LOG_BURST; i++)
		assert_false(frontend_ask(&b->f, VHOST_USER_SET_FEATURES, &features,
					  sizeof(features)));
}

static void half_a_message(struct busy *b)
{
	const uint32_t request = VHOST_USER_GET_FEATURES;

	start(&b->f, NULL);
	assert_int_equal(write(b->f.socket, &request, sizeof(request)), sizeof(request));
}

static void a_request_on_its_way(struct busy *b)
{
	static const char *const args[] = { "--delay=0,100000", NULL };
	const struct virtio_rtc_req_cfg req = { .head.msg_type = VIRTIO_RTC_REQ_CFG };

	frontend_spawn(&b->f, args);
	frontend_start(&b->f, ALL_FEATURES);
	frontend_post(&b->f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_cfg));
	frontend_get(&b->f, VHOST_USER_GET_FEATURES);
}

static void alarms_to_be_kept(struct busy *b)
{
	static const char *const args[] = { state_option, NULL };

	start(&b->f, args);
	frontend_set_alarm(&b->f, 0, UINT64_MAX, true);
}

/* One that has asked for events, and reads none of those that there are */
static void a_client_that_does_not_read(struct busy *b)
{
	static const char *const args[] = { control_option, NULL };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	unsigned int i;
	int fd;

	start(&b->f, args);
	memcpy(addr.sun_path, control_path, sizeof(control_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check(fd >= 0 && !connect(fd, (struct sockaddr *)&addr, sizeof(addr)), "no connection");
	assert_int_equal(write(fd, "events\n", 7), 7);
	for (i = 0; i < 3000; i++)
		frontend_set_alarm(&b->f, 0, 0, true);
	/* It goes with this process. */
	b->memfd = fd;
}

static void looking(struct busy *b)
{
	start_to_look(&b->f);
	vain = !have_it_look(&b->f);
}

/* As the descriptors of a queue, and within a message, and then it is gone */
static void a_dead_front_end_that_gave_its_own_socket(struct busy *b)
{
	const uint32_t request = VHOST_USER_SET_VRING_ERR;
	struct iovec part = { .iov_base = (void *)&request, .iov_len = sizeof(request) };
	struct frontend *f = &b->f;
	uint64_t index = REQUESTQ;

	frontend_spawn_listening(f, NULL);
	frontend_connect(f, f->path);
	frontend_start(f, ALL_FEATURES);
	frontend_send(f, VHOST_USER_SET_VRING_ERR, VHOST_USER_NEED_REPLY, &index, sizeof(index),
		      &f->socket, 1);
	check(frontend_receive(f, VHOST_USER_SET_VRING_ERR, &index, sizeof(index)), "no answer");
	check(send_with_fds(f->socket, &part, 1, &f->socket, 1, 0) > 0, "cannot send");
	frontend_hang_up(f);
}

static void a_socket_that_lingers(struct busy *b)
{
	uint64_t index = REQUESTQ;
	int fd = lingering_socket(&b->memfd);

	no_front_end(b);
	frontend_pause(&b->f);
	frontend_send(&b->f, VHOST_USER_SET_VRING_CALL, 0, &index, sizeof(index), &fd, 1);
	close(fd);
	kill(b->f.daemon, SIGCONT);
}

static void a_front_end_that_takes_no_answer(struct busy *b)
{
	const struct vhost_user_header ask = {
		.request = VHOST_USER_GET_FEATURES,
		.flags = VHOST_USER_VERSION,
	};
	struct pollfd room = { .events = POLLOUT };

	frontend_spawn_listening(&b->f, NULL);
	frontend_connect(&b->f, b->f.path);
	frontend_start(&b->f, ALL_FEATURES);
	room.fd = b->f.socket;
	while (poll(&room, 1, 1000) == 1 &&
	       send(b->f.socket, &ask, sizeof(ask), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		;
}

/* One was turned away, and the next one waits for that: it would be announced for ever. */
static void no_descriptor_for_one_more_front_end(struct busy *b)
{
	struct frontend second = { 0 };
	struct rlimit limit;

	no_front_end(b);
	frontend_get(&b->f, VHOST_USER_GET_FEATURES);
	limit.rlim_cur = frontend_open_files(&b->f);
	limit.rlim_max = limit.rlim_cur;
	check(!prlimit(b->f.daemon, RLIMIT_NOFILE, &limit, NULL), "cannot limit it");
	frontend_connect(&second, b->f.path);
	assert_true(frontend_hung_up(&second));
	frontend_hang_up(&second);
	frontend_connect(&second, b->f.path);
	b->memfd = second.socket;
}

/* fork() blocks all signals for a moment. */
static void wait_for_signals_to_be_events(pid_t pid)
{
	const unsigned long long mask = BIT(SIGHUP - 1) | BIT(SIGINT - 1) | BIT(SIGTERM - 1);
	uint64_t end = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;
	unsigned long long blocked = 0;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	while (blocked != mask) {
		check(host_ns(CLOCK_MONOTONIC) < end, "it blocks %llx", blocked);
		sleep_ms(1);
		file = fopen(path, "re");
		check(file, "no %s", path);
		while (fgets(line, sizeof(line), file))
			sscanf(line, "SigBlk: %llx", &blocked);
		fclose(file);
	}
}

/* Somebody else keeps locked what it is to listen in. */
static void a_locked_folder(struct busy *b)
{
	b->memfd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(b->memfd >= 0 && !flock(b->memfd, LOCK_EX), "cannot lock the folder");
	frontend_spawn_listening(&b->f, NULL);
	wait_for_signals_to_be_events(b->f.daemon);
}

static const struct {
	const char *name;
	void (*begin)(struct busy *b);
} cases[] = {
	{ "idle", idle },
	{ "no front end that says a word", no_front_end },
	{ "long chains", long_chains },
	{ "long chains, to be looked for", long_chains_to_look_at },
	{ "many notifications", many_notifications },
	{ "looking for requests", looking },
	{ "a full call", a_full_call },
	{ "a full log", a_full_log },
	{ "half a message", half_a_message },
	{ "a request on its way", a_request_on_its_way },
	{ "alarms to be kept", alarms_to_be_kept },
	{ "a client that does not read", a_client_that_does_not_read },
	{ "a dead front end that gave its own socket", a_dead_front_end_that_gave_its_own_socket },
	{ "a socket that lingers", a_socket_that_lingers },
	{ "a front end that takes no answer", a_front_end_that_takes_no_answer },
	{ "no descriptor for one more front end", no_descriptor_for_one_more_front_end },
	{ "a locked folder", a_locked_folder },
};

/* Waits for the end, which takes no time of its own as long as nobody asks for it. */
static void wait_end(pid_t pid)
{
	struct pollfd fd = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	check(fd.fd >= 0, "no descriptor of the daemon");
	if (poll(&fd, 1, PATIENCE_MS) != 1) {
		kill(pid, SIGKILL);
		fail_msg("the daemon does not end");
	}
	close(fd.fd);
}

static uint64_t end_takes(void (*begin)(struct busy *b))
{
	struct processors_spent self, daemon;
	struct busy b = { .memfd = -1 };
	uint64_t took, waited;

	work = NULL;
	begin(&b);
	self = processors_spent(getpid());
	daemon = processors_spent(b.f.daemon);
	took = host_ns(CLOCK_MONOTONIC);
	if (work)
		busy_terminate(&b, work);
	else
		kill(b.f.daemon, SIGTERM);
	wait_end(b.f.daemon);
	took = host_ns(CLOCK_MONOTONIC) - took;
	waited = processors_spent(getpid()).waits - self.waits;
	waited += processors_spent(b.f.daemon).waits - daemon.waits;
	assert_int_equal(frontend_wait_exit(&b.f), EXIT_SUCCESS);
	if (b.mem)
		busy_end(&b);
	else
		frontend_end(&b.f);
	if (!b.mem && b.memfd >= 0)
		close(b.memfd);
	return took > waited ? took - waited : 0;
}

static void sigterm_ends_it_soon(void **state)
{
	unsigned int i, round;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t end = UINT64_MAX;

		vain = false;
		for (round = 0; round < ROUNDS && end > SIGTERM_NS && !vain; round++)
			end = end_takes(cases[i].begin);
		processors_give_back(state);
		if (vain) {
			print_message("%s: skipped\n", cases[i].name);
			continue;
		}
		print_message("%s: it takes %llu us\n", cases[i].name,
			      (unsigned long long)end / 1000);
		check(end <= SIGTERM_NS, "%s: too long", cases[i].name);
	}
}

static int remove_files(void **state)
{
	(void)state;
	unlink(state_path);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_message_waits_long_for_a_guest),
		cmocka_unit_test(nor_with_as_long_a_time_to_look_as_there_can_be),
		cmocka_unit_test_teardown(no_message_waits_long_while_it_looks_for_requests,
					  processors_give_back),
		cmocka_unit_test_teardown(sigterm_ends_it_soon, remove_files),
	};
	const char *plain = getenv("VHOST_USER_RTC_PLAIN");

	if (!processors_find())
		return 1;
	if (plain)
		setenv("VHOST_USER_RTC", plain, 1);
	snprintf(control_path, sizeof(control_path), "/tmp/limits-%d.control", getpid());
	snprintf(control_option, sizeof(control_option), "--control-socket=%s", control_path);
	snprintf(state_path, sizeof(state_path), "/tmp/limits-%d.state", getpid());
	snprintf(state_option, sizeof(state_option), "--state=%s", state_path);
	return cmocka_run_group_tests_name("vhost-user-rtc: limits of time", tests, NULL, NULL);
}
