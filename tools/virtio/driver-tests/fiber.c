// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fibers: stacks that take turns.  A turn costs a few instructions on x86-64,
 * where the C library's way would ask the kernel for the signals' mask each time.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "fiber.h"

#define STACK_SIZE	(128 << 10)

static struct fiber *running;
static void *main_stack_pointer, *main_fake_stack;
static const void *main_stack;
static size_t main_stack_size;

/*
 * What the sanitizer is told of stacks is for the lines of its reports, and would make a
 * turn cost twice as much.  With VERBOSE in the environment it is.
 */
static bool tells;

/*
 * Save what a function has to keep on the stack, and the stack pointer in *from;
 * go on where the one that is in to was left.
 */
static __attribute__((naked, noinline)) void fiber_switch(void **from, void *to)
{
	__asm__("pushq %rbp\n\t"
		"pushq %rbx\n\t"
		"pushq %r12\n\t"
		"pushq %r13\n\t"
		"pushq %r14\n\t"
		"pushq %r15\n\t"
		"movq %rsp, (%rdi)\n\t"
		"movq %rsi, %rsp\n\t"
		"popq %r15\n\t"
		"popq %r14\n\t"
		"popq %r13\n\t"
		"popq %r12\n\t"
		"popq %rbx\n\t"
		"popq %rbp\n\t"
		"ret");
}

static void fiber_start(void)
{
	if (tells)
		__sanitizer_finish_switch_fiber(running->fake_stack, &main_stack,
						&main_stack_size);
	running->main(running->arg);
	abort();
}

void fiber_init(struct fiber *fiber, void (*main)(void *arg), void *arg)
{
	uintptr_t *top;

	tells = getenv("VERBOSE");
	fiber->stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fiber->stack == MAP_FAILED)
		abort();
	fiber->main = main;
	fiber->arg = arg;
	fiber->fake_stack = NULL;
	/* As if fiber_start() had called it: aligned as for a function's first line. */
	top = (uintptr_t *)((char *)fiber->stack + STACK_SIZE) - 1;
	*top = 0;
	*--top = (uintptr_t)fiber_start;
	fiber->stack_pointer = top - 6;
}

void fiber_enter(struct fiber *fiber)
{
	running = fiber;
	if (tells)
		__sanitizer_start_switch_fiber(&main_fake_stack, fiber->stack, STACK_SIZE);
	fiber_switch(&main_stack_pointer, fiber->stack_pointer);
	if (tells)
		__sanitizer_finish_switch_fiber(main_fake_stack, NULL, NULL);
	running = NULL;
}

void fiber_leave(void)
{
	struct fiber *fiber = running;

	if (tells)
		__sanitizer_start_switch_fiber(&fiber->fake_stack, main_stack,
					       main_stack_size);
	fiber_switch(&fiber->stack_pointer, main_stack_pointer);
	if (tells)
		__sanitizer_finish_switch_fiber(fiber->fake_stack, &main_stack,
						&main_stack_size);
}
