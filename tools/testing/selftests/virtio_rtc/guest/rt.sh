#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 300
#
# Real time: whoever reads a clock waits for the device, and not for tasks of lower
# priority; and readers keep nobody of high priority waiting.

. ./lib.sh
plan 4

clock=$(ptp_named 'Virtio PTP type 0, variant 0')
# Nothing is taken from tasks of real time here.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us

check 'a reader of high priority waits for no task of middle priority' \
	./inherit "$clock" 200 60
check 'nor for one that is busy for longer' ./inherit "$clock" 50 200

# average: of the time from when a task of high priority is to run until it does, in us
average() {
	cyclictest -q -m -p 80 -t 1 -a 1 -i 2000 -l 2500 >/run/cyclictest || return
	note "$1: $(grep '^T:' /run/cyclictest)"
	average=$(sed -n 's/.* Avg: *\([0-9]*\).*/\1/p' /run/cyclictest)
	[ "$average" ]
}

average 'nobody reads'
before=$average
readers=
while [ "$(echo $readers | wc -w)" -lt 8 ]; do
	./ptp reader "$clock" >/dev/null &
	readers="$readers $!"
done
average=
average 'eight tasks read'
kill $readers
check 'cyclictest can run beside eight readers' [ "$average" ]
# That is what a task takes that is held up by something else than the machine.
check 'which do not hold it up' [ "$average" -lt $((before * 4 + 1000)) ]
