#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A device that takes 50 ms to answer costs time, but no processor time: a task
# that waits for it does not look for the answer again and again.  Eight tasks
# wait side by side.

. ./lib.sh
plan 8

clock=$(ptp_named 'Virtio PTP type 0, variant 0')

# measure OPTION... OPERATION
measure() {
	./bench_ptp "$@" "$clock" >/run/read_slow
}

value() {
	sed -n "s/.* $1=\([0-9.]*\)\( .*\|\)\$/\1/p" /run/read_slow
}

# so CONDITION: as awk says
so() {
	awk "BEGIN { exit !($1) }"
}

# holds NAME CONDITION
holds() {
	if so "$2"; then
		pass "$1"
	else
		fail "$1" "not so: $2"
	fi
}

# What a task costs that sleeps for 50 ms without any device.
check 'sleeping can be measured' measure -s 60 -n 40 sleep
note "$(cat /run/read_slow)"
sleeping=$(value cpu_ns)

check 'the slow clock can be read' measure -s 60 -n 40 gettime
note "$(cat /run/read_slow)"
waiting=$(value cpu_ns)
holds 'the device does take 50 ms' "$(value latency_min) >= 50000000"
holds 'each read sleeps, about once' "$(value voluntary) > 0.5 && $(value voluntary) < 3"
# A task that looked for its answer would need all of the time.  The bound leaves room
# for a host that gives the processor to others meanwhile.
holds 'a read takes hardly more processor time than a sleep' \
	"$waiting - $sleeping < $(value latency_p50) / 2"

# What eight tasks get done at once that need no device for it.
check 'eight tasks can sleep at once' measure -s 60 -n 20 -r 8 sleep
note "$(cat /run/read_slow)"
rate=$(value rate)

check 'eight tasks can read the slow clock at once' measure -s 60 -n 20 -r 8 gettime
note "$(cat /run/read_slow)"
# A machine that stood still for a moment got less done.
for again in 1 2; do
	! so "$(value rate) > $rate / 4" || break
	measure -s 60 -n 20 -r 8 gettime
	note "once more: $(cat /run/read_slow)"
done
holds 'they wait side by side, not one after the other' "$(value rate) > $rate / 4"
