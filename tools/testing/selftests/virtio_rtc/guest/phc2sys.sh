#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 600
#
# What happens to the device and to the system's clock, and phc2sys as its unit runs it:
# the system's clock is right again soon after each.

. ./lib.sh
. ./sim_lib.sh
. ./chrony.sh
plan 38

clocksource=/sys/devices/system/clocksource/clocksource0/current_clocksource
driver=/sys/bus/virtio/drivers/virtio_rtc

# There is no systemd here.  This starts the unit's command while there is a clock, and
# again when it has ended.
command=$(sed -n 's/^ExecStart=//p' virtio-rtc-phc2sys.service)
unit() {
	while [ ! -e /run/stopped ]; do
		if [ -e /dev/ptp_virtio ]; then
			echo "$command" >>/run/starts
			eval "$command" >>/run/phc2sys.log 2>&1
		fi
		sleep 1
	done
}

# right EVENT [SECONDS]: it is, after the clock went ahead by so much.
right() {
	./follow "$1" "$(realpath /dev/ptp_virtio)" 1 "${2:-0}"
	note "phc2sys was started $(wc -l </run/starts) times"
}

clock_is() {
	[ "$(./ptp gettime /dev/ptp_virtio 2>/dev/null)" ] && is=yes || is=no
	[ $is = "$1" ]
}

cp systemctl /usr/bin/
# The rule is for machines with systemd.
mkdir -p /run/systemd/system
cp 61-virtio-rtc-phc2sys.rules /etc/udev/rules.d/
udev_rules
wait_until 30 test -e /dev/ptp_virtio
unit &
right start

note 'event: pause'
right pause 6

note 'event: stall'
check 'stall: the clock cannot be read' wait_until 20 clock_is no
check 'stall: the clock can be read again' wait_until 60 clock_is yes
right stall

# unbind: the device that is there.  Meanwhile the system's clock falls behind.
unbind() {
	device=$(basename "$(ls -d $driver/virtio*)")
	echo "$device" >$driver/unbind
	wait_until 30 test ! -e /dev/ptp_virtio
	fall_behind
}

fall_behind() {
	date -s "@$(($(date +%s) - 60))" >&2
}

unbind
echo "$device" >$driver/bind
wait_until 30 test -e /dev/ptp_virtio
right bind
unbind

note 'event: plug'
wait_until 30 test -e /dev/ptp_virtio
right plug
note 'event: unplug'
wait_until 30 test ! -e /dev/ptp_virtio
fall_behind
note 'event: plug again'
wait_until 30 test -e /dev/ptp_virtio
right 'plug again'
unbind

# phc2sys keeps to the way of reading the clock that it began with.
sim_load
sim_clock a/utc cross=1 base=raw
sim_on a
wait_until 30 test -e /dev/ptp_virtio
right cross-timestamps
own=$(cat $clocksource)
for other in hpet acpi_pm; do
	! grep -q $other "${clocksource%/*}/available_clocksource" || break
done
echo $other >$clocksource
right 'another clocksource'
echo "$own" >$clocksource
right 'its own clocksource'
touch /run/stopped
kill "$(pidof phc2sys)"
