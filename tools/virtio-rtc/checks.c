// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guide says to look at, and what to do about it.
 *
 * Copyright The virtio_rtc contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define STATUS_FAILED		0x80
/* An offset that a program which keeps the clock should not leave */
#define FAR_NS			10000000

struct list {
	struct finding *findings;
	int num;
};

static struct finding *add(struct list *list, const char *name,
			   enum verdict verdict, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static struct finding *add(struct list *list, const char *name,
			   enum verdict verdict, const char *format, ...)
{
	struct finding *finding = &list->findings[list->num];
	va_list args;

	/* The last place takes all that would not fit. */
	if (list->num < MAX_FINDINGS - 1)
		list->num++;
	finding->name = name;
	finding->verdict = verdict;
	finding->remedy[0] = '\0';
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);

	return finding;
}

static void remedy(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void remedy(struct finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->remedy, sizeof(finding->remedy), format, args);
	va_end(args);
}

static const struct clock *clock_of(const struct facts *facts, int ptp)
{
	int n;

	for (n = 0; ptp >= 0 && n < facts->num_clocks; n++)
		if (facts->clocks[n].ptp == ptp)
			return &facts->clocks[n];

	return NULL;
}

static bool shows_utc(const struct clock *clock)
{
	return clock->type == TYPE_UTC || clock->type == TYPE_SMEARED ||
	       clock->type == TYPE_MAYBE_SMEARED;
}

static const struct keeper *keeper_of(const struct facts *facts,
				      const char *name)
{
	int n;

	for (n = 0; n < facts->num_keepers; n++)
		if (!strcmp(facts->keepers[n].name, name))
			return &facts->keepers[n];

	return NULL;
}

static int clocks_of(const struct facts *facts, int device)
{
	int n, num = 0;

	for (n = 0; n < facts->num_clocks; n++)
		num += facts->clocks[n].device == device;

	return num;
}

static void check_device(const struct facts *facts, int index,
			 struct list *list)
{
	const struct device *device = &facts->devices[index];

	if (!device->driver[0] && (device->status & STATUS_FAILED) &&
	    !device->version_1) {
		remedy(add(list, "legacy-device", WRONG,
			   "%s is a legacy device, which no driver can use",
			   device->name),
		       "On the host, give QEMU \"-global virtio-mmio.force-legacy=false\".");
	} else if (!device->driver[0] && facts->module_loaded) {
		remedy(add(list, "driver", WRONG,
			   "%s has no driver though virtio_rtc is loaded: it failed or was unbound",
			   device->name),
		       "See \"dmesg | grep virtio_rtc\"; then: echo %s > /sys/bus/virtio/drivers/virtio_rtc/bind",
		       device->name);
	} else if (!device->driver[0]) {
		remedy(add(list, "driver", WRONG,
			   "%s has no driver: virtio_rtc is not loaded",
			   device->name),
		       "Load it: modprobe virtio_rtc.  If there is no such module for kernel %s: apt install linux-headers-%s and then dkms autoinstall, with the package virtio-rtc-dkms, or make && make install",
		       facts->release, facts->release);
	} else if (!clocks_of(facts, index)) {
		remedy(add(list, "clocks", WRONG,
			   "%s has no clock that became a PTP clock",
			   device->name),
		       "See \"dmesg | grep virtio_rtc\" for what the device answered.");
	} else {
		add(list, "device", GOOD, "%s has a driver and %d clock(s)",
		    device->name, clocks_of(facts, index));
	}
}

static void check_statistics(const struct device *device, struct list *list)
{
	unsigned long long timeouts = statistic_of(device, "timeouts");

	if (timeouts)
		remedy(add(list, "timeouts", NOTE,
			   "%s: %llu of %llu requests had no answer in time",
			   device->name, timeouts,
			   statistic_of(device, "requests")),
		       "The host was busy or paused, or the device stopped; see /sys/kernel/debug/virtio_rtc-%s/answer_times.",
		       device->name);
}

static void check_driver(const struct facts *facts, struct list *list)
{
	if (!facts->num_clocks)
		return;
	if (facts->own_module)
		add(list, "driver", GOOD, "the driver is this project's");
	else
		remedy(add(list, "other-driver", NOTE,
			   "the driver is not this project's but the kernel's own"),
		       "It works, with cross-timestamps on Arm only.  %s",
		       facts->built_in ?
		       "It is built in, so no other can take its place." :
		       "To replace it, build and install this project's module.");
}

