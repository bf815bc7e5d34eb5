/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the conformance suite share: a device under test, raw
 * messages to it, and results.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_CONFORMANCE_H_
#define _VIRTIO_RTC_CONFORMANCE_H_

#include <linux/types.h>
#include <uapi/linux/virtio_rtc.h>

struct conf_leap;
struct virtio_device;
struct virtqueue;

/* Room of each buffer, in bytes; a device gets as much of it as a test says. */
#define CONF_ROOM	64

/* Requests that can be under way, and buffers for notifications */
#define CONF_NUM_BUFS	8
#define CONF_NUM_NOTIFS	4

/* What is in a buffer before a device writes to it */
#define CONF_UNTOUCHED	0xa5

/* A clock id that no device has: CFG's number of clocks leaves it out. */
#define CONF_NO_CLOCK	0xffff

/* A request, and room for its answer */
struct conf_buf {
	u8 req[CONF_ROOM];
	u8 resp[CONF_ROOM];
};

/**
 * struct conf - a device under test
 * @vdev: the device
 * @requestq: requestq, while the device is in use
 * @alarmq: alarmq, or NULL
 * @live: the device is in use: virtqueues exist
 * @alarms_offered: the device offers the alarm feature
 * @alarms: the feature is negotiated now
 * @stuck: the device left something without an answer or broke: no more of it
 *	until it was reset
 * @num_clocks: number of clocks
 * @bufs: CONF_NUM_BUFS requests and answers
 * @notifs: CONF_NUM_NOTIFS buffers for notifications
 * @leap: what was seen of a leap second, or NULL
 * @failed: the test has failed
 * @skipped: why the test could not be done, or NULL
 */
struct conf {
	struct virtio_device *vdev;
	struct virtqueue *requestq;
	struct virtqueue *alarmq;
	bool live;
	bool alarms_offered;
	bool alarms;
	bool stuck;
	u16 num_clocks;
	struct conf_buf *bufs;
	u8 (*notifs)[CONF_ROOM];
	struct conf_leap *leap;
	bool failed;
	const char *skipped;
};

/* What a message is; a place of 0 says that there is no such field. */
struct conf_msg {
	u16 type;
	const char *name;
	u8 req_size;
	u8 resp_size;
	u8 clock_at;
	u8 counter_at;
	u8 flags_at;
	u8 req_reserved_at;
	u8 resp_reserved_at;
	bool alarm;
};

/* All messages of the requestq, ended by one without a name */
extern const struct conf_msg conf_msgs[];

/* With which features a test is done */
enum conf_features { CONF_WITHOUT_ALARMS, CONF_WITH_ALARMS, CONF_ALL };

/* A test; @name is the specification's rule, and what is promised by it. */
struct conf_test {
	const char *name;
	enum conf_features features;
	void (*run)(struct conf *conf);
};

/* Tests of each file, ended by one without a name */
extern const struct conf_test conf_message_tests[];
extern const struct conf_test conf_size_tests[];
extern const struct conf_test conf_clock_tests[];
extern const struct conf_test conf_cross_tests[];
extern const struct conf_test conf_alarm_tests[];
extern const struct conf_test conf_leap_tests[];

/**
 * conf_fail() - note what a device did wrong: the test fails
 * @conf: device
 * @format: what it did, in a line, as for printk()
 */
__printf(2, 3) void conf_fail(struct conf *conf, const char *format, ...);

/**
 * conf_start() - reset the device and take it into use
 * @conf: device
 * @alarms: whether to negotiate the alarm feature, if it is offered
 *
 * Context: Process context, may sleep.
 * Return: 0, or the errno of what could not be done.
 */
int conf_start(struct conf *conf, bool alarms);

/**
 * conf_stop() - reset the device and take its virtqueues away
 * @conf: device
 *
 * Context: Process context, may sleep.
 */
void conf_stop(struct conf *conf);

