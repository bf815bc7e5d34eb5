// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts and findings for people.
 *
 * Copyright The virtio_rtc contributors
 */

#include <stdio.h>
#include <string.h>

#include "facts.h"

static void print_reading(const struct facts *facts, const struct clock *clock)
{
	const struct reading *reading = &clock->reading;
	char a[32], b[32], c[32];

	if (reading->error) {
		printf("    reading           none: %s\n",
		       strerror(reading->error));
		return;
	}
	if (!reading->has_offset)
		printf("    system's clock    not to be compared with this one\n");
	else
		printf("    system's clock    %s %s, +- %s%s\n",
		       time_words(reading->offset_ns < 0 ? -reading->offset_ns :
				  reading->offset_ns, a, sizeof(a)),
		       reading->offset_ns < 0 ? "behind" : "ahead",
		       time_words(reading->uncertainty_ns, b, sizeof(b)),
		       reading->crossed ? " (by a cross-timestamp)" : "");
	if (clock->type == TYPE_TAI && !facts->tai_offset)
		printf("                      (the kernel's offset to TAI is not set)\n");
	printf("    answers take      %s (median; %s to %s)\n",
	       time_words(reading->answer_median_ns, a, sizeof(a)),
	       time_words(reading->answer_ns, b, sizeof(b)),
	       time_words(reading->answer_max_ns, c, sizeof(c)));
}

static const char *alarm_words(const struct clock *clock)
{
	if (clock->wakes)
		return "with an alarm that can wake the system";
	if (clock->alarm > 0)
		return "with an alarm that cannot wake the system";
	if (!clock->alarm)
		return "without an alarm";

	return "without an alarm that could wake the system";
}

static void print_clock(const struct facts *facts, const struct clock *clock)
{
	char words[256];
	int n;

	printf("  /dev/ptp%d\n", clock->ptp);
	printf("    shows             %s (type %d", type_words(clock->type),
	       clock->type);
	if (clock->type == TYPE_SMEARED)
		printf(", variant %d: %s", clock->variant,
		       variant_words(clock->variant));
	printf(")\n    links             %s", clock->links[0][0] ? "" : "none");
	for (n = 0; n < MAX_LINKS && clock->links[n][0]; n++)
		printf("%s%s", n ? ", " : "", clock->links[n]);
	printf("\n    RTC               ");
	if (clock->rtc < 0)
		printf("none\n");
	else
		printf("/dev/rtc%d, %s\n", clock->rtc, alarm_words(clock));
	cross_words(facts, clock, words, sizeof(words));
	printf("    cross-timestamps  %s\n", words);
	print_reading(facts, clock);
	printf("    used by           %s", clock->num_users ? "" :
	       facts->root ? "nobody" : "nobody that you may see");
	for (n = 0; n < clock->num_users; n++)
		printf("%s%s (%d)", n ? ", " : "", clock->users[n].name,
		       clock->users[n].pid);
	printf("\n");
}

static void print_statistics(const struct device *device)
{
	if (!device->num_statistics)
		return;
	printf("  since the driver was bound\n");
	printf("    requests          %llu, %llu without an answer in time\n",
	       statistic_of(device, "requests"),
	       statistic_of(device, "timeouts"));
	printf("    answers           %llu with status OK, %llu too late\n",
	       statistic_of(device, "answers_ok"),
	       statistic_of(device, "late_answers"));
	printf("    alarms            %llu\n", statistic_of(device, "alarms"));
}

void text_facts(const struct facts *facts)
{
	const struct device *device;
	int d, n;

	if (!facts->num_devices)
		printf("No virtio RTC device.\n");
	for (d = 0; d < facts->num_devices; d++) {
		device = &facts->devices[d];
		printf("%s: %s, %s%s\n", device->name,
		       device->transport[0] ? device->transport : "?",
		       device->driver[0] ? "driver " : "no driver",
		       device->driver);
		for (n = 0; n < facts->num_clocks; n++)
			if (facts->clocks[n].device == d)
				print_clock(facts, &facts->clocks[n]);
		print_statistics(device);
		for (n = 0; n < device->num_other_rtcs; n++)
			printf("  /dev/rtc%d, of a clock that cannot be told\n",
			       device->other_rtcs[n]);
	}
}

static void print_finding(const struct finding *finding)
{
	static const char * const marks[] = {
		[GOOD] = "good ", [NOTE] = "note ", [WRONG] = "WRONG",
	};

	printf("%s  %s [%s]\n", marks[finding->verdict], finding->text,
	       finding->name);
}

void text_findings(const struct finding *findings, int num)
{
	int n;

	for (n = 0; n < num; n++) {
		print_finding(&findings[n]);
		if (findings[n].remedy[0])
			printf("       -> %s\n", findings[n].remedy);
	}
}

void text_problems(const struct finding *findings, int num)
{
	bool any = false;
	int n;

	for (n = 0; n < num; n++) {
		if (findings[n].verdict == GOOD)
			continue;
		if (!any)
			printf("\n");
		any = true;
		print_finding(&findings[n]);
	}
	if (any)
		printf("What to do about it, \"virtio-rtc check\" says.\n");
}
