/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzzers of the daemon share: the input, taken piece by piece, and what is
 * open.  With this comes a log that says nothing, in place of log.c.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef FUZZ_DAEMON_H
#define FUZZ_DAEMON_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct fuzz_input - what is left of a fuzzer's input
 * @data: The next byte.
 * @size: How many bytes there are.
 */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/**
 * fuzz_byte() - take one byte
 * @input: The input.
 *
 * Return: The byte; 0 when nothing is left.
 */
uint8_t fuzz_byte(struct fuzz_input *input);

/**
 * fuzz_bytes() - take some bytes
 * @input: The input.
 * @want: How many.
 * @bytes: Where they are.
 *
 * Return: How many there are, up to @want.
 */
size_t fuzz_bytes(struct fuzz_input *input, size_t want, const uint8_t **bytes);

/**
 * fuzz_open_fds() - count open file descriptors, to see whether one was leaked
 *
 * Return: How many of the first 128 are open.
 */
unsigned int fuzz_open_fds(void);

#endif /* FUZZ_DAEMON_H */
