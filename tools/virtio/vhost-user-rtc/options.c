// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>

#include "control/client.h"
#include "device/clock_names.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/polling.h"
#include "base/service_manager.h"
#include "options.h"

/* An hour; more would be a mistake. */
#define MAX_DELAY_MS	3600000
#define MAX_POLL_US	1000000

static const char *const default_clocks[] = {
	"utc,alarm", "tai", "monotonic", "smeared:noon-linear,alarm",
};

enum {
	OPTION_SOCKET_PATH,
	OPTION_FD,
	OPTION_SOCKET_MODE,
	OPTION_SOCKET_GROUP,
	OPTION_CLOCK,
	OPTION_NO_CLOCKS,
	OPTION_COUNTER,
	OPTION_LEAP_FILE,
	OPTION_START_TIME,
	OPTION_RETAIN_ALARMS,
	OPTION_STATE,
	OPTION_CONTROL_SOCKET,
	OPTION_NO_SANDBOX,
	OPTION_CHECK_COUNTER,
	OPTION_DELAY,
	OPTION_POLL_US,
	OPTION_FAULT,
	OPTION_LOG_LEVEL,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option long_options[] = {
	{ "socket-path", required_argument, NULL, OPTION_SOCKET_PATH },
	{ "fd", required_argument, NULL, OPTION_FD },
	{ "socket-mode", required_argument, NULL, OPTION_SOCKET_MODE },
	{ "socket-group", required_argument, NULL, OPTION_SOCKET_GROUP },
	{ "clock", required_argument, NULL, OPTION_CLOCK },
	{ "no-clocks", no_argument, NULL, OPTION_NO_CLOCKS },
	{ "counter", required_argument, NULL, OPTION_COUNTER },
	{ "leap-file", required_argument, NULL, OPTION_LEAP_FILE },
	{ "start-time", required_argument, NULL, OPTION_START_TIME },
	{ "retain-alarms", required_argument, NULL, OPTION_RETAIN_ALARMS },
	{ "state", required_argument, NULL, OPTION_STATE },
	{ "control-socket", required_argument, NULL, OPTION_CONTROL_SOCKET },
	{ "no-sandbox", no_argument, NULL, OPTION_NO_SANDBOX },
	{ "check-counter", required_argument, NULL, OPTION_CHECK_COUNTER },
	{ "delay", required_argument, NULL, OPTION_DELAY },
	{ "poll-us", required_argument, NULL, OPTION_POLL_US },
	{ "fault", required_argument, NULL, OPTION_FAULT },
	{ "log-level", required_argument, NULL, OPTION_LOG_LEVEL },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

static noreturn void __printf(1, 2) fail(const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_error("%s", text);
	exit(EXIT_FAILURE);
}

/* Ends after something was printed, which has to have arrived. */
static noreturn void finish_output(void)
{
	/* musl writes each line at once, and forgets at the end that it could not. */
	bool failed = ferror(stdout);

	if (fclose(stdout) || failed)
		fail("cannot print: %s", strerror(errno));
	exit(EXIT_SUCCESS);
}

/* Whoever asks for this wants nothing else, whatever the other options say. */
static noreturn void print_capabilities(void)
{
	printf("{\n  \"type\": \"rtc\",\n  \"features\": []\n}\n");
	finish_output();
}

static void print_help(void)
{
	const char *about;
	const char *name;
	unsigned int i;

	printf("Usage: vhost-user-rtc --socket-path=PATH | --fd=FDNUM [OPTION]...\n"
	       "       vhost-user-rtc --control=PATH COMMAND\n"
	       "Gives a virtual machine clocks of this host: a virtio RTC device as a\n"
	       "vhost-user back-end.\n"
	       "\n"
	       "  --socket-path=PATH    listen on this Unix domain socket\n"
	       "  --fd=FDNUM            use this socket, connected or listening\n"
	       "  --socket-mode=MODE    give the socket these permissions, as 0660\n"
	       "  --socket-group=GROUP  and this group\n"
	       "  --print-capabilities  print what this back-end is, as JSON\n"
	       "  --clock=CLOCK[,alarm] add a clock, with an alarm if wanted; in order,\n"
	       "                        any number. CLOCK is one of\n"
	       "                        utc, tai, monotonic, maybe-smeared,\n"
	       "                        smeared:unspecified, smeared:noon-linear,\n"
	       "                        smeared:utc-sls\n"
	       "                        (default: ");
	for (i = 0; i < ARRAY_SIZE(default_clocks); i++)
		printf("%s%s", i ? "\n                        " : "", default_clocks[i]);
	printf(")\n"
	       "  --no-clocks           have none\n"
	       "  --counter=TYPE,source=SOURCE,offset=OFFSET[,ratio=N/D]\n"
	       "                        give cross-timestamps with the guest's counter TYPE\n"
	       "                        (x86-tsc, arm-vct), which is OFFSET + SOURCE * N/D,\n"
	       "                        SOURCE a counter of this host's (tsc, vct, monotonic),\n"
	       "                        OFFSET a number or the path of a file with one\n"
	       "  --counter=x86-tsc,kvm=FOLDER[,if-possible]\n"
	       "                        the same, found by itself in KVM's FOLDER of debugfs\n"
	       "  --leap-file=FILE      take leap seconds from FILE (default: tzdata's, or those\n"
	       "                        built in if they are newer)\n"
	       "  --start-time=TIME     have time run from TIME, as 2016-12-31T23:58:00Z\n"
	       "  --retain-alarms=yes|no|always\n"
	       "                        keep alarms over device resets (default: yes), and\n"
	       "                        for the next guest too (always)\n"
	       "  --state=FILE          keep alarms in FILE, over restarts of this program\n"
	       "  --control-socket=PATH take commands there\n"
	       "  --no-sandbox          give up nothing that is not needed\n"
	       "  --check-counter=PID   say what --counter=x86-tsc,kvm=FOLDER finds of the\n"
	       "                        guest of this process, and end\n"
	       "  --delay=REQUEST[,RESPONSE]\n"
	       "                        wait so many ms before and after handling a request\n"
	       "  --poll-us=N           look for the next request for up to N us before waiting\n"
	       "                        for it, if that pays (default: 0, never)\n"
	       "  --fault=NAME[=VALUE][,type=MESSAGE][,clock=ID][,every=N][,times=N]\n"
	       "                        go wrong, to test drivers; NAME is one of\n");
	for (i = 0; (name = viortc_fault_name(i, &about)); i++)
		printf("                        %-16s %s\n", name, about);
	printf("  --log-level=LEVEL     say what is error, warning, notice, info or debug, and\n"
	       "                        what is more important (default: info)\n"
	       "  --control=PATH COMMAND\n"
	       "                        have the one whose --control-socket is PATH do COMMAND:\n"
	       "                        status [json], events, step CLOCK NS, fault FAULT,\n"
	       "                        no-faults\n"
	       "  --help                print this\n"
	       "  --version             print the version\n"
	       "\n"
	       "See vhost-user-rtc(1).\n");
}

/* A whole number from 0 to @max. */
static bool parse_uint(const char *text, unsigned long max, char **end, unsigned long *number)
{
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtoul(text, end, 10);
	return !errno && *number <= max;
}

static void parse_fd(struct options *o, const char *text)
{
	unsigned long number;
	char *end;

	if (!parse_uint(text, INT32_MAX, &end, &number) || *end)
		fail("--fd=%s is not the number of a file descriptor", text);
	o->fd = number;
}

static void parse_mode(struct options *o, const char *text)
{
	char *end;

	o->access.mode = strtol(text, &end, 8);
	if (!isdigit((unsigned char)*text) || *end || o->access.mode > 0777)
		fail("--socket-mode=%s is not of the form 0660", text);
}

static void parse_group(struct options *o, const char *text)
{
	const struct group *group = getgrnam(text);
	unsigned long number;
	char *end;

	if (group)
		o->access.group = group->gr_gid;
	else if (parse_uint(text, INT32_MAX, &end, &number) && !*end)
		o->access.group = number;
	else
		fail("--socket-group=%s is no group", text);
}

static void add_clock(struct device_config *config, const char *spec)
{
	struct device_clock *clock;

	if (config->num_clocks == UINT16_MAX)
		fail("there cannot be more than %u clocks", UINT16_MAX);
	clock = realloc(config->clock, (config->num_clocks + 1) * sizeof(*clock));
	if (!clock)
		fail("out of memory");
	config->clock = clock;
	if (!clock_names_parse(&clock[config->num_clocks], spec))
		fail("--clock=%s is no clock, see --help", spec);
	config->num_clocks++;
}

static void add_default_clocks(struct device_config *config)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(default_clocks); i++)
		add_clock(config, default_clocks[i]);
}

