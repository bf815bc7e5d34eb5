// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When it pays to look for work for a while.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "polling.h"
#include "sched_attr.h"

#define US		UINT64_C(1000)
#define MS		UINT64_C(1000000)

/* So long it takes at most to be told of work, and to wake up for it. */
#define WAKE_UP		(100 * US)

/* How often it is read how many want a processor */
#define COUNTED		(200 * US)

/*
 * A crowd is believed once it counts so much, until it counts nothing: 1 more for each time
 * that more want a processor than there are, and 1 less for each time that they do not.
 */
#define CROWD		8

/* One look takes no longer, unless another had the processor meanwhile. */
#define LOOK		(30 * US)

/*
 * Who has the processor for less may want it for a moment, as the threads of a monitor do.
 * It is the factor for what was lost alone that bounds such losses.
 */
#define MOMENT		(500 * US)

/* What work that is found saves at least: to be told of it, and to wake up */
#define SAVED		(10 * US)

/* What was saved counts up to this. */
#define SAVED_MOST	(10 * MS)

/* For what was lost beyond that there is no looking for so many times as long. */
#define BARRED_FIRST	32
#define BARRED_LAST	1024
#define BARRED_MOST	(2000 * MS)

/*
 * Requests after such a pause are a new series: longer than any bar lasts, and than the
 * second between the readings of phc2sys.  So much may be lost to begin with.
 */
#define NEW_SERIES	(2500 * MS)
#define SAVED_FIRST	(1 * MS)

/* The shortest turn on a processor that the kernel gives */
#define TURN		(100 * US)

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * Whoever has shorter turns than who has the processor may take it at once when it is woken
 * up, and sched_yield() gives up one turn at most, though another that takes the processor
 * may have it until the kernel's next tick.  The share of the processor is the same.
 * Kernels before 6.12 have no such turns, and others may refuse them: then all is as it was.
 */
static void ask_for_short_turns(void)
{
	struct sched_attributes a = { 0 };

	/* With another policy the same field means something else, or nothing. */
	if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) || a.policy != SCHED_OTHER)
		return;
	a.size = sizeof(a);
	a.runtime = TURN;
	syscall(SYS_sched_setattr, 0, &a, 0);
}

void polling_init(struct polling *p, uint64_t most)
{
	*p = (struct polling) {
		.most = most,
		.barred = BARRED_FIRST,
		.processors = sysconf(_SC_NPROCESSORS_ONLN),
		.loadavg = most ? open("/proc/loadavg", O_RDONLY | O_CLOEXEC) : -1,
	};
	if (most)
		ask_for_short_turns();
}

void polling_release(struct polling *p)
{
	if (p->loadavg >= 0)
		close(p->loadavg);
}

/*
 * Work that was told of has been on its way for a while, so what came that much later is
 * taken for what could have been found; of short times, what came within twice the time.
 */
static void learn(struct polling *p, uint64_t since)
{
	if (since <= p->most + least(p->most, WAKE_UP))
		p->window = p->window ? 2 * p->window : POLLING_LEAST;
	else
		p->window /= 2;
	if (p->window > p->most)
		p->window = p->most;
	if (p->window < POLLING_LEAST)
		p->window = 0;
}

/*
 * Are there more who want a processor than there are processors?  Who has a priority of
 * real time is to take it from them.
 */
static bool crowded(const struct polling *p)
{
	/* Not every C library has that function. */
	long policy = syscall(SYS_sched_getscheduler, 0) & ~(long)SCHED_RESET_ON_FORK;
	char text[64] = "";
	long running;

	if (policy == SCHED_FIFO || policy == SCHED_RR)
		return false;
	/* Where that is not to be had others are noticed when they have taken this one. */
	return pread(p->loadavg, text, sizeof(text) - 1, 0) > 0 &&
	       sscanf(text, "%*s %*s %*s %ld/", &running) == 1 && running > p->processors;
}

/*
 * Only what lasts is a crowd.  The threads of a guest's monitor want a processor for moments,
 * and kernels from 6.12 on count some that went to sleep until their processor is given to
 * another.
 */
static void count(struct polling *p)
{
	if (crowded(p))
		p->crowd = least(p->crowd + 1, CROWD);
	else if (p->crowd)
		p->crowd--;
	if (p->crowd == CROWD)
		p->crowded = true;
	else if (!p->crowd)
		p->crowded = false;
}

/*
 * What was lost long ago is no reason not to look.  What was saved stays, and so does a crowd
 * that was believed: to find it out again costs as long as others have the processor.
 */
static void begin_series(struct polling *p)
{
	if (p->saved < SAVED_FIRST)
		p->saved = SAVED_FIRST;
	p->barred = BARRED_FIRST;
	p->barred_until = 0;
	if (!p->crowded)
		p->crowd = 0;
}

void polling_worked(struct polling *p, bool looked)
{
	uint64_t time;

	if (!p->most)
		return;
	time = now();
	/* What waited while another had the processor begins none. */
	if (!looked && time - p->looked > NEW_SERIES)
		begin_series(p);
	if (!looked)
		learn(p, time - p->worked);
	else
		p->saved = least(p->saved + SAVED, SAVED_MOST);
	p->worked = time;
	p->looked = time;
	p->until = 0;
	if (!p->window || time < p->barred_until)
		return;
	if (time - p->counted > COUNTED) {
		p->counted = time;
		count(p);
	}
	if (!p->crowded)
		p->until = time + p->window;
}

/* Another had the processor for so long, while the work may have waited for this thread. */
static void lost(struct polling *p, uint64_t away)
{
	uint64_t paid = least(p->saved, away);
	uint64_t unpaid = least(away - paid, BARRED_MOST);

	p->until = 0;
	p->saved -= paid;
	if (away < MOMENT) {
		p->barred_until = p->looked + unpaid * BARRED_FIRST;
		return;
	}
	if (paid >= away / 8)
		p->barred = BARRED_FIRST;
	else if (p->barred < BARRED_LAST)
		p->barred *= 2;
	p->barred_until = p->looked + least(unpaid * p->barred, BARRED_MOST);
	/* Whoever was counted has had the processor for long: that is no matter of moments. */
	if (unpaid && p->crowd) {
		p->crowd = CROWD;
		p->crowded = true;
	}
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
	/* Whoever asks once more, for no work at all, has not looked until then. */
	if (time >= p->until)
		p->until = 0;
	return p->until;
}
