// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clocks as users write them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/virtio_rtc.h>
#include <string.h>

#include "clock_names.h"
#include "device_time.h"
#include "base/macros.h"

static const struct {
	const char *name;
	struct device_clock clock;
} names[] = {
	{ "utc", {
		.type = VIRTIO_RTC_CLOCK_UTC,
		.scale = { .leap = LEAP_UTC },
	} },
	{ "tai", {
		.type = VIRTIO_RTC_CLOCK_TAI,
		.scale = { .leap = LEAP_TAI },
	} },
	{ "monotonic", {
		.type = VIRTIO_RTC_CLOCK_MONOTONIC,
		.scale = { .monotonic = true },
	} },
	/* Not to say which formula is used leaves the choice to us. */
	{ "smeared:unspecified", {
		.type = VIRTIO_RTC_CLOCK_UTC_SMEARED,
		.smearing = VIRTIO_RTC_SMEAR_UNSPECIFIED,
		.scale = { .leap = LEAP_NOON_LINEAR },
	} },
	{ "smeared:noon-linear", {
		.type = VIRTIO_RTC_CLOCK_UTC_SMEARED,
		.smearing = VIRTIO_RTC_SMEAR_NOON_LINEAR,
		.scale = { .leap = LEAP_NOON_LINEAR },
	} },
	{ "smeared:utc-sls", {
		.type = VIRTIO_RTC_CLOCK_UTC_SMEARED,
		.smearing = VIRTIO_RTC_SMEAR_UTC_SLS,
		.scale = { .leap = LEAP_UTC_SLS },
	} },
	{ "maybe-smeared", {
		.type = VIRTIO_RTC_CLOCK_UTC_MAYBE_SMEARED,
		.scale = { .leap = LEAP_UTC },
	} },
};

bool clock_names_parse(struct device_clock *clock, const char *spec)
{
	size_t size = strcspn(spec, ",");
	size_t i;

	if (spec[size] && strcmp(spec + size, ",alarm"))
		return false;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i].name) != size || memcmp(names[i].name, spec, size))
			continue;
		*clock = names[i].clock;
		clock->alarm = spec[size];
		return true;
	}
	return false;
}

const char *clock_names_of(const struct device_clock *clock)
{
	size_t i = 0;

	while (names[i].clock.type != clock->type || names[i].clock.smearing != clock->smearing)
		i++;
	return names[i].name;
}
