/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log: lines on standard error.
 *
 * Nothing that reads it can hold this process up, and nothing that makes it write
 * can fill a disk: a line that finds no room at once is lost, and of each level
 * there are %LOG_BURST lines at once, and one per second on average. What was left
 * out is told with the next line of that level. Lines that guests, front ends and
 * clients cause are counted for themselves: as many as they like of them take no line
 * away that is said of this process, perhaps once only.
 *
 * If standard error is systemd's journal, lines begin with their priority as
 * sd-daemon(3) has it; otherwise with the program's name.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#include "macros.h"

#define LOG_BURST	100

/* What a line is; the values are those of syslog(3). */
enum log_level {
	LOG_LEVEL_ERROR = 3,	/* this process cannot do what it was asked for */
	LOG_LEVEL_WARNING = 4,	/* something is wrong, here or with a guest */
	LOG_LEVEL_NOTICE = 5,	/* something has changed */
	LOG_LEVEL_INFO = 6,	/* the usual course of things */
	LOG_LEVEL_DEBUG = 7,	/* each step of it */
	LOG_OF_PEER = 8,	/* added to one of these: a peer causes it */
};

/**
 * log_begin - find out where lines go
 *
 * To be called before anything else is opened: a standard stream that is closed
 * is opened on /dev/null, so that no other file gets its number. A reader that
 * goes away is no reason to end (SIGPIPE is ignored from here on).
 */
void log_begin(void);

/**
 * log_set_level - choose what is logged
 * @name: The least important level of which lines are wanted: error, warning,
 *	notice, info or debug. Without this call it is info.
 *
 * Return: Whether there is such a level.
 */
bool log_set_level(const char *name);

/**
 * log_line - write one line to the log
 * @level: What it is; with %LOG_OF_PEER if a peer caused it.
 * @format: As for printf(), without a newline.
 *
 * The line is written at once and by one system call, so that it stays whole
 * among those of others. Characters that control a terminal are replaced. errno is
 * kept.
 */
void __printf(2, 3) log_line(enum log_level level, const char *format, ...);

#define log_error(...)		log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...)	log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)		log_line(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)		log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)		log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#define log_peer_warning(...)	log_line(LOG_LEVEL_WARNING | LOG_OF_PEER, __VA_ARGS__)
#define log_peer_info(...)	log_line(LOG_LEVEL_INFO | LOG_OF_PEER, __VA_ARGS__)
#define log_peer_debug(...)	log_line(LOG_LEVEL_DEBUG | LOG_OF_PEER, __VA_ARGS__)

#endif /* LOG_H */
