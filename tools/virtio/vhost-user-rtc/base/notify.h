/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the service manager.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef NOTIFY_H
#define NOTIFY_H

/**
 * notify_ready - tell the service manager that this service is ready
 *
 * Does nothing if NOTIFY_SOCKET names no socket, as sd_notify(3) has it.
 */
void notify_ready(void);

#endif /* NOTIFY_H */
