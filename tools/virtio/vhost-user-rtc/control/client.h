/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of the control socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef CLIENT_H
#define CLIENT_H

/**
 * client_run - have a command run, and print the answer
 * @path: Where the control socket is.
 * @words: The words of the command, up to a NULL.
 *
 * Return: The status to exit with.
 */
int client_run(const char *path, char *const *words);

#endif /* CLIENT_H */
