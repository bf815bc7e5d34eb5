#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 200
#
# The machine sleeps, and is woken by an alarm of a virtio-mmio device.

. ./lib.sh
. ./daemon_lib.sh
plan 11

device=$(ls -d /sys/bus/virtio/drivers/virtio_rtc/virtio*)
is 'the device is on virtio-mmio' "$(readlink -f "$device" | grep -c '/a000000.virtio_mmio/')" 1
is 'its RTC is the only one' "$(echo /sys/class/rtc/rtc*)" /sys/class/rtc/rtc0
rtc=$(rtc_of 1)
check 'alarms ring while the machine is awake' ./alarm punctual "$rtc" "$(ptp_of 1)" 3 2000
is 'the RTC may wake the machine' "$(cat /sys/class/rtc/rtc0/device/power/wakeup)" enabled

slept() {
	cat /sys/power/suspend_stats/success
}
# Long enough to be asleep by then, on a busy machine as well: an alarm that has rung before
# wakes nobody.
for seconds in 30 33; do
	before=$(./ptp gettime "$(ptp_of 1)")
	times=$(slept)
	check "an alarm in $seconds s wakes the machine" rtcwake -d "$rtc" -m freeze -s $seconds
	after=$(./ptp gettime "$(ptp_of 1)")
	is 'it had slept' "$(slept)" $((times + 1))
	took=$(((after - before) / 1000000))
	note "awake again after $took ms"
	# There is nothing else that could wake it, sooner or later.
	check 'until the alarm' [ $took -ge $((seconds * 1000 - 1000)) ]
done
check 'and alarms go on ringing' ./alarm punctual "$rtc" "$(ptp_of 1)" 3 2000
