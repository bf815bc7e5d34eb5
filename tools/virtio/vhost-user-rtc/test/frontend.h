/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vhost-user front end and a driver, to test the daemon with: the program
 * itself, over a real socket, on real rings in shared memory.
 *
 * What cannot go wrong here (a system call on the test's own memory) fails the
 * test when it does, without a word in each test.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef FRONTEND_H
#define FRONTEND_H

#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <linux/virtio_rtc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "transport/vhost_user_message.h"

#define REQUESTQ	0
#define ALARMQ		1
#define QUEUES		2

/* How long anything may take; only a test that fails takes that long. */
#define PATIENCE_MS	60000

#define BIT(n)		(UINT64_C(1) << (n))
#define ALL_FEATURES	(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_RING_F_INDIRECT_DESC) | \
			 BIT(VIRTIO_RING_F_EVENT_IDX) | BIT(VIRTIO_RTC_F_ALARM) | \
			 BIT(VHOST_USER_F_PROTOCOL_FEATURES))
#define PLAIN_FEATURES	(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_RTC_F_ALARM) | \
			 BIT(VHOST_USER_F_PROTOCOL_FEATURES))

/* The guest's memory: where it is for the guest and for the front end */
#define GUEST_BASE	UINT64_C(0x40000000)
#define USER_BASE	UINT64_C(0x7f0000000000)
#define MEM_SIZE	UINT64_C(0x100000)

/* Offsets in there: each queue has its rings, then there is room for buffers. */
#define RINGS(q)	((q) * UINT64_C(0x20000))
#define AVAIL		0x8000
#define USED		0x10000
#define BUFFERS		UINT64_C(0x80000)
#define QUEUE_SIZE	64

/**
 * struct frontend_queue - the driver's side of a ring
 * @size: The number of descriptors.
 * @desc: The descriptor table.
 * @avail: The driver's ring.
 * @used: The device's ring.
 * @kick: Event descriptor.
 * @call: Event descriptor.
 * @err: Event descriptor.
 * @taken: How many used buffers were taken.
 */
struct frontend_queue {
	uint16_t size;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	int kick;
	int call;
	int err;
	uint16_t taken;
};

/**
 * struct frontend - a front end, and the daemon that it has started
 * @daemon: The daemon's process, 0 if it was waited for.
 * @path: Where it listens, empty if it does not.
 * @stderr_fd: What the daemon says.
 * @socket: The connection.
 * @memfd: The guest's memory, in huge pages if HUGE_PAGES is in the environment.
 * @file_size: Its size in bytes; MEM_SIZE of it, the beginning, is used.
 * @mem: The same, mapped.
 * @features: What was negotiated.
 * @calls_first: Whether queues get their call descriptor before they start.
 * @queue: The queues.
 */
struct frontend {
	pid_t daemon;
	char path[64];
	int stderr_fd;
	int socket;
	int memfd;
	uint64_t file_size;
	uint8_t *mem;
	uint64_t features;
	bool calls_first;
	struct frontend_queue queue[QUEUES];
};

/* The daemon's life */

/**
 * frontend_spawn() - start the daemon on one end of a socket pair
 * @f: The front end; filled.
 * @args: Further arguments, up to a NULL.
 */
void frontend_spawn(struct frontend *f, const char *const *args);

/**
 * frontend_spawn_listening() - start the daemon on a path
 * @f: The front end; filled, without a connection. path is where it will listen.
 * @args: Further arguments, up to a NULL.
 */
void frontend_spawn_listening(struct frontend *f, const char *const *args);

/**
 * frontend_spawn_activated() - start the daemon as a service manager does
 * @f: The front end; filled, without a connection. path is where a socket listens that
 *	the daemon is given.
 * @num: How many sockets it is told to have.
 * @args: Further arguments, up to a NULL.
 */
void frontend_spawn_activated(struct frontend *f, unsigned int num, const char *const *args);

/**
 * frontend_connect() - connect to a daemon on a path
 * @f: The front end.
 * @path: The path.
 */
void frontend_connect(struct frontend *f, const char *path);

/**
 * frontend_wait_exit() - wait until the daemon has ended
 * @f: The front end.
 *
 * Return: Its exit status; -1 if it was ended by a signal.
 */
int frontend_wait_exit(struct frontend *f);

