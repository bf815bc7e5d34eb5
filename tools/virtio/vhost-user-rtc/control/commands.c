// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands of the control socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <linux/virtio_rtc.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/macros.h"
#include "commands.h"
#include "device/clock_names.h"

static void show_clock(struct control *c, uint16_t id, FILE *answer)
{
	const struct device_clock *clock = &c->config->clock[id];
	uint64_t time;

	fprintf(answer, "clock %u %s %" PRIu64, id, clock_names_of(clock),
		device_reading(c->device, id));
	if (clock->alarm) {
		bool enabled = device_alarm(c->device, id, &time);

		fprintf(answer, " alarm %" PRIu64 " %s", time, enabled ? "on" : "off");
	}
	fputc('\n', answer);
}

static void show_clock_as_json(struct control *c, uint16_t id, FILE *answer)
{
	const struct device_clock *clock = &c->config->clock[id];
	uint64_t time;

	fprintf(answer, "%s\n    { \"id\": %u, \"name\": \"%s\", \"reading\": %" PRIu64,
		id ? "," : "", id, clock_names_of(clock), device_reading(c->device, id));
	if (clock->alarm) {
		bool enabled = device_alarm(c->device, id, &time);

		fprintf(answer, ", \"alarm\": { \"time\": %" PRIu64 ", \"enabled\": %s }", time,
			enabled ? "true" : "false");
	}
	fputs(" }", answer);
}

static void status_as_json(struct control *c, FILE *answer)
{
	const struct device_counters *n = device_counters(c->device);
	uint16_t i;

	fprintf(answer, "{\n  \"connected\": %s,\n",
		vhost_user_is_open(device_session(c->device)) ? "true" : "false");
	fprintf(answer, "  \"requests\": %" PRIu64 ",\n  \"notifications\": %" PRIu64 ",\n",
		n->requests, n->notifications);
	fprintf(answer, "  \"expiries\": %" PRIu64 ",\n  \"resets\": %" PRIu64 ",\n",
		n->expiries, n->resets);
	fputs("  \"clocks\": [", answer);
	for (i = 0; i < c->config->num_clocks; i++)
		show_clock_as_json(c, i, answer);
	fputs("\n  ]\n}\n", answer);
}

static void status(struct control *c, FILE *answer)
{
	const struct device_counters *n = device_counters(c->device);
	uint16_t i;

	fprintf(answer, "connected %s\n",
		vhost_user_is_open(device_session(c->device)) ? "yes" : "no");
	fprintf(answer, "requests %" PRIu64 "\nnotifications %" PRIu64 "\n", n->requests,
		n->notifications);
	fprintf(answer, "expiries %" PRIu64 "\nresets %" PRIu64 "\n", n->expiries, n->resets);
	for (i = 0; i < c->config->num_clocks; i++)
		show_clock(c, i, answer);
}

static void run_status(struct control *c, char *words, FILE *answer)
{
	if (!*words)
		status(c, answer);
	else if (!strcmp(words, "json"))
		status_as_json(c, answer);
	else
		fputs("error: status is followed by json or nothing\n", answer);
}

static bool take_number(char **words, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(*words, &end, 10);
	if (errno || end == *words)
		return false;
	*words = end;
	return true;
}

static void run_step(struct control *c, char *words, FILE *answer)
{
	int64_t id, ns;

	if (!take_number(&words, &id) || !take_number(&words, &ns) || *words) {
		fputs("error: step is followed by a clock and a number of ns\n", answer);
	} else if (id < 0 || id >= c->config->num_clocks) {
		fputs("error: there is no such clock\n", answer);
	} else if (c->config->clock[id].type == VIRTIO_RTC_CLOCK_MONOTONIC) {
		fputs("error: a monotonic clock does not step\n", answer);
	} else {
		log_notice("clock %" PRId64 " steps by %" PRId64 " ns, as was asked for", id, ns);
		device_step(c->device, id, ns);
	}
}

static void run_fault(struct control *c, char *words, FILE *answer)
{
	switch (viortc_faults_add(&c->config->faults, words)) {
	case 0:
		log_notice("fault %s begins, as was asked for", words);
		device_go_wrong(c->device);
		break;
	case -ENOENT:
		fputs("error: there is no such fault\n", answer);
		break;
	case -ENOSPC:
		fputs("error: there are too many faults\n", answer);
		break;
	default:
		fputs("error: that is not how a fault is described\n", answer);
	}
}

static void run_no_faults(struct control *c, char *words, FILE *answer)
{
	(void)words;
	(void)answer;
	c->config->faults = (struct viortc_faults) { 0 };
	log_notice("faults end, as was asked for");
}

/*
 * An alarm may have expired before anybody could ask, in front of this process even, and
 * the guest may sleep until somebody has heard of it.
 */
static void run_events(struct control *c, char *words, FILE *answer)
{
	uint16_t i;

	(void)words;
	for (i = 0; i < c->config->num_clocks; i++)
		if (c->config->clock[i].alarm && device_alarm_waits(c->device, i))
			fprintf(answer, "alarm %u\n", i);
}

static const struct {
	const char *name;
	void (*run)(struct control *c, char *words, FILE *answer);
	bool takes_words;
	bool events;
} commands[] = {
	{ "status", run_status, true, false },
	{ "step", run_step, true, false },
	{ "fault", run_fault, true, false },
	{ "no-faults", run_no_faults, false, false },
	{ "events", run_events, false, true },
};

bool commands_run(struct control *c, char *command, FILE *answer)
{
	size_t size = strcspn(command, " ");
	char *words = command + size;
	size_t i;

	if (*words)
		*words++ = '\0';
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, command))
			continue;
		if (*words && !commands[i].takes_words) {
			fprintf(answer, "error: nothing follows %s\n", command);
			return false;
		}
		commands[i].run(c, words, answer);
		return commands[i].events;
	}
	fputs("error: commands are", answer);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(answer, "%s %s", i ? "," : "", commands[i].name);
	fputc('\n', answer);
	return false;
}
