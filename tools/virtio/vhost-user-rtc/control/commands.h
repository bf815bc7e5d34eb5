/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of the control socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stdio.h>

#include "control.h"

/**
 * commands_run - do what a client wants
 * @c: The control socket.
 * @command: The command, a line without its end; changed here.
 * @answer: Where the answer goes: lines, the first of which begins with "error: " if
 *	the command is wrong.
 *
 * Return: Whether the client is to be told of events from now on.
 */
bool commands_run(struct control *c, char *command, FILE *answer);

#endif /* COMMANDS_H */
