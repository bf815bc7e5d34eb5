#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The machine sleeps, woken by its own RTC, and the clocks are there after it.

. ./lib.sh

# The PC's RTC wakes it from S3 only: while it idles, QEMU's does not tell ACPI.
case $ARCH in
amd64) modes=mem ;;
*) modes=freeze ;;
esac
plan 5

clock=$(ptp_named 'Virtio PTP type 0, variant 0')
for mode in $modes; do
	before=$(./ptp gettime "$clock")
	./readers "$clock" 1 /run/reader.state >/run/reader 2>&1 &
	reader=$!
	usleep 300000
	check "$mode: the machine sleeps and wakes" rtcwake -d /dev/rtc0 -m "$mode" -s 3
	usleep 300000
	kill $reader
	wait $reader
	is "$mode: a reader at work saw nothing that is not promised, and right times" $? 0
	sed 's/^#* */#   /' /run/reader
	read -r readings failed </run/reader.state
	check "$mode: it was never told that the clock is gone, and has readings" \
		sh -c "[ $readings -gt 0 ] && ! grep 'No such device' /run/reader"
	after=$(./ptp gettime "$clock")
	seconds=$(((after - before) / 1000000000))
	note "$seconds s later"
	check "$mode: the clock went on" [ $seconds -ge 2 -a $seconds -le 60 ]
	check "$mode: the clock reads right" ./ptp extended "$clock" 100
done
