// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults, and the room in a driver's buffer.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/virtio_rtc.h>
#include <stdint.h>

#include "check.h"
#include "base/macros.h"
#include "virtio_rtc_sim/faults.h"

/* A driver's buffer may be said to be as large as there are numbers. */
static void a_hostile_device_takes_any_room(void **state)
{
	static const size_t rooms[] = {
		0, 1, 24, UINT32_MAX - 1, UINT32_MAX, SIZE_MAX - 1, SIZE_MAX,
	};
	struct virtio_rtc_resp_read resp = { 0 };
	struct viortc_faults faults = { .num = 0 };
	unsigned int i, j;

	(void)state;
	assert_int_equal(viortc_faults_add(&faults, "hostile=1"), 0);
	for (i = 0; i < ARRAY_SIZE(rooms); i++)
		for (j = 0; j < 1000; j++) {
			struct viortc_fault_answer answer = {
				.buf = &resp,
				.len = sizeof(resp),
			};

			viortc_faults_apply(&faults, NULL, 0, rooms[i], &answer);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hostile_device_takes_any_room),
	};

	return cmocka_run_group_tests_name("faults and room", tests, NULL, NULL);
}
