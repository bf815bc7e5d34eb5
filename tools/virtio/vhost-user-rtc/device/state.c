// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Alarms in a file.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/macros.h"
#include "clock_names.h"
#include "state.h"

static const char title[] = "vhost-user-rtc alarms 1\n";

/* No line is longer. */
#define MAX_LINE	80

/* Long enough to be once for many, and short for one; and how long after a failure */
#define SOON_MS		500
#define AGAIN_MS	5000

struct alarm {
	uint64_t time;
	bool enabled;
	bool rang;
	bool set;
};

static void save_in(struct state *s, unsigned int ms)
{
	const struct itimerspec spec = {
		.it_value = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L },
	};

	timerfd_settime(s->timer.fd, 0, &spec, NULL);
}

static void print_line(const struct state *s, char *line, unsigned int id,
		       const struct alarm *alarm)
{
	snprintf(line, MAX_LINE, "%u %s %" PRIu64 " %s\n", id,
		 clock_names_of(&s->config->clock[id]), alarm->time,
		 alarm->rang ? "rang" : alarm->enabled ? "on" : "off");
}

/* Takes one line; whether it is of an alarm that there can be, as it would be printed. */
static bool take_line(const struct state *s, struct alarm *alarms, const char *line)
{
	char state[5], printed[MAX_LINE];
	struct alarm alarm = { .set = true };
	unsigned int id;

	if (sscanf(line, "%u %*s %" SCNu64 " %4s", &id, &alarm.time, state) != 3)
		return false;
	if (id >= s->config->num_clocks || !s->config->clock[id].alarm || alarms[id].set)
		return false;
	alarm.rang = !strcmp(state, "rang");
	alarm.enabled = alarm.rang || !strcmp(state, "on");
	alarms[id] = alarm;
	print_line(s, printed, id, &alarm);
	return !strcmp(line, printed);
}

/* Whether each alarm is there: nothing else tells that the file has its end. */
static bool is_whole(const struct state *s, const struct alarm *alarms)
{
	uint16_t i;

	for (i = 0; i < s->config->num_clocks; i++)
		if (s->config->clock[i].alarm && !alarms[i].set)
			return false;
	return true;
}

/* Whether all of the file is as it must be. */
static bool take_file(const struct state *s, struct alarm *alarms, FILE *file)
{
	char line[MAX_LINE];

	if (!fgets(line, sizeof(line), file) || strcmp(line, title))
		return false;
	while (fgets(line, sizeof(line), file))
		if (!take_line(s, alarms, line))
			return false;
	return !ferror(file) && is_whole(s, alarms);
}

static void restore(struct state *s, const struct alarm *alarms)
{
	uint16_t i;

	for (i = 0; i < s->config->num_clocks; i++)
		if (alarms[i].set)
			device_restore_alarm(s->device, i, alarms[i].time, alarms[i].enabled,
					     alarms[i].rang);
}

/* A pipe would be waited for, and a device may have no end. */
static FILE *open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	FILE *file;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

static void read_file(struct state *s, struct alarm *alarms)
{
	FILE *file = open_regular(s->path);

	if (!file) {
		if (errno != ENOENT)
			log_warning("%s: %s", s->path, strerror(errno));
		return;
	}
	if (take_file(s, alarms, file))
		restore(s, alarms);
	else
		log_warning("%s has not the alarms of these clocks, and is not used", s->path);
	fclose(file);
}

static bool print_alarms(const struct state *s, FILE *file)
{
	uint16_t i;

	fputs(title, file);
	for (i = 0; i < s->config->num_clocks; i++) {
		struct alarm alarm;
		char line[MAX_LINE];

		if (!s->config->clock[i].alarm)
			continue;
		alarm.enabled = device_alarm(s->device, i, &alarm.time);
		alarm.rang = device_alarm_rang(s->device, i);
		print_line(s, line, i, &alarm);
		fputs(line, file);
	}
	/* What was written in between may have failed as well. */
	return !fflush(file) && !ferror(file);
}

/*
 * Either the old file or the new one is there, whatever happens to this process.  When
 * the machine loses its power it may be a part of the new one, which is told when it is
 * read: to wait for the disk would have guests wait, too.
 */
static int write_file(const struct state *s)
{
	char path[PATH_MAX];
	FILE *file;
	int fd, err = 0;

	if (snprintf(path, sizeof(path), "%s.new", s->path) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		return -errno;
	errno = EIO;
	if (!print_alarms(s, file))
		err = -errno;
	/* Some file systems tell only then that there is no room. */
	if (fclose(file) && !err)
		err = -errno;
	if (!err && rename(path, s->path) < 0)
		err = -errno;
	if (err)
		unlink(path);
	return err;
}

/* What cannot be written is tried again, and said once. */
static void save(struct state *s)
{
	int err = write_file(s);

	s->changed = err;
	if (err && err != s->failed)
		log_warning("alarms are not kept: %s: %s", s->path, strerror(-err));
	s->failed = err;
	if (err)
		save_in(s, AGAIN_MS);
}

static void timer_ready(struct event_source *source, uint32_t events)
{
	struct state *s = container_of(source, struct state, timer);
	uint64_t expirations;

	(void)events;
	if (read(source->fd, &expirations, sizeof(expirations)) > 0 && s->changed)
		save(s);
}

int state_load(struct state *s)
{
	struct alarm *alarms;

	if (!s->path)
		return 0;
	alarms = calloc(s->config->num_clocks + 1, sizeof(*alarms));
	if (!alarms)
		return -ENOMEM;
	read_file(s, alarms);
	free(alarms);
	s->timer.ready = timer_ready;
	s->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (s->timer.fd < 0)
		return -errno;
	return event_loop_add(s->loop, &s->timer, EPOLLIN);
}

void state_changed(struct state *s)
{
	if (!s->path || s->changed)
		return;
	s->changed = true;
	save_in(s, SOON_MS);
}

void state_release(struct state *s)
{
	if (!s->path)
		return;
	if (s->changed)
		save(s);
	event_loop_remove(s->loop, &s->timer);
	close(s->timer.fd);
}