/**
 * frontend_terminate() - hang up, and end the daemon by SIGTERM
 * @f: The front end.
 */
void frontend_terminate(struct frontend *f);

/**
 * frontend_end() - hang up, and see the daemon end without an error
 * @f: The front end; everything of it is gone afterwards.
 */
void frontend_end(struct frontend *f);

/**
 * frontend_hang_up() - close the connection and forget all rings
 * @f: The front end.
 */
void frontend_hang_up(struct frontend *f);

/**
 * frontend_pause() - stop the daemon until it is sent SIGCONT
 * @f: The front end.
 *
 * What is given meanwhile it does not close before others have.
 */
void frontend_pause(struct frontend *f);

/**
 * frontend_said() - what the daemon has written to its standard error so far
 * @f: The front end.
 * @text: Receives it, ending in a NUL.
 * @size: The room there.
 */
void frontend_said(struct frontend *f, char *text, size_t size);

/**
 * frontend_open_files() - how many descriptors the daemon has
 * @f: The front end.
 *
 * Return: Their number.
 */
unsigned int frontend_open_files(const struct frontend *f);

/* Messages */

/**
 * frontend_send() - send a message
 * @f: The front end.
 * @request: VHOST_USER_*.
 * @flags: VHOST_USER_NEED_REPLY or 0.
 * @payload: Its payload.
 * @size: Its size.
 * @fds: Descriptors.
 * @num_fds: Their number.
 */
void frontend_send(struct frontend *f, uint32_t request, uint32_t flags, const void *payload,
		   uint32_t size, const int *fds, unsigned int num_fds);

/**
 * frontend_receive() - receive an answer
 * @f: The front end.
 * @request: The request it must be for.
 * @payload: Receives its payload.
 * @size: The size it must have.
 *
 * Return: Whether there was an answer; if not, the daemon has hung up.
 */
bool frontend_receive(struct frontend *f, uint32_t request, void *payload, uint32_t size);

/**
 * frontend_ask() - send a message with a need for a reply
 * @f: The front end, with REPLY_ACK negotiated.
 * @request: VHOST_USER_*.
 * @payload: Its payload.
 * @size: Its size.
 *
 * Return: Whether it was accepted.
 */
bool frontend_ask(struct frontend *f, uint32_t request, const void *payload, uint32_t size);

/**
 * frontend_get() - send a message that asks for a number
 * @f: The front end.
 * @request: VHOST_USER_GET_*.
 *
 * Return: The number.
 */
uint64_t frontend_get(struct frontend *f, uint32_t request);

/**
 * frontend_hung_up() - whether the daemon has hung up, or does so soon
 * @f: The front end.
 *
 * Return: Whether it has.
 */
bool frontend_hung_up(struct frontend *f);

/* Set-up */

/**
 * frontend_negotiate() - everything up to the rings: features and memory
 * @f: The front end.
 * @features: To be acknowledged.
 */
void frontend_negotiate(struct frontend *f, uint64_t features);

/**
 * frontend_share_memory() - send the guest's memory
 * @f: The front end.
 */
void frontend_share_memory(struct frontend *f);

/**
 * frontend_start_queue() - start a ring
 * @f: The front end.
 * @q: The queue.
 * @base: Where it starts.
 */
void frontend_start_queue(struct frontend *f, unsigned int q, uint16_t base);

/**
 * frontend_enable_queue() - enable or disable a ring
 * @f: The front end.
 * @q: The queue.
 * @enable: Which of the two.
 */
void frontend_enable_queue(struct frontend *f, unsigned int q, bool enable);

/**
 * frontend_stop_queue() - stop a ring
 * @f: The front end.
 * @q: The queue.
 *
 * Return: Where it stood.
 */
uint16_t frontend_stop_queue(struct frontend *f, unsigned int q);

/**
 * frontend_start() - all of the above: a device that a driver has set up
 * @f: The front end, with a connection.
 * @features: To be negotiated.
 */
void frontend_start(struct frontend *f, uint64_t features);

/**
 * frontend_restart() - what follows when the driver resets the device
 * @f: The front end, which is started.
 */
void frontend_restart(struct frontend *f);

/* Rings */

