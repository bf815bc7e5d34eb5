// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hosts of an architecture whose counter is not known here.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "counter_source.h"

const struct counter_source counter_source_native;
