// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics, shown in debugfs: see Documentation/admin-guide/virtio_rtc_look.rst.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "virtio_rtc_alarmq.h"
#include "virtio_rtc_requestq.h"
#include "virtio_rtc_stats.h"

static const char * const viortc_status_names[VIORTC_NUM_STATUSES] = {
	"ok", NULL, "eopnotsupp", "enodev", "einval", "eio", "other",
};

/* All of one moment; on the heap, for it is large. */
static struct viortc_stats *viortc_stats_copy(struct viortc_requestq *requestq)
{
	struct viortc_stats *stats = kmalloc(sizeof(*stats), GFP_KERNEL);
	unsigned long flags;

	if (!stats)
		return NULL;

	spin_lock_irqsave(&requestq->lock, flags);
	*stats = requestq->stats;
	spin_unlock_irqrestore(&requestq->lock, flags);

	return stats;
}

static int requests_show(struct seq_file *file, void *data)
{
	struct viortc_stats *stats = viortc_stats_copy(file->private);
	unsigned int n;

	if (!stats)
		return -ENOMEM;

	seq_printf(file, "requests %llu\n", stats->requests);
	for (n = 0; n < VIORTC_NUM_STATUSES; n++)
		if (viortc_status_names[n])
			seq_printf(file, "answers_%s %llu\n",
				   viortc_status_names[n], stats->answers[n]);
	/* There is no such status. */
	if (stats->answers[1])
		seq_printf(file, "answers_1 %llu\n", stats->answers[1]);
	seq_printf(file, "late_answers %llu\n", stats->late);
	seq_printf(file, "timeouts %llu\n", stats->timeouts);
	seq_printf(file, "signals %llu\n", stats->signals);
	seq_printf(file, "failures %llu\n", stats->failures);
	seq_printf(file, "interrupts %llu\n", stats->interrupts);
	seq_printf(file, "sleeps %llu\n", stats->sleeps);
	kfree(stats);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(requests);

static int answer_times_show(struct seq_file *file, void *data)
{
	struct viortc_stats *stats = viortc_stats_copy(file->private);
	unsigned int n;

	if (!stats)
		return -ENOMEM;

	for (n = 0; n < VIORTC_NUM_TIMES - 1; n++)
		if (stats->times[n])
			seq_printf(file, "%llu %llu\n", BIT_ULL(n),
				   stats->times[n]);
	if (stats->times[n])
		seq_printf(file, "inf %llu\n", stats->times[n]);
	kfree(stats);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(answer_times);

static int alarms_show(struct seq_file *file, void *data)
{
	struct viortc_alarmq *alarmq = file->private;
	unsigned long flags;
	u64 alarms;

	spin_lock_irqsave(&alarmq->lock, flags);
	alarms = alarmq->alarms;
	spin_unlock_irqrestore(&alarmq->lock, flags);

	seq_printf(file, "alarms %llu\n", alarms);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(alarms);

struct dentry *viortc_stats_show(const char *name,
				 struct viortc_requestq *requestq,
				 struct viortc_alarmq *alarmq)
{
	struct dentry *dir;
	char dir_name[48];

	snprintf(dir_name, sizeof(dir_name), "virtio_rtc-%s", name);
	dir = debugfs_create_dir(dir_name, NULL);
	debugfs_create_file("requests", 0400, dir, requestq, &requests_fops);
	debugfs_create_file("answer_times", 0400, dir, requestq,
			    &answer_times_fops);
	debugfs_create_file("alarms", 0400, dir, alarmq, &alarms_fops);

	return dir;
}

void viortc_stats_hide(struct dentry *dir)
{
	debugfs_remove(dir);
}
