/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When it pays to look for work for a while, instead of waiting to be told of it.
 *
 * To tell of work and to wake up for it takes longer than the work.  So whoever has
 * just worked may look for more, as long as that work may come soon and nobody else
 * wants the processor:
 *
 * - The time to look grows while work that was told of would have been found by
 *   looking, and shrinks when it would not.
 * - There is no looking while more want a processor than there are, and not just for a
 *   moment, unless this thread has a priority of real time.
 * - The processor is offered to others before each look.  When one takes it, there is no
 *   looking for many times as long, and for more each time unless it had it for a moment
 *   only; but what was saved before counts against it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef POLLING_H
#define POLLING_H

#include <stdbool.h>
#include <stdint.h>

/* What is shorter finds nothing, in ns. */
#define POLLING_LEAST	4000

/**
 * struct polling - what was learnt
 */
struct polling {
	/* private: times in ns, of CLOCK_MONOTONIC */
	uint64_t most;
	uint64_t window;
	uint64_t worked;
	uint64_t looked;
	uint64_t until;
	uint64_t counted;
	uint64_t saved;
	uint64_t barred;	/* so many times what was lost */
	uint64_t barred_until;
	long processors;
	int loadavg;
	unsigned int crowd;
	bool crowded;
};

/**
 * polling_init - begin without experience
 * @p: The policy.
 * @most: How long to look after work at most, in ns; 0, or less than %POLLING_LEAST, for
 *	never.
 *
 * Asks for short turns on a processor for this thread, if it is to look at all: a sandbox
 * need not allow that later.
 */
void polling_init(struct polling *p, uint64_t most);

/**
 * polling_release - undo polling_init()
 * @p: The policy.
 */
void polling_release(struct polling *p);

/**
 * polling_worked - there was work, and it is done
 * @p: The policy.
 * @looked: It was found by looking.
 */
void polling_worked(struct polling *p, bool looked);

/**
 * polling_goes_on - whether to look for more
 * @p: The policy.
 *
 * To be asked each time that nothing was found.  Costs one system call.
 *
 * Return: Whether it may pay.
 */
bool polling_goes_on(struct polling *p);

#endif /* POLLING_H */
