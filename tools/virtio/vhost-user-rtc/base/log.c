// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The log: lines on standard error.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

static const char *const names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_NOTICE] = "notice",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

/**
 * struct log_rate - how many lines there were of a level, of peers or others
 * @last: When one was to be written last, in s of CLOCK_MONOTONIC.
 * @lines: Lines, less one for each second that has passed.
 * @left_out: How many were not written, since the last that was.
 */
struct log_rate {
	time_t last;
	unsigned int lines;
	unsigned int left_out;
};

/* With %LOG_OF_PEER and without */
static struct log_rate rates[LOG_OF_PEER + ARRAY_SIZE(names)];
static enum log_level most_detailed = LOG_LEVEL_INFO;
static int log_fd = STDERR_FILENO;
static bool to_socket;
static bool to_journal;

static void open_standard_streams(void)
{
	int fd;

	/* open() takes the lowest number that is free. */
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Whether standard error is what the service manager says leads to the journal */
static bool is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       device == st->st_dev && inode == st->st_ino;
}

void log_begin(void)
{
	struct stat st;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	open_standard_streams();
	if (fstat(STDERR_FILENO, &st) < 0)
		return;
	to_socket = S_ISSOCK(st.st_mode);
	to_journal = is_journal(&st);
	/*
	 * Others have standard error too, and may count on it to wait. Opened again
	 * it is one's own, which does not.
	 */
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		return;
	fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0)
		log_fd = fd;
}

bool log_set_level(const char *name)
{
	unsigned int i;

	for (i = LOG_LEVEL_ERROR; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name))
			continue;
		most_detailed = i;
		return true;
	}
	return false;
}

/* A line that this cannot write without waiting is lost. */
static void write_line(const char *line, size_t size)
{
	struct pollfd room = { .fd = log_fd, .events = POLLOUT };
	ssize_t written = 0;

	if (to_socket)
		written = send(log_fd, line, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	else if (log_fd != STDERR_FILENO ||
		 /* If it could not be opened again, at least it has room just now. */
		 (poll(&room, 1, 0) == 1 && room.revents & POLLOUT))
		written = write(log_fd, line, size);
	(void)written;
}

/* Whether a line of a level may be written; how many were not is in @left_out. */
static bool may_write(enum log_level level, unsigned int *left_out)
{
	struct log_rate *rate = &rates[level];
	struct timespec now;
	time_t passed;

	clock_gettime(CLOCK_MONOTONIC, &now);
	passed = now.tv_sec - rate->last;
	rate->last = now.tv_sec;
	rate->lines = passed < rate->lines ? rate->lines - passed : 0;
	if (rate->lines >= LOG_BURST) {
		rate->left_out++;
		return false;
	}
	rate->lines++;
	*left_out = rate->left_out;
	rate->left_out = 0;
	return true;
}

void log_line(enum log_level level, const char *format, ...)
{
	enum log_level plain = level & ~LOG_OF_PEER;
	int saved_errno = errno;
	unsigned int left_out;
	char line[512];
	va_list args;
	int size;
	int i;

	if (plain > most_detailed || !may_write(level, &left_out))
		return;
	if (to_journal)
		size = snprintf(line, sizeof(line), "<%d>", plain);
	else
		size = snprintf(line, sizeof(line), "vhost-user-rtc: ");
	if (left_out)
		size += snprintf(line + size, sizeof(line) - size, "(%u lines left out) ",
				 left_out);
	va_start(args, format);
	size += vsnprintf(line + size, sizeof(line) - size, format, args);
	va_end(args);
	if (size > (int)sizeof(line) - 1)
		size = sizeof(line) - 1;
	for (i = 0; i < size; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[size] = '\n';
	write_line(line, size + 1);
	errno = saved_errno;
}
