/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the device does: the numbers of events in the input.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef DEVICE_H
#define DEVICE_H

enum device_event {
	DEVICE_ANSWER,		/* a request, as it should be */
	DEVICE_SPOIL,		/* the next answer is another than it should be */
	DEVICE_INTERRUPT,	/* due or not */
	DEVICE_STATUS,		/* as no device should change it */
	DEVICE_PROMPT,		/* requests are answered at once, or not */
	DEVICE_CLOCKS,		/* there are others, or other ones */
	DEVICE_USE,		/* any entry of a used ring */
	DEVICE_SCRIBBLE,	/* any byte of a ring */
	DEVICE_CHANGE,		/* any byte of an answer */
	DEVICE_ALARM,		/* rings */
	NUM_DEVICE_EVENTS,
};

#endif /* DEVICE_H */
