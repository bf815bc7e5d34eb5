// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracepoints: what they are made of.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#define CREATE_TRACE_POINTS
#include "virtio_rtc_trace.h"