/* The clock that /dev/ptp_virtio or /dev/ptp_virtio_tai should lead to */
static void check_link(const struct facts *facts, struct list *list,
		       const char *path, bool tai)
{
	const struct clock *target = clock_of(facts, ptp_of_path(path));
	bool wanted = false, used = false;
	const struct clock *clock;
	int n;

	for (n = 0; n < facts->num_clocks; n++) {
		clock = &facts->clocks[n];
		used |= clock->chronyd || clock->phc2sys;
		if (tai ? clock->type != TYPE_TAI : !shows_utc(clock))
			continue;
		wanted = true;
	}
	if (!wanted)
		return;

	if (target && (tai ? target->type == TYPE_TAI : shows_utc(target)))
		add(list, "link", GOOD, "%s leads to ptp%d", path, target->ptp);
	else if (facts->mdev)
		remedy(add(list, "link-missing", used ? NOTE : WRONG,
			   "there is no %s", path),
		       "Put the lines of tools/mdev/virtio-rtc.conf at the beginning of /etc/mdev.conf; then: mdev -s");
	else if (!facts->rules)
		remedy(add(list, "link-missing", used ? NOTE : WRONG,
			   "there is no %s: the udev rules are not installed",
			   path),
		       "Install tools/udev/60-virtio-rtc.rules to /etc/udev/rules.d; then: udevadm control --reload && udevadm trigger --subsystem-match=ptp");
	else
		remedy(add(list, "link-missing", used ? NOTE : WRONG,
			   "%s does not lead to the clock that it is for",
			   path),
		       "udevadm trigger --subsystem-match=ptp");
}

static bool some_clock_may_cross(const struct facts *facts)
{
	int n;

	for (n = 0; n < facts->num_clocks; n++)
		/* The one wants root, the other this project's driver. */
		if (facts->clocks[n].cross_cap ||
		    !strcmp(facts->clocks[n].cross_word, "no-clocksource"))
			return true;

	return false;
}

static bool some_clock_crosses(const struct facts *facts)
{
	int n;

	for (n = 0; n < facts->num_clocks; n++)
		if (facts->clocks[n].cross == CROSS_YES)
			return true;

	return false;
}

/* It matters for cross-timestamps alone. */
static void check_clocksource(const struct facts *facts, struct list *list)
{
	bool is_kvm = !strcmp(facts->clocksource, "kvm-clock");
	struct finding *finding;

	if (!facts->wanted_clocksource || !some_clock_may_cross(facts))
		return;
	/* What is true of the newest kernel may be of an older one, too. */
	if (facts->right_clocksource || some_clock_crosses(facts)) {
		add(list, "clocksource", GOOD,
		    "the system's clock runs on %s", facts->clocksource);
		return;
	}
	/* That is as the host has it, like a device that has none. */
	finding = add(list, "clocksource", is_kvm ? NOTE : WRONG,
		      "the system's clock runs on %s: no cross-timestamps",
		      facts->clocksource);
	/* The kernel chose it since the counter may change its rate, as in a migration. */
	if (is_kvm)
		remedy(finding,
		       "Give the guest an invariant TSC on the host (QEMU: -cpu host,invtsc=on), or run Linux 7.2 or later.");
	else
		remedy(finding,
		       "If \"dmesg | grep -i clocksource\" does not say why %s is not used: echo %s > /sys/devices/system/clocksource/clocksource0/current_clocksource",
		       facts->wanted_clocksource, facts->wanted_clocksource);
}

static void check_cross(const struct facts *facts, const struct clock *clock,
			struct list *list)
{
	char words[256];

	cross_words(facts, clock, words, sizeof(words));
	switch (clock->cross) {
	case CROSS_YES:
		add(list, "cross", GOOD, "ptp%d: cross-timestamps", clock->ptp);
		break;
	case CROSS_NO_DEVICE:
		remedy(add(list, "no-cross", NOTE,
			   "ptp%d: cross-timestamps: %s", clock->ptp, words),
		       "Readings are as exact as the device is quick.  QEMU's own device has no cross-timestamps; vhost-user-rtc has them: with its unit on KVM and x86 by itself, else with --counter=.");
		break;
	case CROSS_FAILED:
		remedy(add(list, "cross-fails", WRONG,
			   "ptp%d: cross-timestamps: %s", clock->ptp, words),
		       "See \"dmesg | grep virtio_rtc\" for the counter values that the device told.");
		break;
	default:
		break;
	}
}

/* A program that sets the system's clock, by this one. */
static bool is_followed(const struct facts *facts, const struct clock *clock)
{
	int n;

	for (n = 0; n < facts->num_refclocks; n++)
		if (facts->refclocks[n].ptp == clock->ptp &&
		    facts->refclocks[n].noselect)
			return clock->phc2sys;

	return clock->chronyd || clock->phc2sys;
}

