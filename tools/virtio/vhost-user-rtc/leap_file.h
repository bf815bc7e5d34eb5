/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leap-second files: the two that come with tzdata, leap-seconds.list (from the
 * IERS, times in NTP's era 0) and leapseconds (the zic compiler's own form).
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LEAP_FILE_H
#define LEAP_FILE_H

#include <stddef.h>

struct leap_table;

/**
 * leap_file_read() - read a leap-second file
 * @table: Receives the leap seconds; unchanged on failure.
 * @path: The file, of either form; NULL for the system's own.
 * @error: On failure receives one line, without newline, that names the file,
 *	the line if there is one, and what is wrong.
 * @error_size: The room there.
 *
 * Return: 0; -EINVAL if the file is of neither form or contradicts itself;
 * otherwise the negative errno of opening or reading it.
 */
int leap_file_read(struct leap_table *table, const char *path, char *error, size_t error_size);

#endif /* LEAP_FILE_H */
