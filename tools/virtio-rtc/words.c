// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The specification's values in words.
 *
 * Copyright The virtio_rtc contributors
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

const char *type_words(int type)
{
	static const char * const words[] = {
		[TYPE_UTC] = "UTC, steps at leap seconds",
		[TYPE_TAI] = "TAI",
		[TYPE_MONOTONIC] = "time since some epoch, never set",
		[TYPE_SMEARED] = "UTC without steps, leap seconds are smeared",
		[TYPE_MAYBE_SMEARED] = "UTC, may step or smear at leap seconds",
	};

	if (type < 0 || (size_t)type >= ARRAY_SIZE(words))
		return "unknown";

	return words[type];
}

const char *variant_words(int variant)
{
	static const char * const words[] = {
		"not said how",
		"from the noon before to the noon after",
		"in the last 1000 s of the day",
	};

	if (variant < 0 || (size_t)variant >= ARRAY_SIZE(words))
		return "unknown";

	return words[variant];
}

void cross_words(const struct facts *facts, const struct clock *clock,
		 char *text, size_t size)
{
	switch (clock->cross) {
	case CROSS_YES:
		snprintf(text, size, "yes");
		return;
	case CROSS_NO_DEVICE:
		if (!strcmp(clock->cross_word, "no-counter")) {
			snprintf(text, size,
				 "no: the driver was built without the counter");
			return;
		}
		snprintf(text, size, "no: the device cannot%s",
			 clock->cross_word[0] ? "" :
			 ", or the clocksource was not right when the driver was loaded");
		return;
	case CROSS_NO_CLOCKSOURCE:
		snprintf(text, size,
			 "no: the system's clock runs on %s, not on %s",
			 facts->clocksource, facts->wanted_clocksource);
		return;
	case CROSS_NO_COUNTER:
		snprintf(text, size, "no: %s has no counter that devices know",
			 facts->machine);
		return;
	case CROSS_FAILED:
		snprintf(text, size, "no: one was tried and failed: %s",
			 strerror(clock->cross_error));
		return;
	case CROSS_UNKNOWN:
		break;
	}
	snprintf(text, size, "unknown: %s", strerror(clock->caps_error));
}

const char *time_words(int64_t ns, char *text, size_t size)
{
	uint64_t abs = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	double value = (double)ns;

	if (abs < 1000)
		snprintf(text, size, "%" PRId64 " ns", ns);
	else if (abs < 1000000)
		snprintf(text, size, "%.3f us", value / 1e3);
	else if (abs < 1000000000)
		snprintf(text, size, "%.3f ms", value / 1e6);
	else
		snprintf(text, size, "%.6f s", value / 1e9);

	return text;
}
