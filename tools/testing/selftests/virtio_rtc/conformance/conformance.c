// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conformance suite: does a virtio RTC device keep to the specification?
 *
 * A driver that is bound to a device, instead of the one that makes clocks of
 * it, sends it right and wrong messages, and prints in the kernel's log for
 * each rule whether the device keeps to it, as KTAP.  Each test has a device
 * that was reset before.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>

#include "virtio_rtc_compat.h"
#include "conformance.h"

static char only[80];
module_param_string(only, only, sizeof(only), 0644);
MODULE_PARM_DESC(only, "do just those tests whose names have this in them");

/*
 * A leap second does not wait.  Then come those of alarms: one looks at alarms that
 * nobody has set yet.
 */
static const struct conf_test * const conf_suites[] = {
	conf_leap_tests,
	conf_alarm_tests,
	conf_message_tests,
	conf_size_tests,
	conf_clock_tests,
	conf_cross_tests,
};

/* One device after the other: lines of several would be a muddle. */
static DEFINE_MUTEX(conf_mutex);

void conf_fail(struct conf *conf, const char *format, ...)
{
	struct va_format vaf = { .fmt = format };
	va_list args;

	conf->failed = true;
	va_start(args, format);
	vaf.va = &args;
	pr_info("#   %pV\n", &vaf);
	va_end(args);
}

static bool conf_chosen(const struct conf_test *test)
{
	char *word = strim(only);

	return !*word || strstr(test->name, word);
}

/* How many clocks there are, for all tests to know */
static void conf_count_clocks(struct conf *conf)
{
	const struct conf_msg *cfg = conf_find(VIRTIO_RTC_REQ_CFG);
	struct virtio_rtc_resp_cfg *resp = (void *)conf->bufs[0].resp;

	conf_put(&conf->bufs[0], cfg, 0);
	if (conf_expect(conf, cfg, VIRTIO_RTC_S_OK, "to begin with"))
		conf->num_clocks = le16_to_cpu(resp->num_clocks);
}

static void conf_run(struct conf *conf, const struct conf_test *test)
{
	bool alarms = test->features == CONF_WITH_ALARMS ||
		      (test->features == CONF_ALL && conf->alarms_offered);
	int err;

	conf->failed = false;
	conf->skipped = NULL;
	conf->num_clocks = 0;
	if (alarms && !conf->alarms_offered) {
		conf->skipped = "no alarm feature";
		return;
	}

	err = conf_start(conf, alarms);
	if (err) {
		conf_fail(conf, "cannot be taken into use: error %d", err);
		return;
	}

	conf_count_clocks(conf);
	if (!conf->failed)
		test->run(conf);
	conf_stop(conf);
}

static unsigned int conf_run_all(struct conf *conf, bool count)
{
	const struct conf_test *test;
	unsigned int n = 0, i;

	for (i = 0; i < ARRAY_SIZE(conf_suites); i++) {
		for (test = conf_suites[i]; test->name; test++) {
			if (!conf_chosen(test))
				continue;
			n++;
			if (count)
				continue;
			conf_run(conf, test);
			pr_info("%s %u - %s%s%s\n",
				conf->failed ? "not ok" : "ok", n, test->name,
				conf->skipped ? " # SKIP " : "",
				conf->skipped ?: "");
		}
	}

	return n;
}

static void conf_free(struct conf *conf)
{
	conf_leap_forget(conf);
	kfree(conf->notifs);
	kfree(conf->bufs);
	kfree(conf);
}

static struct conf *conf_alloc(struct virtio_device *vdev)
{
	struct conf *conf = kzalloc_obj(*conf);

	if (!conf)
		return NULL;

	conf->vdev = vdev;
	conf->alarms_offered = virtio_has_feature(vdev, VIRTIO_RTC_F_ALARM);
	conf->bufs = kzalloc_objs(*conf->bufs, CONF_NUM_BUFS);
	conf->notifs = kcalloc(CONF_NUM_NOTIFS, CONF_ROOM, GFP_KERNEL);
	if (conf->bufs && conf->notifs)
		return conf;
	conf_free(conf);

	return NULL;
}

static int conf_probe(struct virtio_device *vdev)
{
	struct conf *conf = conf_alloc(vdev);
	int err;

	if (!conf)
		return -ENOMEM;

	vdev->priv = conf;
	mutex_lock(&conf_mutex);
	pr_info("KTAP version 1\n");
	pr_info("1..%u\n", conf_run_all(conf, true));
	conf_run_all(conf, false);
	pr_info("# %s: end of the conformance suite\n", dev_name(&vdev->dev));
	mutex_unlock(&conf_mutex);

	/* The virtio core takes it for one that is in use. */
	err = conf_start(conf, conf->alarms_offered);
	if (err)
		conf_free(conf);

	return err;
}

static void conf_remove(struct virtio_device *vdev)
{
	struct conf *conf = vdev->priv;

	conf_stop(conf);
	conf_free(conf);
}

/* Not in a table for udev: who wants to use a device wants another driver. */
static const struct virtio_device_id conf_id_table[] = {
	{ VIRTIO_ID_CLOCK, VIRTIO_DEV_ANY_ID },
	{ 0 },
};

static const unsigned int conf_feature_table[] = {
	VIRTIO_RTC_F_ALARM,
};

static struct virtio_driver conf_driver = {
	.driver.name = KBUILD_MODNAME,
	.id_table = conf_id_table,
	.feature_table = conf_feature_table,
	.feature_table_size = ARRAY_SIZE(conf_feature_table),
	.probe = conf_probe,
	.remove = conf_remove,
};
module_virtio_driver(conf_driver);

MODULE_DESCRIPTION("Conformance suite for virtio RTC devices");
MODULE_AUTHOR("The virtio_rtc contributors");
MODULE_LICENSE("GPL");
