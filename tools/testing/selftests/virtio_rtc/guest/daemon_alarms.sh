#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 180
#
# Alarms of vhost-user-rtc ring when it is time, and only then.

. ./lib.sh
. ./daemon_lib.sh
plan 18

# Two clocks with an alarm and one without
one=$(rtc_of 3)
two=$(rtc_of 4)
none=$(rtc_of 5)

# How often any virtio device has interrupted
interrupts() {
	awk '/virtio/ {
		for (i = 2; $i ~ /^[0-9]+$/; i++)
			n += $i
	} END { print n + 0 }' /proc/interrupts
}

grep virtio /proc/interrupts | sed 's/^/# /'
check 'of 3 alarms each rings once, when it is time' ./alarm punctual "$one" "$(ptp_of 3)" 3 2000
check 'and so it is on another clock' ./alarm punctual "$two" "$(ptp_of 4)" 2 2000
is 'an alarm in the past rings at once' "$(./alarm await "$one" -10 60000 | tail -n 1)" rang

began=$(uptime_s)
is 'an alarm can be set' "$(./alarm set "$one" 1000 1)" 0
set -- $(./alarm show "$one")
is 'it is read back as enabled' "$1" 1
near 'it is read back as of its time' "$2" 1000 $(($(uptime_s) - began + 2))
check 'on PCI its RTC does not say that it could wake the machine' \
	[ ! -e "/sys/class/rtc/${one##*/}/wakealarm" ]
is 'nor does virtio-rtc' "$(./virtio-rtc | sed -n "s,^    RTC  *$one\, ,,p")" \
	'with an alarm that cannot wake the system'
check 'and rtcwake does not have it sleep by that' sh -c "! rtcwake -d $one -m freeze -s 1000"
is 'an alarm can be disabled' "$(./alarm set "$one" 1000 0)" 0
set -- $(./alarm show "$one")
is 'it is read back as disabled' "$1" 0

# Nothing else interrupts: whoever has set an alarm has his answers.  The alarm's time is far
# enough ahead to come after that, and within the sleep that follows.
settled() {
	before=$(interrupts)
	usleep 1500000
	[ "$(interrupts)" -eq "$before" ]
}
is 'an alarm that was set and disabled is silent' "$(./alarm disabled "$one" 8 100)" silent
wait_until 30 settled
sleep 8
is 'and the device does not even notify it' "$(interrupts)" "$before"
is 'an alarm that was set as disabled is accepted' "$(./alarm set "$one" 8 0)" 0
wait_until 30 settled
sleep 8
is 'and the device does not notify it either' "$(interrupts)" "$before"

./alarm await "$two" 3 60000 >/run/two &
is 'an alarm of one clock does not ring for another' "$(./alarm disabled "$one" 1000 1000)" silent
wait $!
is 'while this one'\''s does' "$(tail -n 1 /run/two)" rang

is 'an RTC without alarm refuses it' "$(./alarm set "$none" 10 1)" 22 # EINVAL
