#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Tracepoints tell of each request, of its answer or why there is none, and of
# alarms; and what the guide says to type names events and fields that there are.

. ./lib.sh
. ./sim_lib.sh
plan 18

mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
tracing=/sys/kernel/tracing
events=$tracing/events/virtio_rtc

sim_load
sim_clock a/utc
sim_clock a/smeared type=utc-smeared alarm=1
sim_on a
ptp=/dev/$(sim_made ptp a 0)
wait_until 10 sh -c "ls /sys/bus/virtio/devices/$(cat $sim/a/dev_name)/*.clock1/rtc"
rtc=/dev/$(sim_made rtc a 1)
device=$(cat $sim/a/dev_name)

# traced COMMAND...: what is traced while it runs
traced() {
	echo >$tracing/trace
	"$@" >/run/traced 2>&1
	grep -v '^#' $tracing/trace >/run/trace
}

# lines EVENT CLOCK REST: how often that was traced
lines() {
	grep -c " virtio_rtc_$1: $device clock=$2$3" /run/trace
}

traced ./ptp gettime "$ptp"
is 'nothing is traced unless somebody asks' "$(wc -l </run/trace)" 0

check 'the tracepoints can be switched on' sh -c "echo 1 >$events/enable"
traced ./ptp gettime "$ptp"
sed 's/^/# /' /run/trace
is 'a request is traced with its clock and type' "$(lines request 0 ' type=READ$')" 1
is 'an answer is traced with its status and length' \
	"$(lines answer 0 ' type=READ status=OK len=16 latency_ns=[1-9][0-9]*$')" 1
is 'and nothing else' "$(wc -l </run/trace)" 2

# Hundredths of a second since the boot
now() {
	cut -d ' ' -f 1 /proc/uptime | tr -d .
}

sim_delays a 20 30
began=$(now)
traced ./ptp gettime "$ptp"
most=$((($(now) - began + 1) * 10000000))
sim_delays a 0 0
latency=$(sed -n 's/.* latency_ns=//p' /run/trace)
note "latency: $latency ns, of $most"
check 'the latency is what the device took' [ "${latency:-0}" -ge 50000000 ]
check 'and not more than the reader waited' [ "${latency:-0}" -le $most ]

timeout=/sys/module/virtio_rtc/parameters/request_timeout_ms
was=$(cat $timeout)
echo 100 >$timeout
echo no-answer >$sim/a/faults
traced ./ptp gettime "$ptp"
is 'a failure is traced with its error' "$(lines failure 0 ' type=READ error=-110$')" 1
is 'and no answer' "$(grep -c virtio_rtc_answer /run/trace)" 0
echo >$sim/a/faults
echo "$was" >$timeout

traced ./alarm await "$rtc" 2 60000
is 'an alarm rings' "$(tail -n 1 /run/traced)" rang
is 'setting it is traced with its clock' "$(lines request 1 ' type=SET_ALARM$')" 1
check 'an alarm is traced with its clock' [ "$(lines alarm 1 '$')" -ge 1 ]

# Longer than a reading waits
echo 'latency_ns > 10000000000' >$events/virtio_rtc_answer/filter
traced ./ptp gettime "$ptp"
is 'answers can be chosen by their latency' "$(grep -c virtio_rtc_answer /run/trace)" 0
echo 0 >$events/virtio_rtc_answer/filter

echo 'clock == -1' >$events/virtio_rtc_request/filter
sim_clock b/utc
traced sim_on b
is 'a request about no clock has the number -1' \
	"$(grep -c ' virtio_rtc_request: virtio[0-9]* clock=-1 type=CFG$' /run/trace)" 1
is 'and only that one' "$(grep -c virtio_rtc_request: /run/trace)" 1
echo 0 >$events/virtio_rtc_request/filter
echo 0 >$events/enable
sim_remove b

# What the guide names
unknown() {
	grep -o 'virtio_rtc:virtio_rtc_[a-z]*' virtio_rtc_look.rst | sort -u | while IFS=: read -r _ event; do
		[ -d "$events/$event" ] || echo "$event"
	done
	grep -o '^\(  [a-z].*virtio_rtc:.*\|.*latency_ns > .*\)$' virtio_rtc_look.rst | while read -r command; do
		event=$(echo "$command" | grep -o 'virtio_rtc:virtio_rtc_[a-z]*' | cut -d : -f 2)
		for field in $(echo "$command" | grep -o 'args->[a-z_]*\|[a-z_]* >' | sed 's/args->//; s/ >//'); do
			grep -q "field:.* $field;" "$events/$event/format" || echo "$event.$field"
		done
	done
}
is 'the guide names events and fields that there are' "$(unknown)" ''
is 'in commands for perf, trace-cmd and bpftrace' \
	"$(sed -n 's/^  \(perf\|trace-cmd\|bpftrace\) .*virtio_rtc:virtio_rtc_.*/\1/p' virtio_rtc_look.rst |
		sort -u | xargs)" 'bpftrace perf trace-cmd'
check 'a filter of the guide is taken' sh -c "
	{ $(sed -n "s/.* -f \('[^']*'\)$/echo \1/p" virtio_rtc_look.rst); } >$events/virtio_rtc_answer/filter"
sim_remove a