static void parse_counter(struct options *o, const char *spec)
{
	char error[200];

	/* One that is wanted where there is one, as by the unit, gives way. */
	if (o->counter_spec && !o->config.clocks.counter.if_possible)
		fail("a guest has one counter, but --counter was given twice");
	free(o->counter_spec);
	/* What is left of it, as the path of a file, is used as long as we run. */
	o->counter_spec = strdup(spec);
	if (!o->counter_spec)
		fail("out of memory");
	if (!counter_parse(&o->config.clocks.counter, o->counter_spec, error, sizeof(error)))
		fail("--counter=%s: %s", spec, error);
}

static noreturn void check_counter_of(struct options *o, const char *text)
{
	unsigned long pid;
	char *end;

	if (!o->config.clocks.counter.kvm_folder)
		fail("--check-counter is for --counter=x86-tsc,kvm=FOLDER");
	if (!parse_uint(text, INT32_MAX, &end, &pid) || *end)
		fail("--check-counter=%s is not the number of a process", text);
	if (!counter_check(&o->config.clocks.counter, pid))
		exit(EXIT_FAILURE);
	finish_output();
}

static void parse_delay(struct device_config *config, const char *text)
{
	unsigned long request, response = 0;
	char *end;

	if (!parse_uint(text, MAX_DELAY_MS, &end, &request) ||
	    (*end == ',' && !parse_uint(end + 1, MAX_DELAY_MS, &end, &response)) || *end)
		fail("--delay=%s is not of the form MS[,MS] with numbers up to %u", text,
		     MAX_DELAY_MS);
	config->request_delay = request * UINT64_C(1000000);
	config->response_delay = response * UINT64_C(1000000);
}

