// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A daemon that looks for requests: what comes soon needs no kick, what comes at
 * any time is answered, and nothing else waits for it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "processors.h"
#include "base/sched_attr.h"

#define US	UINT64_C(1000)
#define MS	UINT64_C(1000000)

/* How often something is tried that a busy machine may keep from being seen */
#define ROUNDS	40

/* An eventfd that nobody reads counts. */
static uint64_t kicks(struct frontend *f)
{
	uint64_t value = 0;

	return read(f->queue[REQUESTQ].kick, &value, sizeof(value)) == sizeof(value) ? value : 0;
}

static void start(struct frontend *f, const char *option, uint64_t features)
{
	const char *const args[] = { option, NULL };

	frontend_spawn(f, args);
	frontend_start(f, features);
	frontend_read(f, 0);
	kicks(f);
}

/* Reads a clock as a driver that looks for its answer. */
static void look(struct frontend *f)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = htole16(VIRTIO_RTC_REQ_READ) };
	uint64_t end = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;
	struct frontend_queue *q = &f->queue[REQUESTQ];
	uint32_t head;

	frontend_post(f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	while (__atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) == q->taken)
		check(host_ns(CLOCK_MONOTONIC) < end, "no answer");
	assert_int_equal(frontend_take(f, REQUESTQ, &head, PATIENCE_MS),
			 sizeof(struct virtio_rtc_resp_read));
}

/*
 * Whether the daemon can look for long, here.  Without that, a daemon that does not look
 * may just be right.
 */
static bool have_priority(struct frontend *f)
{
	if (processors_part(f->daemon))
		return true;
	frontend_end(f);
	return false;
}

/* Most readings that follow one another have no kick. */
static void saves_kicks(uint64_t features)
{
	unsigned int i, round = 0;
	struct frontend f;

	start(&f, "--poll-us=1000", features);
	if (!have_priority(&f))
		skip();
	/* The reader may have to wait for a processor now and then, on a busy machine often. */
	do {
		check(round++ < 10 * ROUNDS, "each reading has its kick");
		kicks(&f);
		for (i = 0; i < 100; i++)
			look(&f);
	} while (kicks(&f) >= 50);
	frontend_end(&f);
}

static void what_comes_soon_needs_no_kick(void **state)
{
	(void)state;
	saves_kicks(ALL_FEATURES);
}

static void nor_does_it_without_event_indices(void **state)
{
	(void)state;
	saves_kicks(PLAIN_FEATURES);
}

/* What the daemon costs in half a second, in ns of processor time */
static uint64_t cost(struct frontend *f)
{
	uint64_t before = processors_time(f->daemon);

	sleep_ms(500);
	return processors_time(f->daemon) - before;
}

static void looking_ends_when_nothing_comes(void **state)
{
	uint64_t features[] = { ALL_FEATURES, PLAIN_FEATURES };
	struct frontend f;
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		start(&f, "--poll-us=10000", features[i]);
		if (!have_priority(&f))
			skip();
		for (j = 0; j < 1000; j++)
			look(&f);
		/* Whatever it learnt, it looks for 10 ms at most. */
		sleep_ms(100);
		/* On a busy machine it may not have come to that yet. */
		for (j = 0; cost(&f) > MS; j++)
			check(j < 9, "it goes on looking");
		frontend_end(&f);
		processors_give_back(state);
	}
}

/* How many of 1000 readings were told of */
static unsigned int told(struct frontend *f)
{
	unsigned int i;

	kicks(f);
	for (i = 0; i < 1000; i++)
		look(f);
	return kicks(f);
}

static void it_makes_way_for_others_and_comes_back(void **state)
{
	unsigned int round = 0;
	struct frontend f;
	pid_t other;

	(void)state;
	start(&f, "--poll-us=100000", ALL_FEATURES);
	processors_share(f.daemon);
	other = fork();
	if (!other) {
		processors_share(0);
		for (;;)
			;
	}
	/* It has to learn that first, and tries again now and then. */
	while (told(&f) < 920)
		check(round++ < ROUNDS, "it looks all the same");
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	if (!have_priority(&f))
		skip();
	for (round = 0; told(&f) > 100; round++)
		check(round < ROUNDS, "it never looks again");
	frontend_end(&f);
}

static void without_polling_each_request_has_its_kick(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	start(&f, "--poll-us=0", ALL_FEATURES);
	for (i = 0; i < 1000; i++) {
		frontend_read(&f, 0);
		/* By its answer the daemon asks for kicks again, and waits for one. */
		frontend_get(&f, VHOST_USER_GET_FEATURES);
	}
	assert_int_equal(kicks(&f), 1000);
	frontend_end(&f);
}

/* Around the end of the looking, above all */
static void answer_all(struct frontend *f)
{
	uint64_t end;
	unsigned int i;

	for (i = 0; i < 20000; i++) {
		end = host_ns(CLOCK_MONOTONIC) + i % 100 * US;
		while (host_ns(CLOCK_MONOTONIC) < end)
			;
		frontend_read(f, i % 4);
	}
}