/**
 * conf_find() - find out what a message is
 * @type: VIRTIO_RTC_REQ_*
 *
 * Return: the message.
 */
const struct conf_msg *conf_find(u16 type);

/**
 * conf_put() - put a right request into a buffer
 * @buf: buffer
 * @msg: message
 * @id: clock id, if it has one
 *
 * Its counter is one that the specification defines, its flags are none, its
 * alarm time is in the far future.
 */
void conf_put(struct conf_buf *buf, const struct conf_msg *msg, u16 id);

/**
 * conf_add() - make a request available, without a notification
 * @conf: device
 * @buf: buffer with the request; its answer is wiped
 * @req_len: how many bytes of the request the device can read
 * @resp_len: how many bytes of the answer it can write
 * @piece: size of the descriptors that they consist of, or 0 for one each
 *
 * Context: Process context.
 * Return: 0, or the errno of the virtqueue.
 */
int conf_add(struct conf *conf, struct conf_buf *buf, unsigned int req_len,
	     unsigned int resp_len, unsigned int piece);

/**
 * conf_get() - notify the device and wait for the next buffer that it uses
 * @conf: device
 * @used: the length that it says
 *
 * Context: Process context, may sleep.
 * Return: the buffer, or NULL, and the device is stuck, if none came.
 */
struct conf_buf *conf_get(struct conf *conf, unsigned int *used);

/**
 * conf_exchange() - send the request in the first buffer and get its answer
 * @conf: device
 * @req_len: see conf_add()
 * @resp_len: see conf_add()
 * @what: what to call it in a note
 *
 * Context: Process context, may sleep.
 * Return: the used length, or a negative errno: then the test has failed.
 */
int conf_exchange(struct conf *conf, unsigned int req_len,
		  unsigned int resp_len, const char *what);

/**
 * conf_ask() - send a message as it should be sent, and get its status
 * @conf: device; the answer is in its first buffer
 * @msg: message, which is there already
 *
 * Context: Process context, may sleep.
 * Return: the status, or a negative errno: then the test has failed.
 */
int conf_ask(struct conf *conf, const struct conf_msg *msg);

/**
 * conf_expect() - the same, for a message that has to get a status
 * @conf: device
 * @msg: message
 * @status: the status that it has to get
 * @what: what is special about it, for a note
 *
 * Context: Process context, may sleep.
 * Return: whether it got it; otherwise the test has failed.
 */
bool conf_expect(struct conf *conf, const struct conf_msg *msg, u8 status,
		 const char *what);

/**
 * conf_read() - read a clock
 * @conf: device
 * @id: clock id
 * @reading: what it shows
 *
 * Context: Process context, may sleep.
 * Return: whether it could be read; otherwise the test has failed.
 */
bool conf_read(struct conf *conf, u16 id, u64 *reading);

/**
 * conf_clock_cap() - ask what a clock is
 * @conf: device
 * @id: clock id
 * @cap: the answer
 *
 * Context: Process context, may sleep.
 * Return: whether there was one; otherwise the test has failed.
 */
bool conf_clock_cap(struct conf *conf, u16 id,
		    struct virtio_rtc_resp_clock_cap *cap);

/**
 * conf_clock_for() - find a clock that a message can be about
 * @conf: device
 * @msg: message
 *
 * Context: Process context, may sleep.
 * Return: clock id, or %CONF_NO_CLOCK.
 */
u16 conf_clock_for(struct conf *conf, const struct conf_msg *msg);

/**
 * conf_leap_forget() - free what was seen of a leap second
 * @conf: device
 */
void conf_leap_forget(struct conf *conf);

/**
 * conf_own_counter() - the counter that this machine has
 *
 * Return: VIRTIO_RTC_COUNTER_*, _INVALID if it has none.
 */
u8 conf_own_counter(void);

#endif /* _VIRTIO_RTC_CONFORMANCE_H_ */
