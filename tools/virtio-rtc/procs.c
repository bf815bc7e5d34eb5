// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs that have clocks open, and programs that keep the system's clock.
 *
 * Copyright The virtio_rtc contributors
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "facts.h"

/* Arguments of a process, each ended by a NUL */
struct arguments {
	char text[4096];
	size_t size;
};

static void read_arguments(struct arguments *arguments, pid_t pid)
{
	char path[64];
	ssize_t got;
	int fd;

	arguments->size = 0;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	got = read(fd, arguments->text, sizeof(arguments->text) - 1);
	close(fd);
	if (got > 0)
		arguments->size = got;
	arguments->text[arguments->size] = '\0';
}

/* What follows the option @letter, in the same argument or the next, or NULL */
static const char *option(const struct arguments *arguments, char letter)
{
	const char *arg = arguments->text;
	const char *end = arg + arguments->size;

	for (; arg < end; arg += strlen(arg) + 1) {
		if (arg[0] != '-' || arg[1] != letter)
			continue;
		if (arg[2])
			return arg + 2;
		arg += strlen(arg) + 1;
		return arg < end ? arg : "";
	}

	return NULL;
}

static struct keeper *add_keeper(struct facts *facts, pid_t pid,
				 const char *name)
{
	struct keeper *keeper;

	if (facts->num_keepers == MAX_KEEPERS)
		return NULL;
	keeper = &facts->keepers[facts->num_keepers++];
	keeper->pid = pid;
	snprintf(keeper->name, sizeof(keeper->name), "%s", name);

	return keeper;
}

static bool has_keeper(const struct facts *facts, const char *name)
{
	int n;

	for (n = 0; n < facts->num_keepers; n++)
		if (!strcmp(facts->keepers[n].name, name))
			return true;

	return false;
}

static bool is_of_device(const struct facts *facts, const char *path)
{
	int ptp = ptp_of_path(path), n;

	for (n = 0; n < facts->num_clocks; n++)
		if (ptp >= 0 && facts->clocks[n].ptp == ptp)
			return true;

	return false;
}

/* Programs of several processes count once; phc2sys has one each. */
static void look_for_keeper(struct facts *facts, pid_t pid, const char *name)
{
	static const char * const others[] = {
		"systemd-timesyn", "ntpd", "openntpd", "ntp-daemon", "chronyd",
	};
	struct arguments arguments;
	struct keeper *keeper;
	const char *value;
	size_t n;

	read_arguments(&arguments, pid);
	if (!strcmp(name, "phc2sys")) {
		value = option(&arguments, 'c');
		/* Without -c it sets the system's clock. */
		if (value && strcmp(value, "CLOCK_REALTIME"))
			return;
		/* With these it hands samples on to chronyd or ntpd. */
		value = option(&arguments, 'E');
		if (value && (!strcasecmp(value, "ntpshm") ||
			      !strcasecmp(value, "refclock_sock"))) {
			value = option(&arguments, 's');
			facts->hands_on |= value && is_of_device(facts, value);
			return;
		}
		/* With -a it leaves the system's clock alone, unless there is -r. */
		value = option(&arguments, 'a');
		if (value && !strchr(value, 'r') && !option(&arguments, 'r'))
			return;
		keeper = add_keeper(facts, pid, name);
		if (!keeper)
			return;
		value = option(&arguments, 's');
		snprintf(keeper->source, sizeof(keeper->source), "%.60s",
			 value ? value : "");
		value = option(&arguments, 'O');
		keeper->shift = value ? strtol(value, NULL, 10) : 0;
		return;
	}

	for (n = 0; n < ARRAY_SIZE(others); n++) {
		if (strcmp(name, others[n]) || has_keeper(facts, name))
			continue;
		/* chronyd -x and -Q leave the clock alone. */
		if (!strcmp(name, "chronyd") &&
		    (option(&arguments, 'x') || option(&arguments, 'Q')))
			return;
		add_keeper(facts, pid, name);
	}
}

static void add_user(struct clock *clock, pid_t pid, const char *name)
{
	int n;

	for (n = 0; n < clock->num_users; n++)
		if (clock->users[n].pid == pid)
			return;
	if (!strcmp(name, "chronyd"))
		clock->chronyd = true;
	if (!strcmp(name, "phc2sys"))
		clock->phc2sys = true;
	if (clock->num_users == MAX_USERS)
		return;
	clock->users[clock->num_users].pid = pid;
	snprintf(clock->users[clock->num_users++].name,
		 sizeof(clock->users[0].name), "%s", name);
}

static bool is_denied(int err)
{
	return err == EACCES || err == EPERM;
}

/* The files of a process.  Returns false if they may not be looked at. */
static bool look_at_files(struct facts *facts, pid_t pid, const char *name)
{
	char folder[64], path[PATH_MAX], target[64], wanted[32];
	struct dirent *entry;
	bool may = true;
	ssize_t len;
	DIR *dir;
	int n;

	snprintf(folder, sizeof(folder), "/proc/%d/fd", pid);
	dir = opendir(folder);
	if (!dir)
		return !is_denied(errno);
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0) {
			may &= !is_denied(errno);
			continue;
		}
		target[len] = '\0';
		for (n = 0; n < facts->num_clocks; n++) {
			snprintf(wanted, sizeof(wanted), "/dev/ptp%d",
				 facts->clocks[n].ptp);
			if (!strcmp(target, wanted))
				add_user(&facts->clocks[n], pid, name);
		}
	}
	closedir(dir);

	return may;
}

void procs_gather(struct facts *facts)
{
	struct dirent *entry;
	char name[32];
	pid_t pid;
	DIR *dir;

	facts->root = !geteuid();
	dir = opendir("/proc");
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid = atoi(entry->d_name);
		if (pid == getpid() ||
		    !read_line(name, sizeof(name), "/proc/%d/comm", pid))
			continue;
		look_for_keeper(facts, pid, name);
		/* In a container not even root may look at all. */
		if (!look_at_files(facts, pid, name) && !strcmp(name, "chronyd"))
			facts->root = false;
	}
	closedir(dir);
}
