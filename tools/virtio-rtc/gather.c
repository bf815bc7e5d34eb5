// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All facts together, and those of the system's own clock.
 *
 * Copyright The virtio_rtc contributors
 */

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include "facts.h"

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/"

/* From 7.2 on kvm-clock tells the counter that it is made of. */
static bool kvm_clock_is_right(const char *release)
{
	int major, minor;

	return sscanf(release, "%d.%d", &major, &minor) == 2 &&
	       (major > 7 || (major == 7 && minor >= 2));
}

static void gather_system(struct facts *facts)
{
	struct timex timex = { 0 };
	struct utsname uts = { 0 };

	uname(&uts);
	snprintf(facts->release, sizeof(facts->release), "%.63s", uts.release);
	snprintf(facts->machine, sizeof(facts->machine), "%.63s", uts.machine);
	read_line(facts->clocksource, sizeof(facts->clocksource),
		  CLOCKSOURCE "current_clocksource");

	if (!strcmp(uts.machine, "x86_64") || strstr(uts.machine, "86"))
		facts->wanted_clocksource = "tsc";
	else if (!strcmp(uts.machine, "aarch64") ||
		 !strncmp(uts.machine, "arm", 3))
		facts->wanted_clocksource = "arch_sys_counter";
	facts->right_clocksource = facts->wanted_clocksource &&
		(!strcmp(facts->clocksource, facts->wanted_clocksource) ||
		 (!strcmp(facts->clocksource, "kvm-clock") &&
		  kvm_clock_is_right(facts->release)));

	adjtimex(&timex);
	facts->tai_offset = timex.tai;
}

void facts_gather(struct facts *facts, bool quiet)
{
	int n;

	memset(facts, 0, sizeof(*facts));
	gather_system(facts);
	sysfs_gather(facts);
	driver_gather(facts);
	procs_gather(facts);
	chrony_gather(facts);
	for (n = 0; !quiet && n < facts->num_clocks; n++)
		ptp_gather(facts, &facts->clocks[n]);
}
