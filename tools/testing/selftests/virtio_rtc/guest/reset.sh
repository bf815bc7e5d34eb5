#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# A device is reset: nobody is told that a clock is gone that is there, and chronyd has new
# samples soon, without a hand on anything.

. ./lib.sh
. ./sim_lib.sh
. ./chrony.sh
plan 26

samples=/var/log/chrony/refclocks.log

count() {
	grep -c PHCV $samples
}

new_samples() {
	[ "$(count)" -ge $((marked + 6)) ]
}

# samples_come NAME SECONDS: new ones, so long after the event began.
samples_come() {
	marked=$(count)
	if wait_until "$2" new_samples; then
		pass "$1"
		note "after $(($(uptime_s) - began)) s"
	else
		fail "$1" "$(chronyc -n sources; tail -n 3 $samples; tail -n 3 /run/chronyd.log)"
	fi
}

read_on() {
	read -r least failed </run/readers.state && [ "$least" -gt "$before" ]
}

# under_readers EVENT SECONDS COMMAND...: chronyd has new samples by then.
under_readers() {
	event=$1
	limit=$2
	shift 2
	./readers /dev/ptp_virtio 8 /run/readers.state >/run/readers.said 2>&1 &
	readers=$!
	before=0
	wait_until 10 read_on
	began=$(uptime_s)
	check "$event: it can be done" "$@"
	# What is read next was written after the event.
	usleep 500000
	read -r before failed </run/readers.state
	check "$event: each reader reads on" wait_until 60 read_on
	kill $readers
	wait $readers
	is "$event: no call fails in a way that is not promised" $? 0
	check "$event: nobody is told that the clock is gone" \
		sh -c '! grep -E "No such device" /run/readers.said'
	sed -n 's/^#* */# /p' /run/readers.said
	samples_come "$event: chronyd has new samples within $limit s" "$limit"
	date -s "@$(($(date +%s) - 60))" >&2
	./follow "$event" "$(realpath /dev/ptp_virtio)" 1 0 | sed -n '/within/p; /^#/p'
}

reset_function() {
	echo 1 >"/sys/bus/pci/devices/$pci/reset"
}

reset_thrice() {
	reset_function && usleep 500000 && reset_function && usleep 500000 && reset_function
}

needs_reset() {
	echo 1 >$sim/a/needs_reset
}

pci=$(basename "$(readlink -f "$(ls -d /sys/bus/pci/devices/*/virtio*)/..")")
chrony_units
check 'chronyd starts' chrony_start
chronyd=$(cat /run/chrony/chronyd.pid)
check 'chronyd uses the clock' wait_until 30 chrony_uses
chrony_uses || chrony_says
under_readers 'reset of the PCI function' 30 reset_function
# Where the kernel does not tell the driver, it resets the device itself, once a minute.
under_readers 'three of them' 90 reset_thrice
is 'chronyd is the same all the time' "$(cat /run/chrony/chronyd.pid)" "$chronyd"

echo 1 >"/sys/bus/pci/devices/$pci/remove"
wait_until 30 test ! -L /dev/ptp_virtio
sim_load
sim_clock a/utc base=raw
sim_on a
wait_until 30 test -e /dev/ptp_virtio
check 'chronyd uses the next device' wait_until 30 chrony_uses
chronyd=$(cat /run/chrony/chronyd.pid)
resets() {
	dmesg | grep -c 'the device needs a reset: resetting it'
}
resets_before=$(resets)
under_readers 'the device needs a reset' 30 needs_reset
# The driver resets it once a minute: until then calls fail.
began=$(uptime_s)
needs_reset
samples_come 'also if it does so again within a minute, by its end' 90
check 'the clock is used in the end' wait_until 30 chrony_uses
check 'the log says that the device was reset twice' \
	[ $(($(resets) - resets_before)) -eq 2 ]
is 'and chronyd is the same' "$(cat /run/chrony/chronyd.pid)" "$chronyd"
kill "$chronyd"
