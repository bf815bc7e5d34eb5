/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock of the host that a test plays: it is set, and told to insert a second.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/timex.h>
#include <time.h>

#include "check.h"
#include "frontend.h"

#define SECOND	UINT64_C(1000000000)

/* So often a busy machine may fail to see a second that is inserted. */
#define TRIES	5

static inline void set_clock(uint64_t ns)
{
	struct timespec ts = { .tv_sec = ns / SECOND, .tv_nsec = ns % SECOND };

	check(!clock_settime(CLOCK_REALTIME, &ts), "cannot set the clock");
}

static inline void set_offset(int offset)
{
	struct timex timex = { .modes = ADJ_TAI, .constant = offset };

	check(adjtimex(&timex) >= 0, "cannot set the offset of TAI");
}

/* Has it insert a second at the end of the day, as a clock that is synchronised. */
static inline void insert_second(bool insert)
{
	struct timex timex = {
		.modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR,
		.status = insert ? STA_INS : 0,
	};

	check(adjtimex(&timex) >= 0, "cannot have a second inserted");
}

static inline int leap_state(void)
{
	struct timex timex = { .modes = 0 };

	return adjtimex(&timex);
}

/* The kernel forgets of a leap second with the next second. */
static inline void forget_leap_second(void)
{
	unsigned int tries = 0;

	insert_second(false);
	while (leap_state() != TIME_OK && leap_state() != TIME_ERROR) {
		check(tries++ < PATIENCE_MS / 10, "a leap second is not forgotten");
		sleep_ms(10);
	}
}

/* Sets it to so many s before a midnight, with a second that is to be inserted then. */
static inline void be_before(uint64_t midnight, unsigned int seconds, int offset)
{
	forget_leap_second();
	set_clock((midnight - seconds) * SECOND);
	set_offset(offset);
	insert_second(true);
}

/* Seeing a second that is inserted, which a busy machine may not */

enum seen { NONE, INSERTED, MISSED };

struct watch {
	bool late;
	bool inserts;
	uint64_t last;
	uint64_t longest;
};

static inline void watch_begin(struct watch *w, uint64_t midnight)
{
	*w = (struct watch){ .last = host_ns(CLOCK_MONOTONIC) };
	w->late = host_ns(CLOCK_REALTIME) > midnight * SECOND - SECOND / 2;
}

static inline void watch_round(struct watch *w)
{
	uint64_t now;

	w->inserts = w->inserts || leap_state() == TIME_OOP;
	now = host_ns(CLOCK_MONOTONIC);
	if (now - w->last > w->longest)
		w->longest = now - w->last;
	w->last = now;
}

static inline enum seen watch_end(const struct watch *w)
{
	if (w->inserts)
		return INSERTED;
	return w->late || w->longest >= SECOND / 2 ? MISSED : NONE;
}

#endif /* HOST_CLOCK_H */
