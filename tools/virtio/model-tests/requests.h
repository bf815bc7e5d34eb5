/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests as bytes, for tests of what the device makes of each of them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef REQUESTS_H
#define REQUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "world.h"

/* More than any message has */
#define REQUEST_ROOM	64

#define REQUESTS	8

/**
 * struct request_layout - a row of the specification's table
 * @type: The message's type.
 * @request: Bytes of the request.
 * @response: Bytes of the response.
 * @clock_id: Where it stands, 0 if there is none; so
 * @hw_counter: and
 * @flags: too.
 * @reserved: Where the reserved bytes begin that end the request.
 * @zero: Where those begin that end the response.
 * @alarm: It is about alarms.
 */
struct request_layout {
	uint16_t type;
	size_t request;
	size_t response;
	size_t clock_id;
	size_t hw_counter;
	size_t flags;
	size_t reserved;
	size_t zero;
	bool alarm;
};

extern const struct request_layout requests[REQUESTS];

/**
 * requests_fill() - make a valid request
 * @request: Receives %REQUEST_ROOM bytes.
 * @i: Which of the requests.
 * @clock: The clock's id, if it has one. The counter is the x86 TSC.
 */
void requests_fill(uint8_t *request, size_t i, uint16_t clock);

/**
 * requests_send() - have bytes answered
 * @world: The world with the device.
 * @request: The request.
 * @len: How many bytes of it to send, in memory of just that size.
 * @response: Receives the response, and zero up to %REQUEST_ROOM.
 * @room: The room that the device is given.
 *
 * Calls world_failed() when a byte is touched that is none of the response.
 *
 * Return: The used length.
 */
size_t requests_send(struct world *world, const uint8_t *request, size_t len, uint8_t *response,
		     size_t room);

#endif /* REQUESTS_H */
