/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests that cost as much as they can, for tests of what others get meanwhile.
 *
 * The daemon is stopped while it is given all that it has to do, the guest's work
 * first, so that it is no matter of time in which order it does that.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef BUSY_H
#define BUSY_H

#include "frontend.h"

/**
 * struct busy - a front end whose guest has a lot to do
 * @f: The front end, with more memory, and rings in there.
 * @mem: That memory.
 * @memfd: The same as a file.
 */
struct busy {
	struct frontend f;
	uint8_t *mem;
	int memfd;
};

/**
 * struct busy_work - what there is to do
 * @name: What it is.
 * @queue: The queue that shows how far it has come.
 * @lasts: It takes longer than a test is ever held up.
 * @begin: Offers it, without a kick; returns how many buffers that are.
 */
struct busy_work {
	const char *name;
	unsigned int queue;
	bool lasts;
	uint16_t (*begin)(struct busy *b);
};

#define BUSY_WORKS	2

/* The works that there are */
extern const struct busy_work busy_works[BUSY_WORKS];

/**
 * busy_setup() - start the daemon, with large rings
 * @b: The front end; filled.
 * @args: Further arguments of the daemon, up to a NULL.
 */
void busy_setup(struct busy *b, const char *const *args);

/**
 * busy_end() - undo busy_setup()
 * @b: The front end.
 */
void busy_end(struct busy *b);

/**
 * busy_used() - how many buffers were used
 * @b: The front end.
 * @q: The queue.
 *
 * Return: The index of its used ring.
 */
uint16_t busy_used(struct busy *b, unsigned int q);

/**
 * busy_stop_and_kick() - stop the daemon, and tell it of requests
 * @b: The front end; SIGCONT has the daemon go on.
 */
void busy_stop_and_kick(struct busy *b);

/**
 * busy_terminate() - have the daemon end in the midst of its work
 * @b: The front end, after busy_stop_and_kick().
 * @work: What the guest has offered.
 *
 * To stop a process makes its signals an event that comes before others, so where there
 * is time for it SIGTERM is sent when the work has begun.
 */
void busy_terminate(struct busy *b, const struct busy_work *work);

#endif /* BUSY_H */
