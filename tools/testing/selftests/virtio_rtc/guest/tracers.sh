#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 600
#
# Tracepoints are seen by perf, trace-cmd and bpftrace, as the guide says to type.

. ./lib.sh
. ./sim_lib.sh
plan 6

modprobe -a virtio_blk ext4
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
mkdir /tracers
check 'the tracers are there' sh -c '
	n=0
	until mount -t ext4 -o ro /dev/vda /tracers 2>/dev/null || [ $n -ge 50 ]; do
		n=$((n + 1))
		usleep 100000
	done
	ls /tracers/bin/perf /tracers/bin/trace-cmd /tracers/bin/bpftrace'
export PATH="$PATH:/tracers/bin" LD_LIBRARY_PATH=/tracers/lib/x86_64-linux-gnu

sim_load
sim_clock a/utc
sim_on a
ptp=/dev/$(sim_made ptp a 0)
device=$(cat $sim/a/dev_name)
echo 500 >/sys/module/virtio_rtc/parameters/request_timeout_ms

# command PART: the one of the guide that has this part
command() {
	sed -n 's,^guest/tracers.sh	,,p' commands | grep -F -- "$1"
}

# sees NAME EXPRESSION COMMAND: what is said by a command, which is ended as by Ctrl-C
# when it has said that, or after some time; meanwhile the clock is read.
sees() {
	sh -c "trap - INT; exec $3" >/run/said 2>&1 &
	tracer=$!
	n=0
	while [ $n -lt 120 ] && ! grep -q "$2" /run/said; do
		./ptp gettime "$ptp" >/dev/null 2>&1
		usleep 500000
		n=$((n + 1))
		# A histogram is printed at the end.
		[ $((n % 30)) -ne 0 ] || kill -INT $tracer 2>/dev/null
	done
	kill -INT $tracer 2>/dev/null
	wait $tracer
	note "$(head -n 12 /run/said)"
	check "$1" grep -q "$2" /run/said
}

sees 'perf tells of answers' 'virtio_rtc:virtio_rtc_answer(device: .*latency_ns: [1-9]' \
	"$(command 'perf trace')"

# The clock takes 50 ms.
sim_delays a 20 30
sees 'trace-cmd tells of answers that took long' \
	"virtio_rtc_answer: *$device clock=0 type=READ status=OK len=16 latency_ns=[0-9]\\{8,\\}" \
	"$(command 'trace-cmd stream')"
sim_delays a 0 0

sees 'bpftrace has a histogram of what the answers took' '^@ns\[.*, 0\]:' \
	"$(command 'hist(args')"

echo no-answer >$sim/a/faults
sees 'bpftrace counts failures by program' '^@\[ptp, .*, -110\]: [1-9]' \
	"$(command 'virtio_rtc_failure')"
echo >$sim/a/faults

sim_remove a
is 'nothing is traced any more' "$(cat /sys/kernel/tracing/events/virtio_rtc/enable)" 0
