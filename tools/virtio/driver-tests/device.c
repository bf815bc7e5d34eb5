// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The device: it can answer as it should, which leads far into the driver, and do
 * anything else that a device can do.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <uapi/linux/virtio_rtc.h>

#include "device.h"
#include "rings.h"
#include "world.h"

static struct ring rings[2];
static u8 clocks[NUM_CLOCKS];
static unsigned int num_clocks;

/* Whether each request is answered as soon as the device is notified */
static bool prompt;

/* How the next answer differs from what it should be */
static struct spoil {
	bool set;
	u8 at;
	u8 turn;
	u8 len;
	u8 id;
} spoil;

void device_init(const u8 *kinds, unsigned int num)
{
	memset(rings, 0, sizeof(rings));
	memcpy(clocks, kinds, num);
	num_clocks = num;
	prompt = true;
	spoil.set = false;
}

void device_attach(unsigned int index, struct virtqueue *vq)
{
	ring_attach(&rings[index], vq);
}

void device_detach(void)
{
	rings[0].vq = NULL;
	rings[1].vq = NULL;
}

/* Lengths that somebody might not reckon with */
static u32 any_length(u8 length)
{
	static const u32 lengths[] = { 0, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000 };

	return length < 64 ? length : lengths[length % ARRAY_SIZE(lengths)];
}

/* Return: the length of what a device should answer. */
static u32 make_answer(const u8 *request, u8 *answer)
{
	u8 kind = clocks[request[8] % NUM_CLOCKS];
	u64 now = ktime_get_real_ns(), counter = shim_now() * 2;

	memset(answer, 0, 24);
	switch (request[0] | request[1] << 8) {
	case VIRTIO_RTC_REQ_CFG:
		answer[8] = num_clocks;
		return 16;
	case VIRTIO_RTC_REQ_CLOCK_CAP:
		answer[8] = kind & 7;
		answer[9] = kind >> 3 & 3;
		answer[10] = kind >> 5 & 1;
		return 16;
	case VIRTIO_RTC_REQ_CROSS_CAP:
		answer[8] = kind >> 6 & 1;
		return 16;
	case VIRTIO_RTC_REQ_READ:
		memcpy(answer + 8, &now, sizeof(now));
		return 16;
	case VIRTIO_RTC_REQ_READ_CROSS:
		memcpy(answer + 8, &now, sizeof(now));
		memcpy(answer + 16, &counter, sizeof(counter));
		return 24;
	case VIRTIO_RTC_REQ_READ_ALARM:
		memcpy(answer + 8, &now, sizeof(now));
		answer[16] = kind >> 7;
		return 24;
	case VIRTIO_RTC_REQ_SET_ALARM:
	case VIRTIO_RTC_REQ_SET_ALARM_ENABLED:
		return 8;
	default:
		answer[0] = VIRTIO_RTC_S_EOPNOTSUPP;
		return 8;
	}
}

/*
 * Hundreds of clocks lead no farther than a few and take as long as fifty executions, and a
 * fuzzer that counts the turns of loops does not let go of them.
 * Return: @value, or what is said instead of it.
 */
static u8 keep_clocks_few(const struct buffers *buffers, u8 at, u8 value)
{
	const u8 *request = memory_of_device(buffers->out, sizeof(u16), false);
	const u8 low = offsetof(struct virtio_rtc_resp_cfg, num_clocks);

	if (!request || (request[0] | request[1] << 8) != VIRTIO_RTC_REQ_CFG)
		return value;
	return at == low ? value % 16 : at == low + 1 ? 0 : value;
}

/* Answer one request, as it should be but for what is spoiled. */
static void answer_request(unsigned int nth)
{
	struct buffers *buffers = ring_pending(&rings[0], nth);
	u8 request[24] = { 0 }, answer[24];
	const u8 *from;
	u32 len, id;
	u8 *to;

	if (!buffers)
		return;
	from = memory_of_device(buffers->out, buffers->out_len, false);
	to = memory_of_device(buffers->in, buffers->in_len, true);
	if (!from || !to)
		return;
	memcpy(request, from, min_t(size_t, buffers->out_len, sizeof(request)));
	len = make_answer(request, answer);
	id = buffers->id;
	if (spoil.set) {
		spoil.at %= sizeof(answer);
		answer[spoil.at] = keep_clocks_few(buffers, spoil.at,
						   answer[spoil.at] ^ spoil.turn);
		if (spoil.len)
			len = any_length(spoil.len);
		id += spoil.id;
		spoil.set = false;
	}
	memcpy(to, answer, min_t(size_t, buffers->in_len, sizeof(answer)));
	ring_use(&rings[0], id, len, buffers->descriptors);
	ring_forget(&rings[0], buffers);
}

