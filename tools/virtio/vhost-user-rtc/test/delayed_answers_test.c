// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests that are in flight, as the device delays them.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

#define MS	UINT64_C(1000000)

static void delayed_requests_are_read_and_answered_in_time_and_order(void **state)
{
	const char *const args[] = { "--delay=200,300", "--clock=utc", NULL };
	struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	struct virtio_rtc_resp_read resp;
	uint64_t posted[8], last = 0;
	struct frontend f;
	unsigned int i;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES & ~BIT(VIRTIO_RTC_F_ALARM));
	/* All are in flight at once, each with a time of its own. */
	for (i = 0; i < 8; i++) {
		posted[i] = host_ns(CLOCK_REALTIME);
		frontend_post(&f, i, &req, sizeof(req), sizeof(resp));
		sleep_ms(20);
	}
	for (i = 0; i < 8; i++) {
		uint64_t answered;
		uint32_t head;

		assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), sizeof(resp));
		answered = host_ns(CLOCK_REALTIME);
		assert_int_equal(head, i * 2);
		memcpy(&resp, frontend_response(&f, i), sizeof(resp));
		assert_true(resp.clock_reading >= last);
		last = resp.clock_reading;
		check(last >= posted[i] + 200 * MS, "read %llu ms after it was available",
		      (unsigned long long)((last - posted[i]) / MS));
		check(answered >= last + 300 * MS, "answered %llu ms after it was read",
		      (unsigned long long)((answered - last) / MS));
		check(answered < posted[i] + PATIENCE_MS * MS, "answered far too late");
	}
	frontend_end(&f);
}

static void requests_in_flight_are_answered_before_a_ring_stops(void **state)
{
	const char *const args[] = { "--delay=60000,60000", NULL };
	struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	struct virtio_rtc_resp_read resp;
	struct frontend f;
	unsigned int i;
	uint32_t head;

	(void)state;
	frontend_spawn(&f, args);
	frontend_start(&f, PLAIN_FEATURES);
	for (i = 0; i < 8; i++)
		frontend_post(&f, i, &req, sizeof(req), sizeof(resp));
	sleep_ms(50);
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 0), -1);
	assert_int_equal(frontend_stop_queue(&f, REQUESTQ), 8);
	for (i = 0; i < 8; i++) {
		assert_int_equal(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS), sizeof(resp));
		assert_int_equal(head, i * 2);
	}
	frontend_end(&f);
}

/* One request, offered so many times over */
static void offer_many(struct frontend *f, const char *const *args, unsigned int num)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };

	frontend_spawn(f, args);
	f->queue[REQUESTQ].size = 1024;
	frontend_start(f, ALL_FEATURES);
	frontend_post(f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	while (--num)
		frontend_offer(f, REQUESTQ, 0);
}

static void more_requests_than_can_be_in_flight_wait_in_their_ring(void **state)
{
	const char *const args[] = { "--delay=1,1", NULL };
	struct frontend f;
	unsigned int done = 0;
	uint32_t head;

	(void)state;
	offer_many(&f, args, 1000);
	while (done < 1000 && frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0)
		done++;
	assert_int_equal(done, 1000);
	frontend_end(&f);
}

static void what_waits_for_room_goes_on_when_all_before_is_answered_at_once(void **state)
{
	const char *const args[] = { "--delay=60000,60000", NULL };
	const struct vhost_user_mem_reg nowhere = { .region.size = 4096 };
	uint64_t end = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;
	unsigned int done = 0;
	struct frontend f;
	uint32_t head;

	(void)state;
	offer_many(&f, args, 300);
	/* Before memory goes, each request that the device has is answered. */
	while (done < 300) {
		check(host_ns(CLOCK_MONOTONIC) < end, "only %u were taken", done);
		assert_false(frontend_ask(&f, VHOST_USER_REM_MEM_REG, &nowhere, sizeof(nowhere)));
		while (frontend_take(&f, REQUESTQ, &head, 0) > 0)
			done++;
	}
	frontend_end(&f);
}

/* So that a queue has all the room that there is: none of it is used by itself. */
#define ROOM	256

/* The daemon takes what is offered before it has answered so many messages. */
static void wait_until_taken(struct frontend *f)
{
	unsigned int i;

	for (i = 0; i < 20; i++)
		frontend_get(f, VHOST_USER_GET_FEATURES);
}