static void check_reading(const struct facts *facts, const struct clock *clock,
			  struct list *list)
{
	const struct reading *reading = &clock->reading;
	bool used = facts->num_keepers && is_followed(facts, clock);
	int64_t away = llabs(reading->offset_ns);
	char offset[32];

	if (reading->error == EACCES || reading->error == EPERM) {
		remedy(add(list, "not-root", NOTE, "ptp%d may not be read",
			   clock->ptp), "Run this as root.");
		return;
	}
	if (reading->error) {
		/* With EBUSY the driver does not even ask, as the device owes an answer. */
		remedy(add(list, "reading", WRONG, "ptp%d cannot be read: %s",
			   clock->ptp,
			   strerror(reading->error == EBUSY ? ETIMEDOUT :
				    reading->error)),
		       reading->error == ETIMEDOUT || reading->error == EBUSY ?
		       "The device does not answer: look at the host." :
		       "See \"dmesg | grep virtio_rtc\".");
		return;
	}
	/* Nobody need have told the kernel how far TAI is ahead. */
	if (!reading->has_offset || !used ||
	    (clock->type == TYPE_TAI && !facts->tai_offset))
		return;
	time_words(away, offset, sizeof(offset));
	if (away - reading->uncertainty_ns > FAR_NS)
		remedy(add(list, "offset", WRONG,
			   "the system's clock is off by %s from ptp%d, which a program uses",
			   offset, clock->ptp),
		       "chrony: chronyc makestep; linuxptp: give phc2sys -S 0.1.  If both clocks are right, another program sets the system's clock.");
	else
		add(list, "offset", GOOD, "the system's clock is within %s of ptp%d",
		    offset, clock->ptp);
}

/* chrony takes what a PTP clock shows for UTC unless it is told otherwise. */
static void check_refclock(const struct facts *facts,
			   const struct refclock *refclock, struct list *list)
{
	const struct clock *clock = clock_of(facts, refclock->ptp);

	if (!clock) {
		if (refclock->ptp < 0 && strstr(refclock->path, "ptp_virtio"))
			remedy(add(list, "refclock-missing", WRONG,
				   "chrony's configuration names %s, which is not there",
				   refclock->path),
			       "chronyd does not start without it: remove the line or mend the link.");
		return;
	}
	if (clock->type == TYPE_TAI && !refclock->tai)
		remedy(add(list, "tai-as-utc", WRONG,
			   "chrony takes %s for UTC, but it is TAI: %d s wrong",
			   refclock->path, facts->tai_offset ?: 37),
		       "Use /dev/ptp_virtio, or add the option \"tai\", and a line leapsectz or leapseclist if there is none.");
	else if (clock->type != TYPE_TAI && refclock->tai)
		remedy(add(list, "utc-as-tai", WRONG,
			   "chrony takes %s for TAI, but it is not",
			   refclock->path),
		       "Remove the option \"tai\".");
	else if (clock->type == TYPE_MONOTONIC)
		remedy(add(list, "monotonic-as-utc", WRONG,
			   "chrony takes %s for UTC, but it counts from an epoch of its own",
			   refclock->path), "Use /dev/ptp_virtio.");
	if (!facts->leap[0] || facts->leap_ignored)
		return;
	if (clock->type == TYPE_SMEARED)
		remedy(add(list, "smeared-with-leap", WRONG,
			   "chrony inserts leap seconds (%s) that %s smears",
			   facts->leap, refclock->path),
		       "In chrony's configuration add \"leapsecmode ignore\" or remove \"%s\"; restart chronyd.",
		       facts->leap);
	else if (clock->type == TYPE_MAYBE_SMEARED)
		remedy(add(list, "may-smear-with-leap", NOTE,
			   "chrony inserts leap seconds (%s), which is right if %s steps, and wrong if it smears them",
			   facts->leap, refclock->path),
		       "If the host's clock smears: LEAPSECMODE=ignore in /etc/default/virtio-rtc-chrony, or the line \"leapsecmode ignore\" for chrony.");
}

