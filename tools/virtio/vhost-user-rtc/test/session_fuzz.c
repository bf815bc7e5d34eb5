// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole device behind its socket: any messages, kicks and guest memory.
 *
 * The input is a byte that chooses delays, and then records: a kind, and what
 * is said with it below.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/virtio_rtc.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "device/device.h"
#include "fuzz.h"
#include "fuzz_daemon.h"
#include "send.h"
#include "base/event_signal.h"
#include "base/macros.h"
#include "transport/vhost_user_message.h"

#define MEM_SIZE	0x10000
#define MAX_FDS		10

enum record {
	MESSAGE,	/* request, flags and number of descriptors, size, payload */
	BYTES,		/* size, bytes that need not be a message */
	KICK,		/* queue */
	POKE,		/* offset (2 bytes), size, bytes for the guest's memory */
	RECORDS,
};

struct fuzz {
	struct fuzz_input input;
	int socket;
	int memfd;
	uint8_t *mem;
	int event[2];
	struct event_loop loop;
	struct event_source feeder;
};

static size_t take_bytes(struct fuzz *fuzz, void *to, size_t want)
{
	const uint8_t *bytes;
	size_t num = fuzz_bytes(&fuzz->input, want, &bytes);

	memcpy(to, bytes, num);
	return num;
}

static void send_all(struct fuzz *fuzz, const void *bytes, size_t size, unsigned int num_fds,
		     const int *fds)
{
	struct iovec iov = { .iov_base = (void *)bytes, .iov_len = size };

	send_with_fds(fuzz->socket, &iov, 1, fds, num_fds, MSG_DONTWAIT);
}

static void send_message(struct fuzz *fuzz)
{
	struct {
		struct vhost_user_header header;
		uint8_t payload[300];
	} message = { 0 };
	int fds[MAX_FDS];
	unsigned int num_fds, i;
	uint8_t flags, size;

	message.header.request = fuzz_byte(&fuzz->input);
	flags = fuzz_byte(&fuzz->input);
	message.header.flags = VHOST_USER_VERSION | (flags & VHOST_USER_NEED_REPLY);
	num_fds = (flags >> 4) % (MAX_FDS + 1);
	size = fuzz_byte(&fuzz->input);
	take_bytes(fuzz, message.payload, size);
	message.header.size = size;
	for (i = 0; i < num_fds; i++)
		fds[i] = flags & 1 ? fuzz->event[flags >> 1 & 1] : fuzz->memfd;
	send_all(fuzz, &message, sizeof(message.header) + size, num_fds, fds);
}

/* Hands on the next record, each time that the loop has had a turn. */
static void feed(struct event_source *source, uint32_t events)
{
	struct fuzz *fuzz = container_of(source, struct fuzz, feeder);
	const uint64_t one = 1;
	uint8_t bytes[300];
	size_t offset, size;

	(void)events;
	while (recv(fuzz->socket, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	if (!fuzz->input.size) {
		shutdown(fuzz->socket, SHUT_WR);
		return;
	}
	switch (fuzz_byte(&fuzz->input) % RECORDS) {
	case MESSAGE:
		send_message(fuzz);
		break;
	case BYTES:
		size = fuzz_byte(&fuzz->input);
		send_all(fuzz, bytes, take_bytes(fuzz, bytes, size), 0, NULL);
		break;
	case KICK:
		fuzz_check(write(fuzz->event[fuzz_byte(&fuzz->input) & 1], &one, sizeof(one)) > 0);
		break;
	case POKE:
		offset = fuzz_byte(&fuzz->input) << 8;
		offset |= fuzz_byte(&fuzz->input);
		size = fuzz_byte(&fuzz->input);
		if (size > MEM_SIZE - offset)
			size = MEM_SIZE - offset;
		take_bytes(fuzz, fuzz->mem + offset, size);
		break;
	}
	event_loop_again(&fuzz->loop, source);
}

static void closed(void *priv, bool failed)
{
	struct fuzz *fuzz = priv;

	(void)failed;
	event_loop_stop(&fuzz->loop);
}

static void run(struct fuzz *fuzz)
{
	struct device_clock clock[] = {
		{ .type = VIRTIO_RTC_CLOCK_UTC, .alarm = true, .scale.leap = LEAP_UTC },
		{ .type = VIRTIO_RTC_CLOCK_MONOTONIC, .alarm = true, .scale.monotonic = true },
	};
	struct device_config config = {
		.clock = clock,
		.num_clocks = ARRAY_SIZE(clock),
		.clocks.counter = counter_none,
		.closed = closed,
		.priv = fuzz,
	};
	uint8_t choice = fuzz_byte(&fuzz->input);
	unsigned int fds = fuzz_open_fds();
	struct device *device;
	int pair[2];
	int err;

	config.retain_alarms = choice % 3;
	config.request_delay = choice & 2 ? 10000 : 0;
	config.response_delay = choice & 4 ? 10000 : 0;
	if (choice & 8)
		viortc_faults_add(&config.faults, "stale-answer,every=2");
	if (choice & 16)
		viortc_faults_add(&config.faults, "late-answer=1,every=3");
	fuzz_check(!event_loop_init(&fuzz->loop));
	device = device_create(&fuzz->loop, &config, &err);
	fuzz_check(device);
	fuzz_check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fuzz->socket = pair[0];
	fuzz_check(!vhost_user_open(device_session(device), pair[1]));
	fuzz->feeder = (struct event_source) { .fd = -1, .ready = feed };
	event_loop_again(&fuzz->loop, &fuzz->feeder);
	fuzz_check(!event_loop_run(&fuzz->loop));
	fuzz_check(!vhost_user_is_open(device_session(device)));
	device_destroy(device);
	event_loop_release(&fuzz->loop);
	close(pair[0]);
	fuzz_check(fuzz_open_fds() == fds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz fuzz;

	if (!fuzz.mem) {
		fuzz.memfd = memfd_create("guest", MFD_CLOEXEC);
		fuzz_check(fuzz.memfd >= 0 && !ftruncate(fuzz.memfd, MEM_SIZE));
		fuzz.mem = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fuzz.memfd,
				0);
		fuzz_check(fuzz.mem != MAP_FAILED);
		fuzz.event[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		fuzz.event[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		/* What it opens at the first time it keeps. */
		event_signal(fuzz.event[0]);
	}
	memset(fuzz.mem, 0, MEM_SIZE);
	fuzz.input.data = data;
	fuzz.input.size = size;
	run(&fuzz);
	return 0;
}
