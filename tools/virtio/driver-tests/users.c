// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The PTP and the RTC core, and who uses them: what is registered is used, and what
 * comes back is checked.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "world.h"

struct ptp_clock {
	struct device dev;
	struct ptp_clock_info *info;
	unsigned int users;
	bool gone;
};

static struct ptp_clock *ptps[NUM_CLOCKS];
static struct rtc_device *rtcs[NUM_CLOCKS];

static int last_result;

/* How often each RTC was told of an alarm */
static unsigned int rung[NUM_CLOCKS];

/* The system's clock runs on the counter, or what it runs on is this one. */
static unsigned int counter_turned, times_turned;

void users_init(void)
{
	unsigned int i;

	for (i = 0; i < NUM_CLOCKS; i++)
		BUG_ON(ptps[i] || rtcs[i]);
	memset(rung, 0, sizeof(rung));
	counter_turned = 0;
}

void users_turn_counter(unsigned int how)
{
	counter_turned = how;
	times_turned++;
}

/* Time */

u64 ktime_get_real_ns(void)
{
	return shim_now() + 1700000000ull * NSEC_PER_SEC;
}

void ktime_get_snapshot_id(clockid_t clock_id, struct system_time_snapshot *snapshot)
{
	u64 now = shim_now();

	*snapshot = (struct system_time_snapshot){
		.cycles = now * 2,
		.hw_cycles = now * 3,
		.systime = now + 1700000000ull * NSEC_PER_SEC,
		.monoraw = now,
		.cs_id = counter_turned & 1 ? CSID_GENERIC : CSID_X86_TSC,
		.hw_csid = counter_turned & 2 ? CSID_X86_TSC : CSID_GENERIC,
		.clock_was_set_seq = counter_turned >> 4,
		.cs_was_changed_seq = counter_turned & 3,
		.valid = !(counter_turned & 4),
	};
	/* One that stands still, or is set back now and then */
	if (counter_turned & 0x80)
		snapshot->cycles = 0;
	if (counter_turned & 8)
		snapshot->systime = -(u64)snapshot->systime;
}

void rtc_time64_to_tm(s64 time, struct rtc_time *tm)
{
	time_t seconds = time;
	struct tm broken;

	gmtime_r(&seconds, &broken);
	*tm = (struct rtc_time){
		broken.tm_sec, broken.tm_min, broken.tm_hour, broken.tm_mday,
		broken.tm_mon, broken.tm_year, broken.tm_wday, broken.tm_yday, 0,
	};
}

s64 rtc_tm_to_time64(struct rtc_time *tm)
{
	struct tm broken = {
		.tm_sec = tm->tm_sec, .tm_min = tm->tm_min, .tm_hour = tm->tm_hour,
		.tm_mday = tm->tm_mday, .tm_mon = tm->tm_mon, .tm_year = tm->tm_year,
	};

	return timegm(&broken);
}

/* What the driver may answer, at any time: the list in virtio_rtc_internal.h. */
static void check_result(int result)
{
	switch (result) {
	case 0:
	case -EOPNOTSUPP:
	case -ENODEV:
	case -EINVAL:
	case -EIO:
	case -EPROTO:
	case -ENOMEM:
	case -ETIMEDOUT:
	case -ERESTARTSYS:
	case -EAGAIN:
	case -EBUSY:
		return;
	}
	BUG();
}

/* PTP */

struct ptp_clock *ptp_clock_register(struct ptp_clock_info *info, struct device *parent)
{
	struct ptp_clock *ptp;
	unsigned int i;

	for (i = 0; i < NUM_CLOCKS && ptps[i]; i++)
		;
	if (i == NUM_CLOCKS)
		return NULL;
	ptp = kzalloc_obj(*ptp);
	if (!ptp)
		return ERR_PTR(-ENOMEM);
	device_initialize(&ptp->dev);
	ptp->info = info;
	ptps[i] = ptp;
	return ptp;
}

int ptp_clock_index(struct ptp_clock *ptp)
{
	int i;

	for (i = 0; i < NUM_CLOCKS; i++)
		if (ptps[i] == ptp)
			return i;
	BUG();
}

/* Nobody looks for another one. */
struct device *device_find_child_by_name(struct device *parent, const char *name)
{
	unsigned int i;

	BUG_ON(sscanf(name, "ptp%u", &i) != 1 || i >= NUM_CLOCKS);
	return ptps[i] ? get_device(&ptps[i]->dev) : NULL;
}

int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp[])
{
	might_sleep();
	shim_point();
	kobj->is_told = true;
	return 0;
}