static void check_chrony(const struct facts *facts, struct list *list)
{
	const struct keeper *chronyd = keeper_of(facts, "chronyd");
	bool told = false, open = false;
	int n;

	for (n = 0; n < facts->num_refclocks; n++) {
		check_refclock(facts, &facts->refclocks[n], list);
		told |= !!clock_of(facts, facts->refclocks[n].ptp);
	}
	if (!chronyd || !facts->num_clocks)
		return;

	for (n = 0; n < facts->num_clocks; n++)
		open |= facts->clocks[n].chronyd;
	if (open)
		add(list, "chrony", GOOD, "chronyd uses the device's clocks");
	else if (!told && facts->hands_on)
		add(list, "chrony", GOOD, "chronyd may have the time from phc2sys");
	else if (!told && !facts->root && !facts->chrony_conf)
		remedy(add(list, "not-root", NOTE,
			   "chronyd's configuration may not be read"),
		       "Run this as root.");
	else if (!told && facts->chrony_package)
		remedy(add(list, "chrony-not-told", WRONG,
			   "chronyd runs, but its configuration has none of the device's clocks"),
		       "Is it switched off in /etc/default/virtio-rtc-chrony?  Does /etc/chrony/chrony.conf have \"confdir /etc/chrony/conf.d\", and that folder virtio-rtc.conf?  Then: systemctl restart virtio-rtc-chrony chrony");
	else if (!told)
		remedy(add(list, "chrony-not-told", WRONG,
			   "chronyd runs, but its configuration has none of the device's clocks"),
		       "Install the package virtio-rtc-chrony; or add to the end of /etc/chrony/chrony.conf: refclock PHC /dev/ptp_virtio refid PHCV poll -1 dpoll -1, and: makestep 0.1 -1; then: systemctl restart chrony");
	else if (facts->root)
		remedy(add(list, "chrony-not-open", WRONG,
			   "chronyd is told of a clock but has none open"),
		       "systemctl restart chrony");
}

static void check_phc2sys(const struct facts *facts,
			  const struct keeper *keeper, struct list *list)
{
	const struct clock *clock = clock_of(facts, ptp_of_path(keeper->source));

	if (!clock)
		return;
	/* -O is what the system's clock is ahead of its source. */
	if (clock->type == TYPE_TAI && !keeper->shift)
		remedy(add(list, "tai-as-utc", WRONG,
			   "phc2sys takes %s for UTC, but it is TAI: %d s wrong",
			   keeper->source, facts->tai_offset ?: 37),
		       "Use -s /dev/ptp_virtio, or -O -37.");
	else if (shows_utc(clock) && keeper->shift)
		remedy(add(list, "utc-as-tai", WRONG,
			   "phc2sys shifts %s by %ld s, but it is UTC",
			   keeper->source, keeper->shift), "Use -O 0.");
	else
		add(list, "phc2sys", GOOD, "phc2sys follows ptp%d", clock->ptp);
}

static void check_keepers(const struct facts *facts, struct list *list)
{
	char names[128] = "";
	size_t len;
	int n;

	for (n = 0; n < facts->num_keepers; n++) {
		len = strlen(names);
		snprintf(names + len, sizeof(names) - len, "%s%s (%d)",
			 n ? " and " : "", facts->keepers[n].name,
			 facts->keepers[n].pid);
		if (!strcmp(facts->keepers[n].name, "phc2sys"))
			check_phc2sys(facts, &facts->keepers[n], list);
	}
	if (facts->num_keepers > 1)
		remedy(add(list, "two-masters", WRONG,
			   "more than one program sets the system's clock: %s",
			   names), "Stop all but one.");
	else if (facts->num_keepers == 1)
		add(list, "keeper", GOOD, "%s keeps the system's clock", names);
	else if (facts->num_clocks)
		remedy(add(list, "no-keeper", NOTE,
			   "no program keeps the system's clock"),
		       "Install chrony and the package virtio-rtc-chrony; or chrony, with these lines at the end of its configuration: refclock PHC /dev/ptp_virtio refid PHCV poll -1 dpoll -1, and: makestep 0.1 -1");
}

int checks_run(const struct facts *facts, struct finding findings[MAX_FINDINGS])
{
	struct list list = { .findings = findings };
	int n;

	if (!facts->num_devices && facts->idle_pci_device)
		remedy(add(&list, "transport", WRONG,
			   "there is a virtio RTC device on PCI without virtio's driver"),
		       "modprobe virtio_pci");
	else if (!facts->num_devices)
		remedy(add(&list, "no-device", WRONG,
			   "this machine has no virtio RTC device"),
		       "On the host, give the machine one; for QEMU 11.1 and later: -device virtio-rtc-pci");

	for (n = 0; n < facts->num_devices; n++) {
		check_device(facts, n, &list);
		check_statistics(&facts->devices[n], &list);
	}
	check_driver(facts, &list);
	check_link(facts, &list, "/dev/ptp_virtio", false);
	check_link(facts, &list, "/dev/ptp_virtio_tai", true);
	check_clocksource(facts, &list);
	for (n = 0; n < facts->num_clocks; n++) {
		check_cross(facts, &facts->clocks[n], &list);
		check_reading(facts, &facts->clocks[n], &list);
	}
	check_chrony(facts, &list);
	check_keepers(facts, &list);

	return list.num;
}
