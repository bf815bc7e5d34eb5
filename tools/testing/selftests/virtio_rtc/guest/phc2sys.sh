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
. ./phc2sys_unit.sh
plan 40

clocksource=/sys/devices/system/clocksource/clocksource0/current_clocksource
driver=/sys/bus/virtio/drivers/virtio_rtc

# right EVENT [SECONDS]: it is, after the clock went ahead by so much.
right() {
	./follow "$1" "$(realpath /dev/ptp_virtio)" 1 "${2:-0}"
	note "phc2sys was started $(phc2sys_starts) times"
}

clock_is() {
	[ "$(./ptp gettime /dev/ptp_virtio 2>/dev/null)" ] && is=yes || is=no
	[ $is = "$1" ]
}

fall_behind() {
	date -s "@$(($(date +%s) - 60))" >&2
}

phc2sys_start
fall_behind
right start

note 'event: pause'
right pause 6

note 'event: stall'
check 'stall: the clock cannot be read' wait_until 20 clock_is no
usleep 10000000
note 'event: go on'
check 'stall: the clock can be read again' wait_until 60 clock_is yes
fall_behind
right stall

# unbind: the device that is there.  Meanwhile the system's clock falls behind.
unbind() {
	device=$(basename "$(ls -d $driver/virtio*)")
	echo "$device" >$driver/unbind
	wait_until 30 test ! -L /dev/ptp_virtio
	fall_behind
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
wait_until 30 test ! -L /dev/ptp_virtio
fall_behind
note 'event: plug again'
wait_until 30 test -e /dev/ptp_virtio
right 'plug again'
unbind

# phc2sys keeps to the way of reading the clock that it began with: udev's rule has it
# started again when there are cross-timestamps, or none any more.
was_started_again() {
	[ "$(phc2sys_starts)" -gt "$starts" ]
}

# on CLOCKSOURCE NAME
on() {
	starts=$(phc2sys_starts)
	echo "$1" >$clocksource
	check "$2: phc2sys is started again" wait_until 30 was_started_again
	fall_behind
	right "$2"
}

sim_load
sim_clock a/utc cross=1 base=raw
sim_on a
wait_until 30 test -e /dev/ptp_virtio
fall_behind
right cross-timestamps
own=$(cat $clocksource)
for other in hpet acpi_pm; do
	! grep -q $other "${clocksource%/*}/available_clocksource" || break
done
on $other 'another clocksource'
on "$own" 'its own clocksource'
phc2sys_stop
