/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's TAI.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef HOST_TAI_H
#define HOST_TAI_H

#include <stdint.h>

struct leap_table;

/**
 * host_tai_ns() - read TAI from the host's clocks
 * @table: The leap seconds, for a host whose kernel does not know TAI - UTC.
 *
 * CLOCK_TAI is TAI as soon as somebody told the kernel the offset; NTP daemons
 * do so when they have a leap-second table. Until then it equals
 * CLOCK_REALTIME, and TAI is derived from that and from @table. In the second
 * pass of a repeated second the kernel says that it is in a leap second, which
 * makes this exact also then; only on hosts that insert no leap seconds, as
 * their CLOCK_REALTIME is slewed or set afterwards, the result is as wrong as
 * their CLOCK_REALTIME.
 *
 * It steps when the host's clock is set, and may do so when the host's kernel
 * is told the offset while @table does not agree.
 *
 * Return: ns since 1970-01-01 00:00:00 TAI.
 */
uint64_t host_tai_ns(const struct leap_table *table);

#endif /* HOST_TAI_H */
