// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the fuzzers of the daemon share.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>

#include "base/log.h"
#include "fuzz_daemon.h"

/* Not to be linked with log.c: what is said of bad input is not of interest. */
void log_line(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
	const uint8_t *byte;

	return fuzz_bytes(input, 1, &byte) ? *byte : 0;
}

size_t fuzz_bytes(struct fuzz_input *input, size_t want, const uint8_t **bytes)
{
	size_t num = want < input->size ? want : input->size;

	*bytes = input->data;
	input->data += num;
	input->size -= num;
	return num;
}

unsigned int fuzz_open_fds(void)
{
	unsigned int num = 0;
	int fd;

	for (fd = 0; fd < 128; fd++)
		num += fcntl(fd, F_GETFD) >= 0;
	return num;
}