static void what_comes_at_any_time_is_answered(void **state)
{
	struct frontend f;

	(void)state;
	start(&f, "--poll-us=50", ALL_FEATURES);
	answer_all(&f);
	frontend_end(&f);
}

static void and_is_without_event_indices(void **state)
{
	struct frontend f;

	(void)state;
	start(&f, "--poll-us=50", PLAIN_FEATURES);
	answer_all(&f);
	frontend_end(&f);
}

static void messages_do_not_wait_for_it(void **state)
{
	struct frontend f;
	uint64_t began;
	unsigned int i;

	(void)state;
	/* Each would take a second. */
	start(&f, "--poll-us=1000000", ALL_FEATURES);
	for (i = 0; i < 100; i++)
		frontend_read(&f, 0);
	began = host_ns(CLOCK_MONOTONIC);
	for (i = 0; i < 100; i++) {
		frontend_read(&f, 0);
		frontend_get(&f, VHOST_USER_GET_FEATURES);
	}
	check_between("ns", 0, host_ns(CLOCK_MONOTONIC) - began, 50000 * MS);
	frontend_end(&f);
}

static void alarms_do_not_wait_for_it(void **state)
{
	struct frontend f;
	uint64_t began;
	unsigned int i;

	(void)state;
	start(&f, "--poll-us=1000000", ALL_FEATURES);
	frontend_populate(&f, 16);
	for (i = 0; i < 100; i++)
		frontend_read(&f, 0);
	began = host_ns(CLOCK_MONOTONIC);
	for (i = 0; i < 100; i++) {
		frontend_set_alarm(&f, 0, frontend_read(&f, 0) + MS, true);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	}
	check_between("ns", 0, host_ns(CLOCK_MONOTONIC) - began, 50000 * MS);
	frontend_end(&f);
}

static void a_ring_that_stops_and_starts_is_kicked_again(void **state)
{
	uint64_t features[] = { ALL_FEATURES, PLAIN_FEATURES };
	struct frontend f;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		start(&f, "--poll-us=100000", features[i]);
		for (j = 0; j < 20; j++) {
			frontend_read(&f, 0);
			frontend_read(&f, 0);
			frontend_restart(&f);
		}
		frontend_end(&f);
	}
}

/* Those of a process, 0 for this one; without turns where the kernel has none */
static struct sched_attributes attributes_of(pid_t pid)
{
	struct sched_attributes a = { 0 };

	check(!syscall(SYS_sched_getattr, pid, &a, sizeof(a), 0), "no attributes");
	return a;
}

/* Asks for other turns for this process, and for those that it starts; 0 for the usual. */
static struct sched_attributes ask_for_turns(uint64_t ns)
{
	struct sched_attributes a = attributes_of(0);

	a.runtime = ns;
	syscall(SYS_sched_setattr, 0, &a, 0);
	return attributes_of(0);
}

static int give_turns_back(void **state)
{
	(void)state;
	ask_for_turns(0);
	return 0;
}

static void only_who_looks_has_short_turns(void **state)
{
	struct sched_attributes own, its;
	struct frontend f;

	(void)state;
	own = ask_for_turns(5 * MS);
	if (own.policy != SCHED_OTHER || own.runtime != 5 * MS) {
		print_message("this kernel gives no turns of a certain length\n");
		skip();
	}
	start(&f, "--poll-us=0", ALL_FEATURES);
	its = attributes_of(f.daemon);
	assert_memory_equal(&its, &own, sizeof(own));
	frontend_end(&f);

	start(&f, "--poll-us=50", ALL_FEATURES);
	own.runtime = 100 * US;
	its = attributes_of(f.daemon);
	assert_memory_equal(&its, &own, sizeof(own));
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_comes_soon_needs_no_kick, processors_give_back),
		cmocka_unit_test_teardown(nor_does_it_without_event_indices, processors_give_back),
		cmocka_unit_test_teardown(looking_ends_when_nothing_comes, processors_give_back),
		cmocka_unit_test_teardown(it_makes_way_for_others_and_comes_back,
					  processors_give_back),
		cmocka_unit_test(without_polling_each_request_has_its_kick),
		cmocka_unit_test(what_comes_at_any_time_is_answered),
		cmocka_unit_test(and_is_without_event_indices),
		cmocka_unit_test(messages_do_not_wait_for_it),
		cmocka_unit_test(alarms_do_not_wait_for_it),
		cmocka_unit_test(a_ring_that_stops_and_starts_is_kicked_again),
		cmocka_unit_test_teardown(only_who_looks_has_short_turns, give_turns_back),
	};

	if (!processors_find())
		return 1;
	return cmocka_run_group_tests_name("looking for requests", tests, NULL, NULL);
}
