// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices, clocks, RTCs and links, as sysfs and /dev show them.  No request is
 * sent.
 *
 * Copyright The virtio_rtc contributors
 */

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"

#define VIRTIO_DEVICES	"/sys/bus/virtio/devices"
#define PCI_DEVICES	"/sys/bus/pci/devices"
#define VIRTIO_ID_CLOCK	17

bool read_line(char *text, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	FILE *file;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);

	text[0] = '\0';
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(text, size, file))
		text[0] = '\0';
	fclose(file);
	text[strcspn(text, "\n")] = '\0';

	return true;
}

/* The last part of what a link leads to, or "" */
static void link_name(char *text, size_t size, const char *path)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	const char *name;

	text[0] = '\0';
	if (len < 0)
		return;
	target[len] = '\0';
	name = strrchr(target, '/');
	snprintf(text, size, "%.*s", (int)size - 1, name ? name + 1 : target);
}

/* N of a name PREFIXN, or -1 */
static int number_of(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);
	char *end;
	long n;

	if (strncmp(name, prefix, len) || name[len] < '0' || name[len] > '9')
		return -1;
	n = strtol(name + len, &end, 10);

	return *end || n > INT_MAX ? -1 : (int)n;
}

int ptp_of_path(const char *path)
{
	char real[PATH_MAX];

	if (!realpath(path, real) || strncmp(real, "/dev/", 5))
		return -1;

	return number_of(real + 5, "ptp");
}

static void find_transport(struct device *device)
{
	char path[PATH_MAX], real[PATH_MAX], subsystem[PATH_MAX + 16];

	snprintf(path, sizeof(path), VIRTIO_DEVICES "/%s/..", device->name);
	if (!realpath(path, real))
		return;
	snprintf(subsystem, sizeof(subsystem), "%s/subsystem", real);
	link_name(device->transport, sizeof(device->transport), subsystem);
	/* Devices of virtio-mmio are on the platform bus. */
	if (!strcmp(device->transport, "platform"))
		strcpy(device->transport, "mmio");
}

static void add_device(struct facts *facts, const char *name)
{
	char line[128], path[PATH_MAX];
	struct device *device;

	if (!read_line(line, sizeof(line), VIRTIO_DEVICES "/%s/device", name) ||
	    strtoul(line, NULL, 0) != VIRTIO_ID_CLOCK ||
	    facts->num_devices == MAX_DEVICES)
		return;

	device = &facts->devices[facts->num_devices++];
	snprintf(device->name, sizeof(device->name), "%s", name);
	read_line(line, sizeof(line), VIRTIO_DEVICES "/%s/status", name);
	device->status = strtoul(line, NULL, 0);
	/* A digit a feature, the first one first */
	read_line(line, sizeof(line), VIRTIO_DEVICES "/%s/features", name);
	device->f_alarm = line[0] == '1';
	device->version_1 = strlen(line) > 32 && line[32] == '1';
	snprintf(path, sizeof(path), VIRTIO_DEVICES "/%s/driver", name);
	link_name(device->driver, sizeof(device->driver), path);
	find_transport(device);
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

/* Calls @each with the name of each entry of a folder, in order of numbers. */
static void for_each(const char *path, struct facts *facts,
		     void (*each)(struct facts *facts, const char *name))
{
	struct dirent **entries;
	int num, n;

	num = scandir(path, &entries, NULL, by_number);
	for (n = 0; n < num; n++) {
		if (entries[n]->d_name[0] != '.')
			each(facts, entries[n]->d_name);
		free(entries[n]);
	}
	if (num >= 0)
		free(entries);
}

/* The device that something in /sys/class is below of, or -1 */
static int device_of(const struct facts *facts, const char *path)
{
	char real[PATH_MAX], part[64];
	int n;

	if (!realpath(path, real))
		return -1;
	for (n = 0; n < facts->num_devices; n++) {
		snprintf(part, sizeof(part), "/%s/", facts->devices[n].name);
		if (strstr(real, part))
			return n;
	}

	return -1;
}

static void add_clock(struct facts *facts, const char *name)
{
	char path[PATH_MAX], line[64];
	struct clock *clock;
	int device;

	snprintf(path, sizeof(path), "/sys/class/ptp/%s", name);
	device = device_of(facts, path);
	if (device < 0 || facts->num_clocks == MAX_CLOCKS)
		return;

	clock = &facts->clocks[facts->num_clocks++];
	clock->device = device;
	clock->ptp = number_of(name, "ptp");
	clock->rtc = -1;
	clock->alarm = -1;
	clock->id = -1;
	read_line(line, sizeof(line), "%s/clock_name", path);
	/* The driver of the kernel itself writes a slash instead of a comma. */
	if (sscanf(line, "Virtio PTP type %d, variant %d", &clock->type,
		   &clock->variant) == 2 ||
	    sscanf(line, "Virtio PTP type %d/variant %d", &clock->type,
		   &clock->variant) == 2)
		return;
	clock->type = -1;
	clock->variant = -1;
}

static bool may_have_rtc(const struct clock *clock)
{
	return clock->type == TYPE_UTC || clock->type == TYPE_SMEARED ||
	       clock->type == TYPE_MAYBE_SMEARED;
}

/*
 * The clock that an RTC belongs to.  Names of RTCs end in ".clockM"; PTP clocks
 * are made in the order of M.  Without such a name it is the only clock that can
 * have one, or nobody knows.
 */
static struct clock *clock_of_rtc(struct facts *facts, int device,
				  const char *rtc_name)
{
	const char *id = strstr(rtc_name, ".clock");
	struct clock *clock, *only = NULL;
	int m = 0, candidates = 0;

	for (clock = facts->clocks; clock < facts->clocks + facts->num_clocks;
	     clock++) {
		if (clock->device != device)
			continue;
		if (id && m++ == atoi(id + 6) && may_have_rtc(clock))
			return clock;
		if (may_have_rtc(clock)) {
			only = clock;
			candidates++;
		}
	}

	return candidates == 1 ? only : NULL;
}

bool rtc_wakes(int rtc)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/class/rtc/rtc%d/wakealarm", rtc);

	return !access(path, F_OK);
}

