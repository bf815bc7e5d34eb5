// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts and findings for programs.
 *
 * Copyright The virtio_rtc contributors
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "facts.h"

static void string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			printf("\\u%04x", (unsigned char)*text);
		else
			putchar(*text);
	}
	putchar('"');
}

static void member(const char *name, const char *text)
{
	printf("\"%s\": ", name);
	string(text);
}

static const char *boolean(bool value)
{
	return value ? "true" : "false";
}

static void number_or_null(const char *name, int value)
{
	if (value < 0)
		printf("\"%s\": null", name);
	else
		printf("\"%s\": %d", name, value);
}

static void print_reading(const struct reading *reading)
{
	printf("\"reading\": {");
	if (reading->error) {
		member("error", strerror(reading->error));
	} else {
		if (reading->has_offset)
			printf("\"system_offset_ns\": %" PRId64
			       ", \"uncertainty_ns\": %" PRId64
			       ", \"by_cross_timestamp\": %s, ",
			       reading->offset_ns, reading->uncertainty_ns,
			       boolean(reading->crossed));
		printf("\"answer_min_ns\": %" PRId64
		       ", \"answer_median_ns\": %" PRId64
		       ", \"answer_max_ns\": %" PRId64,
		       reading->answer_ns, reading->answer_median_ns,
		       reading->answer_max_ns);
	}
	printf("}");
}

static void print_clock(const struct facts *facts, const struct clock *clock)
{
	char words[256];
	int n;

	printf("{\"ptp\": %d, ", clock->ptp);
	number_or_null("id", clock->id);
	printf(", ");
	number_or_null("type", clock->type);
	printf(", ");
	number_or_null("variant", clock->variant);
	printf(", ");
	member("shows", type_words(clock->type));
	printf(", \"links\": [");
	for (n = 0; n < MAX_LINKS && clock->links[n][0]; n++) {
		printf("%s", n ? ", " : "");
		string(clock->links[n]);
	}
	printf("], ");
	number_or_null("rtc", clock->rtc);
	cross_words(facts, clock, words, sizeof(words));
	printf(", \"alarm\": %s, \"wake_alarm\": %s, \"cross_timestamps\": %s, ",
	       clock->alarm < 0 ? "null" : boolean(clock->alarm),
	       boolean(clock->wakes), boolean(clock->cross == CROSS_YES));
	member("cross_timestamps_reason", words);
	printf(", ");
	print_reading(&clock->reading);
	printf(", \"users\": [");
	for (n = 0; n < clock->num_users; n++) {
		printf("%s{\"pid\": %d, ", n ? ", " : "", clock->users[n].pid);
		member("name", clock->users[n].name);
		printf("}");
	}
	printf("], \"chronyd\": %s, \"phc2sys\": %s}", boolean(clock->chronyd),
	       boolean(clock->phc2sys));
}

static void print_findings(const struct finding *findings, int num)
{
	static const char * const verdicts[] = {
		[GOOD] = "good", [NOTE] = "note", [WRONG] = "wrong",
	};
	int n;

	printf("[");
	for (n = 0; n < num; n++) {
		printf("%s\n{", n ? "," : "");
		member("name", findings[n].name);
		printf(", ");
		member("verdict", verdicts[findings[n].verdict]);
		printf(", ");
		member("text", findings[n].text);
		printf(", ");
		member("remedy", findings[n].remedy);
		printf("}");
	}
	printf("]");
}

void json_facts(const struct facts *facts, const struct finding *findings,
		int num)
{
	const struct device *device;
	bool first;
	int d, n;

	printf("{");
	member("clocksource", facts->clocksource);
	printf(", \"devices\": [");
	for (d = 0; d < facts->num_devices; d++) {
		device = &facts->devices[d];
		printf("%s\n{", d ? "," : "");
		member("name", device->name);
		printf(", ");
		member("transport", device->transport);
		printf(", ");
		member("driver", device->driver);
		printf(", \"alarm_feature\": %s, \"clocks\": [",
		       boolean(device->f_alarm));
		for (n = 0, first = true; n < facts->num_clocks; n++) {
			if (facts->clocks[n].device != d)
				continue;
			printf("%s\n", first ? "" : ",");
			print_clock(facts, &facts->clocks[n]);
			first = false;
		}
		printf("], \"other_rtcs\": [");
		for (n = 0; n < device->num_other_rtcs; n++)
			printf("%s%d", n ? ", " : "", device->other_rtcs[n]);
		printf("], \"statistics\": {");
		for (n = 0; n < device->num_statistics; n++)
			printf("%s\"%s\": %llu", n ? ", " : "",
			       device->statistics[n].name,
			       device->statistics[n].value);
		printf("}}");
	}
	printf("], \"findings\": ");
	print_findings(findings, num);
	printf("}\n");
}

void json_findings(const struct finding *findings, int num)
{
	print_findings(findings, num);
	printf("\n");
}
