// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cross-timestamps.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

#define SECOND	UINT64_C(1000000000)

static uint8_t read_cross(struct frontend *f, uint16_t clock, uint8_t counter,
			  uint64_t *reading, uint64_t *cycles)
{
	struct virtio_rtc_req_read_cross req = {
		.head.msg_type = VIRTIO_RTC_REQ_READ_CROSS,
		.clock_id = clock,
		.hw_counter = counter,
	};
	struct virtio_rtc_resp_read_cross resp;

	assert_int_equal(frontend_request(f, &req, sizeof(req), &resp, sizeof(resp)),
			 sizeof(resp));
	*reading = resp.clock_reading;
	*cycles = resp.counter_cycles;
	return resp.head.status;
}

static bool cross_cap(struct frontend *f, uint16_t clock, uint8_t counter)
{
	struct virtio_rtc_req_cross_cap req = {
		.head.msg_type = VIRTIO_RTC_REQ_CROSS_CAP,
		.clock_id = clock,
		.hw_counter = counter,
	};
	struct virtio_rtc_resp_cross_cap resp;

	frontend_ask_ok(f, &req, sizeof(req), &resp, sizeof(resp));
	return resp.flags & VIRTIO_RTC_FLAG_CROSS_CAP;
}

static void without_a_counter_there_are_no_cross_timestamps(void **state)
{
	uint64_t reading, cycles;
	struct frontend f;
	uint16_t clock;

	(void)state;
	frontend_spawn(&f, NULL);
	frontend_start(&f, ALL_FEATURES);
	for (clock = 0; clock < 4; clock++) {
		assert_false(cross_cap(&f, clock, VIRTIO_RTC_COUNTER_X86_TSC));
		assert_false(cross_cap(&f, clock, VIRTIO_RTC_COUNTER_ARM_VCT));
		assert_int_equal(read_cross(&f, clock, VIRTIO_RTC_COUNTER_X86_TSC, &reading,
					    &cycles), VIRTIO_RTC_S_EOPNOTSUPP);
	}
	frontend_end(&f);
}

static void cross_timestamps_are_one_instant_of_clock_and_guest_counter(void **state)
{
	/* As under emulation: 62.5 MHz, some time after the host's start */
	const char *const args[] = {
		"--counter=arm-vct,source=monotonic,offset=-1000000,ratio=62500000/1000000000",
		NULL,
	};
	uint64_t widest = 0, worst = 0, last = 0;
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	for (i = 0; i < 4; i++) {
		assert_true(cross_cap(&f, i, VIRTIO_RTC_COUNTER_ARM_VCT));
		assert_false(cross_cap(&f, i, VIRTIO_RTC_COUNTER_X86_TSC));
	}
	for (i = 0; i < 1000; i++) {
		uint64_t real[2], mono[2], reading, cycles, expected, error;

		/* The offset of both clocks, known to the width of this pair */
		mono[0] = host_ns(CLOCK_MONOTONIC);
		real[0] = host_ns(CLOCK_REALTIME);
		mono[1] = host_ns(CLOCK_MONOTONIC);
		assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_ARM_VCT, &reading, &cycles),
				 VIRTIO_RTC_S_OK);
		real[1] = host_ns(CLOCK_REALTIME);
		check_between("UTC", real[0], reading, real[1]);
		check(cycles >= last, "the counter goes back");
		last = cycles;
		/* In ns of CLOCK_MONOTONIC: from the counter, and from the reading */
		expected = reading - real[0] + (mono[0] + mono[1]) / 2;
		error = (cycles + 1000000) * 16 - expected;
		if ((int64_t)error < 0)
			error = -error;
		if (mono[1] - mono[0] > widest)
			widest = mono[1] - mono[0];
		/* A preempted pair tells nothing. */
		if (mono[1] - mono[0] < 2000 && error > worst)
			worst = error;
	}
	/* The tick, the pair here, the pair there; and a sanitizer's slowness */
	check(worst < 20000, "clock and counter are %llu ns apart", (unsigned long long)worst);
	print_message("clock and counter apart by up to %llu ns, known to %llu ns\n",
		      (unsigned long long)worst, (unsigned long long)widest);
	frontend_end(&f);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "no file");
	close(fd);
}