int ptp_clock_unregister(struct ptp_clock *ptp)
{
	unsigned int i;

	ptp->gone = true;
	while (ptp->users)
		shim_sleep(ptp, SHIM_NO_TIMEOUT, false);
	for (i = 0; i < NUM_CLOCKS; i++)
		if (ptps[i] == ptp)
			ptps[i] = NULL;
	BUG_ON(ptp->dev.references != 1);
	shim_free(ptp);
	return 0;
}

static struct ptp_clock *get_ptp(unsigned long index)
{
	struct ptp_clock *ptp = ptps[index % NUM_CLOCKS];

	if (!ptp || ptp->gone)
		return NULL;
	ptp->users++;
	return ptp;
}

static void put_ptp(struct ptp_clock *ptp)
{
	if (!--ptp->users)
		shim_wake(ptp);
}

unsigned int users_count(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < NUM_CLOCKS; i++)
		count += !!ptps[i];
	return count;
}

int users_result(void)
{
	return last_result;
}

void user_read(unsigned long index)
{
	struct ptp_clock *ptp = get_ptp(index);
	struct ptp_system_timestamp sts = { 0 };
	struct timespec64 ts;
	u64 began = shim_now();
	int err;

	last_result = -ENODEV;
	if (!ptp)
		return;
	err = ptp->info->gettimex64(ptp->info, &ts, index & 16 ? NULL : &sts);
	check_result(err);
	if (!err) {
		BUG_ON(ts.tv_nsec >= NSEC_PER_SEC || ts.tv_nsec < 0 || ts.tv_sec < 0);
		BUG_ON(!(index & 16) && (sts.pre < began || sts.post < sts.pre ||
					 sts.post > shim_now()));
	}
	last_result = err;
	put_ptp(ptp);
}

void user_cross(unsigned long index)
{
	struct system_device_crosststamp cts = { .clock_id = CLOCK_REALTIME };
	struct ptp_clock *ptp = get_ptp(index);
	unsigned int turned = times_turned;
	s64 began = ktime_get_real_ns();
	int err;

	if (!ptp)
		return;
	if (ptp->info->getcrosststamp) {
		err = ptp->info->getcrosststamp(ptp->info, &cts);
		if (err != -ERANGE && err != -EOVERFLOW)
			check_result(err);
		/*
		 * A device can say what it likes, but not when it was asked.  What the clock
		 * was turned to and back meanwhile is another matter.
		 */
		if (!err && turned == times_turned && !(counter_turned & 0x88))
			BUG_ON(cts.sys_systime < began ||
			       cts.sys_systime > (s64)ktime_get_real_ns());
		BUG_ON(!err && cts.device < 0);
	}
	put_ptp(ptp);
}

void user_refused(unsigned long index)
{
	struct ptp_clock *ptp = get_ptp(index);
	struct timespec64 ts = { 0 };

	if (!ptp)
		return;
	BUG_ON(ptp->info->settime64(ptp->info, &ts) != -EOPNOTSUPP ||
	       ptp->info->adjtime(ptp->info, 1) != -EOPNOTSUPP ||
	       ptp->info->adjfine(ptp->info, 1) != -EOPNOTSUPP ||
	       ptp->info->enable(ptp->info, NULL, 1) != -EOPNOTSUPP);
	put_ptp(ptp);
}

/* RTC */

static int rtc_read_time(struct rtc_device *rtc)
{
	struct rtc_time tm;

	if (!rtc->ops)
		return -ENODEV;
	return rtc->ops->read_time(rtc->dev.parent, &tm);
}

/* The next alarm is set, or there is none, as the numbers of the features say. */
static void rtc_do_irq_work(struct work_struct *work)
{
	struct rtc_device *rtc = container_of(work, struct rtc_device, irqwork);

	mutex_lock(&rtc->ops_lock);
	if (!rtc_read_time(rtc)) {
		if (rtc->ops && rtc->features[0] & 1UL << RTC_FEATURE_ALARM)
			rtc->ops->alarm_irq_enable(rtc->dev.parent, false);
		pm_relax(rtc->dev.parent);
	}
	mutex_unlock(&rtc->ops_lock);
}

void rtc_update_irq(struct rtc_device *rtc, unsigned long num, unsigned long events)
{
	unsigned int i;

	for (i = 0; i < NUM_CLOCKS; i++)
		rung[i] += rtcs[i] == rtc;
	pm_stay_awake(rtc->dev.parent);
	schedule_work(&rtc->irqwork);
}

