// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * virtio-rtc: what a guest's virtio RTC devices are, show, and are used for.
 *
 * Copyright The virtio_rtc contributors
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

static const char usage[] =
	"usage: virtio-rtc [--json]\n"
	"       virtio-rtc check [--json]\n"
	"       virtio-rtc watch [--clock=ptpN] [--interval=SECONDS] [--count=N]\n"
	"       virtio-rtc --help | --version\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "clock", required_argument, NULL, 'c' },
	{ "interval", required_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

struct settings {
	const char *command;
	bool json;
	bool for_watch;		/* an option of watch was given */
	int ptp;
	double interval;
	long count;
};

static int bad(const char *what, const char *value)
{
	fprintf(stderr, "virtio-rtc: %s: %s\n%s", what, value, usage);

	return 2;
}

/* Returns a status to end with, or -1. */
static int parse(struct settings *settings, int argc, char **argv)
{
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			settings->json = true;
			break;
		case 'c':
			end = optarg + (strncmp(optarg, "/dev/", 5) ? 0 : 5);
			if (sscanf(end, "ptp%d%c", &settings->ptp, &(char){ 0 }) != 1 ||
			    settings->ptp < 0)
				return bad("no clock's name", optarg);
			settings->for_watch = true;
			break;
		case 'i':
			settings->interval = strtod(optarg, &end);
			if (*end || end == optarg ||
			    !(settings->interval >= 0.01 &&
			      settings->interval <= 86400))
				return bad("no interval from 0.01 to 86400 s",
					   optarg);
			settings->for_watch = true;
			break;
		case 'n':
			settings->count = strtol(optarg, &end, 10);
			if (*end || end == optarg || settings->count < 1)
				return bad("no number from 1 on", optarg);
			settings->for_watch = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			puts("virtio-rtc " VIRTIO_RTC_VERSION);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	settings->command = optind < argc ? argv[optind++] : "show";
	if (optind < argc)
		return bad("one word too many", argv[optind]);

	return -1;
}

static int show(struct facts *facts, bool json)
{
	static struct finding findings[MAX_FINDINGS];
	int num;

	facts_gather(facts, false);
	num = checks_run(facts, findings);
	if (json) {
		json_facts(facts, findings, num);
	} else {
		text_facts(facts);
		text_problems(findings, num);
	}

	return facts->num_devices ? 0 : 1;
}

static int check(struct facts *facts, bool json)
{
	static struct finding findings[MAX_FINDINGS];
	int num, n;

	facts_gather(facts, false);
	num = checks_run(facts, findings);
	(json ? json_findings : text_findings)(findings, num);
	for (n = 0; n < num; n++)
		if (findings[n].verdict == WRONG)
			return 1;

	return 0;
}

int main(int argc, char **argv)
{
	struct settings settings = { .ptp = -1, .interval = 1 };
	static struct facts facts;
	bool watches;
	int status;

	status = parse(&settings, argc, argv);
	if (status >= 0)
		return status;

	watches = !strcmp(settings.command, "watch");
	if (settings.for_watch && !watches)
		return bad("only watch has these options", settings.command);
	if (settings.json && watches)
		return bad("no option of watch", "--json");

	if (watches) {
		facts_gather(&facts, true);
		status = watch(&facts, settings.ptp, settings.interval,
			       settings.count);
	} else if (!strcmp(settings.command, "check")) {
		status = check(&facts, settings.json);
	} else if (!strcmp(settings.command, "show")) {
		status = show(&facts, settings.json);
	} else {
		return bad("no such command", settings.command);
	}
	if (fflush(stdout) || ferror(stdout)) {
		perror("virtio-rtc");
		return 1;
	}

	return status;
}
