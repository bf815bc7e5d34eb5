/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the driver know of each other: a clock, the messages that
 * can be sent about it, and the submodules that build on it.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_INTERNAL_H_
#define _VIRTIO_RTC_INTERNAL_H_

#include <linux/clocksource_ids.h>
#include <linux/device.h>
#include <linux/types.h>

#include "virtio_rtc_share.h"

struct ptp_system_timestamp;
struct viortc_class;
struct viortc_ptp;
struct viortc_requestq;

/**
 * struct viortc_clock - a clock of the device
 * @dev: the virtio device
 * @requestq: where messages about the clock go
 * @share: what the requestq knows of requests about the clock
 * @id: clock id in messages
 * @type: VIRTIO_RTC_CLOCK_*, or a value of a later specification
 * @smearing: VIRTIO_RTC_SMEAR_*, or a value of a later specification
 * @has_alarm: the clock has an alarm and the alarm feature was negotiated
 * @no_cross_cap: the device has not answered when it was asked whether a clock can be
 *	read together with the counter; set before and by viortc_ptp_register()
 * @asking: the device came back from a reset, and has not yet said whether it
 *	still has the clock
 * @gone: the device has no such clock any more, or did not say in time that it has: it
 *	came back from a reset with other clocks, or slowly
 * @undecided: it is gone because the device did not say so or so; it is asked again
 * @ptp: PTP clock on top, or NULL
 * @rtc: RTC class device on top, or NULL
 *
 * Clocks live from the end of their enumeration until the driver has unbound,
 * which is longer than anything that is registered on top of them.
 */
struct viortc_clock {
	struct device *dev;
	struct viortc_requestq *requestq;
	struct viortc_share share;
	u16 id;
	u8 type;
	u8 smearing;
	bool has_alarm;
	bool no_cross_cap;
	bool asking;
	bool gone;
	bool undecided;
	struct viortc_ptp *ptp;
	struct viortc_class *rtc;
};

/*
 * Messages (virtio_rtc_message.c).
 *
 * Context of all: Process context, may sleep, for no longer than the module
 * parameter request_timeout_ms says and interruptibly.
 *
 * Return of all: 0 on success, or
 *	-EOPNOTSUPP, -ENODEV, -EINVAL, -EIO: the device's status,
 *	-EIO: a status that the specification does not list, or a broken ring,
 *	-EPROTO: an answer of the wrong length,
 *	-ENOMEM: a buffer could not be mapped for DMA,
 *	-ETIMEDOUT: no answer in time,
 *	-ERESTARTSYS: a signal came first,
 *	-ENODEV: the device or the clock is gone,
 *	-EAGAIN: the device is suspended or being reset.
 * Nothing is stored then (D-status).
 */

/**
 * viortc_cfg() - ask how many clocks there are
 * @requestq: requestq
 * @num_clocks: number of clocks
 *
 * Return: see above.
 */
int viortc_cfg(struct viortc_requestq *requestq, u16 *num_clocks);

/**
 * viortc_clock_cap() - ask what a clock is
 * @clock: clock
 * @type: VIRTIO_RTC_CLOCK_*
 * @smearing: VIRTIO_RTC_SMEAR_*
 * @flags: VIRTIO_RTC_FLAG_ALARM_CAP, and bits of later specifications
 *
 * Return: see above.
 */
int viortc_clock_cap(struct viortc_clock *clock, u8 *type, u8 *smearing,
		     u8 *flags);

/**
 * viortc_cross_cap() - ask whether a clock can be read together with a counter
 * @clock: clock
 * @hw_counter: VIRTIO_RTC_COUNTER_* (D-counter)
 * @capable: whether it can; an unknown counter is not an error but false
 *
 * Return: see above.
 */
int viortc_cross_cap(struct viortc_clock *clock, u8 hw_counter, bool *capable);

/**
 * viortc_read() - read a clock
 * @clock: clock
 * @reading: what the clock shows, in ns
 * @sts: NULL, or where the system time before and after the reading goes
 *
 * Return: see above.
 */
