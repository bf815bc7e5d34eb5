#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 180
#
# QEMU's own device has one UTC clock: it is there, by its name, and it is right.

. ./lib.sh
plan 9

name='Virtio PTP type 0, variant 0'

is 'udev has loaded the driver by its alias' \
	"$(grep -c '^virtio_rtc ' /proc/modules)" 1
is 'there is one PTP clock' "$(ls /sys/class/ptp | wc -l)" 1
is 'the clock has its exact name' "$(cat /sys/class/ptp/*/clock_name)" "$name"
clock=$(ptp_named "$name")

is 'it claims no cross-timestamps, which the device cannot do' "$(./ptp cross "$clock")" 0
is 'a cross-timestamp is refused as not supported' "$(./ptp precise "$clock")" 95 # EOPNOTSUPP

# The device's UTC is the host's.  The host was asked before the guest started, which on a
# busy machine takes its time, but not as long as the quarter of an hour that a wrong time
# zone would make, and again through the machine's own RTC, which counts whole seconds.
now=$(./ptp gettime "$clock")
now=${now%?????????}
uptime=$(cut -d . -f 1 /proc/uptime)
note "host $HOST_SECONDS at start, clock $now, up $uptime s"
check 'clock_gettime() agrees with the time of the host at start' \
	[ $((now - HOST_SECONDS)) -ge 0 -a $((now - HOST_SECONDS - uptime)) -lt 900 ]
before=$(./ptp gettime "$clock")
rtc=$(cat /sys/class/rtc/rtc0/since_epoch)
after=$(./ptp gettime "$clock")
check 'clock_gettime() agrees with the machine'\''s RTC to a second or two' \
	[ $((${before%?????????} - rtc)) -le 2 -a $((${after%?????????} - rtc)) -ge -1 ]

check '1000 calls of PTP_SYS_OFFSET_EXTENDED succeed, each reading between its timestamps' \
	./ptp extended "$clock" 1000
check 'phc_ctl of linuxptp can read it' phc_ctl "$clock" get