static void what_waits_for_room_goes_on_when_the_other_queue_stops(void **state)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	const char *const late_notifications[] = {
		"--fault=alarm-storm=1000", "--fault=late-answer=600000,type=notification", NULL,
	};
	const char *const late_readings[] = { "--fault=late-answer=600000,type=read", NULL };
	struct frontend f;
	uint32_t head;
	unsigned int i;

	(void)state;
	/* A request, when notifications have the room */
	frontend_spawn(&f, late_notifications);
	f.queue[ALARMQ].size = 512;
	frontend_start(&f, ALL_FEATURES);
	frontend_populate(&f, ROOM + 1);
	wait_until_taken(&f);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 50), -1);
	frontend_enable_queue(&f, ALARMQ, false);
	assert_true(frontend_take(&f, REQUESTQ, &head, PATIENCE_MS) > 0);
	frontend_end(&f);

	/* A notification, when requests have it */
	frontend_spawn(&f, late_readings);
	f.queue[REQUESTQ].size = 512;
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 1, true);
	frontend_post(&f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	for (i = 0; i < ROOM; i++)
		frontend_offer(&f, REQUESTQ, 0);
	wait_until_taken(&f);
	frontend_populate(&f, 1);
	assert_int_equal(frontend_notification(&f, 50), -1);
	frontend_enable_queue(&f, REQUESTQ, false);
	assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
	frontend_end(&f);
}

/* A request that is taken, and then a ring that is broken; returns how long that took. */
static uint64_t begin_and_break(struct frontend *f, const char *delay)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	const char *const args[] = { delay, NULL };
	uint64_t began;

	frontend_spawn(f, args);
	frontend_start(f, PLAIN_FEATURES);
	began = host_ns(CLOCK_MONOTONIC);
	frontend_post(f, 0, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	frontend_desc(f, REQUESTQ, 10, 0, 1, 0, 0);
	frontend_offer(f, REQUESTQ, 10);
	assert_true(frontend_is_broken(f, REQUESTQ, PATIENCE_MS));
	return host_ns(CLOCK_MONOTONIC) - began;
}

/* What comes now is answered before the ring stops if not sooner, and nothing else. */
static void only_the_next_is_answered(struct frontend *f)
{
	const struct virtio_rtc_req_read req = { .head.msg_type = VIRTIO_RTC_REQ_READ };
	uint32_t head;

	frontend_post(f, 1, &req, sizeof(req), sizeof(struct virtio_rtc_resp_read));
	wait_until_taken(f);
	assert_int_equal(frontend_stop_queue(f, REQUESTQ), 1);
	assert_int_equal(frontend_take(f, REQUESTQ, &head, PATIENCE_MS),
			 sizeof(struct virtio_rtc_resp_read));
	assert_int_equal(head, 2);
	assert_int_equal(frontend_take(f, REQUESTQ, &head, 0), -1);
}

static void a_broken_ring_drops_what_is_in_flight(void **state)
{
	unsigned int round = 0;
	struct frontend f;
	uint32_t head;

	(void)state;
	/* Where the host is busy the answer may come before the break, which is no fault. */
	while (begin_and_break(&f, "--delay=100,100") >= 200 * MS) {
		frontend_end(&f);
		if (++round == 20) {
			print_message("the host is too busy\n");
			skip();
		}
	}
	assert_int_equal(frontend_take(&f, REQUESTQ, &head, 400), -1);
	frontend_restart(&f);
	only_the_next_is_answered(&f);
	frontend_end(&f);
}

static void what_a_broken_ring_had_in_flight_is_not_answered_in_the_next(void **state)
{
	struct frontend f;

	(void)state;
	begin_and_break(&f, "--delay=60000,60000");
	frontend_restart(&f);
	only_the_next_is_answered(&f);
	frontend_end(&f);
}

/* A front end may reset the device, and stop no ring. */
static void nor_is_it_after_a_reset_message(void **state)
{
	struct frontend f;

	(void)state;
	begin_and_break(&f, "--delay=60000,60000");
	assert_true(frontend_ask(&f, VHOST_USER_RESET_DEVICE, NULL, 0));
	memset(f.mem + RINGS(REQUESTQ), 0, RINGS(1));
	frontend_start_queue(&f, REQUESTQ, 0);
	frontend_enable_queue(&f, REQUESTQ, true);
	only_the_next_is_answered(&f);
	frontend_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delayed_requests_are_read_and_answered_in_time_and_order),
		cmocka_unit_test(requests_in_flight_are_answered_before_a_ring_stops),
		cmocka_unit_test(more_requests_than_can_be_in_flight_wait_in_their_ring),
		cmocka_unit_test(what_waits_for_room_goes_on_when_all_before_is_answered_at_once),
		cmocka_unit_test(what_waits_for_room_goes_on_when_the_other_queue_stops),
		cmocka_unit_test(a_broken_ring_drops_what_is_in_flight),
		cmocka_unit_test(what_a_broken_ring_had_in_flight_is_not_answered_in_the_next),
		cmocka_unit_test(nor_is_it_after_a_reset_message),
	};

	return cmocka_run_group_tests_name("vhost-user-rtc: delayed answers", tests, NULL, NULL);
}
