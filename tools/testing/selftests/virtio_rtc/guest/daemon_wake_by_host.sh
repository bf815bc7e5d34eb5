#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 120
#
# The machine sleeps with an alarm set that cannot wake it, and is woken by the host when
# that expires.

. ./lib.sh
. ./daemon_lib.sh
plan 7

rtc=$(rtc_of 1)
clock=$(ptp_of 1)
check 'the RTC does not say that it could wake the machine' \
	[ ! -e "/sys/class/rtc/${rtc##*/}/wakealarm" ]
check 'the machine'\''s own RTC has no alarm' grep -q '^alarm_IRQ.*: no' /proc/driver/rtc

# Long enough to be asleep by then
seconds=25
before=$(./ptp gettime "$clock")
./alarm await "$rtc" $seconds 120000 >/run/rang &
waiting=$!
wait_until 10 test -s /run/rang
check 'the machine sleeps and wakes' sh -c 'echo mem >/sys/power/state'
after=$(./ptp gettime "$clock")
is 'it had slept' "$(cat /sys/power/suspend_stats/success)" 1
took=$(((after - before) / 1000000))
note "awake again after $took ms"
# There is nothing else that could wake it, sooner or later.
check 'until the alarm' [ $took -ge $((seconds * 1000 - 1000)) ]
wait $waiting
is 'which rings' "$(tail -n 1 /run/rang)" rang
check 'and readings go on' ./ptp extended "$clock" 100
