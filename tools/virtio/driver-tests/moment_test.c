// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens at one moment, which a fuzzer rarely meets or cannot tell from another, or
 * in the processor alone, where none comes to; and whether it would be noticed.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sanitizer/asan_interface.h>
#include <stdio.h>

#include <uapi/linux/virtio_rtc.h>

#include "device.h"
#include "heap.h"
#include "world.h"

/* Two smeared clocks with alarms */
static const u8 clocks[] = { 0x23, 0x23 };

/* What the device is to do is read from here. */
static const u8 *input;

u8 input_byte(void)
{
	return input ? *input++ : 0;
}

/* What happens at the next points: one after the other, and then nothing. */
static int (*const *script)(void);

static int next_event(void)
{
	return script && *script ? (*script++)() : -1;
}

/* A device whose reset waits for interrupt handlers, or one on MMIO */
static void plug(u64 features, bool waits)
{
	static const unsigned int num[2] = { 8, 4 };

	script = NULL;
	tasks_init(next_event);
	memory_init();
	users_init();
	device_init(clocks, ARRAY_SIZE(clocks));
	transport_init(features | 1ull << VIRTIO_F_VERSION_1 |
		       1ull << VIRTIO_F_ACCESS_PLATFORM | 1ull << VIRTIO_RTC_F_ALARM,
		       num, waits);
	transport_register();
	tasks_run(true);
}

static void unplug(void)
{
	if (transport_is_registered()) {
		BUG_ON(!task_start(TASK_ADMIN, transport_unbind, 0));
		tasks_run(true);
	}
	memory_check();
}

/* The sanitizer would say nothing if it did not know. */
static bool heap_is_guarded(void)
{
	char *memory, *next;
	bool ok;

	memory_init();
	memory = heap_alloc(13);
	next = heap_alloc(64);
	ok = !__asan_region_is_poisoned(memory, 13) && !__asan_region_is_poisoned(next, 64);
	ok &= __asan_address_is_poisoned(memory - 1) && __asan_address_is_poisoned(memory + 13);
	ok &= __asan_address_is_poisoned(next - 1) && __asan_address_is_poisoned(next + 64);
	heap_free(memory);
	ok &= __asan_address_is_poisoned(memory) && __asan_address_is_poisoned(memory + 12);
	heap_free(next);
	memory_check();
	return ok;
}

/* An interrupt handler begins, and comes to the first point at which it is kept up. */
static int begin_handler(void)
{
	transport_interrupt(0);
	return 1;
}

static int remove_device(void)
{
	BUG_ON(!task_start(TASK_ADMIN, transport_unbind, 0));
	task_prefer(TASK_ADMIN);
	return INT_MAX;
}

static int restart_device(void)
{
	/* A reset by somebody else */
	BUG_ON(!task_start(TASK_ADMIN, transport_admin, 3));
	task_prefer(TASK_ADMIN);
	return INT_MAX;
}

/* What the handler would use then is poisoned: the sanitizer ends this program. */
static bool outlives(u64 features, bool waits, int (*end)(void))
{
	int (*const events[])(void) = { begin_handler, end, NULL };

	plug(features, waits);
	tasks_init(next_event);
	script = events;
	tasks_run(true);
	if (end == remove_device)
		memory_check();
	else
		unplug();
	return true;
}

static bool handlers_end_before_their_virtqueue(void)
{
	int (*const ends[])(void) = { remove_device, restart_device };
	bool ok = true;
	unsigned int i;

	for (i = 0; i < 8; i++)
		ok &= outlives(i & 1 ? 1ull << VIRTIO_F_RING_PACKED : 0, i & 2, ends[i >> 2]);
	return ok;
}

static void ring(u8 clock)
{
	/* With an interrupt */
	u8 alarm[] = { 64 | clock };

	input = alarm;
	device_act(DEVICE_ALARM);
	input = NULL;
	tasks_run(true);
}

/* As long as the bounds are not known the first of all is used, if any. */
static bool clocks_are_not_guessed(void)
{
	bool ok;

	plug(0, true);
	ring(1);
	ok = users_rung(1) == 1 && !users_rung(0);
	shim_speculates = true;
	ring(1);
	shim_speculates = false;
	ok &= users_rung(1) == 1 && users_rung(0) == 1;
	unplug();
	return ok;
}

/* The device answers a reading, so many points after it was notified. */
static int answer_points;

static int answer_late(void)
{
	static const u8 not_prompt[] = { 0 };

	input = not_prompt;
	device_act(DEVICE_PROMPT);
	return answer_points;
}

static int answer(void)
{
	static const u8 first_without_interrupt[] = { 0 };

	input = first_without_interrupt;
	device_act(DEVICE_ANSWER);
	input = NULL;
	return INT_MAX;
}

/* Return: how often the reader gave way, or -1 if it does not have its answer. */
static int read_late(int points)
{
	static int (*const events[])(void) = { answer_late, answer, NULL };

	tasks_init(next_event);
	answer_points = points;
	script = events;
	BUG_ON(!task_start(TASK_USER, user_read, 0));
	tasks_run(true);
	return users_result() ? -1 : (int)tasks_relaxed();
}

/* An answer that comes within 2 us is looked for without a break. */
static bool quick_answers_are_not_given_way_to(void)
{
	bool ok;

	plug(0, true);
	ok = !read_late(25) && read_late(60) > 0;
	unplug();
	return ok;
}

static const struct {
	const char *name;
	bool (*run)(void);
} tests[] = {
	{ "what is not allocated, or was freed, cannot be used unnoticed", heap_is_guarded },
	{ "interrupt handlers come to their end before their virtqueue goes",
	  handlers_end_before_their_virtqueue },
	{ "no clock is taken on the guess that its id is within bounds",
	  clocks_are_not_guessed },
	{ "who looks for its answer gives way, but not at once",
	  quick_answers_are_not_given_way_to },
};

int main(void)
{
	bool ok, all_ok = true;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	BUG_ON(shim_init_core() || shim_register_driver());
	*(unsigned int *)shim_param_request_timeout_ms = 10000;
	*(unsigned int *)shim_param_read_timeout_ms = 1000;
	printf("TAP version 13\n1..%zu\n", ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		ok = tests[i].run();
		printf("%sok %zu - %s\n", ok ? "" : "not ", i + 1, tests[i].name);
		all_ok &= ok;
	}
	return !all_ok;
}
