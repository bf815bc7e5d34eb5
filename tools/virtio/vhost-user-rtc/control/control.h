/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: what an operator asks for and changes while the device runs.
 *
 * A client sends one line, a command, and gets the answer and the end of the
 * connection; after the command "events" it gets a line for each event instead.
 * No client is waited for, and one that does not take its answer is left.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef CONTROL_H
#define CONTROL_H

#include "base/event_loop.h"
#include "device/device.h"
#include "transport/listener.h"

/* More are turned away. */
#define CONTROL_MAX_CLIENTS	8

/* No command is longer. */
#define CONTROL_MAX_COMMAND	256

struct control;

/**
 * struct control_client - a connection
 * @source: Its descriptor, -1 for none.
 * @control: Whose it is.
 * @command: What it has sent so far.
 * @received: How much that is.
 * @answer: What is to be sent to it, or NULL.
 * @size: The size of that.
 * @sent: How much of it was sent.
 * @events: It is to be told of events.
 * @stuck: There was no room for all of its answer.
 * @since: How many came before it.
 */
struct control_client {
	struct event_source source;
	struct control *control;
	char command[CONTROL_MAX_COMMAND];
	size_t received;
	char *answer;
	size_t size;
	size_t sent;
	bool events;
	bool stuck;
	uint64_t since;
};

/**
 * struct control - the control socket
 * @path: Where it is; NULL for nowhere, all else does nothing then.
 * @device: The device.
 * @config: What it is.
 * @loop: Where to wait.
 */
struct control {
	const char *path;
	struct device *device;
	struct device_config *config;
	struct event_loop *loop;
	/* private: */
	struct listener listener;
	uint64_t came;
	struct control_client client[CONTROL_MAX_CLIENTS];
};

/**
 * control_open - begin to take commands
 * @c: The control socket, with the public members set.
 *
 * Return: 0 or a negative errno.
 */
int control_open(struct control *c);

/**
 * control_event - tell those who want to know of an event
 * @c: The control socket.
 * @format: The event, a line without its end.
 */
void control_event(struct control *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * control_release - end
 * @c: The control socket.
 */
void control_release(struct control *c);

#endif /* CONTROL_H */