static void an_offset_from_a_file_is_read_when_a_driver_starts(void **state)
{
	char path[] = "/tmp/offset-XXXXXX";
	const char *args[2] = { NULL, NULL };
	char option[128];
	uint64_t reading, first, second;
	struct frontend f;

	(void)state;
	close(mkstemp(path));
	unlink(path);
	snprintf(option, sizeof(option),
		 "--counter=x86-tsc,source=monotonic,offset=%s,ratio=1/1", path);
	args[0] = option;
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));

	write_file(path, "0\n");
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_restart(&f);
	assert_true(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &first),
			 VIRTIO_RTC_S_OK);

	write_file(path, "-0x7fffffffffffffff");
	frontend_restart(&f);
	assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &second),
			 VIRTIO_RTC_S_OK);
	second += INT64_MAX;
	check_between("counter", first, second, first + 60 * SECOND);

	write_file(path, "twelve");
	frontend_restart(&f);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_end(&f);
	unlink(path);
}

/* A folder that stands for KVM's: of this process, which is the front end */
static char kvm[64];

static void put(unsigned int cpu, const char *name, const char *text)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d-11/vcpu%u", kvm, getpid(), cpu);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%d-11/vcpu%u/%s", kvm, getpid(), cpu, name);
	file = fopen(path, "w");
	check(file && fputs(text, file) >= 0 && !fclose(file), "cannot write %s", path);
}

static void make_kvm(void)
{
	char path[80];
	unsigned int i;

	snprintf(kvm, sizeof(kvm), "/tmp/vhost-user-rtc-test-%d.kvm", getpid());
	mkdir(kvm, 0700);
	snprintf(path, sizeof(path), "%s/1-11", kvm);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%d-11", kvm, getpid());
	mkdir(path, 0700);
	/* However a folder is listed, the first is none of the ends. */
	for (i = 0; i < 3; i++) {
		const unsigned int order[] = { 1, 0, 2 };
		unsigned int cpu = order[i];

		put(cpu, "tsc-offset", "-5000000000\n");
		put(cpu, "tsc-scaling-ratio", "562949953421312\n");
		put(cpu, "tsc-scaling-ratio-frac-bits", "48\n");
	}
}

static void remove_kvm(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", kvm);
	check(!system(command), "cannot remove %s", kvm);
}

/* CLOCK_MONOTONIC stands for the host's counter, which the guest's is twice as fast as. */
static void expect_kvm(struct frontend *f, int64_t offset)
{
	uint64_t reading, cycles, before = host_ns(CLOCK_MONOTONIC);

	assert_int_equal(read_cross(f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &cycles), 0);
	check_between("the counter", 2 * before + offset, cycles,
		      2 * host_ns(CLOCK_MONOTONIC) + offset);
}

static void start_beside_kvm(struct frontend *f)
{
	char option[128];
	const char *const args[] = { option, NULL };

	make_kvm();
	snprintf(option, sizeof(option), "--counter=x86-tsc,source=monotonic,kvm=%s", kvm);
	frontend_spawn(f, args);
	frontend_start(f, ALL_FEATURES);
}

static void the_counter_is_found_where_kvm_tells_it(void **state)
{
	uint64_t reading, cycles;
	struct frontend f;

	(void)state;
	start_beside_kvm(&f);
	assert_true(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	expect_kvm(&f, -5000000000);
	/* It changes, of one processor after the other, long after it was found. */
	sleep_ms(200);
	put(2, "tsc-offset", "77\n");
	put(1, "tsc-offset", "77\n");
	put(0, "tsc-offset", "77\n");
	expect_kvm(&f, 77);
	/* Processors that differ have no counter of the machine's. */
	put(0, "tsc-offset", "78\n");
	put(1, "tsc-offset", "79\n");
	put(2, "tsc-offset", "80\n");
	assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &cycles),
			 VIRTIO_RTC_S_EIO);
	frontend_restart(&f);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	put(0, "tsc-offset", "0\n");
	put(1, "tsc-offset", "0\n");
	put(2, "tsc-offset", "0\n");
	frontend_restart(&f);
	expect_kvm(&f, 0);
	remove_kvm();
	frontend_restart(&f);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_end(&f);
}

