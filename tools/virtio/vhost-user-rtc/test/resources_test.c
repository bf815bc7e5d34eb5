// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the daemon costs its host: no memory that grows, and nothing when idle.
 * This is tested on the program as users get it, without sanitizers.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

#define MS	UINT64_C(1000000)
#define SECOND	UINT64_C(1000000000)

/* Two MB or so, of which most is the C library, which it shares with others */
#define MAX_RESIDENT_KB	2500

/* A number from /proc/PID/status, of the line that begins with @key. */
static unsigned long status_of(struct frontend *f, const char *key)
{
	unsigned long value = 0;
	char path[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", f->daemon);
	file = fopen(path, "re");
	check(file, "no %s", path);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			found = sscanf(line + strlen(key), ": %lu", &value) == 1;
	fclose(file);
	check(found, "no %s in %s", key, path);
	return value;
}

/* The processor time that the daemon has had, in ns. */
static uint64_t cpu_time(struct frontend *f)
{
	unsigned long long ns;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", f->daemon);
	file = fopen(path, "re");
	check(file && fscanf(file, "%llu", &ns) == 1, "no %s", path);
	fclose(file);
	return ns;
}

static unsigned long switches_of(struct frontend *f)
{
	return status_of(f, "voluntary_ctxt_switches") +
	       status_of(f, "nonvoluntary_ctxt_switches");
}

/* Whether the daemon sleeps, and does not just wait for the processor */
static bool is_asleep(struct frontend *f)
{
	char path[64], line[256], state = '\0';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", f->daemon);
	file = fopen(path, "re");
	check(file, "no %s", path);
	while (!state && fgets(line, sizeof(line), file))
		sscanf(line, "State: %c", &state);
	fclose(file);
	check(state, "no state in %s", path);
	return state == 'S';
}

/* On a busy machine the daemon may have to wait for the processor before it can sleep. */
static void wait_until_idle(struct frontend *f)
{
	uint64_t before, cpu = 0;

	do {
		before = cpu;
		sleep_ms(500);
		cpu = cpu_time(f);
	} while (cpu != before || !is_asleep(f));
}

static void work(struct frontend *f)
{
	unsigned int i;

	for (i = 0; i < 20000; i++)
		frontend_read(f, i % 4);
	for (i = 0; i < 2500; i++) {
		frontend_set_alarm(f, 0, 0, true);
		assert_int_equal(frontend_notification(f, PATIENCE_MS), 0);
		frontend_set_alarm(f, 3, frontend_read(f, 3) + MS, true);
		assert_int_equal(frontend_notification(f, PATIENCE_MS), 3);
		frontend_set_alarm(f, 3, UINT64_MAX, true);
		frontend_enable_alarm(f, 3, false);
	}
}

static void memory_does_not_grow(void **state)
{
	const char *const args[] = { "--retain-alarms=no", NULL };
	unsigned long before = 0, after = 0;
	struct frontend f;
	unsigned int round;

	(void)state;
	frontend_spawn_listening(&f, args);
	for (round = 0; round < 4; round++) {
		unsigned int i;

		for (i = 0; i < 50; i++) {
			frontend_connect(&f, f.path);
			frontend_start(&f, ALL_FEATURES);
			frontend_populate(&f, 16);
			frontend_read(&f, 0);
			frontend_restart(&f);
			frontend_populate(&f, 16);
			if (!i)
				work(&f);
			frontend_hang_up(&f);
		}
		/* The first round pages in what is used at all. */
		after = status_of(&f, "RssAnon");
		if (!round)
			before = after;
	}
	check(after <= before, "%lu kB have become %lu kB", before, after);
	print_message("%lu kB before and after 60000 readings, 22500 alarms, 150 connections\n",
		      after);
	frontend_terminate(&f);
}

static void an_idle_daemon_does_nothing(void **state)
{
	const char *const args[] = {
		"--clock=utc,alarm", "--clock=tai,alarm", "--clock=monotonic,alarm",
		"--clock=smeared:noon-linear,alarm", "--delay=1,1", NULL,
	};
	unsigned long switches, resident;
	uint64_t cpu, set;
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	frontend_populate(&f, 16);
	for (;;) {
		/* Alarms that are near and not due are nothing to do either. */
		set = host_ns(CLOCK_MONOTONIC);
		for (i = 0; i < 4; i++)
			frontend_set_alarm(&f, i, frontend_read(&f, i) + 4 * SECOND, true);
		wait_until_idle(&f);
		switches = switches_of(&f);
		cpu = cpu_time(&f);
		sleep_ms(2000);
		cpu = cpu_time(&f) - cpu;
		switches = switches_of(&f) - switches;
		if (host_ns(CLOCK_MONOTONIC) - set < 3900 * MS)
			break;
		/* On a busy machine they may be due: then they are taken, and set again. */
		while (frontend_notification(&f, 100) >= 0)
			;
	}
	assert_int_equal(cpu, 0);
	assert_int_equal(switches, 0);
	for (i = 0; i < 4; i++)
		check(frontend_notification(&f, PATIENCE_MS) >= 0, "an alarm does not come");
	/* The rest is the guest's. */
	resident = status_of(&f, "RssAnon") + status_of(&f, "RssFile");
	print_message("%lu kB resident\n", resident);
	check(resident <= MAX_RESIDENT_KB, "%lu kB resident", resident);
	frontend_end(&f);
}

static char control_option[96], state_option[96], kvm_option[96];

/* What it is asked for, besides all of what is usual */
static const struct mode {
	const char *name;
	const char *args[3];
	bool listens;
} modes[] = {
	{ .name = "as usual" },
	{ .name = "on a path", .listens = true },
	{ .name = "looking", .args = { "--poll-us=1000000" } },
	{ .name = "with a control socket", .args = { control_option } },
	{ .name = "keeping alarms", .args = { state_option } },
	{ .name = "asking KVM", .args = { kvm_option } },
	{ .name = "late", .args = { "--delay=1,1" } },
	{ .name = "wrong", .args = { "--fault=late-answer=1" } },
	{ .name = "in another time", .args = { "--start-time=2016-12-31T23:00:00Z" } },
	{ .name = "telling all", .args = { "--log-level=debug" } },
	{ .name = "giving up nothing", .args = { "--no-sandbox" } },
};

/* Uses what a guest can use. */
static void begin(struct frontend *f, const struct mode *mode)
{
	if (mode->listens) {
		frontend_spawn_listening(f, mode->args);
		frontend_connect(f, f->path);
	} else {
		frontend_spawn(f, mode->args);
	}
	frontend_start(f, ALL_FEATURES);
	frontend_populate(f, 16);
	frontend_read(f, 3);
	frontend_set_alarm(f, 0, 0, true);
	assert_int_equal(frontend_notification(f, PATIENCE_MS), 0);
	frontend_set_alarm(f, 3, UINT64_MAX, true);
}

static void end(struct frontend *f, const struct mode *mode)
{
	if (mode->listens)
		frontend_terminate(f);
	else
		frontend_end(f);
}

static void it_is_one_thread_whatever_it_is_asked_for(void **state)
{
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		begin(&f, &modes[i]);
		check(status_of(&f, "Threads") == 1, "%s: %lu threads", modes[i].name,
		      status_of(&f, "Threads"));
		end(&f, &modes[i]);
	}
}

