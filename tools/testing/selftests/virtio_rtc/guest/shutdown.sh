#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Readers wait for a device that gives no answer when the machine is restarted, which is
# what happens after the test.  The host judges the rest.

. ./lib.sh
plan 1

parameters=/sys/module/virtio_rtc/parameters
clock=$(ptp_named 'Virtio PTP type 0, variant 0')
echo 3600000 >$parameters/request_timeout_ms
echo 3600000 >$parameters/read_timeout_ms
for n in 1 2 3 4 5 6 7 8; do
	./ptp gettime "$clock" &
done
eight_wait() {
	[ "$(pidof ptp | wc -w)" = 8 ]
}
check 'eight readers wait' wait_until 10 eight_wait
usleep 500000
exit 0