unsigned int users_rung(unsigned int index)
{
	return rung[index];
}

static void rtc_release(struct device *dev)
{
	struct rtc_device *rtc = container_of(dev, struct rtc_device, dev);

	shim_cancel_work(&rtc->irqwork);
	shim_free(rtc);
}

static void rtc_put(void *data)
{
	struct rtc_device *rtc = data;

	put_device(&rtc->dev);
}

struct rtc_device *devm_rtc_allocate_device(struct device *dev)
{
	struct rtc_device *rtc = kzalloc_obj(*rtc);

	if (!rtc)
		return ERR_PTR(-ENOMEM);
	device_initialize(&rtc->dev);
	rtc->dev.parent = dev;
	rtc->dev.release = rtc_release;
	rtc->features[0] = 1UL << RTC_FEATURE_ALARM | 1UL << RTC_FEATURE_UPDATE_INTERRUPT;
	mutex_init(&rtc->ops_lock);
	INIT_WORK(&rtc->irqwork, rtc_do_irq_work);
	if (shim_add_resource(dev, rtc_put, rtc)) {
		rtc_put(rtc);
		return ERR_PTR(-ENOMEM);
	}
	return rtc;
}

static const struct attribute_group *rtc_files[] = { NULL };

static void rtc_unregister(void *data)
{
	struct rtc_device *rtc = data;
	unsigned int i;

	/* The RTC core would wait for who reads a file, and he for the lock. */
	BUG_ON(rtc->dev.groups);
	rtc->dev.added = false;
	mutex_lock(&rtc->ops_lock);
	for (i = 0; i < NUM_CLOCKS; i++)
		if (rtcs[i] == rtc)
			rtcs[i] = NULL;
	rtc->ops = NULL;
	mutex_unlock(&rtc->ops_lock);
}

int devm_rtc_register_device(struct rtc_device *rtc)
{
	struct rtc_wkalrm alarm;
	unsigned int i;

	mutex_lock(&rtc->ops_lock);
	rtc_read_time(rtc);
	rtc->ops->read_alarm(rtc->dev.parent, &alarm);
	mutex_unlock(&rtc->ops_lock);
	for (i = 0; i < NUM_CLOCKS && rtcs[i]; i++)
		;
	if (i < NUM_CLOCKS)
		rtcs[i] = rtc;
	/* The first one is what the system's clock is set by. */
	rtc_read_time(rtc);
	if (shim_add_resource(rtc->dev.parent, rtc_unregister, rtc)) {
		rtc_unregister(rtc);
		return -ENOMEM;
	}
	rtc->dev.groups = rtc_files;
	rtc->dev.added = true;
	return 0;
}

static int use_rtc(struct rtc_device *rtc, unsigned int how)
{
	const struct rtc_class_ops *ops = rtc->ops;
	struct device *parent = rtc->dev.parent;
	struct rtc_wkalrm alarm = { .enabled = how & 8 };
	struct rtc_param param = { 0 };
	int err;

	if ((how & 7) - 1u < 3 && !(rtc->features[0] & 1UL << RTC_FEATURE_ALARM))
		return -EINVAL;
	switch (how & 7) {
	case 0:
		return rtc_read_time(rtc);
	case 1:
		return ops->read_alarm(parent, &alarm);
	case 2:
		rtc_time64_to_tm(how * 1000000ll, &alarm.time);
		return ops->set_alarm(parent, &alarm);
	case 3:
		return ops->alarm_irq_enable(parent, how & 8);
	case 4:
		return ops->ioctl ? ops->ioctl(parent, 0, 0) : -EINVAL;
	case 5:
		return ops->param_get ? ops->param_get(parent, &param) : -EINVAL;
	case 6:
		return ops->param_set ? ops->param_set(parent, &param) : -EINVAL;
	default:
		err = ops->set_time ? ops->set_time(parent, &alarm.time) : -EINVAL;
		BUG_ON(!err);
		return err;
	}
}

/* A file is opened, then used, be the RTC there or not, and closed. */
void user_rtc(unsigned long what)
{
	struct rtc_device *rtc = rtcs[what % NUM_CLOCKS];
	unsigned int i;

	if (!rtc)
		return;
	get_device(&rtc->dev);
	for (i = 0; i < 2; i++) {
		shim_point();
		mutex_lock(&rtc->ops_lock);
		if (rtc->ops)
			check_result(use_rtc(rtc, what / NUM_CLOCKS + 1 - i));
		mutex_unlock(&rtc->ops_lock);
	}
	put_device(&rtc->dev);
}
