// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests as bytes.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <stdlib.h>
#include <string.h>

#include "requests.h"

/* The specification's table, in its own numbers */
const struct request_layout requests[REQUESTS] = {
	{ 0x0001, 16, 16, 8, 0, 0, 10, 16, false },
	{ 0x0002, 16, 24, 8, 10, 0, 11, 24, false },
	{ 0x1000, 8, 16, 0, 0, 0, 8, 10, false },
	{ 0x1001, 16, 16, 8, 0, 0, 10, 11, false },
	{ 0x1002, 16, 16, 8, 10, 0, 11, 9, false },
	{ 0x1003, 16, 24, 8, 0, 0, 10, 17, true },
	{ 0x1004, 24, 8, 16, 0, 18, 19, 8, true },
	{ 0x1005, 16, 8, 8, 0, 10, 11, 8, true },
};

void requests_fill(uint8_t *request, size_t i, uint16_t clock)
{
	memset(request, 0, REQUEST_ROOM);
	request[0] = requests[i].type & 0xff;
	request[1] = requests[i].type >> 8;
	if (requests[i].clock_id) {
		request[requests[i].clock_id] = clock & 0xff;
		request[requests[i].clock_id + 1] = clock >> 8;
	}
	if (requests[i].hw_counter)
		request[requests[i].hw_counter] = VIRTIO_RTC_COUNTER_X86_TSC;
}

size_t requests_send(struct world *world, const uint8_t *request, size_t len, uint8_t *response,
		     size_t room)
{
	uint8_t *exact_request = malloc(len);
	uint8_t *exact_response = malloc(room);
	size_t i, written;

	if ((!exact_request && len) || (!exact_response && room))
		world_failed("no memory");
	if (len)
		memcpy(exact_request, request, len);
	if (room)
		memset(exact_response, 0xa5, room);
	written = viortc_model_handle(&world->model, exact_request, len, exact_response, room);
	if (written > room)
		world_failed("%zu bytes written where %zu fit", written, room);
	for (i = written; i < room; i++)
		if (exact_response[i] != 0xa5)
			world_failed("byte %zu after a response of %zu was written", i, written);
	memset(response, 0, REQUEST_ROOM);
	if (room)
		memcpy(response, exact_response, written);
	free(exact_request);
	free(exact_response);
	return written;
}
