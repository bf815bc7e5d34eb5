#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 180
#
# Cross-timestamps of a device that knows the guest's counter are right, and are
# refused when it has it wrong.

. ./lib.sh
. ./daemon_lib.sh
plan 16

delay=1000000
second=1000000000

note "clocksource $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
driver=/sys/bus/virtio/drivers/virtio_rtc
vdev=$(basename "$(ls -d $driver/virtio*)")

# crosses WANTED: set the device up anew, see whether it can do cross-timestamps.
crosses() {
	echo "$vdev" >$driver/unbind
	echo "$vdev" >$driver/bind
	[ "$(./ptp cross "$(ptp_of 0)")" = "$1" ]
}

# offset NAME WANTED WHAT: the host puts the offset that follows from it into
# the daemon's file.
offset() {
	note "counter: $3."
	check "$1" wait_until 20 crosses "$2"
}

is 'a device without an offset says that it has no cross-timestamps' \
	"$(./ptp cross "$(ptp_of 0)")" 0
is 'and they are refused as not supported' "$(./ptp precise "$(ptp_of 0)")" 95 # EOPNOTSUPP

# agree NAME ID: how exact it has to be follows from what this machine, slow or
# busy as it may be, can know about itself.
agree() {
	status=0
	./cross agree "$(ptp_of "$2")" 200 $delay "$error" || status=$?
	case $status in
	0) pass "$1" ;;
	4) skip "$1" 'the machine is too busy to tell' ;;
	*) fail "$1" ;;
	esac
}

set -- $(./cross calibrate "$(ptp_of 2)" $delay)
error=$3
offset 'with an offset it says that it has' 1 "$1 $2"
for id in 0 1 2; do
	is "clock $id does" "$(./ptp cross "$(ptp_of $id)")" 1
	agree "200 cross-timestamps of clock $id agree with other readings" $id
done

offset 'without one it has none again' 0 none
for wrong in $second -$second; do
	offset "an offset that is wrong by $wrong ns is none that the device could notice" 1 \
		"$1 $(($2 + wrong))"
	check 'but each of 100 cross-timestamps is refused' ./cross refused "$(ptp_of 0)" 100
	offset 'it is taken back' 0 none
done