/* Once it was found, it is that one that is looked at. */
static void a_change_of_the_first_processor_is_noticed(void **state)
{
	uint64_t reading, cycles;
	struct frontend f;

	(void)state;
	start_beside_kvm(&f);
	expect_kvm(&f, -5000000000);
	sleep_ms(200);
	put(0, "tsc-offset", "77\n");
	assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &cycles),
			 VIRTIO_RTC_S_EIO);
	remove_kvm();
	frontend_end(&f);
}

/* While a processor runs a machine of the guest's own KVM tells that one's offset. */
static void a_machine_in_the_guest_has_another_counter(void **state)
{
	char option[128];
	const char *const args[] = { option, NULL };
	struct frontend f;
	unsigned int cpu;

	(void)state;
	make_kvm();
	snprintf(option, sizeof(option), "--counter=x86-tsc,source=monotonic,kvm=%s", kvm);
	put(2, "guest_mode", "0\n");
	for (cpu = 0; cpu < 2; cpu++) {
		put(cpu, "guest_mode", "1\n");
		put(cpu, "tsc-offset", "-7000000000\n");
	}
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	expect_kvm(&f, -5000000000);
	for (cpu = 0; cpu < 3; cpu++) {
		put(cpu, "guest_mode", "1\n");
		put(cpu, "tsc-offset", "9000000000\n");
	}
	sleep_ms(200);
	expect_kvm(&f, -5000000000);
	for (cpu = 0; cpu < 3; cpu++) {
		put(cpu, "tsc-offset", "-4000000000\n");
		put(cpu, "guest_mode", "0\n");
	}
	sleep_ms(200);
	expect_kvm(&f, -4000000000);
	for (cpu = 0; cpu < 3; cpu++)
		put(cpu, "guest_mode", "1\n");
	frontend_restart(&f);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	remove_kvm();
	frontend_end(&f);
}

static void a_counter_that_is_lost_is_looked_for_now_and_then(void **state)
{
	uint64_t reading, cycles;
	unsigned int i, opened = 0;
	char option[128], event[4096];
	const char *const args[] = { option, NULL };
	struct frontend f;
	ssize_t size;
	int watch;

	(void)state;
	make_kvm();
	snprintf(option, sizeof(option), "--counter=x86-tsc,source=monotonic,kvm=%s", kvm);
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	expect_kvm(&f, -5000000000);
	put(0, "tsc-offset", "78\n");
	put(1, "tsc-offset", "79\n");
	put(2, "tsc-offset", "80\n");
	watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	assert_true(inotify_add_watch(watch, kvm, IN_OPEN) >= 0);
	for (i = 0; i < 10000; i++)
		assert_int_equal(read_cross(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC, &reading, &cycles),
				 VIRTIO_RTC_S_EIO);
	/* Each time costs an event at least, and each event 16 bytes. */
	while ((size = read(watch, event, sizeof(event))) > 0)
		opened += size / sizeof(struct inotify_event);
	check(opened < 10000, "looked for %u times", opened);
	close(watch);
	remove_kvm();
	frontend_end(&f);
}