int viortc_read(struct viortc_clock *clock, u64 *reading,
		struct ptp_system_timestamp *sts);

/**
 * viortc_read_brief() - read a clock for somebody who has other things to do
 * @clock: clock
 * @reading: what the clock shows, in ns
 * @sts: as for viortc_read()
 *
 * Waits no longer than the module parameter read_timeout_ms says, and not at
 * all while the device owes the clock an answer of this kind and it is not yet time to
 * try again.
 *
 * Return: see above, or -EBUSY when it did not wait.
 */
int viortc_read_brief(struct viortc_clock *clock, u64 *reading,
		      struct ptp_system_timestamp *sts);

/**
 * viortc_read_cross() - read a clock and a counter at one instant
 * @clock: clock
 * @hw_counter: VIRTIO_RTC_COUNTER_* (D-counter)
 * @reading: what the clock showed, in ns
 * @cycles: what the counter showed, in cycles
 *
 * Waits as viortc_read_brief() does.
 *
 * Return: as viortc_read_brief(), but -EIO for a clock that is there when the device
 *	says that it is not.
 */
int viortc_read_cross(struct viortc_clock *clock, u8 hw_counter, u64 *reading,
		      u64 *cycles);

/**
 * viortc_is_put_off() - tell whether cross-timestamps or readings are not even tried
 * @clock: clock
 *
 * Context: Any context; the answer may be an old one.
 * Return: true while viortc_read_cross() or viortc_read_brief() says -EBUSY.
 */
bool viortc_is_put_off(const struct viortc_clock *clock);

/**
 * viortc_has_room() - tell whether there is room for a request that is to find something out
 * @clock: clock
 *
 * Context: Any context; the answer may be an old one.
 * Return: false if the device owes more than a few answers about the clock.
 */
bool viortc_has_room(const struct viortc_clock *clock);

/**
 * viortc_read_alarm() - read time and state of a clock's alarm
 * @clock: clock with an alarm
 * @alarm_time: alarm time, in ns of the clock
 * @enabled: whether the alarm is enabled
 *
 * Return: see above.
 */
int viortc_read_alarm(struct viortc_clock *clock, u64 *alarm_time,
		      bool *enabled);

/**
 * viortc_set_alarm() - set time and state of a clock's alarm
 * @clock: clock with an alarm
 * @alarm_time: alarm time, in ns of the clock
 * @enable: whether the alarm shall be enabled
 *
 * Return: see above.
 */
int viortc_set_alarm(struct viortc_clock *clock, u64 alarm_time, bool enable);

/**
 * viortc_set_alarm_enabled() - enable or disable a clock's alarm
 * @clock: clock with an alarm
 * @enable: whether the alarm shall be enabled
 *
 * Return: see above.
 */
int viortc_set_alarm_enabled(struct viortc_clock *clock, bool enable);

/* PTP clocks (virtio_rtc_ptp.c) */

#if IS_ENABLED(CONFIG_VIRTIO_RTC_PTP)

/**
 * viortc_ptp_register() - register a PTP clock for a clock
 * @clock: clock; @clock->ptp is set, or left NULL for a clock whose type is
 *	unknown, and with it the unit of its readings
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOMEM, or what the PTP core or the device refused with.
 */
int viortc_ptp_register(struct viortc_clock *clock);

/**
 * viortc_ptp_unregister() - unregister the PTP clock of a clock, if any
 * @clock: clock
 *
 * Waits for system calls under way, so the requestq must be stopped.
 *
 * Context: Process context, may sleep.
 */
void viortc_ptp_unregister(struct viortc_clock *clock);

/**
 * viortc_ptp_index() - tell which PTP clock a clock has become
 * @clock: clock
 *
 * Return: N of /dev/ptpN, or -1 if there is none.
 */
int viortc_ptp_index(const struct viortc_clock *clock);

/**
 * viortc_ptp_cross_word() - tell whether a clock has cross-timestamps
 * @clock: clock
 *
 * Return: "yes", or in one word what they lack: see the ABI's documentation.
 */
