/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vhost-user session: the messages of one front end, and what follows.
 *
 * The protocol does not say reliably when the driver resets the device: front
 * ends stop the rings for a reset just as they do when the machine is paused.
 * The requestq tells the difference. If it starts where it stopped, the driver
 * goes on; if not, the device was reset in between. So it was if other features
 * were negotiated.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef VHOST_USER_H
#define VHOST_USER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/event_loop.h"
#include "guest_memory.h"
#include "vhost_user_queue.h"
#include "vhost_user_stream.h"

/* How long a front end may leave a message open when another one waits, in s */
#define VHOST_USER_PATIENCE	2

/* The virtqueues of the device */
enum {
	VHOST_USER_REQUESTQ,
	VHOST_USER_ALARMQ,
	VHOST_USER_NUM_QUEUES,
};

/**
 * struct vhost_user_ops - what a session tells the device
 * @reset: The device is reset; @anew if by a front end whose guest has not used it yet,
 *	so perhaps by another guest than before.
 * @negotiated: After @reset: these features are negotiated.
 * @kicked: The driver made buffers of this queue available, or may have.
 * @stopping: This queue is about to stop; what it has in flight is to be
 *	answered now.
 * @abandoned: This queue has stopped; what it had in flight is lost.
 * @closed: The session has ended; @failed tells whether by a fault of the front
 *	end's. A new one may be opened.
 *
 * @priv is that of vhost_user_init().
 */
struct vhost_user_ops {
	void (*reset)(void *priv, bool anew);
	void (*negotiated)(void *priv, uint64_t features);
	void (*kicked)(void *priv, unsigned int queue);
	void (*stopping)(void *priv, unsigned int queue);
	void (*abandoned)(void *priv, unsigned int queue);
	void (*closed)(void *priv, bool failed);
};

/**
 * struct vhost_user - the one session that there can be
 * @loop: Where events are waited for.
 * @ops: Whom to tell of what.
 * @priv: Theirs.
 * @offered: The features to offer.
 * @source: The connection; its descriptor is -1 if there is none.
 * @peer: The process that made it, 0 if that is not known.
 * @stream: The messages on it.
 * @memory: The guest's memory.
 * @queue: The virtqueues.
 * @features: What was negotiated.
 * @protocol_features: The protocol features that were.
 * @stopped_at: Where the requestq stopped; 0 if the device was reset since.
 * @ran_with: The features that it was started with last.
 * @served: The requestq was started since the process was.
 * @was_reset: The front end has said that the device is reset, and has not started the
 *	requestq since.
 * @anew: No guest has used the device since the front end came.
 * @owes_since: Since when the front end owes its first message or the rest of one,
 *	in ns of CLOCK_MONOTONIC; 0 if it does not.
 * @reply: The answer to the message that is being handled.
 * @reply_size: Its size, 0 if there is none.
 */
struct vhost_user {
	struct event_loop *loop;
	const struct vhost_user_ops *ops;
	void *priv;
	uint64_t offered;
	struct event_source source;
	pid_t peer;
	struct vhost_user_stream stream;
	struct guest_memory memory;
	struct vhost_user_queue queue[VHOST_USER_NUM_QUEUES];
	uint64_t features;
	uint64_t protocol_features;
	uint16_t stopped_at;
	uint64_t ran_with;
	bool served;
	bool was_reset;
	bool anew;
	uint64_t owes_since;
	union vhost_user_payload reply;
	size_t reply_size;
};

/**
 * vhost_user_init - begin without a connection
 * @vu: The session.
 * @loop: Where to wait for events.
 * @offered: The feature bits of the device type, and VIRTIO_F_IN_ORDER if it is true.
 *	Those of the transport are added here.
 * @ops: Whom to tell of what; each is called from within the event loop.
 * @priv: Passed to them.
 */
void vhost_user_init(struct vhost_user *vu, struct event_loop *loop, uint64_t offered,
		     const struct vhost_user_ops *ops, void *priv);

/**
 * vhost_user_open - serve a front end
 * @vu: The session, which has no connection.
 * @fd: The socket, which is @vu's from now on, also if this fails.
 *
 * Return: 0 or a negative errno.
 */
int vhost_user_open(struct vhost_user *vu, int fd);

/**
 * vhost_user_is_open - whether there is a connection
 * @vu: The session.
 *
 * Return: Whether there is.
 */
bool vhost_user_is_open(const struct vhost_user *vu);

/**
 * vhost_user_peer_left - whether the front end has closed the connection
 * @vu: The session, which has a connection.
 *
 * The event that tells this may still be to come.
 *
 * Return: Whether it has.
 */
bool vhost_user_peer_left(const struct vhost_user *vu);

/**
 * vhost_user_overdue - whether the front end has left a message open for too long
 * @vu: The session, which has a connection.
 *
 * That is its first message, or the rest of one: for more than
 * %VHOST_USER_PATIENCE s. One that has said something may be silent for as long
 * as its guest runs.
 *
 * Return: Whether it has.
 */
bool vhost_user_overdue(const struct vhost_user *vu);

/**
 * vhost_user_check_memory - end the connection if the memory was truncated
 * @vu: The session.
 *
 * To be called after each access to the rings that the session did not ask for.
 */
void vhost_user_check_memory(struct vhost_user *vu);

/**
 * vhost_user_close - end the connection
 * @vu: The session.
 * @why: What is wrong, for the log; NULL if nothing is.
 */
void vhost_user_close(struct vhost_user *vu, const char *why);

#endif /* VHOST_USER_H */
