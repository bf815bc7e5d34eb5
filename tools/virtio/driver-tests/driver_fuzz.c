// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver under a device that does anything, at any moment.
 *
 * The input is a header, which says what device there is, and events.  The first
 * byte of an event says by its upper three bits how many points at which something can
 * happen are passed before, and by its remainder what happens.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <uapi/linux/virtio_rtc.h>

#include "device.h"
#include "fuzz.h"
#include "world.h"

enum event {
	EVENT_READ = NUM_DEVICE_EVENTS,
	EVENT_CROSS,
	EVENT_RTC,
	EVENT_REFUSED,
	EVENT_SIGNAL,
	EVENT_SWITCH,
	EVENT_ADMIN,
	EVENT_PASS,
	EVENT_FAIL_ALLOC,
	EVENT_FAIL_MAP,
	EVENT_FEATURES,
	EVENT_COUNTER,
	EVENT_LOOK,
	EVENT_TIMEOUT,
	NUM_EVENTS,
};

static const uint8_t *input, *input_end;

u8 input_byte(void)
{
	return input < input_end ? *input++ : 0;
}

static u64 feature(u8 number)
{
	static const u8 numbers[] = {
		VIRTIO_F_VERSION_1, VIRTIO_F_RING_PACKED, VIRTIO_RING_F_EVENT_IDX,
		VIRTIO_RTC_F_ALARM, VIRTIO_RING_F_INDIRECT_DESC, VIRTIO_F_IN_ORDER,
		VIRTIO_F_NOTIFICATION_DATA, VIRTIO_F_ORDER_PLATFORM,
	};

	return 1ull << numbers[number % ARRAY_SIZE(numbers)];
}

/* Small ones lead as far as large ones, and sooner. */
static unsigned int ring_size(u8 how)
{
	static const u8 sizes[] = { 1, 2, 4, 8, 16, 4, 64 };

	return sizes[how % ARRAY_SIZE(sizes)];
}

static void set_timeout(u8 how)
{
	*(unsigned int *)shim_param_request_timeout_ms = how < 0x80 ? how * 100u : 0u - how;
	*(unsigned int *)shim_param_read_timeout_ms = how < 0x80 ? how * 10u : 0u - how;
}

static void change_features(u8 how)
{
	if (how & 0x80)
		transport_refuse();
	else if (how & 0x40)
		transport_resize(how & 1, ring_size(how >> 1));
	else
		transport_set_features(feature(how));
}

static void start_user(void (*job)(unsigned long arg), u8 arg)
{
	unsigned int i;

	for (i = TASK_USER; i < NUM_TASKS; i++)
		if (task_start(i, job, arg))
			return;
}

static void act(unsigned int what)
{
	u8 arg;

	if (device_act(what))
		return;
	arg = input_byte();
	switch (what) {
	case EVENT_READ:
		return start_user(user_read, arg);
	case EVENT_CROSS:
		return start_user(user_cross, arg);
	case EVENT_RTC:
		return start_user(user_rtc, arg);
	case EVENT_REFUSED:
		return start_user(arg & 0x80 ? memory_show : user_refused, arg & 0x7f);
	case EVENT_SIGNAL:
		return task_signal(arg % NUM_TASKS);
	case EVENT_SWITCH:
		return task_prefer(arg % NUM_TASKS);
	case EVENT_ADMIN:
		task_start(TASK_ADMIN, transport_admin, arg);
		return;
	case EVENT_PASS:
		return tasks_pass(1000ull << arg % 32);
	case EVENT_FAIL_ALLOC:
		return memory_fail_alloc(arg & 15, 1 + (arg >> 4));
	case EVENT_FAIL_MAP:
		return memory_fail_map(arg & 15, 1 + (arg >> 4));
	case EVENT_FEATURES:
		return change_features(arg);
	case EVENT_COUNTER:
		return users_turn_counter(arg);
	case EVENT_LOOK:
		return tasks_make_look(arg & 1);
	case EVENT_TIMEOUT:
		return set_timeout(arg);
	}
}

/* The last but one: when nobody has anything to do any more.  0: with the next one. */
static int next_event(void)
{
	static const int points[] = { 0, 1, 2, 4, 10, 30, 100, INT_MAX };
	static u8 what;
	static bool waits;

	if (waits)
		act(what % NUM_EVENTS);
	waits = input < input_end;
	if (!waits)
		return -1;
	what = input_byte();
	return points[what >> 5];
}

/*
 * Byte 0: features that are not there, with a legacy device as the rare case.
 * Byte 1: the rings' sizes.  Byte 2: how many clocks, and how things are.
 * Then a byte of each clock.
 */
static void set_up(void)
{
	u64 features = 1ull << VIRTIO_F_VERSION_1 | 1ull << VIRTIO_F_ACCESS_PLATFORM;
	u8 kinds[NUM_CLOCKS], lacks = input_byte(), sizes = input_byte(), how = input_byte();
	unsigned int num[2] = { ring_size(sizes), ring_size(sizes >> 4) }, i;

	for (i = 1; i < 8; i++)
		if (lacks & 1u << i)
			features ^= feature(i);
	if (lacks == 0xff)
		features ^= feature(0);
	for (i = 0; i < how % (NUM_CLOCKS + 1); i++)
		kinds[i] = input_byte();
	*(bool *)shim_param_rtc_may_step = how & 0x80;
	set_timeout(100);
	memory_init();
	users_init();
	device_init(kinds, how % (NUM_CLOCKS + 1));
	transport_init(features, num, how & 0x40);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool loaded;

	if (!loaded) {
		BUG_ON(shim_init_core() || shim_register_driver());
		loaded = true;
	}
	input = data;
	input_end = data + size;
	tasks_init(next_event);
	set_up();
	transport_register();
	tasks_run(false);

	/* Whatever happened, the driver lets the device go. */
	BUG_ON(!task_start(TASK_ADMIN, transport_unbind, 0));
	tasks_run(true);
	memory_check();
	return 0;
}