/* Whoever makes a system call takes some time of a processor for it. */
static bool does_nothing(struct frontend *f, unsigned int ms)
{
	unsigned long switches = switches_of(f);
	uint64_t cpu = cpu_time(f);

	sleep_ms(ms);
	return cpu_time(f) == cpu && switches_of(f) == switches;
}

static void idle_it_makes_no_system_call_whatever_it_is_asked_for(void **state)
{
	uint64_t latest;
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		begin(&f, &modes[i]);
		/* Alarms are kept half a second later, and looking goes on for a second. */
		latest = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;
		while (!does_nothing(&f, 1500))
			check(host_ns(CLOCK_MONOTONIC) < latest, "%s: it does something",
			      modes[i].name);
		end(&f, &modes[i]);
	}
}

static void alarms_are_waited_for_with_few_timers(void **state)
{
	struct frontend f;
	uint64_t cpu;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	frontend_populate(&f, 16);
	cpu = cpu_time(&f);
	frontend_set_alarm(&f, 0, frontend_read(&f, 0) + 1500 * MS, true);
	frontend_set_alarm(&f, 3, frontend_read(&f, 3) + 1600 * MS, true);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 3);
	cpu = cpu_time(&f) - cpu;
	check(cpu < 100 * MS, "%llu ms of processor time for two alarms",
	      (unsigned long long)cpu / MS);
	frontend_end(&f);
}

static int remove_state(void **state)
{
	(void)state;
	unlink(strchr(state_option, '/'));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_does_not_grow),
		cmocka_unit_test(an_idle_daemon_does_nothing),
		cmocka_unit_test(it_is_one_thread_whatever_it_is_asked_for),
		cmocka_unit_test_teardown(idle_it_makes_no_system_call_whatever_it_is_asked_for,
					  remove_state),
		cmocka_unit_test(alarms_are_waited_for_with_few_timers),
	};
	const char *plain = getenv("VHOST_USER_RTC_PLAIN");

	if (plain)
		setenv("VHOST_USER_RTC", plain, 1);
	snprintf(control_option, sizeof(control_option), "--control-socket=/tmp/cost-%d.control",
		 getpid());
	snprintf(state_option, sizeof(state_option), "--state=/tmp/cost-%d.state", getpid());
	snprintf(kvm_option, sizeof(kvm_option),
		 "--counter=x86-tsc,source=monotonic,kvm=/proc/%d,if-possible", getpid());
	return cmocka_run_group_tests_name("vhost-user-rtc's cost", tests, NULL, NULL);
}
