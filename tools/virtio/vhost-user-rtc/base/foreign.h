/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File descriptors that somebody else gave.
 *
 * Whoever has the last one of a socket waits, when it is closed, for as long as was
 * set with SO_LINGER, O_NONBLOCK or not. To give one, to fill it and to close all others
 * is enough to hold this process up; so is one that waits in the queue of a socket,
 * which goes with that, or in a message, for which there is no room. Each of these
 * waits ends with a signal, so there is one soon.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef FOREIGN_H
#define FOREIGN_H

/**
 * foreign_init - prepare
 *
 * SIGURG is of no other use from here on. Without this call all waits take their time.
 *
 * Return: 0 or a negative errno.
 */
int foreign_init(void);

/**
 * foreign_begin - begin with a system call that may close what is foreign
 *
 * It takes no longer than some ms, or ends with EINTR if it can.
 */
void foreign_begin(void);

/**
 * foreign_end - end that; errno is kept
 */
void foreign_end(void);

/**
 * foreign_close - close what is foreign, or has it in a queue
 * @fd: The descriptor.
 */
void foreign_close(int fd);

#endif /* FOREIGN_H */
