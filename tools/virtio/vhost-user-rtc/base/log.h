/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log: lines on standard error.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LOG_H
#define LOG_H

#include "macros.h"

/**
 * log_line - write one line to the log
 * @format: As for printf(), without a newline.
 *
 * The line is written at once and by one system call, so that it stays whole
 * among those of others. errno is kept.
 */
void __printf(1, 2) log_line(const char *format, ...);

#endif /* LOG_H */
