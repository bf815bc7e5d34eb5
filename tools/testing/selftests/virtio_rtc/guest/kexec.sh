#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Readers wait for answers, and an alarm is set, when another kernel is started, as kexec
# does it.  What comes of that the other kernel says.

. ./lib.sh
plan 3

parameters=/sys/module/virtio_rtc/parameters
clock=$(ptp_named 'Virtio PTP type 0, variant 0')
other=$(ptp_named 'Virtio PTP type 1, variant 0')
rtc=$(ls -d /sys/bus/virtio/devices/*/*.clock*/rtc/rtc*)
is 'an alarm is set' "$(./alarm set "/dev/${rtc##*/}" 3600 1)" 0

note 'event: late answers'
fails() {
	! ./ptp gettime "$other"
}
check 'answers are late' wait_until 20 fails

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
./next_kernel "$RESULTS" 40
