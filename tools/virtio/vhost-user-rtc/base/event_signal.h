/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adding to eventfds that others have as well.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef EVENT_SIGNAL_H
#define EVENT_SIGNAL_H

/**
 * event_signal - add 1 to an eventfd, without ever waiting
 * @fd: The eventfd; -1 for none.
 *
 * Whoever shares it can fill it and have writers wait, at any time: so the kernel's
 * asynchronous I/O is had do it, which does not know how to wait. Where that is not
 * allowed, the eventfd is written to if it has room just now.
 */
void event_signal(int fd);

#endif /* EVENT_SIGNAL_H */
