// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults: any text as their names, any answer to be spoiled.
 *
 * The input is a set of faults, one a line, an empty line, and answers: a byte
 * of length, two of message type, and that many bytes.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "virtio_rtc_sim/faults.h"

#define LINE_MAX	100

/* Return: what follows the line. */
static const uint8_t *add_fault(struct viortc_faults *faults, const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t len = end ? end + 1 - data : size;
	char line[LINE_MAX + 1];
	int err;

	memcpy(line, data, len < LINE_MAX ? len : LINE_MAX);
	line[len < LINE_MAX ? len : LINE_MAX] = '\0';
	err = viortc_faults_add(faults, line);
	fuzz_check(!err || err == -EINVAL || err == -ENOENT || err == -ENOSPC);
	return data + len;
}

static const uint8_t *spoil_answer(struct viortc_faults *faults, const uint8_t *data, size_t size)
{
	size_t len = data[0] < size - 3 ? data[0] : size - 3;
	uint8_t *type = malloc(2), *buf = malloc(len);
	struct viortc_fault_answer answer = { .buf = buf, .len = len };

	fuzz_check(type && (buf || !len));
	memcpy(type, data + 1, 2);
	if (len)
		memcpy(buf, data + 3, len);
	viortc_faults_apply(faults, data[0] & 0x80 ? NULL : type, data[0] & 0x40 ? 1 : 2,
			    len + (data[0] & 7), &answer);
	fuzz_check(answer.buf == buf && answer.len == len);
	fuzz_check(answer.fate == VIORTC_FAULT_DELAY || !answer.delay_ms);
	free(type);
	free(buf);
	return data + 3 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct viortc_faults faults = { .num = 0 };
	const uint8_t *end = data + size;
	uint8_t storm[16];

	while (data < end && *data != '\n')
		data = add_fault(&faults, data, end - data);
	fuzz_check(faults.num <= VIORTC_FAULTS_MAX);
	while (end - data > 3) {
		data = spoil_answer(&faults, data, end - data);
		viortc_faults_storm(&faults, storm, sizeof(storm));
	}
	return 0;
}
