// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the unit tests share.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <kunit/resource.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "../virtio_rtc_sim/faults.h"
#include "support.h"

KUNIT_DEFINE_ACTION_WRAPPER(viortc_test_action_destroy, viortc_sim_destroy,
			    struct viortc_sim *);

struct viortc_sim *viortc_test_create(struct kunit *test,
				      struct viortc_sim_config config)
{
	static unsigned int number;
	struct viortc_sim *sim;
	char name[16];

	if (!config.name) {
		snprintf(name, sizeof(name), "test%u", number++);
		config.name = name;
	}

	sim = viortc_sim_create(&config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sim);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test,
						  viortc_test_action_destroy,
						  sim));

	return sim;
}

struct viortc_sim *viortc_test_plug(struct kunit *test,
				    struct viortc_sim_config config)
{
	struct viortc_sim *sim = viortc_test_create(test, config);

	KUNIT_ASSERT_EQ(test, 0, viortc_sim_plug(sim));

	return sim;
}

void viortc_test_destroy(struct kunit *test, struct viortc_sim *sim)
{
	kunit_release_action(test, viortc_test_action_destroy, sim);
}

void viortc_test_fault(struct kunit *test, struct viortc_sim *sim,
		       const char *spec)
{
	struct viortc_faults faults = {};

	if (spec)
		KUNIT_ASSERT_EQ(test, 0, viortc_faults_add(&faults, spec));

	viortc_sim_set_faults(sim, &faults);
}

static int viortc_test_reader(void *data)
{
	struct viortc_test_reader *reader = data;

	allow_signal(SIGUSR1);
	reader->result = viortc_read(reader->clock, &reader->reading, NULL);
	flush_signals(current);
	complete(&reader->done);

	return 0;
}

static void viortc_test_action_stop(void *data)
{
	struct viortc_test_reader *reader = data;

	kthread_stop_put(reader->task);
}

void viortc_test_read(struct kunit *test, struct viortc_test_reader *reader,
		      struct viortc_clock *clock)
{
	reader->clock = clock;
	init_completion(&reader->done);
	reader->task = kthread_create(viortc_test_reader, reader, "viortc_test");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reader->task);
	get_task_struct(reader->task);
	wake_up_process(reader->task);
	/* Before its memory goes, which was there earlier. */
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, viortc_test_action_stop,
						  reader));
}

int viortc_test_read_result(struct viortc_test_reader *reader)
{
	if (!wait_for_completion_timeout(&reader->done, 60 * HZ))
		return -EBUSY;

	return reader->result;
}
