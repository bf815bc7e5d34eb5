/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The service manager: what it is told, and what it gives.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SERVICE_MANAGER_H
#define SERVICE_MANAGER_H

/**
 * service_manager_ready - tell the service manager that this service is ready
 *
 * Does nothing if NOTIFY_SOCKET names no socket, as sd_notify(3) has it.
 */
void service_manager_ready(void);

/**
 * service_manager_socket - take the socket that the service manager has made
 *
 * That is the one of LISTEN_FDS, as sd_listen_fds(3) has it. It is closed when
 * another program is executed.
 *
 * Return: The descriptor; -1 if there is none, -EINVAL if there are several.
 */
int service_manager_socket(void);

#endif /* SERVICE_MANAGER_H */
