/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this process gives up when it has begun to serve, as it is given messages and
 * memory by others.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>

/**
 * sandbox_enter - give up what is not needed any more, for good
 * @paths: Files that are written or removed later, up to a NULL: what is in their
 *	folders can be changed still, and no other file.
 * @filter: Also give up system calls: those that are not needed fail.
 *
 * No program can be executed with more privileges; with @filter none at all. What the
 * kernel does not have is left out, with a line.
 */
void sandbox_enter(const char *const *paths, bool filter);

#endif /* SANDBOX_H */
