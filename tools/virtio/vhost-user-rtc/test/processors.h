/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processors that daemon and test have, and what they take of them, for tests of
 * how long something takes on a machine that may be busy.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef PROCESSORS_H
#define PROCESSORS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct processors_spent - what the kernel accounts to a process, in ns
 * @runs: How long it had a processor, up to when it had to make way for another last.
 * @waits: How long it waited for one.
 */
struct processors_spent {
	unsigned long long runs;
	unsigned long long waits;
};

/**
 * processors_find() - find out which processors there are; before all else here
 *
 * Return: Whether that is known.
 */
bool processors_find(void);

/**
 * processors_share() - have a process on the processor that a daemon has or is to have
 * @pid: The process, 0 for this one.
 */
void processors_share(pid_t pid);

/**
 * processors_part() - have the daemon where nobody takes the processor from it
 * @daemon: Its process.
 *
 * It has priority on one that it does not take from this process, which has another.
 * Where all are busy they would share one.
 *
 * Return: Whether that is possible; if not, why not was printed.
 */
bool processors_part(pid_t daemon);

/**
 * processors_give_back() - have this process on any processor again
 * @state: That of a test, whose teardown this may be.
 *
 * Return: 0 if that is possible.
 */
int processors_give_back(void **state);

/**
 * processors_spent() - what is accounted to a process
 * @pid: The process.
 *
 * Return: That.
 */
struct processors_spent processors_spent(pid_t pid);

/**
 * processors_time() - as the runs of struct processors_spent, but also while it runs
 * @pid: The process.
 *
 * Return: The time, in ns.
 */
uint64_t processors_time(pid_t pid);

#endif /* PROCESSORS_H */
