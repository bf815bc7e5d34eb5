// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When it pays to look for work for a while.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <sched.h>
#include <time.h>

#include "polling.h"

#define US		UINT64_C(1000)
#define MS		UINT64_C(1000000)

/* What is shorter finds nothing. */
#define LEAST		(4 * US)

/* One look takes no longer, unless another had the processor meanwhile. */
#define LOOK		(30 * US)

/* What work that is found saves at least: to be told of it, and to wake up */
#define SAVED		(5 * US)

/* What was saved counts up to this. */
#define SAVED_MOST	(10 * MS)

/* How long not to look after that did not pay, at first and at most */
#define BARRED_FIRST	(1 * MS)
#define BARRED_MOST	(250 * MS)

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
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
	else if (p->saved < SAVED_MOST)
		p->saved += SAVED;
	p->worked = time;
	p->until = 0;
	if (p->window && time >= p->barred_until)
		p->until = time + p->window;
	p->looked = time;
}

/* Another had the processor for so long, while the work may have waited for this thread. */
static void lost(struct polling *p, uint64_t away)
{
	p->until = 0;
	if (p->saved >= away) {
		p->saved -= away;
		p->barred = 0;
		return;
	}
	p->saved = 0;
	p->barred = p->barred ? 2 * p->barred : BARRED_FIRST;
	if (p->barred > BARRED_MOST)
		p->barred = BARRED_MOST;
	p->barred_until = p->looked + p->barred;
}

bool polling_goes_on(struct polling *p)
{
	uint64_t time, away;

	if (!p->until)
		return false;
	/* The processor goes to whoever waits for it: perhaps who makes the work. */
	sched_yield();
	time = now();
	away = time - p->looked;
	p->looked = time;
	if (away > LOOK)
		lost(p, away);
	return time < p->until;
}
