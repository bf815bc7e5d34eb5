#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 450
#
# The clocksource leaves the counter: cross-timestamps stop, chronyd's samples do not.
# Back on the counter, chronyd takes cross-timestamps again.  Which of the two ways it
# reads the clock in shows when the other one fails.

. ./lib.sh
. ./sim_lib.sh
. ./chrony.sh
plan 15

current=/sys/devices/system/clocksource/clocksource0/current_clocksource
samples=/var/log/chrony/refclocks.log
patience=30

# A clock that nobody sets
plug() {
	sim_load
	sim_clock a/utc cross=1 base=raw
	sim_on a
}

count() {
	grep -c PHCV $samples
}

mark() {
	marked=$(count)
	began=$(date +%s)
}

# Some samples since the mark, or since the driver said that.
new_samples() {
	[ "$(count)" -ge $((marked + 6)) ]
}

# samples_come NAME: again, and soon.
samples_come() {
	mark
	if wait_until $patience new_samples; then
		pass "$1"
		note "after $(($(date +%s) - began)) s"
	else
		fail "$1" "$(chronyc -n sources; tail -n 3 $samples)"
	fi
}

said() {
	dmesg | tail -n +"$lines" | grep -q "$1"
}

listen() {
	lines=$(($(dmesg | wc -l) + 1))
}

fails() {
	echo "${1:+wrong-status=5,type=$1}" >$sim/a/faults
}

own=$(cat $current)
others=$(grep -o -w 'hpet\|acpi_pm' "${current%/*}/available_clocksource")
note "clocksource $own, then" $others

plug
chrony_units
check 'chronyd starts' chrony_start
check 'chronyd uses the clock' wait_until 30 chrony_uses
chrony_uses || chrony_says
fails read
samples_come 'chronyd takes cross-timestamps'
fails

for other in $others; do
	listen
	echo $other >$current
	samples_come "on $other chronyd has new samples within $patience s"
	check 'the log says why there are no cross-timestamps' \
		said "no cross-timestamps: the system's clock does not run on the counter"

	listen
	echo "$own" >$current
	check "back on the counter the driver finds out within $patience s" \
		wait_until $patience said 'cross-timestamps again'
	fails read
	samples_come "chronyd takes cross-timestamps again within $patience s"
	fails
done
check 'chronyd uses the clock all the same' wait_until 30 chrony_uses

# From the start on a clocksource that is not the counter
chrony_stop
sim_remove a
modprobe -r virtio_rtc_sim virtio_rtc
echo $other >$current
plug
chrony_start
samples_come 'a driver that was loaded on another clocksource has samples for chronyd'
listen
echo "$own" >$current
check 'it finds out about the counter as well' \
	wait_until $patience said 'cross-timestamps again'
fails read
samples_come 'and chronyd takes cross-timestamps then'
chrony_stop
