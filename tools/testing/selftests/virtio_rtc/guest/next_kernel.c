// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * next_kernel: start another kernel, one that looks for writes to its memory.
 *
 * next_kernel TTY SECONDS
 *	End this kernel as kexec does.  The next one has all memory for itself.  It fills
 *	that, prints "# event: watching" to this serial port, looks for so many seconds
 *	whether something changes that it did not write, says so, and powers off.
 *
 * For arm64, where a kernel starts with the MMU off, and this has just one program in
 * it; for a PL011, which needs no more than a byte written to its first register.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "next_kernel.h"

#define NAME		"nobody writes to the memory of the next kernel"
/* All of it is in a section of its own, and addresses nothing but by where it is. */
#define NEXT_KERNEL	__attribute__((section("next_kernel"), noinline, \
				       target("general-regs-only,strict-align")))

/* x0 becomes where the orders are, and sp the end of the image. */
__asm__(".pushsection next_kernel, \"ax\"\n"
	".global next_kernel_entry\n"
	"next_kernel_entry:\n"
	"	adr	x0, __start_next_kernel\n"
	"	add	x1, x0, #" STRING(IMAGE_SIZE) "\n"
	"	mov	sp, x1\n"
	"	add	x0, x0, #" STRING(ORDERS_AT) "\n"
	"	b	next_kernel_main\n"
	".popsection\n");

NEXT_KERNEL static void say(const struct orders *orders, const char *text)
{
	while (*text)
		*(volatile uint32_t *)orders->port = *text++;
}

NEXT_KERNEL static void say_number(const struct orders *orders, uint64_t number)
{
	int shift, digit;

	for (shift = 60; shift >= 0; shift -= 4) {
		digit = number >> shift & 0xf;
		*(volatile uint32_t *)orders->port = digit + (digit < 10 ? '0' : 'a' - 10);
	}
	*(volatile uint32_t *)orders->port = '\n';
}

NEXT_KERNEL static uint64_t ticks(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r" (value));
	return value;
}

NEXT_KERNEL __attribute__((used)) static void next_kernel_main(const struct orders *orders)
{
	uint64_t image = orders->image, changed = 0, at, per_second, began;

	for (at = orders->from; at < orders->to; at += 8)
		if (at - image >= IMAGE_SIZE)
			*(volatile uint64_t *)at = ~at;

	say(orders, orders->watching);
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r" (per_second));
	began = ticks();
	do {
		for (at = orders->from; at < orders->to && !changed; at += 8)
			if (at - image >= IMAGE_SIZE && *(volatile uint64_t *)at != ~at)
				changed = at;
	} while (!changed && ticks() - began < orders->seconds * per_second);

	say(orders, changed ? orders->bad : orders->good);
	if (changed) {
		say(orders, orders->at);
		say_number(orders, changed);
	}
	say(orders, orders->end);
	/* PSCI's SYSTEM_OFF */
	for (;;) {
		register uint64_t x0 __asm__("x0") = 0x84000008;

		__asm__ volatile("hvc #0" : "+r" (x0));
	}
}

/* Sets the first and the longest range of memory that this kernel has. */
static bool find_memory(struct orders *orders)
{
	unsigned long long from, to;
	FILE *file = fopen("/proc/iomem", "r");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (line[0] == ' ' || !strstr(line, "System RAM") ||
		    sscanf(line, "%llx-%llx", &from, &to) != 2)
			continue;
		if (to + 1 - from > orders->to - orders->from) {
			orders->from = from;
			orders->to = to + 1;
		}
	}
	if (file)
		fclose(file);
	return orders->to;
}

static bool find_port(struct orders *orders, const char *tty)
{
	char path[128];
	FILE *file;
	bool found;

	snprintf(path, sizeof(path), "/sys/class/tty/%s/iomem_base", tty);
	file = fopen(path, "r");
	if (!file)
		return false;
	found = fscanf(file, "%lx", &orders->port) == 1;
	fclose(file);
	return found;
}

int main(int argc, char **argv)
{
	static char image[IMAGE_SIZE] __attribute__((aligned(4096)));
	struct orders *orders = (void *)(image + ORDERS_AT);
	size_t size = __stop_next_kernel - __start_next_kernel;
	struct kexec_segment segment = { .buf = image, .bufsz = sizeof(image) };

	if (argc != 3 || size > ORDERS_AT) {
		fprintf(stderr, "usage: next_kernel TTY SECONDS\n");
		return 2;
	}
	memcpy(image, __start_next_kernel, size);
	*orders = (struct orders) {
		.seconds = atol(argv[2]),
		.watching = "# event: watching\n",
		.good = "ok - " NAME "\n",
		.bad = "not ok - " NAME "\n",
		.at = "#   it changes at 0x",
		.end = "# end\n",
	};
	if (!find_memory(orders) || !find_port(orders, argv[1])) {
		fprintf(stderr, "no memory, or no port %s\n", argv[1]);
		return 1;
	}
	orders->image = orders->from + MEMORY_BEFORE;
	segment.mem = (void *)orders->image;
	segment.memsz = sizeof(image);
	if (syscall(SYS_kexec_load, orders->image + (next_kernel_entry - __start_next_kernel),
		    1UL, &segment, (unsigned long)KEXEC_ARCH_AARCH64)) {
		perror("kexec_load");
		return 1;
	}

	printf("1..1\n");
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	perror("reboot");
	return 1;
}
