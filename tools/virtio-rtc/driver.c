// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this project's driver tells by itself: facts about clocks in sysfs, and
 * statistics in debugfs, for root.  Another driver has neither.
 *
 * Copyright The virtio_rtc contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"

#define DEVICES	"/sys/bus/virtio/devices"
#define DEBUGFS	"/sys/kernel/debug"

static void gather_clock(struct facts *facts, const struct device *device,
			 int id, int ptp)
{
	struct clock *clock;
	char line[32];

	for (clock = facts->clocks; clock < facts->clocks + facts->num_clocks;
	     clock++) {
		if (clock->ptp != ptp)
			continue;
		clock->id = id;
		read_line(line, sizeof(line), DEVICES "/%s/clock%d/rtc",
			  device->name, id);
		if (sscanf(line, "rtc%d", &clock->rtc) != 1)
			clock->rtc = -1;
		read_line(line, sizeof(line), DEVICES "/%s/clock%d/alarm",
			  device->name, id);
		clock->alarm = !strcmp(line, "yes");
		clock->wakes = clock->rtc >= 0 && rtc_wakes(clock->rtc);
		read_line(clock->cross_word, sizeof(clock->cross_word),
			  DEVICES "/%s/clock%d/cross_timestamps", device->name,
			  id);
	}
}

static void gather_clocks(struct facts *facts, const struct device *device)
{
	char line[32];
	int id, ptp;

	for (id = 0; read_line(line, sizeof(line), DEVICES "/%s/clock%d/ptp",
			       device->name, id); id++)
		if (sscanf(line, "ptp%d", &ptp) == 1)
			gather_clock(facts, device, id, ptp);
}

static void gather_statistics(struct device *device, const char *name)
{
	struct statistic *statistic;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), DEBUGFS "/virtio_rtc-%s/%s", device->name,
		 name);
	file = fopen(path, "re");
	if (!file)
		return;
	while (device->num_statistics < MAX_STATISTICS) {
		statistic = &device->statistics[device->num_statistics];
		if (fscanf(file, "%31s %llu", statistic->name,
			   &statistic->value) != 2)
			break;
		device->num_statistics++;
	}
	fclose(file);
}

unsigned long long statistic_of(const struct device *device, const char *name)
{
	int n;

	for (n = 0; n < device->num_statistics; n++)
		if (!strcmp(device->statistics[n].name, name))
			return device->statistics[n].value;

	return 0;
}

void driver_gather(struct facts *facts)
{
	struct device *device;

	for (device = facts->devices;
	     device < facts->devices + facts->num_devices; device++) {
		gather_clocks(facts, device);
		gather_statistics(device, "requests");
		gather_statistics(device, "alarms");
	}
}
