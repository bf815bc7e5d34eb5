// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What chrony's configuration says about PTP clocks and leap seconds.
 *
 * Copyright The virtio_rtc contributors
 */

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "facts.h"

/* Files may include others; how deep is looked */
#define MAX_DEPTH	4

/* What words end with, for chrony as well */
#define SPACE		" \t\n\v\f\r"

static bool read_file(struct facts *facts, const char *path, int depth);

static void read_pattern(struct facts *facts, const char *pattern, int depth)
{
	glob_t found;
	size_t n;

	if (depth == MAX_DEPTH || glob(pattern, 0, NULL, &found))
		return;
	for (n = 0; n < found.gl_pathc; n++)
		read_file(facts, found.gl_pathv[n], depth + 1);
	globfree(&found);
}

/* refclock PHC PATH[:OPTION...] [OPTION [VALUE]]... */
static void add_refclock(struct facts *facts, char **rest)
{
	struct refclock *refclock;
	char *word;

	word = strtok_r(NULL, SPACE, rest);
	if (!word || strcasecmp(word, "PHC"))
		return;
	word = strtok_r(NULL, SPACE, rest);
	if (!word || facts->num_refclocks == MAX_REFCLOCKS)
		return;

	refclock = &facts->refclocks[facts->num_refclocks++];
	snprintf(refclock->path, sizeof(refclock->path), "%.*s",
		 (int)strcspn(word, ":"), word);
	refclock->ptp = ptp_of_path(refclock->path);
	while ((word = strtok_r(NULL, SPACE, rest))) {
		if (!strcasecmp(word, "tai"))
			refclock->tai = true;
		else if (!strcasecmp(word, "noselect"))
			refclock->noselect = true;
		/* Whose values are names, which may be anything */
		else if (!strcasecmp(word, "refid") || !strcasecmp(word, "lock"))
			strtok_r(NULL, SPACE, rest);
	}
}

static void read_directive(struct facts *facts, char *line, int depth)
{
	char pattern[PATH_MAX];
	char *rest, *word;

	word = strtok_r(line, SPACE, &rest);
	if (!word || strchr("#!%;", word[0]))
		return;
	if (!strcasecmp(word, "refclock")) {
		add_refclock(facts, &rest);
	} else if (!strcasecmp(word, "leapsectz") ||
		   !strcasecmp(word, "leapseclist")) {
		snprintf(facts->leap, sizeof(facts->leap), "%.60s", word);
	} else if (!strcasecmp(word, "leapsecmode")) {
		word = strtok_r(NULL, SPACE, &rest);
		facts->leap_ignored = word && !strcasecmp(word, "ignore");
	} else if (!strcasecmp(word, "include")) {
		word = strtok_r(NULL, SPACE, &rest);
		if (word)
			read_pattern(facts, word, depth);
	} else if (!strcasecmp(word, "confdir")) {
		while ((word = strtok_r(NULL, SPACE, &rest))) {
			snprintf(pattern, sizeof(pattern), "%s/*.conf", word);
			read_pattern(facts, pattern, depth);
		}
	}
}

static bool read_file(struct facts *facts, const char *path, int depth)
{
	char line[2048];
	FILE *file;

	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		read_directive(facts, line, depth);
	fclose(file);

	return true;
}

void chrony_gather(struct facts *facts)
{
	facts->chrony_package = !access("/usr/libexec/virtio-rtc-chrony", X_OK);
	facts->chrony_conf = read_file(facts, "/etc/chrony/chrony.conf", 0) ||
			     read_file(facts, "/etc/chrony.conf", 0);
}
