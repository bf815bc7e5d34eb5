// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When it pays to look for work for a while.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include "polling.h"

#define US		UINT64_C(1000)
#define MS		UINT64_C(1000000)

/* What is shorter finds nothing. */
#define LEAST		(4 * US)

/* How long not to look after the processor was taken away, at first and at most */
#define BARRED_FIRST	(100 * MS)
#define BARRED_MOST	(2000 * MS)

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

/* How often the processor was taken away from this thread */
static long preemptions(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) ? 0 : usage.ru_nivcsw;
}

void polling_init(struct polling *p, uint64_t most)
{
	*p = (struct polling) { .most = most };
}

/*
 * Work that was told of has been on its way for a while, so what came within
 * twice the time is taken for what could have been found.
 */
static void learn(struct polling *p, uint64_t since)
{
	if (since <= 2 * p->most)
		p->window = p->window ? 2 * p->window : LEAST;
	else
		p->window /= 2;
	if (p->window > p->most)
		p->window = p->most;
	if (p->window < LEAST)
		p->window = 0;
}

void polling_worked(struct polling *p, bool looked)
{
	uint64_t time;

	if (!p->most)
		return;
	time = now();
	if (!looked)
		learn(p, time - p->worked);
	p->worked = time;
	p->until = 0;
	if (!p->window || time < p->barred_until)
		return;
	p->until = time + p->window;
	if (!looked)
		p->preempted = preemptions();
}

static void bar(struct polling *p, uint64_t time)
{
	/* It is forgotten in as much time again. */
	p->barred = time < p->barred_until + p->barred ? 2 * p->barred : BARRED_FIRST;
	if (p->barred > BARRED_MOST)
		p->barred = BARRED_MOST;
	p->barred_until = time + p->barred;
}

bool polling_goes_on(struct polling *p)
{
	uint64_t time;

	if (!p->until)
		return false;
	/* The processor goes to whoever waits for it: perhaps who makes the work. */
	sched_yield();
	time = now();
	if (preemptions() != p->preempted) {
		bar(p, time);
		p->until = 0;
	}
	return time < p->until;
}