static void add_rtc(struct facts *facts, const char *name)
{
	char path[PATH_MAX], line[128];
	struct device *device;
	struct clock *clock;
	int index;

	snprintf(path, sizeof(path), "/sys/class/rtc/%s", name);
	index = device_of(facts, path);
	if (index < 0)
		return;

	read_line(line, sizeof(line), "%s/name", path);
	clock = clock_of_rtc(facts, index, line);
	if (clock) {
		clock->rtc = number_of(name, "rtc");
		clock->wakes = rtc_wakes(clock->rtc);
		return;
	}

	device = &facts->devices[index];
	if (device->num_other_rtcs < MAX_RTCS)
		device->other_rtcs[device->num_other_rtcs++] =
			number_of(name, "rtc");
}

static void add_link(struct facts *facts, const char *name)
{
	char path[PATH_MAX], target[8];
	struct clock *clock;
	int ptp, n;

	snprintf(path, sizeof(path), "/dev/%s", name);
	if (readlink(path, target, sizeof(target)) < 0)
		return;
	ptp = ptp_of_path(path);
	for (clock = facts->clocks; clock < facts->clocks + facts->num_clocks;
	     clock++) {
		if (clock->ptp != ptp)
			continue;
		for (n = 0; n < MAX_LINKS && clock->links[n][0]; n++)
			;
		if (n < MAX_LINKS)
			snprintf(clock->links[n], sizeof(clock->links[n]),
				 "%.63s", path);
	}
}

/* virtio-pci numbers its devices from 0x1040 on. */
static void look_at_pci(struct facts *facts, const char *name)
{
	char vendor[16], device[16], path[PATH_MAX];

	read_line(vendor, sizeof(vendor), PCI_DEVICES "/%s/vendor", name);
	read_line(device, sizeof(device), PCI_DEVICES "/%s/device", name);
	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver", name);
	if (strtoul(vendor, NULL, 0) == 0x1af4 &&
	    strtoul(device, NULL, 0) == 0x1040 + VIRTIO_ID_CLOCK &&
	    access(path, F_OK))
		facts->idle_pci_device = true;
}

static bool rules_installed(void)
{
	static const char * const places[] = {
		"/etc/udev/rules.d/60-virtio-rtc.rules",
		"/run/udev/rules.d/60-virtio-rtc.rules",
		"/usr/lib/udev/rules.d/60-virtio-rtc.rules",
		"/lib/udev/rules.d/60-virtio-rtc.rules",
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(places); n++)
		if (!access(places[n], F_OK))
			return true;

	return false;
}

void sysfs_gather(struct facts *facts)
{
	for_each(VIRTIO_DEVICES, facts, add_device);
	for_each("/sys/class/ptp", facts, add_clock);
	for_each("/sys/class/rtc", facts, add_rtc);
	for_each("/dev", facts, add_link);
	for_each(PCI_DEVICES, facts, look_at_pci);
	facts->module_loaded = !access("/sys/module/virtio_rtc", F_OK);
	facts->own_module =
		!access("/sys/module/virtio_rtc/parameters/request_timeout_ms",
			F_OK);
	/* Of what is built in there need not be a folder. */
	facts->built_in = !access("/sys/bus/virtio/drivers/virtio_rtc", F_OK) &&
			  access("/sys/module/virtio_rtc/initstate", F_OK);
	facts->module_loaded |= facts->built_in;
	facts->rules = rules_installed();
	facts->mdev = !access("/etc/mdev.conf", F_OK) &&
		      access("/run/udev", F_OK);
}
