// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * terminal: run a program on a terminal.
 *
 * terminal COLUMNS ROWS COMMAND [ARGUMENT...]
 *	Print what the command writes to a terminal of this size.  The status is the
 *	command's.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int failed(const char *what)
{
	perror(what);
	return 1;
}

/* In a session of its own, of which the first terminal that is opened is the terminal */
static void run(int master, const char *terminal, char **command)
{
	int fd;

	setsid();
	fd = open(terminal, O_RDWR);
	if (fd < 0)
		_exit(failed(terminal));
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	close(master);
	execvp(command[0], command);
	_exit(failed(command[0]));
}

int main(int argc, char **argv)
{
	struct winsize size = { 0 };
	int master, status;
	char buf[4096];
	ssize_t got;
	pid_t pid;

	if (argc < 4) {
		fprintf(stderr, "usage: terminal COLUMNS ROWS COMMAND [ARGUMENT...]\n");
		return 2;
	}
	size.ws_col = atoi(argv[1]);
	size.ws_row = atoi(argv[2]);
	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master) || ioctl(master, TIOCSWINSZ, &size))
		return failed("a terminal");

	pid = fork();
	if (pid < 0)
		return failed("fork");
	if (!pid)
		run(master, ptsname(master), argv + 3);

	/* It ends with an error when nobody has the terminal open any more. */
	do {
		got = read(master, buf, sizeof(buf));
	} while (got > 0 && write(STDOUT_FILENO, buf, got) == got);
	if (waitpid(pid, &status, 0) < 0)
		return failed("waitpid");

	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
