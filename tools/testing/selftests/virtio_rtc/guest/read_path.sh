#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 300
#
# A device inside the hypervisor answers while it is notified.  Reading its
# clock then takes no interrupt, no sleep and no memory, however often and
# however many tasks do it.  Numbers of events are promised, not times.

. ./lib.sh
plan 12

mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
clock=$(ptp_named 'Virtio PTP type 0, variant 0')

# value NAME: how often for each read
value() {
	sed -n "s/.* $1=\([0-9.]*\)\( .*\|\)\$/\1/p" /run/read_path
}

is_quiet() {
	awk -v i="$(value interrupts)" -v v="$(value voluntary)" \
		'BEGIN { exit !(i != "" && v != "" && i < 0.01 && v < 0.01) }'
}

# measure OPTION... OPERATION: once more if it was disturbed, $tries times at most, or for two
# minutes.  Where the host takes a processor away, a task waits for another that is to notify
# the device.
tries=5
measure() {
	n=0
	end=$(($(uptime_s) + 120))
	while [ $n -lt $tries ] && [ "$(uptime_s)" -lt $end ]; do
		./bench_ptp -s 60 -n 5000 "$@" "$clock" >/run/read_path || return
		! is_quiet || return 0
		note "once more: $(cat /run/read_path)"
		n=$((n + 1))
	done
}

# at_most NAME VALUE BOUND: fewer than one event in a hundred reads is by
# chance, such as an interrupt that wakes another task.
at_most() {
	if [ "$KERNEL-$2" = debug-allocations ]; then
		skip "$1" 'what checks this kernel takes memory itself'
		return
	fi
	got=$(value "$2")
	if awk -v got="${got:-none}" -v bound="$3" \
		'BEGIN { exit !(got ~ /^[0-9]/ && got < bound + 0.01) }'; then
		pass "$1"
	else
		fail "$1" "$2: ${got:-unknown} per read"
	fi
}

check 'reads with clock_gettime() can be counted' measure -a gettime
note "$(cat /run/read_path)"
at_most 'clock_gettime() takes no interrupt' interrupts 0
at_most 'clock_gettime() does not sleep' voluntary 0
at_most 'clock_gettime() takes no memory' allocations 0

check 'reads with PTP_SYS_OFFSET_EXTENDED can be counted' measure -a extended
note "$(cat /run/read_path)"
at_most 'PTP_SYS_OFFSET_EXTENDED takes no interrupt' interrupts 0
at_most 'PTP_SYS_OFFSET_EXTENDED does not sleep' voluntary 0
# The call itself, which takes 25 readings here, has a copy of its argument.
at_most 'PTP_SYS_OFFSET_EXTENDED takes no memory for a reading' allocations 0.04

# Eight are disturbed more often.  A few of their readings do, so that there are quiet times.
tries=30
check 'eight tasks can read at once' measure -a -n 500 -r 8 gettime
note "$(cat /run/read_path)"
at_most 'eight tasks take no interrupt' interrupts 0
at_most 'eight tasks do not sleep' voluntary 0
at_most 'eight tasks take no memory' allocations 0
