// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each allocation and each mapping of all that the driver does fails, one after the
 * other: the n-th for every n until there are no more.  Whatever that leads to, nothing
 * is lost, and the driver works when there is memory again.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdio.h>

#include <uapi/linux/virtio_rtc.h>

#include "device.h"
#include "world.h"

/* More than the driver ever does in one go */
#define MAX_FAILURES	1000

/* What transport_admin() takes */
#define REBIND	0
#define RESET	3
#define SUSPEND	5
#define HIBERNATE 6

/* What user_rtc() takes: set an alarm of the first RTC, then read it */
#define SET_ALARM (9 * NUM_CLOCKS)

/* Two smeared clocks with alarms and cross-timestamps, UTC and TAI with the latter */
static const u8 clocks[] = { 0xe3, 0xe3, 0x40, 0x41 };

/* What the device is to do is read from here. */
static const u8 *input;

u8 input_byte(void)
{
	return input ? *input++ : 0;
}

static void ring_alarm(unsigned long unused)
{
	/* Of clock 0, with an interrupt */
	static const u8 alarm[] = { 64 };

	input = alarm;
	device_act(DEVICE_ALARM);
	input = NULL;
}

static void register_device(unsigned long unused)
{
	transport_register();
}

/* Whose job it is does not matter to the driver, but that they are different ones. */
static const struct phase {
	const char *name;
	enum task_id task;
	void (*job)(unsigned long arg);
	unsigned long arg;
	bool before;	/* the device is not bound yet */
	bool rebinds;	/* it may take that to have it work again */
} phases[] = {
	{ "a probe", TASK_USER, register_device, 0, .before = true, .rebinds = true },
	{ "a reading", TASK_USER, user_read, 0 },
	{ "a cross-timestamp", TASK_USER, user_cross, 0 },
	{ "an alarm that is set", TASK_USER, user_rtc, SET_ALARM },
	{ "an alarm that rings", TASK_USER, ring_alarm, 0 },
	{ "unbinding and binding", TASK_ADMIN, transport_admin, REBIND, .rebinds = true },
	{ "a reset", TASK_ADMIN, transport_admin, RESET, .rebinds = true },
	{ "suspend and resume", TASK_ADMIN, transport_admin, SUSPEND, .rebinds = true },
	{ "hibernation and restore", TASK_ADMIN, transport_admin, HIBERNATE, .rebinds = true },
	{ "removal", TASK_ADMIN, transport_unbind, 0 },
};

static const struct kind {
	const char *name;
	u64 features;
} kinds[] = {
	{ "split ring", 0 },
	{ "packed ring", 1ull << VIRTIO_F_RING_PACKED },
};

/* Nothing else happens. */
static int no_event(void)
{
	return -1;
}

static void set_up(const struct kind *kind)
{
	static const unsigned int num[2] = { 8, 4 };

	tasks_init(no_event);
	memory_init();
	users_init();
	device_init(clocks, ARRAY_SIZE(clocks));
	transport_init(kind->features | 1ull << VIRTIO_F_VERSION_1 |
		       1ull << VIRTIO_F_ACCESS_PLATFORM |
		       1ull << VIRTIO_RTC_F_ALARM, num, true);
}

static void run(enum task_id task, void (*job)(unsigned long arg), unsigned long arg)
{
	BUG_ON(!task_start(task, job, arg));
	tasks_run(true);
}

/* All clocks are there, and the first one is read. */
static bool works(void)
{
	run(TASK_USER, user_read, 0);
	return users_count() == ARRAY_SIZE(clocks) && !users_result();
}

/* Return: whether there was an nth call of the kind that is made to fail. */
static bool fail_nth(const struct kind *kind, const struct phase *phase, unsigned int nth,
		     void (*fail)(unsigned int nth, unsigned int times), bool *well)
{
	bool failed;

	set_up(kind);
	if (!phase->before) {
		transport_register();
		tasks_run(true);
		run(TASK_USER, user_rtc, SET_ALARM);
	}
	fail(nth, 1);
	run(phase->task, phase->job, phase->arg);
	failed = !memory_is_failing();
	memory_end_failures();

	/* Who reads is told so, and does not wait for an answer. */
	*well = !failed || phase->job != user_read ||
		(users_result() && users_result() != -ETIMEDOUT);
	if (phase->job != transport_unbind) {
		if (phase->rebinds)
			run(TASK_ADMIN, transport_admin, REBIND);
		/* There is no device if the virtio core had no memory for it. */
		*well &= !transport_is_registered() || works();
		run(TASK_ADMIN, transport_unbind, 0);
	}
	memory_check();
	return failed;
}

static bool fail_each(const struct kind *kind, const struct phase *phase, const char *what,
		      void (*fail)(unsigned int nth, unsigned int times))
{
	bool well, ok = true;
	unsigned int n;

	for (n = 0; n < MAX_FAILURES && fail_nth(kind, phase, n, fail, &well); n++) {
		if (well)
			continue;
		printf("#   after %s %u failed all is not well\n", what, n);
		ok = false;
	}
	printf("# %s, %s: %u %ss\n", phase->name, kind->name, n, what);
	return ok && n < MAX_FAILURES;
}

int main(void)
{
	bool ok, all_ok = true;
	size_t p, k;

	BUG_ON(shim_init_core() || shim_register_driver());
	*(unsigned int *)shim_param_request_timeout_ms = 10000;
	*(unsigned int *)shim_param_read_timeout_ms = 1000;
	printf("TAP version 13\n1..%zu\n", ARRAY_SIZE(phases));
	for (p = 0; p < ARRAY_SIZE(phases); p++) {
		ok = true;
		for (k = 0; k < ARRAY_SIZE(kinds); k++) {
			ok &= fail_each(&kinds[k], &phases[p], "allocation", memory_fail_alloc);
			ok &= fail_each(&kinds[k], &phases[p], "mapping", memory_fail_map);
		}
		printf("%sok %zu - %s gets over each failure of memory\n", ok ? "" : "not ",
		       p + 1, phases[p].name);
		all_ok &= ok;
	}
	return !all_ok;
}