/**
 * frontend_desc() - write a descriptor
 * @f: The front end.
 * @q: The queue.
 * @index: The descriptor.
 * @addr: Guest address.
 * @len: Length.
 * @flags: VRING_DESC_F_*.
 * @next: The next one.
 */
void frontend_desc(struct frontend *f, unsigned int q, uint16_t index, uint64_t addr,
		   uint32_t len, uint16_t flags, uint16_t next);

/**
 * frontend_offer() - make a buffer available and kick, if a kick is wanted
 * @f: The front end.
 * @q: The queue.
 * @head: Its first descriptor.
 */
void frontend_offer(struct frontend *f, unsigned int q, uint16_t head);

/**
 * frontend_take() - take a used buffer, as a driver that waits for interrupts
 * @f: The front end.
 * @q: The queue.
 * @head: Receives its first descriptor.
 * @timeout_ms: How long to wait.
 *
 * Return: The used length, -1 if there was none.
 */
int frontend_take(struct frontend *f, unsigned int q, uint32_t *head, int timeout_ms);

/**
 * frontend_is_broken() - whether the daemon says that a ring is broken
 * @f: The front end.
 * @q: The queue.
 * @timeout_ms: How long to wait for that.
 *
 * Return: Whether it does.
 */
bool frontend_is_broken(struct frontend *f, unsigned int q, int timeout_ms);

/* A driver's requests */

/**
 * frontend_post() - make a request available, not waiting for the response
 * @f: The front end.
 * @slot: Which of the 16 places for a request to use.
 * @req: The request.
 * @req_size: Its size.
 * @resp_size: The room for the response.
 */
void frontend_post(struct frontend *f, unsigned int slot, const void *req, uint32_t req_size,
		   uint32_t resp_size);

/**
 * frontend_response() - where the response to frontend_post() is
 * @f: The front end.
 * @slot: The place.
 *
 * Return: Its bytes.
 */
void *frontend_response(struct frontend *f, unsigned int slot);

/**
 * frontend_request() - make a request, and wait for the response
 * @f: The front end.
 * @req: The request.
 * @req_size: Its size.
 * @resp: Receives the response.
 * @resp_size: The room there.
 *
 * Return: The used length, -1 if there is no response.
 */
int frontend_request(struct frontend *f, const void *req, uint32_t req_size, void *resp,
		     uint32_t resp_size);

/**
 * frontend_ask_ok() - make a request that must succeed
 * @f: The front end.
 * @req: The request.
 * @req_size: Its size.
 * @resp: Receives the response.
 * @resp_size: Its size.
 */
void frontend_ask_ok(struct frontend *f, const void *req, uint32_t req_size, void *resp,
		     uint32_t resp_size);

/**
 * frontend_read() - read a clock, which must succeed
 * @f: The front end.
 * @clock: Its id.
 *
 * Return: The reading.
 */
uint64_t frontend_read(struct frontend *f, uint16_t clock);

/**
 * frontend_set_alarm() - set an alarm, which must succeed
 * @f: The front end.
 * @clock: The clock's id.
 * @time: The alarm's time.
 * @enable: Its state.
 */
void frontend_set_alarm(struct frontend *f, uint16_t clock, uint64_t time, bool enable);

/**
 * frontend_enable_alarm() - enable or disable an alarm, which must succeed
 * @f: The front end.
 * @clock: The clock's id.
 * @enable: Which of the two.
 */
void frontend_enable_alarm(struct frontend *f, uint16_t clock, bool enable);

/**
 * frontend_read_alarm() - read an alarm, which must succeed
 * @f: The front end.
 * @clock: The clock's id.
 * @enabled: Receives its state.
 *
 * Return: Its time.
 */
uint64_t frontend_read_alarm(struct frontend *f, uint16_t clock, bool *enabled);

/**
 * frontend_populate() - give the alarmq its first buffers
 * @f: The front end.
 * @num: How many.
 */
void frontend_populate(struct frontend *f, unsigned int num);

/**
 * frontend_notification() - wait for a notification and give its buffer back
 * @f: The front end.
 * @timeout_ms: How long to wait.
 *
 * Return: The clock's id, -1 if there was none.
 */
int frontend_notification(struct frontend *f, int timeout_ms);

/* A host clock in ns; and a pause. */
uint64_t host_ns(clockid_t clock);
void sleep_ms(unsigned int ms);

#endif /* FRONTEND_H */