static void parse_poll(struct device_config *config, const char *text)
{
	unsigned long us;
	char *end;

	if (!parse_uint(text, MAX_POLL_US, &end, &us) || *end)
		fail("--poll-us=%s is not a number up to %u", text, MAX_POLL_US);
	if (us && us * 1000 < POLLING_LEAST)
		fail("--poll-us=%s is too short to find anything", text);
	config->poll = us * UINT64_C(1000);
}

static void parse_retain(struct device_config *config, const char *text)
{
	static const char *const words[] = {
		[DEVICE_RETAIN_NO] = "no",
		[DEVICE_RETAIN_RESETS] = "yes",
		[DEVICE_RETAIN_ALWAYS] = "always",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(text, words[i]))
			continue;
		config->retain_alarms = i;
		return;
	}
	fail("--retain-alarms=%s is none of yes, no and always", text);
}

static void parse_fault(struct device_config *config, const char *spec)
{
	switch (viortc_faults_add(&config->faults, spec)) {
	case 0:
		return;
	case -ENOENT:
		fail("--fault=%s is of no known name, see --help", spec);
	case -ENOSPC:
		fail("--fault=%s is one too many, there can be %u", spec, VIORTC_FAULTS_MAX);
	default:
		fail("--fault=%s is not of the form that --help shows", spec);
	}
}

/* Whether normalising a date left it as it was: there is no February 30. */
static bool is_date(const struct tm *tm, const struct tm *normal)
{
	return tm->tm_sec == normal->tm_sec && tm->tm_min == normal->tm_min &&
	       tm->tm_hour == normal->tm_hour && tm->tm_mday == normal->tm_mday &&
	       tm->tm_mon == normal->tm_mon && tm->tm_year == normal->tm_year;
}

static void start_at(struct device_config *config, const char *text)
{
	struct tm tm = { 0 };
	struct tm normal;
	const char *end;
	time_t time;

	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	/* A leap second would be the second after it. */
	if (!end || *end || tm.tm_sec > 59)
		fail("--start-time=%s is not of the form YYYY-MM-DDTHH:MM:SSZ", text);
	normal = tm;
	time = timegm(&normal);
	if (!is_date(&tm, &normal))
		fail("--start-time=%s is no date", text);
	/* Readings end in 2554, and the clock is to run for some time. */
	if (time < 0 || normal.tm_year + 1900 >= 2500)
		fail("--start-time=%s is before 1970 or after 2499", text);
	clocks_start_at(&config->clocks, time * UINT64_C(1000000000));
}

