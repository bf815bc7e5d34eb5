/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each message of a vhost-user front end does. Private to the session.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef VHOST_USER_HANDLERS_H
#define VHOST_USER_HANDLERS_H

#include <stdint.h>

struct vhost_user;
struct vhost_user_message;

/**
 * vhost_user_handle - do what a message says
 * @vu: The session; receives the answer, if the message is of a kind that is
 *	answered.
 * @msg: The message. Descriptors that are kept are taken out of it.
 *
 * Return: NULL, or why the message is refused, in words.
 */
const char *vhost_user_handle(struct vhost_user *vu, struct vhost_user_message *msg);

/**
 * vhost_user_message_name - the name of a message's kind
 * @msg: The message.
 *
 * Return: The name, "unknown" if there is none.
 */
const char *vhost_user_message_name(const struct vhost_user_message *msg);

/**
 * vhost_user_reply_u64 - answer the message with a number
 * @vu: The session.
 * @value: The number.
 */
void vhost_user_reply_u64(struct vhost_user *vu, uint64_t value);

#endif /* VHOST_USER_HANDLERS_H */
