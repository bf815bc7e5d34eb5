/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics: what was asked and answered, and how long answers took.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_STATS_H_
#define _VIRTIO_RTC_STATS_H_

#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/types.h>

struct dentry;
struct viortc_alarmq;
struct viortc_requestq;

/* Statuses of the specification, and all others together in the last place */
#define VIORTC_NUM_STATUSES	7
#define VIORTC_STATUS_OTHER	(VIORTC_NUM_STATUSES - 1)

/* Answers are counted by the power of two of ns that they took; the last is rest. */
#define VIORTC_NUM_TIMES	36

/**
 * struct viortc_stats - what happened on a requestq since it was made
 * @requests: requests that were made available
 * @answers: answers by their status
 * @times: answers by what they took: at @times[n] less than 2^n ns, and no less
 *	than half of that
 * @late: answers that nobody waited for any more; they are in @answers too
 * @timeouts: requests without an answer, or a free slot, in time
 * @signals: requests that a signal ended
 * @failures: requests that came to another end without an answer
 * @interrupts: calls of the virtqueue's callback
 * @sleeps: requests whose task slept for the answer
 *
 * Under the requestq's lock, which each of these events is under anyway: so they
 * cost an addition each.
 */
struct viortc_stats {
	u64 requests;
	u64 answers[VIORTC_NUM_STATUSES];
	u64 times[VIORTC_NUM_TIMES];
	u64 late;
	u64 timeouts;
	u64 signals;
	u64 failures;
	u64 interrupts;
	u64 sleeps;
};

/**
 * viortc_stats_answer() - count an answer
 * @stats: statistics, locked
 * @status: its status, or VIORTC_STATUS_OTHER for an answer without one
 * @took_ns: how long it took
 *
 * Context: Any context.
 */
static inline void viortc_stats_answer(struct viortc_stats *stats, u8 status,
				       u64 took_ns)
{
	stats->answers[min_t(u8, status, VIORTC_STATUS_OTHER)]++;
	stats->times[min_t(unsigned int, fls64(took_ns),
			   VIORTC_NUM_TIMES - 1)]++;
}

/**
 * viortc_stats_error() - count a request that has no answer
 * @stats: statistics, locked
 * @error: the errno that it got
 *
 * Context: Any context.
 */
static inline void viortc_stats_error(struct viortc_stats *stats, int error)
{
	if (error == -ETIMEDOUT)
		stats->timeouts++;
	else if (error == -ERESTARTSYS)
		stats->signals++;
	else
		stats->failures++;
}

/**
 * viortc_stats_show() - show a device's statistics in debugfs
 * @name: the device's name
 * @requestq: its requestq, initialised
 * @alarmq: its alarmq, initialised
 *
 * Context: Process context, may sleep.
 * Return: what viortc_stats_hide() wants.
 */
struct dentry *viortc_stats_show(const char *name,
				 struct viortc_requestq *requestq,
				 struct viortc_alarmq *alarmq);

/**
 * viortc_stats_hide() - show them no more
 * @dir: what viortc_stats_show() returned, or NULL
 *
 * Waits for whoever reads them.
 *
 * Context: Process context, may sleep.
 */
void viortc_stats_hide(struct dentry *dir);

#endif /* _VIRTIO_RTC_STATS_H_ */