const char *viortc_ptp_cross_word(const struct viortc_clock *clock);

#else

static inline int viortc_ptp_register(struct viortc_clock *clock)
{
	return 0;
}

static inline void viortc_ptp_unregister(struct viortc_clock *clock)
{
}

static inline int viortc_ptp_index(const struct viortc_clock *clock)
{
	return -1;
}

static inline const char *
viortc_ptp_cross_word(const struct viortc_clock *clock)
{
	return "no-ptp";
}

#endif

/* RTC class (virtio_rtc_class.c) */

#if IS_ENABLED(CONFIG_VIRTIO_RTC_CLASS)

/**
 * viortc_class_register() - register an RTC for a clock that never steps
 * @clock: clock; @clock->rtc is set, or left NULL for a clock that may step
 *	at leap seconds or does not count UTC
 *
 * The clock's alarm, if there is one, has been cleared (D-alarm-reset).
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOMEM, or what the RTC core or the device refused with.
 */
int viortc_class_register(struct viortc_clock *clock);

/**
 * viortc_class_unregister() - unregister the RTC of a clock, if any
 * @clock: clock
 *
 * Waits for system calls under way, so the requestq must be stopped; the
 * alarmq must be released.
 *
 * Context: Process context, may sleep.
 */
void viortc_class_unregister(struct viortc_clock *clock);

/**
 * viortc_class_alarm() - tell the RTC of a clock, if any, that its alarm rang
 * @clock: clock
 *
 * The RTC core reads the clock to see what expired (D-alarm-read).
 *
 * Context: Any context, interrupts included.
 */
void viortc_class_alarm(struct viortc_clock *clock);

/**
 * viortc_class_may_wake() - tell whether a clock's alarm is to wake the system
 * @clock: clock
 *
 * Return: true if the alarm is enabled and allowed to wake the system.
 */
bool viortc_class_may_wake(struct viortc_clock *clock);

/**
 * viortc_class_restore() - set the alarm of a clock's RTC again after a reset
 * @clock: clock
 *
 * An alarm whose time passed in between rings now (V-alarm).
 *
 * Context: Process context, may sleep.
 * Return: as the messages above.
 */
int viortc_class_restore(struct viortc_clock *clock);

/**
 * viortc_class_index() - tell which RTC a clock has become
 * @clock: clock
 *
 * Return: N of /dev/rtcN, or -1 if there is none.
 */
int viortc_class_index(const struct viortc_clock *clock);

#else

static inline int viortc_class_register(struct viortc_clock *clock)
{
	return 0;
}

static inline void viortc_class_unregister(struct viortc_clock *clock)
{
}

static inline void viortc_class_alarm(struct viortc_clock *clock)
{
}

static inline bool viortc_class_may_wake(struct viortc_clock *clock)
{
	return false;
}

static inline int viortc_class_restore(struct viortc_clock *clock)
{
	return 0;
}

static inline int viortc_class_index(const struct viortc_clock *clock)
{
	return -1;
}

#endif

/* Counters (virtio_rtc_arm.c, virtio_rtc_x86.c) */

/**
 * struct viortc_counter - the architecture's counter
 * @hw_counter: VIRTIO_RTC_COUNTER_*
 * @cs_ids: ids of the clocksources that read just this counter, ended by
 *	CSID_GENERIC
 */
struct viortc_counter {
	u8 hw_counter;
	const enum clocksource_ids *cs_ids;
};

#if IS_ENABLED(CONFIG_VIRTIO_RTC_ARM) || IS_ENABLED(CONFIG_VIRTIO_RTC_X86)

/* The counter that cross-timestamps are taken with */
extern const struct viortc_counter viortc_counter;

static inline const struct viortc_counter *viortc_get_counter(void)
{
	return &viortc_counter;
}

#else

static inline const struct viortc_counter *viortc_get_counter(void)
{
	return NULL;
}

#endif

#endif /* _VIRTIO_RTC_INTERNAL_H_ */
