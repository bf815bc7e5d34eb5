// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's counter, computed from one of the host's.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/virtio_rtc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clocks.h"
#include "counter.h"
#include "counter_source.h"
#include "kvm_counter.h"
#include "base/log.h"
#include "base/macros.h"

/* How often a guest may have its counter looked for again, in ns */
#define SEARCH_EACH	UINT64_C(100000000)

const struct counter counter_none = {
	.type = VIRTIO_RTC_COUNTER_INVALID,
	.watched = KVM_WATCHED_NONE,
};

static const struct guest_counter {
	const char *name;
	const char *same_source;
	uint8_t type;
} guest_counters[] = {
	{ "x86-tsc", "tsc", VIRTIO_RTC_COUNTER_X86_TSC },
	{ "arm-vct", "vct", VIRTIO_RTC_COUNTER_ARM_VCT },
	{ NULL, NULL, 0 },
};

static const struct counter_source *const sources[] = {
	&counter_source_native,
	&counter_source_monotonic,
};

/* A number of up to 64 bits; a negative one is taken modulo 2^64. */
static bool parse_number(const char *text, uint64_t *number)
{
	bool negative = *text == '-';
	char *end;

	text += negative;
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtoull(text, &end, 0);
	if (errno || *end || (negative && *number > (uint64_t)INT64_MAX + 1))
		return false;
	if (negative)
		*number = -*number;
	return true;
}

static bool parse_ratio(const char *text, uint64_t *numerator, uint64_t *denominator)
{
	char part[32];
	const char *slash = strchr(text, '/');

	if (!slash || (size_t)(slash - text) >= sizeof(part) || *text == '-' || slash[1] == '-')
		return false;
	memcpy(part, text, slash - text);
	part[slash - text] = '\0';
	return parse_number(part, numerator) && parse_number(slash + 1, denominator) &&
	       *numerator && *denominator;
}

static bool parse_offset(struct counter *counter, const char *text)
{
	if (strchr(text, '/')) {
		counter->offset_path = text;
		return true;
	}
	return parse_number(text, &counter->offset);
}

static const struct guest_counter *find_guest_counter(const char *name)
{
	const struct guest_counter *g;

	for (g = guest_counters; g->name; g++)
		if (!strcmp(g->name, name))
			return g;
	return NULL;
}

static const struct counter_source *find_source(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sources); i++)
		if (sources[i]->name && !strcmp(sources[i]->name, name))
			return sources[i];
	return NULL;
}

/* The part of a description behind the type, as far as it is understood. */
struct description {
	const struct counter_source *source;
	bool has_offset;
	const char *problem;
	const char *word;	/* with the problem */
};

static void parse_word(struct counter *counter, struct description *d, char **left)
{
	enum { SOURCE, OFFSET, RATIO, KVM, IF_POSSIBLE };
	static char *const keys[] = { "source", "offset", "ratio", "kvm", "if-possible", NULL };
	char *value;
	int key;

	d->word = *left;
	key = getsubopt(left, keys, &value);
	if (key == IF_POSSIBLE) {
		counter->if_possible = true;
		if (value)
			d->problem = "takes no value";
	} else if (key >= 0 && !value) {
		d->problem = "needs a value";
	} else if (key == SOURCE) {
		d->source = find_source(value);
		if (!d->source)
			d->problem = "names no counter that this host has";
	} else if (key == OFFSET) {
		d->has_offset = parse_offset(counter, value);
		if (!d->has_offset)
			d->problem = "is neither a number of 64 bits nor a path";
	} else if (key == KVM) {
		counter->kvm_folder = value;
	} else if (key == RATIO) {
		if (!parse_ratio(value, &counter->numerator, &counter->denominator))
			d->problem = "is not of the form N/D with numbers above 0";
	} else {
		d->problem = "is not known";
	}
}

/* What is missing, or does not fit together, on any host */
static const char *check_whole(struct counter *counter, struct description *d,
			       const struct guest_counter *guest)
{
	if (counter->kvm_folder) {
		if (guest->type != VIRTIO_RTC_COUNTER_X86_TSC || d->has_offset ||
		    counter->denominator)
			return "kvm= is for x86-tsc, and has offset and ratio";
		if (!d->source)
			d->source = find_source("tsc");
		return NULL;
	}
	if (counter->if_possible)
		return "if-possible is for kvm=";
	if (!d->source)
		return "source=, a counter of this host's, is missing";
	if (!d->has_offset)
		return "offset= is missing";
	if (!counter->denominator) {
		if (strcmp(guest->same_source, d->source->name))
			return "ratio= is missing, as source= is another kind of counter";
		counter->numerator = 1;
		counter->denominator = 1;
	}
	return NULL;
}