void device_notified(unsigned int index)
{
	unsigned int i;

	ring_look(&rings[index]);
	if (index || !prompt)
		return;
	for (i = 0; i < MAX_PENDING && ring_pending(&rings[0], 0); i++)
		answer_request(0);
}

/* An alarm rings, or something that is none. */
static void ring_alarm(u8 id, u8 type, u8 len)
{
	struct virtio_rtc_notif_alarm *notif;
	struct buffers *buffers;

	ring_look(&rings[1]);
	buffers = ring_pending(&rings[1], 0);
	if (!buffers)
		return;
	notif = memory_of_device(buffers->in, sizeof(*notif), true);
	if (notif) {
		notif->head.msg_type = VIRTIO_RTC_NOTIF_ALARM ^ type;
		notif->clock_id = id;
	}
	ring_use(&rings[1], buffers->id, len ? any_length(len) : sizeof(*notif),
		 buffers->descriptors);
	ring_forget(&rings[1], buffers);
}

/* Change what the driver may be about to read. */
static void change_buffer(unsigned int index, unsigned int nth, u8 at, u8 value)
{
	struct buffers *buffers;
	u8 *memory;

	ring_look(&rings[index]);
	buffers = ring_pending(&rings[index], nth);
	if (!buffers || !buffers->in_len)
		return;
	memory = memory_of_device(buffers->in, buffers->in_len, true);
	at %= buffers->in_len;
	if (memory)
		memory[at] = keep_clocks_few(buffers, at, value);
}

static void act_on_rings(unsigned int what, u8 arg)
{
	struct ring *ring = &rings[arg & 1];

	switch (what) {
	case DEVICE_USE:
		ring_use(ring, input_byte() | (arg & 0x80 ? 0xffff0000 : 0),
			 any_length(input_byte()), 1 + (arg >> 1 & 3));
		break;
	case DEVICE_SCRIBBLE:
		ring_scribble(ring, arg >> 1, input_byte(), input_byte());
		break;
	case DEVICE_CHANGE:
		change_buffer(arg & 1, arg >> 1 & 7, arg >> 4, input_byte());
		break;
	case DEVICE_ALARM:
		ring_alarm(arg & 15, arg & 16 ? input_byte() : 0,
			   arg & 32 ? input_byte() : 0);
		if (arg & 64)
			transport_interrupt(1);
		break;
	}
}

bool device_act(unsigned int what)
{
	u8 arg;

	switch (what) {
	case DEVICE_ANSWER:
		arg = input_byte();
		ring_look(&rings[0]);
		answer_request(arg & 15);
		if (arg & 16)
			transport_interrupt(0);
		break;
	case DEVICE_SPOIL:
		spoil.set = true;
		spoil.at = input_byte();
		spoil.turn = input_byte();
		spoil.len = spoil.at & 0x80 ? input_byte() : 0;
		spoil.id = spoil.at & 0x40 ? input_byte() : 0;
		spoil.at &= 0x3f;
		break;
	case DEVICE_INTERRUPT:
		transport_interrupt(input_byte() % 3);
		break;
	case DEVICE_STATUS:
		transport_set_status(input_byte());
		transport_interrupt(2);
		break;
	case DEVICE_PROMPT:
		prompt = input_byte() & 1;
		break;
	case DEVICE_CLOCKS:
		arg = input_byte();
		clocks[arg % NUM_CLOCKS] = input_byte();
		if (arg & 0x80)
			num_clocks = input_byte() % (NUM_CLOCKS + 2);
		break;
	case DEVICE_USE:
	case DEVICE_SCRIBBLE:
	case DEVICE_CHANGE:
	case DEVICE_ALARM:
		act_on_rings(what, input_byte());
		break;
	default:
		return false;
	}
	return true;
}
