// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other end of the control socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "client.h"
#include "control.h"

static int open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (!*path || strlen(path) >= sizeof(addr.sun_path)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Joins the words to a line; its size, or 0 if it is too long. */
static size_t make_command(char *command, size_t room, char *const *words)
{
	size_t size = 0;

	for (; *words; words++) {
		int num = snprintf(command + size, room - size, "%s%c", *words,
				   words[1] ? ' ' : '\n');

		if (num < 0 || (size_t)num >= room - size)
			return 0;
		size += num;
	}
	return size;
}

static const char mark[] = "error: ";

/* Prints all that comes; whether it is no error. */
static bool print_answer(FILE *answer)
{
	bool good = true;
	bool first = true;
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, answer) >= 0) {
		if (first && !strncmp(line, mark, strlen(mark))) {
			good = false;
			line[strcspn(line, "\n")] = '\0';
			log_error("%s", line + strlen(mark));
		} else if (fputs(line, stdout) == EOF || fflush(stdout)) {
			log_error("cannot print: %s", strerror(errno));
			good = false;
			break;
		}
		first = false;
	}
	/* Not heard, which the end alone does not tell. */
	if (ferror(answer)) {
		log_error("the connection was closed: %s", strerror(errno));
		good = false;
	}
	free(line);
	return good;
}

int client_run(const char *path, char *const *words)
{
	char command[CONTROL_MAX_COMMAND];
	size_t size = make_command(command, sizeof(command), words);
	FILE *answer;
	bool good;
	int fd;

	if (!size) {
		log_error("a command is needed, of less than %d bytes", CONTROL_MAX_COMMAND);
		return EXIT_FAILURE;
	}
	fd = open_socket(path);
	answer = fd < 0 ? NULL : fdopen(fd, "r");
	if (!answer || send(fd, command, size, MSG_NOSIGNAL) != (ssize_t)size) {
		log_error("%s: %s", path, strerror(errno));
		return EXIT_FAILURE;
	}
	good = print_answer(answer);
	fclose(answer);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