static void read_leap_seconds(struct options *o, const char *path)
{
	char error[300];

	o->leap.table = &o->config.clocks.leap;
	o->leap.path = path;
	if (!leap_source_load(&o->leap, error, sizeof(error)))
		fail("%s", error);
}

/* Where front ends come from: what the command line says, or the service manager */
static void find_socket(struct options *o)
{
	int given = service_manager_socket();

	if (o->socket_path && o->fd >= 0)
		fail("--socket-path and --fd exclude each other");
	if (given == -EINVAL)
		fail("the service manager gives several sockets, one is needed");
	if (given >= 0 && (o->socket_path || o->fd >= 0))
		fail("the service manager gives a socket, --socket-path and --fd another");
	if (given >= 0)
		o->fd = given;
	if (!o->socket_path && o->fd < 0)
		fail("one of --socket-path and --fd is needed, see --help");
	if (!o->socket_path && (o->access.mode >= 0 || o->access.group >= 0))
		fail("--socket-mode and --socket-group are for --socket-path");
}

void options_parse(struct options *o, int argc, char **argv)
{
	static const char control[] = "--control=";
	const char *leap_file = NULL;
	const char *start_time = NULL;
	const char *check_counter = NULL;
	bool no_clocks = false;
	int option;
	int i;

	*o = (struct options) {
		.fd = -1,
		.sandbox = true,
		.access = { .mode = -1, .group = -1 },
		.config.retain_alarms = DEVICE_RETAIN_RESETS,
	};
	o->config.clocks.counter = counter_none;

	if (argc > 1 && !strncmp(argv[1], control, strlen(control)))
		exit(client_run(argv[1] + strlen(control), argv + 2));
	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--print-capabilities"))
			print_capabilities();

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) >= 0) {
		switch (option) {
		case OPTION_SOCKET_PATH:
			o->socket_path = optarg;
			break;
		case OPTION_FD:
			parse_fd(o, optarg);
			break;
		case OPTION_SOCKET_MODE:
			parse_mode(o, optarg);
			break;
		case OPTION_SOCKET_GROUP:
			parse_group(o, optarg);
			break;
		case OPTION_CLOCK:
			add_clock(&o->config, optarg);
			break;
		case OPTION_NO_CLOCKS:
			no_clocks = true;
			break;
		case OPTION_COUNTER:
			parse_counter(o, optarg);
			break;
		case OPTION_LEAP_FILE:
			leap_file = optarg;
			break;
		case OPTION_START_TIME:
			start_time = optarg;
			break;
		case OPTION_RETAIN_ALARMS:
			parse_retain(&o->config, optarg);
			break;
		case OPTION_STATE:
			o->state_path = optarg;
			break;
		case OPTION_CONTROL_SOCKET:
			o->control_path = optarg;
			o->config.faults_may_come = true;
			break;
		case OPTION_NO_SANDBOX:
			o->sandbox = false;
			break;
		case OPTION_CHECK_COUNTER:
			check_counter = optarg;
			break;
		case OPTION_DELAY:
			parse_delay(&o->config, optarg);
			break;
		case OPTION_POLL_US:
			parse_poll(&o->config, optarg);
			break;
		case OPTION_FAULT:
			parse_fault(&o->config, optarg);
			break;
		case OPTION_LOG_LEVEL:
			if (!log_set_level(optarg))
				fail("--log-level=%s is no level, see --help", optarg);
			break;
		case OPTION_HELP:
			print_help();
			finish_output();
		case OPTION_VERSION:
			printf("vhost-user-rtc %s\n", VIRTIO_RTC_VERSION);
			finish_output();
		default:
			/* getopt_long() has said what is wrong. */
			exit(EXIT_FAILURE);
		}
	}
	if (optind < argc)
		fail("'%s' is not an option, see --help", argv[optind]);
	/* No other one took its place, and the level is known. */
	if (o->config.clocks.counter.lacking)
		log_info("no cross-timestamps: %s", o->config.clocks.counter.lacking);
	if (check_counter)
		check_counter_of(o, check_counter);
	find_socket(o);
	if (no_clocks && o->config.num_clocks)
		fail("--clock and --no-clocks exclude each other");
	if (!no_clocks && !o->config.num_clocks)
		add_default_clocks(&o->config);
	read_leap_seconds(o, leap_file);
	if (start_time)
		start_at(&o->config, start_time);
}

void options_release(struct options *o)
{
	free(o->config.clock);
	free(o->counter_spec);
}