bool counter_parse(struct counter *counter, char *spec, char *error, size_t error_size)
{
	const struct guest_counter *guest;
	struct description d = { 0 };
	const char *problem;
	char *left;

	*counter = counter_none;
	left = strchrnul(spec, ',');
	if (*left)
		*left++ = '\0';
	guest = find_guest_counter(spec);
	if (!guest) {
		snprintf(error, error_size, "%s is no counter of guests' (x86-tsc, arm-vct)",
			 spec);
		return false;
	}
	while (*left && !d.problem)
		parse_word(counter, &d, &left);
	if (d.problem) {
		snprintf(error, error_size, "%s %s", d.word, d.problem);
		return false;
	}
	problem = check_whole(counter, &d, guest);
	if (!problem) {
		problem = d.source ? d.source->check() : "this host has no tsc";
		if (problem && counter->if_possible) {
			*counter = counter_none;
			counter->if_possible = true;
			counter->lacking = problem;
			return true;
		}
	}
	if (problem) {
		snprintf(error, error_size, "%s", problem);
		return false;
	}
	counter->type = guest->type;
	counter->read = d.source->read;
	return true;
}

/* Finds all of it again; NULL or what is wrong. */
static const char *find_guest(struct counter *counter, struct kvm_counter *found)
{
	const char *problem;

	counter->searched = clocks_now(CLOCK_MONOTONIC);
	kvm_watched_close(&counter->watched);
	problem = kvm_counter_find(counter->kvm_folder, counter->guest, found,
				   &counter->watched);
	if (problem)
		return problem;
	counter->offset = found->offset;
	counter->numerator = found->numerator;
	counter->denominator = found->denominator;
	return NULL;
}

static bool find_logged(struct counter *counter, enum log_level level)
{
	struct kvm_counter found;
	const char *problem = find_guest(counter, &found);

	if (problem)
		log_line(level | LOG_OF_PEER, "no cross-timestamps, process %d in %s: %s",
			 counter->guest, counter->kvm_folder, problem);
	return !problem;
}

bool counter_follow(struct counter *counter)
{
	if (!counter->kvm_folder || kvm_counter_is(&counter->watched, counter->offset))
		return true;
	return clocks_now(CLOCK_MONOTONIC) - counter->searched >= SEARCH_EACH &&
	       find_logged(counter, LOG_LEVEL_WARNING);
}

bool counter_check(struct counter *counter, pid_t guest)
{
	uint64_t host = counter->read(), now;
	struct kvm_counter found;
	const char *problem;

	counter->guest = guest;
	problem = find_guest(counter, &found);
	if (problem) {
		log_error("process %d in %s: %s", guest, counter->kvm_folder, problem);
		return false;
	}
	now = counter_to_guest(counter, host);
	printf("processors %u\noffset %" PRId64 "\nratio %" PRIu64 "/%" PRIu64 "\n",
	       found.processors, (int64_t)found.offset, found.numerator, found.denominator);
	printf("host %" PRIu64 "\nguest %" PRIu64 "\n", host, now);
	/* A counter of 64 bits that has not run for a hundred years is far from its end. */
	if (now >> 63)
		problem = "the guest's counter would be negative";
	else if (found.numerator / found.denominator >= 1000 ||
		 found.denominator / found.numerator >= 1000)
		problem = "the rates are too far apart";
	printf("%s%s\n", problem ? "not plausible: " : "plausible", problem ? problem : "");
	return !problem;
}

bool counter_refresh(struct counter *counter, pid_t guest)
{
	char text[64];
	ssize_t size;
	int fd;

	if (counter->type == VIRTIO_RTC_COUNTER_INVALID)
		return false;
	if (counter->kvm_folder) {
		counter->guest = guest;
		return find_logged(counter, counter->if_possible ? LOG_LEVEL_INFO :
								   LOG_LEVEL_WARNING);
	}
	if (!counter->offset_path)
		return true;
	/* Whoever writes the file must not be able to hold this process up. */
	fd = open(counter->offset_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		log_peer_warning("no cross-timestamps, as %s cannot be opened: %s",
				 counter->offset_path, strerror(errno));
		return false;
	}
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size < 0)
		size = 0;
	text[size] = '\0';
	text[strcspn(text, " \t\r\n")] = '\0';
	if (!parse_number(text, &counter->offset)) {
		log_peer_warning("no cross-timestamps, as %s does not begin with a number",
				 counter->offset_path);
		return false;
	}
	return true;
}

uint64_t counter_to_guest(const struct counter *counter, uint64_t host)
{
	unsigned __int128 product = (unsigned __int128)host * counter->numerator;

	return counter->offset + (uint64_t)(product / counter->denominator);
}
