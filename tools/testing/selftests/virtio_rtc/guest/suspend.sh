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

# What the machine's own RTC shows
rtc_seconds() {
	cat /sys/class/rtc/rtc0/since_epoch
}

clock=$(ptp_named 'Virtio PTP type 0, variant 0')
for mode in $modes; do
	outer=$(rtc_seconds)
	before=$(./ptp gettime "$clock")
	inner=$(rtc_seconds)
	./readers "$clock" 1 /run/reader.state >/run/reader 2>&1 &
	reader=$!
	usleep 300000
	# Long enough to be asleep by then, on a busy machine as well: an alarm that has rung
	# before wakes nobody.
	check "$mode: the machine sleeps and wakes" rtcwake -d /dev/rtc0 -m "$mode" -s 40
	usleep 300000
	kill $reader
	wait $reader
	is "$mode: a reader at work saw nothing that is not promised, and right times" $? 0
	sed 's/^#* */#   /' /run/reader
	read -r readings failed </run/reader.state
	check "$mode: it was never told that the clock is gone, and has readings" \
		sh -c "[ $readings -gt 0 ] && ! grep 'No such device' /run/reader"
	inner=$(($(rtc_seconds) - inner))
	after=$(./ptp gettime "$clock")
	outer=$(($(rtc_seconds) - outer))
	seconds=$(((after - before) / 1000000000))
	note "$seconds s later, from $inner to $outer by the machine's own RTC"
	check "$mode: the clock went on" \
		[ $seconds -ge 39 -a $seconds -ge $((inner - 2)) -a $seconds -le $((outer + 2)) ]
	check "$mode: the clock reads right" ./ptp extended "$clock" 100
done