/* As the unit has it, whatever its host is: "if-possible" */
static void a_counter_where_it_is_possible_is_no_matter_elsewhere(void **state)
{
	char possible[128], said[4096] = "";
	const char *const native[] = { "--counter=x86-tsc,kvm=/nowhere,if-possible", NULL };
	const char *const args[] = { possible, "--log-level=notice", NULL };
	const char *const other[] = {
		possible, "--counter=arm-vct,source=monotonic,offset=0,ratio=1/1", NULL,
	};
	struct frontend f;

	(void)state;
	/* A host that may lack the counter */
	frontend_spawn(&f, native);
	frontend_start(&f, ALL_FEATURES);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_end(&f);

	make_kvm();
	snprintf(possible, sizeof(possible),
		 "--counter=x86-tsc,source=monotonic,kvm=%s,if-possible", kvm);
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	expect_kvm(&f, -5000000000);
	remove_kvm();
	frontend_restart(&f);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	frontend_said(&f, said, sizeof(said));
	check(!*said, "%s", said);
	frontend_end(&f);

	/* What a user asks for counts. */
	make_kvm();
	frontend_spawn(&f, other);
	frontend_start(&f, ALL_FEATURES);
	assert_false(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_X86_TSC));
	assert_true(cross_cap(&f, 0, VIRTIO_RTC_COUNTER_ARM_VCT));
	frontend_end(&f);
	remove_kvm();
}

/* What --check-counter prints for this process; whether it ends well */
static bool check_counter(char *said, size_t size)
{
	char command[256];
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "$VHOST_USER_RTC --counter=x86-tsc,source=monotonic,kvm=%s --check-counter=%d 2>&1",
		 kvm, getpid());
	pipe = popen(command, "r");
	check(pipe, "no pipe");
	said[fread(said, 1, size - 1, pipe)] = '\0';
	return !pclose(pipe);
}

static void an_operator_is_told_what_is_found(void **state)
{
	static const struct {
		const char *name, *text, *said;
		bool good;
	} cases[] = {
		{ "tsc-offset", "0\n", "\nplausible\n", true },
		{ "tsc-scaling-ratio", "562949953421312\n",
		  "ratio 562949953421312/281474976710656\n", true },
		{ "tsc-offset", "-9000000000000000000\n", "not plausible", false },
		{ "tsc-offset", "1\n", "different counters", false },
		{ "tsc-offset", "word\n", "cannot be read", false },
		{ "tsc-offset", "", "cannot be read", false },
		{ "tsc-scaling-ratio-frac-bits", "64\n", "cannot be read", false },
	};
	char said[1024];
	unsigned int i, cpu;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool one = strstr(cases[i].said, "different");

		make_kvm();
		for (cpu = 0; cpu < (one ? 1 : 3); cpu++)
			put(cpu, cases[i].name, cases[i].text);
		check(check_counter(said, sizeof(said)) == cases[i].good &&
		      strstr(said, cases[i].said), "case %u: %s", i, said);
		remove_kvm();
	}
	assert_false(check_counter(said, sizeof(said)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_counter_there_are_no_cross_timestamps),
		cmocka_unit_test(cross_timestamps_are_one_instant_of_clock_and_guest_counter),
		cmocka_unit_test(an_offset_from_a_file_is_read_when_a_driver_starts),
		cmocka_unit_test(the_counter_is_found_where_kvm_tells_it),
		cmocka_unit_test(a_change_of_the_first_processor_is_noticed),
		cmocka_unit_test(a_machine_in_the_guest_has_another_counter),
		cmocka_unit_test(a_counter_that_is_lost_is_looked_for_now_and_then),
		cmocka_unit_test(a_counter_where_it_is_possible_is_no_matter_elsewhere),
		cmocka_unit_test(an_operator_is_told_what_is_found),
	};
	/* With sanitizers no system calls are given up, so again without: these read files. */
	const struct CMUnitTest plain[] = {
		cmocka_unit_test(an_offset_from_a_file_is_read_when_a_driver_starts),
		cmocka_unit_test(the_counter_is_found_where_kvm_tells_it),
	};
	int failed = cmocka_run_group_tests_name("vhost-user-rtc: cross-timestamps", tests,
						 NULL, NULL);

	setenv("VHOST_USER_RTC", getenv("VHOST_USER_RTC_PLAIN"), 1);
	return failed + cmocka_run_group_tests_name("vhost-user-rtc: cross-timestamps, plain",
						    plain, NULL, NULL);
}
