/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a call of the driver's clocks can end with.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef PROMISED_H
#define PROMISED_H

#include <errno.h>
#include <stdbool.h>

/* The table in Documentation/driver-api/virtio_rtc.rst, but what a signal does. */
static inline bool is_promised(int error)
{
	switch (error) {
	case 0:
	case EOPNOTSUPP:
	case ENODEV:
	case EINVAL:
	case EIO:
	case EPROTO:
	case ETIMEDOUT:
	case ENOMEM:
	case EAGAIN:
	case EBUSY:
	case ERANGE:
	case EOVERFLOW:
		return true;
	default:
		return false;
	}
}

#endif /* PROMISED_H */
