// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the table of leap seconds comes from, and the watch over it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/macros.h"
#include "leap_file.h"
#include "leap_source.h"

static const char *file_of(const struct leap_source *s)
{
	return s->path ? s->path : LEAP_FILE_SYSTEM;
}

/* Reads the table; for that of the system stands what is built in, where that is newer. */
static int read_table(const struct leap_source *s, struct leap_table *table, char *error,
		      size_t error_size)
{
	int err = leap_file_read(table, file_of(s), error, error_size);

	if (!err && !s->path && table->expires && table->expires < leap_builtin.expires)
		*table = leap_builtin;
	return err;
}

static bool has_expired(const struct leap_table *table)
{
	struct timespec now;

	/* Not time(), which may be a tick behind the timer. */
	clock_gettime(CLOCK_REALTIME, &now);
	return table->expires && (uint64_t)now.tv_sec >= table->expires;
}

static void log_expiry(const struct leap_source *s)
{
	if (has_expired(s->table))
		log_warning("the table of leap seconds has expired, later ones are not known");
	else if (!s->table->expires)
		log_warning("%s does not say when it expires (#@), it may lack leap seconds",
			    file_of(s));
}

bool leap_source_load(struct leap_source *s, char *error, size_t error_size)
{
	int err = read_table(s, s->table, error, error_size);

	if (err && s->path)
		return false;
	if (err && err != -ENOENT)
		log_warning("%s: what is built in is used instead", error);
	if (err)
		*s->table = leap_builtin;
	log_expiry(s);
	return true;
}

/* Sets the timer for the end of the table's validity, if that is to come. */
static void arm_expiry(struct leap_source *s)
{
	struct itimerspec spec = { 0 };

	if (s->table->expires && !has_expired(s->table))
		spec.it_value.tv_sec = s->table->expires;
	timerfd_settime(s->expiry.fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void expiry_ready(struct event_source *source, uint32_t events)
{
	struct leap_source *s = container_of(source, struct leap_source, expiry);
	uint64_t expirations;

	(void)events;
	if (read(source->fd, &expirations, sizeof(expirations)) < 0)
		return;
	/* The newer file may be there although nothing told so. */
	leap_source_reload(s);
	arm_expiry(s);
	if (has_expired(s->table))
		log_expiry(s);
}

static bool same_table(const struct leap_table *a, const struct leap_table *b)
{
	unsigned int i;

	for (i = 0; i < a->num && i < b->num; i++)
		if (a->second[i].boundary != b->second[i].boundary ||
		    a->second[i].offset != b->second[i].offset)
			return false;
	return a->num == b->num && a->expires == b->expires;
}

void leap_source_reload(struct leap_source *s)
{
	struct leap_table table;
	char error[300];
	int err;

	err = read_table(s, &table, error, sizeof(error));
	if (err) {
		/* A machine without tzdata is no news. */
		if (s->path || err != -ENOENT)
			log_warning("%s: the leap seconds stay as they are", error);
		return;
	}
	if (same_table(&table, s->table))
		return;
	*s->table = table;
	log_notice("the table of leap seconds has changed, there are %u now", table.num);
	log_expiry(s);
	arm_expiry(s);
	if (s->changed)
		s->changed(s->priv);
}

/* A new file is moved to its place, or written there. */
static void watch_ready(struct event_source *source, uint32_t events)
{
	struct leap_source *s = container_of(source, struct leap_source, watch);
	union {
		struct inotify_event event;
		char bytes[4096];
	} buffer;
	bool changed = false;
	ssize_t size, at;

	(void)events;
	while ((size = read(source->fd, &buffer, sizeof(buffer))) > 0) {
		for (at = 0; at < size; ) {
			const struct inotify_event *e = (const void *)(buffer.bytes + at);

			changed |= e->mask & IN_Q_OVERFLOW || (e->len && !strcmp(e->name, s->name));
			at += sizeof(*e) + e->len;
		}
	}
	if (changed)
		leap_source_reload(s);
}

/* The file's folder is watched, as files are replaced and not written. */
static int watch_folder(struct leap_source *s)
{
	const char *path = file_of(s);
	const char *slash = strrchr(path, '/');
	char *folder;
	int err = 0;

	s->name = slash ? slash + 1 : path;
	folder = slash ? strndup(path, slash - path + 1) : strdup(".");
	if (!folder)
		return -ENOMEM;
	if (inotify_add_watch(s->watch.fd, folder, IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
		err = -errno;
	free(folder);
	return err;
}

static void begin_watch(struct leap_source *s)
{
	int err = 0;

	s->watch.ready = watch_ready;
	s->watch.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->watch.fd < 0)
		err = -errno;
	if (!err)
		err = watch_folder(s);
	if (!err)
		err = event_loop_add(s->loop, &s->watch, EPOLLIN);
	if (!err)
		return;
	/* Without tzdata there is no such folder, and nothing to be told. */
	if (s->path || err != -ENOENT)
		log_warning("%s cannot be watched for changes: %s", file_of(s), strerror(-err));
	if (s->watch.fd >= 0)
		close(s->watch.fd);
	s->watch.fd = -1;
}

int leap_source_watch(struct leap_source *s, struct event_loop *loop)
{
	int err;

	s->loop = loop;
	s->expiry.ready = expiry_ready;
	s->expiry.fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (s->expiry.fd < 0)
		return -errno;
	err = event_loop_add(loop, &s->expiry, EPOLLIN);
	if (err) {
		close(s->expiry.fd);
		return err;
	}
	arm_expiry(s);
	begin_watch(s);
	return 0;
}

void leap_source_release(struct leap_source *s)
{
	if (s->watch.fd >= 0) {
		event_loop_remove(s->loop, &s->watch);
		close(s->watch.fd);
	}
	event_loop_remove(s->loop, &s->expiry);
	close(s->expiry.fd);
}
