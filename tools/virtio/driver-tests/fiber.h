/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fibers: stacks that take turns.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef FIBER_H
#define FIBER_H

#include <stdbool.h>
#include <stddef.h>

struct fiber {
	void *stack_pointer;
	void *fake_stack;
	void (*main)(void *arg);
	void *arg;
	void *stack;
};

/**
 * fiber_init() - make a fiber, which runs when it is first entered
 * @fiber: fiber
 * @main: what it does, without end
 * @arg: handed to @main
 */
void fiber_init(struct fiber *fiber, void (*main)(void *arg), void *arg);

/**
 * fiber_enter() - run a fiber until it leaves
 * @fiber: fiber; the caller is none
 */
void fiber_enter(struct fiber *fiber);

/**
 * fiber_leave() - go back to who entered the fiber
 */
void fiber_leave(void);

#endif /* FIBER_H */
