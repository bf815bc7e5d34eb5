/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leap-second files: leap-seconds.list, as the IERS publishes it, as tzdata
 * installs it, and as NTP daemons take it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LEAP_FILE_H
#define LEAP_FILE_H

#include <stddef.h>

struct leap_table;

/* The system's own, from package tzdata; a test has another one. */
#ifndef LEAP_FILE_SYSTEM
#define LEAP_FILE_SYSTEM	"/usr/share/zoneinfo/leap-seconds.list"
#endif

/**
 * leap_file_read() - read a leap-second file
 * @table: Receives the leap seconds; unchanged on failure.
 * @path: The file.
 * @error: On failure receives one line, without newline, that names the file,
 *	the line if there is one, and what is wrong.
 * @error_size: The room there.
 *
 * Only regular files of a reasonable size are read. A hash in it (#h) has to fit;
 * a file without one, or without a time of expiry (#@), is fine. Whether the file
 * has expired is left to the caller, see &leap_table.expires.
 *
 * Return: 0; -EINVAL if the file is not of this form or contradicts itself;
 * otherwise the negative errno of opening or reading it.
 */
int leap_file_read(struct leap_table *table, const char *path, char *error, size_t error_size);

#endif /* LEAP_FILE_H */
