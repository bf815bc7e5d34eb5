// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * read-bench: what a reading of a clock takes with the daemon alone, as a driver
 * sees it that looks for its answer; without polling and with it by turns, so that
 * what else the machine does meets both.
 *
 * read-bench [ROUNDS [POLL_US]]
 *
 * And what two processes take at least: to hand one cache line to and fro, and to
 * wake each other by eventfds.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"

#define READINGS	20000
#define MAX_ROUNDS	100
/* As chronyd's, with "poll -1" */
#define BURST		25
#define BURST_NS	UINT64_C(500000000)
#define BURSTS		6
#define NSEC		UINT64_C(1000000000)

struct result {
	uint64_t latency[MAX_ROUNDS * READINGS];
	unsigned int num;
	uint64_t time;
	uint64_t cpu;
	uint64_t kicks;
	uint64_t burst_time;
	uint64_t burst_cpu;
};

static uint64_t cpu_time(pid_t pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "re");
	check(file && fscanf(file, "%llu", &ns) == 1, "no %s", path);
	fclose(file);
	return ns;
}

/* Takes an answer without ever asking for an interrupt. */
static void look(struct frontend *f)
{
	struct frontend_queue *q = &f->queue[REQUESTQ];

	while (__atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) == q->taken)
		;
	__atomic_store_n(&q->avail->ring[q->size], q->taken - 1, __ATOMIC_SEQ_CST);
	q->taken++;
}

static uint64_t reading(struct frontend *f)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = htole16(VIRTIO_RTC_REQ_READ) };
	uint64_t before = host_ns(CLOCK_MONOTONIC_RAW);

	frontend_post(f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	look(f);
	return host_ns(CLOCK_MONOTONIC_RAW) - before;
}

/* An eventfd that nobody reads counts. */
static uint64_t count(int fd)
{
	uint64_t value = 0;

	return read(fd, &value, sizeof(value)) == sizeof(value) ? value : 0;
}

static void measure(struct result *r, const char *poll)
{
	const char *const args[] = { poll, NULL };
	uint64_t start, cpu, next, now;
	struct frontend f;
	unsigned int i;

	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	for (i = 0; i < 100; i++)
		reading(&f);
	count(f.queue[REQUESTQ].kick);
	start = host_ns(CLOCK_MONOTONIC_RAW);
	cpu = cpu_time(f.daemon);
	for (i = 0; i < READINGS; i++)
		r->latency[r->num++] = reading(&f);
	r->time += host_ns(CLOCK_MONOTONIC_RAW) - start;
	r->cpu += cpu_time(f.daemon) - cpu;
	r->kicks += count(f.queue[REQUESTQ].kick);

	sleep_ms(100);
	start = host_ns(CLOCK_MONOTONIC_RAW);
	next = start;
	cpu = cpu_time(f.daemon);
	while (next < start + BURSTS * BURST_NS) {
		for (i = 0; i < BURST; i++)
			reading(&f);
		next += BURST_NS;
		now = host_ns(CLOCK_MONOTONIC_RAW);
		if (now < next)
			sleep_ms((next - now) / 1000000);
	}
	r->burst_time += host_ns(CLOCK_MONOTONIC_RAW) - start;
	r->burst_cpu += cpu_time(f.daemon) - cpu;
	frontend_end(&f);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void print_result(const char *name, struct result *r)
{
	qsort(r->latency, r->num, sizeof(r->latency[0]), by_size);
	printf("%-14s %7.2f %7.2f %8.2f %9.0f %8.2f %7.3f %12.3f\n", name,
	       r->latency[r->num / 2] / 1e3, r->latency[r->num / 10 * 9] / 1e3,
	       r->latency[r->num / 100 * 99] / 1e3, r->num * 1e9 / r->time,
	       r->cpu / 1e3 / r->num, (double)r->kicks / r->num,
	       r->burst_cpu / 1e6 / (r->burst_time / 1e9));
}

/* The floors: answer(PRIV) is what the other process does until it is ended. */
static pid_t other(void (*answer)(void *priv), void *priv)
{
	pid_t pid = fork();

	check(pid >= 0, "fork");
	if (!pid)
		for (;;)
			answer(priv);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

struct line {
	uint64_t there;
	uint64_t back;
};

static void hand_back(void *priv)
{
	struct line *line = priv;
	uint64_t there = __atomic_load_n(&line->there, __ATOMIC_ACQUIRE);

	if (there != line->back)
		__atomic_store_n(&line->back, there, __ATOMIC_RELEASE);
}

static void wake_back(void *priv)
{
	const uint64_t one = 1;
	const int *fd = priv;

	if (!count(fd[0]) || write(fd[1], &one, sizeof(one)) < 0)
		_exit(1);
}

static void print_floors(void)
{
	struct line *line = mmap(NULL, sizeof(*line), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd[2] = { eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC) };
	static uint64_t latency[2][READINGS];
	const uint64_t one = 1;
	unsigned int i;
	uint64_t start;
	pid_t pid;

	check(line != MAP_FAILED && fd[0] >= 0 && fd[1] >= 0, "no memory, no eventfds");
	pid = other(hand_back, line);
	for (i = 0; i < READINGS; i++) {
		start = host_ns(CLOCK_MONOTONIC_RAW);
		__atomic_store_n(&line->there, i + 1, __ATOMIC_RELEASE);
		while (__atomic_load_n(&line->back, __ATOMIC_ACQUIRE) != i + 1)
			;
		latency[0][i] = host_ns(CLOCK_MONOTONIC_RAW) - start;
	}
	end(pid);

	pid = other(wake_back, fd);
	for (i = 0; i < READINGS; i++) {
		start = host_ns(CLOCK_MONOTONIC_RAW);
		check(write(fd[0], &one, sizeof(one)) == sizeof(one) && count(fd[1]), "eventfd");
		latency[1][i] = host_ns(CLOCK_MONOTONIC_RAW) - start;
	}
	end(pid);
	for (i = 0; i < 2; i++) {
		qsort(latency[i], READINGS, sizeof(latency[i][0]), by_size);
		printf("%-14s %7.2f %7.2f %8.2f\n", i ? "two eventfds" : "a cache line",
		       latency[i][READINGS / 2] / 1e3, latency[i][READINGS / 10 * 9] / 1e3,
		       latency[i][READINGS / 100 * 99] / 1e3);
	}
}

static struct result without, with;
static unsigned int rounds;
static char with_poll[32];

static void bench(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < rounds; i++) {
		measure(&without, "--poll-us=0");
		measure(&with, with_poll);
	}
	printf("What a reading takes, in us; readings per s; the daemon's processor time per\n"
	       "reading, in us; kicks per reading; and its processor time with %u readings\n"
	       "every half second, in ms per s\n\n", BURST);
	printf("%-14s %7s %7s %8s %9s %8s %7s %12s\n", "", "p50", "p90", "p99", "per s", "cpu",
	       "kicks", "cpu of bursts");
	print_result("waiting", &without);
	print_result("polling", &with);
	printf("polling/waiting: p50 %.2f, per s %.2f\n",
	       (double)with.latency[with.num / 2] / without.latency[without.num / 2],
	       ((double)with.num / with.time) / ((double)without.num / without.time));
	print_floors();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(bench) };

	rounds = argc > 1 ? atoi(argv[1]) : 10;
	if (!rounds || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: read-bench [ROUNDS [POLL_US]], up to %u\n", MAX_ROUNDS);
		return 2;
	}
	snprintf(with_poll, sizeof(with_poll), "--poll-us=%s", argc > 2 ? argv[2] : "50");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
