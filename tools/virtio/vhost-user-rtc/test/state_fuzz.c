// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file of alarms: any file, which is used as a whole or not at all.
 *
 * The input is the file.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <fcntl.h>
#include <linux/virtio_rtc.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/macros.h"
#include "device/state.h"
#include "fuzz.h"

/* As many as there are clocks below */
#define CLOCKS		3

/* No file that is used is longer. */
#define MAX_FILE	1000

static char folder[32], path[64];
static bool refused;

/* Not to be linked with log.c: all that can be said is that the file is not used. */
void log_line(enum log_level level, const char *format, ...)
{
	fuzz_check(level == LOG_LEVEL_WARNING);
	fuzz_check(strstr(format, "is not used"));
	refused = true;
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_file(const uint8_t *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	fuzz_check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static size_t read_file(char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t num = read(fd, text, MAX_FILE);

	fuzz_check(fd >= 0 && num > 0 && num < MAX_FILE);
	close(fd);
	text[num] = '\0';
	return num;
}

/*
 * Loads the file and, if it was used, has it written; whether it was.  A file that was
 * not used has set nothing.
 */
static bool load_and_save(void)
{
	struct device_clock clock[CLOCKS] = {
		{ .type = VIRTIO_RTC_CLOCK_UTC, .alarm = true, .scale.leap = LEAP_UTC },
		{ .type = VIRTIO_RTC_CLOCK_TAI, .scale.leap = LEAP_TAI },
		{ .type = VIRTIO_RTC_CLOCK_MONOTONIC, .alarm = true, .scale.monotonic = true },
	};
	struct device_config config = {
		.clock = clock,
		.num_clocks = CLOCKS,
		.clocks.counter = counter_none,
	};
	struct state state = { .path = path, .config = &config };
	struct event_loop loop;
	uint16_t i;
	int err;

	fuzz_check(!event_loop_init(&loop));
	state.loop = &loop;
	state.device = device_create(&loop, &config, &err);
	fuzz_check(state.device);
	refused = false;
	fuzz_check(!state_load(&state));
	for (i = 0; refused && i < CLOCKS; i++) {
		uint64_t time;

		fuzz_check(!device_alarm(state.device, i, &time) && !time);
	}
	if (!refused)
		state_changed(&state);
	state_release(&state);
	device_destroy(state.device);
	event_loop_release(&loop);
	return !refused;
}

/* Whether there is that line, or that of an alarm whose time is to come again */
static bool has_line(const uint8_t *line, size_t len, const char *text)
{
	static const char rang[] = " rang\n", on[] = " on\n";
	const size_t end = strlen(rang);
	char again[MAX_FILE];

	if (memmem(text, strlen(text), line, len))
		return true;
	if (len < end || len >= sizeof(again) || memcmp(line + len - end, rang, end))
		return false;
	snprintf(again, sizeof(again), "%.*s%s", (int)(len - end), (const char *)line, on);
	return strstr(text, again);
}

/* Whether each line of the first is one of the second */
static bool has_lines(const uint8_t *data, size_t size, const char *text)
{
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? end + 1 - data : 0;

		if (!len || !has_line(data, len, text))
			return false;
		data += len;
		size -= len;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char first[MAX_FILE + 1], second[MAX_FILE + 1];

	if (!*path) {
		snprintf(folder, sizeof(folder), "/tmp/state_fuzz.XXXXXX");
		fuzz_check(mkdtemp(folder));
		snprintf(path, sizeof(path), "%s/alarms", folder);
		atexit(remove_folder);
	}
	write_file(data, size);
	if (!load_and_save())
		return 0;
	read_file(first);
	fuzz_check(has_lines(data, size, first));
	/* What was written is what is read. */
	fuzz_check(load_and_save());
	read_file(second);
	fuzz_check(!strcmp(first, second));
	return 0;
}
