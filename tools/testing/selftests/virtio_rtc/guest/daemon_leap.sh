#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 250
#
# At the leap second of 2016 each clock does what its kind has to do.

. ./lib.sh
. ./daemon_lib.sh
plan 8

# The host waits for this word.
note 'ready'
complete() {
	[ -c "$(rtc_of 3)" ]
}
check 'the device can be plugged in' wait_until 60 complete

is 'its RTC is /dev/rtc0' "$(rtc_of 2)" /dev/rtc0
is 'the kernel has set the system'\''s time from it' "$(cat /sys/class/rtc/rtc0/hctosys)" 1
is 'to what the device shows' "$(date +%Y-%m-%d)" 2016-12-31

./leap "$(ptp_of 0)" "$(ptp_of 1)" "$(ptp_of 2)" "$(ptp_of 3)"
