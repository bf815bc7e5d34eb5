// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket: clients that say anything, read or do not, come and go.
 *
 * The input is a sequence of records: a kind, and what is said with it below.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <ctype.h>
#include <linux/virtio_rtc.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "control/control.h"
#include "fuzz.h"
#include "fuzz_daemon.h"

/* More than there is room for */
#define CLIENTS		(CONTROL_MAX_CLIENTS + 2)

/* Turns of the loop in which everything that was asked for has come */
#define TURNS		100

#define UTC		0
#define MONOTONIC	1

enum record {
	CONNECT,	/* client */
	SAY,		/* client, size, bytes */
	READ,		/* client, size */
	LEAVE,		/* client */
	EXPIRE,		/* how often */
	RECORDS,
};

struct fuzz {
	struct fuzz_input input;
	struct event_loop loop;
	struct event_source feeder;
	struct device *device;
	struct control control;
	int client[CLIENTS];
	unsigned int turns_left;
	bool done;
	char answer[4096];
	size_t answered;
};

/* Not to be linked with listener.c: connections are made here. */
int listener_listen(struct listener *l, const char *path, const struct listener_access *access)
{
	(void)l;
	(void)path;
	fuzz_check(access->mode == 0600);
	return 0;
}

void listener_release(struct listener *l)
{
	(void)l;
}

static void leave(struct fuzz *fuzz, unsigned int i)
{
	if (fuzz->client[i] >= 0)
		close(fuzz->client[i]);
	fuzz->client[i] = -1;
}

static void connect_client(struct fuzz *fuzz, unsigned int i)
{
	const int small = 1;
	int pair[2];

	leave(fuzz, i);
	fuzz_check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	/* Soon there is no room for an answer. */
	fuzz_check(!setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)));
	fuzz->client[i] = pair[0];
	fuzz->control.listener.connected(fuzz->control.listener.priv, pair[1]);
}

static void say(struct fuzz *fuzz, unsigned int i, const void *text, size_t size)
{
	if (fuzz->client[i] >= 0)
		send(fuzz->client[i], text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Return: what is read, 0 at the end, negative if there is nothing yet. */
static ssize_t read_text(struct fuzz *fuzz, unsigned int i, char *text, size_t size)
{
	ssize_t num, c;

	if (fuzz->client[i] < 0)
		return 0;
	num = recv(fuzz->client[i], text, size, MSG_DONTWAIT);
	for (c = 0; c < num; c++)
		fuzz_check(isprint((unsigned char)text[c]) || text[c] == '\n');
	return num;
}

static void expired(void *priv, uint16_t clock)
{
	struct fuzz *fuzz = priv;

	control_event(&fuzz->control, "alarm %u", clock);
}

static void run_record(struct fuzz *fuzz)
{
	enum record record = fuzz_byte(&fuzz->input) % RECORDS;
	unsigned int number = fuzz_byte(&fuzz->input);
	unsigned int client = number % CLIENTS;
	const uint8_t *bytes;
	char text[256];
	size_t size;

	switch (record) {
	case CONNECT:
		connect_client(fuzz, client);
		break;
	case SAY:
		size = fuzz_byte(&fuzz->input);
		size = fuzz_bytes(&fuzz->input, size, &bytes);
		say(fuzz, client, bytes, size);
		break;
	case READ:
		read_text(fuzz, client, text, fuzz_byte(&fuzz->input));
		break;
	case LEAVE:
		leave(fuzz, client);
		break;
	case EXPIRE:
		while (number--)
			device_restore_alarm(fuzz->device, UTC, 0, true, false);
		break;
	case RECORDS:
		break;
	}
}

/* Whatever came before, one that comes now is answered. */
static void ask_at_the_end(struct fuzz *fuzz)
{
	static const char begin[] = "connected no\n";
	unsigned int i;
	ssize_t num;

	if (fuzz->turns_left == TURNS) {
		for (i = 0; i < CLIENTS; i++)
			leave(fuzz, i);
	} else if (fuzz->turns_left == TURNS / 2) {
		connect_client(fuzz, 0);
		say(fuzz, 0, "status\n", strlen("status\n"));
	} else if (fuzz->turns_left < TURNS / 2) {
		num = read_text(fuzz, 0, fuzz->answer + fuzz->answered,
				sizeof(fuzz->answer) - fuzz->answered);
		if (num > 0)
			fuzz->answered += num;
		fuzz->done = !num;
	}
	fuzz_check(fuzz->turns_left--);
	if (!fuzz->done)
		return;
	event_loop_stop(&fuzz->loop);
	fuzz_check(fuzz->answered > strlen(begin));
	fuzz_check(!memcmp(fuzz->answer, begin, strlen(begin)));
	fuzz_check(fuzz->answer[fuzz->answered - 1] == '\n');
}

/* Has its turn each time that the loop has had one. */
static void feed(struct event_source *source, uint32_t events)
{
	struct fuzz *fuzz = container_of(source, struct fuzz, feeder);

	(void)events;
	if (fuzz->input.size)
		run_record(fuzz);
	else
		ask_at_the_end(fuzz);
	event_loop_again(&fuzz->loop, source);
}

static uint64_t since_start(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static void run(struct fuzz *fuzz)
{
	struct device_clock clock[] = {
		[UTC] = { .type = VIRTIO_RTC_CLOCK_UTC, .alarm = true, .scale.leap = LEAP_UTC },
		[MONOTONIC] = {
			.type = VIRTIO_RTC_CLOCK_MONOTONIC, .alarm = true, .scale.monotonic = true,
		},
	};
	struct device_config config = {
		.clock = clock,
		.num_clocks = ARRAY_SIZE(clock),
		.clocks.counter = counter_none,
		.faults_may_come = true,
		.expired = expired,
		.priv = fuzz,
	};
	uint64_t before, reading;
	unsigned int i;
	int err;

	fuzz_check(!event_loop_init(&fuzz->loop));
	fuzz->device = device_create(&fuzz->loop, &config, &err);
	fuzz_check(fuzz->device);
	fuzz->control.path = "of no file";
	fuzz->control.device = fuzz->device;
	fuzz->control.config = &config;
	fuzz->control.loop = &fuzz->loop;
	fuzz_check(!control_open(&fuzz->control));
	for (i = 0; i < CLIENTS; i++)
		fuzz->client[i] = -1;
	fuzz->turns_left = TURNS;
	fuzz->feeder = (struct event_source) { .fd = -1, .ready = feed };
	event_loop_again(&fuzz->loop, &fuzz->feeder);
	fuzz_check(!event_loop_run(&fuzz->loop));
	/* No command has this clock step. */
	before = since_start();
	reading = device_reading(fuzz->device, MONOTONIC);
	fuzz_check(before <= reading && reading <= since_start());
	control_release(&fuzz->control);
	leave(fuzz, 0);
	device_destroy(fuzz->device);
	event_loop_release(&fuzz->loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { .input = { .data = data, .size = size } };
	unsigned int fds = fuzz_open_fds();

	run(&fuzz);
	fuzz_check(fuzz_open_fds() == fds);
	return 0;
}
