/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the table of leap seconds comes from, and the watch over it.
 *
 * It comes from the file that the user named; without one from the system's, or
 * from what is built in if that is newer or there is no such file. The file is
 * read again when it is replaced or written, and when asked for. A file that is
 * wrong then, or gone, changes nothing. The end of the table's validity is logged.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LEAP_SOURCE_H
#define LEAP_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/event_loop.h"
#include "leap.h"

/**
 * struct leap_source - where the table comes from
 * @table: The table, kept up to date.
 * @path: The file that the user named, or NULL.
 * @changed: Called after the table has changed; may be NULL.
 * @priv: Passed to @changed.
 */
struct leap_source {
	struct leap_table *table;
	const char *path;
	void (*changed)(void *priv);
	void *priv;
	/* private: */
	struct event_loop *loop;
	struct event_source watch;
	struct event_source expiry;
	const char *name;
};

/**
 * leap_source_load - read the table for the first time
 * @s: The source, of which table and path are set.
 * @error: Receives what is wrong, as one line.
 * @error_size: The room there.
 *
 * Return: Whether there is a table; only a file that the user named can fail.
 */
bool leap_source_load(struct leap_source *s, char *error, size_t error_size);

/**
 * leap_source_watch - keep the table up to date from now on
 * @s: The source, with a table.
 * @loop: Where events are waited for.
 *
 * Nothing runs while nothing changes. A file that cannot be watched is logged,
 * and is read again only when asked for.
 *
 * Return: 0 or a negative errno.
 */
int leap_source_watch(struct leap_source *s, struct event_loop *loop);

/**
 * leap_source_reload - read the table again
 * @s: The source.
 */
void leap_source_reload(struct leap_source *s);

/**
 * leap_source_release - undo leap_source_watch()
 * @s: The source.
 */
void leap_source_release(struct leap_source *s);

#endif /* LEAP_SOURCE_H */
