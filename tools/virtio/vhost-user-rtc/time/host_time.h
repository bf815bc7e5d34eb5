/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's UTC and TAI.
 *
 * UTC is what the host's CLOCK_REALTIME shows, whatever tables say. Near a
 * midnight the kernel's leap-second state is asked for as well, as
 * clock_gettime() may be a tick late with the step, and as only that state
 * tells the two passes of a repeated second apart. Where the kernel refuses to
 * tell (adjtimex() under a filter of system calls), UTC may be late by that
 * tick, and what is derived from it is a second behind in the second pass. While
 * its clock is not synchronised the state is only that: then the passes are told
 * apart by the kernel's TAI - UTC, if somebody told it that.
 *
 * TAI is the kernel's as soon as somebody told it the offset; NTP daemons do so
 * when they have a table of leap seconds. Until then CLOCK_TAI equals
 * CLOCK_REALTIME, and TAI is what the table has for UTC.
 *
 * All of it steps when the host's clock is set; on hosts that insert no leap
 * seconds, as their CLOCK_REALTIME is slewed or set afterwards, it is as wrong
 * as their CLOCK_REALTIME.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef HOST_TIME_H
#define HOST_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct leap_table;

/**
 * struct host_utc - the host's UTC at an instant
 * @ns: ns since 1970.
 * @again: A leap second is being inserted, and this is the second pass of the
 *	second that UTC repeats, as far as the kernel tells.
 * @offset: What the kernel has for TAI - UTC, in s, if a leap second may be being inserted
 *	and its state does not tell which pass it is; otherwise 0.
 */
struct host_utc {
	uint64_t ns;
	bool again;
	int32_t offset;
};

/**
 * host_utc_now - read UTC
 *
 * Return: The host's UTC.
 */
struct host_utc host_utc_now(void);

/**
 * host_utc_to_tai - the instant of TAI that a table has for the host's UTC
 * @table: The leap seconds.
 * @utc: UTC.
 *
 * Return: ns of TAI. leap_reading() gives what UTC and its smeared variants
 * show then.
 */
uint64_t host_utc_to_tai(const struct leap_table *table, struct host_utc utc);

/**
 * host_tai_now - read TAI
 * @table: The leap seconds, for a host whose kernel does not know TAI - UTC.
 *
 * Return: ns since 1970-01-01 00:00:00 TAI.
 */
uint64_t host_tai_now(const struct leap_table *table);

/**
 * host_kernel_offset - TAI - UTC as the kernel has it
 *
 * Return: The offset in s, 0 if nobody told it.
 */
int32_t host_kernel_offset(void);

/**
 * host_offset_possible - whether the kernel's TAI - UTC is taken for it
 * @offset: What host_kernel_offset() returned.
 *
 * A kernel that was not told counts the leap seconds that it inserts, from 0.
 *
 * Return: Whether it is an offset that TAI ever had since 1972.
 */
bool host_offset_possible(int32_t offset);

/**
 * host_tells_leap_state - whether the kernel tells its leap-second state
 *
 * Return: 0, or the negative errno of adjtimex().
 */
int host_tells_leap_state(void);

#endif /* HOST_TIME_H */
