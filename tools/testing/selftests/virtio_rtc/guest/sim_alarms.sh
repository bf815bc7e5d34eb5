#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 180
#
# Alarms ring when their clock passes or steps over their time, and only then.

. ./lib.sh
. ./sim_lib.sh
plan 24

sim_load
ns=000000000
sim_clock a/utc alarm=1
sim_clock a/one type=utc-smeared alarm=1
sim_clock a/two type=utc-smeared alarm=1 base=raw
sim_clock a/none type=utc-smeared
sim_on a
vdev=$(cat $sim/a/dev_name)

find_rtcs() {
	one=/dev/$(sim_made rtc a 1)
	two=/dev/$(sim_made rtc a 2)
	none=/dev/$(sim_made rtc a 3)
	[ -c "$one" ] && [ -c "$two" ] && [ -c "$none" ]
}
check 'the RTCs are there' wait_until 10 find_rtcs
find_rtcs

# await_begin RTC SECONDS PATIENCE_MS: goes on when the alarm is set.
await_begin() {
	rm -f /run/await
	./alarm await "$@" >/run/await 2>&1 &
	await_pid=$!
	wait_until 5 test -s /run/await
}

# becomes NAME WANTED: what comes of the alarm
becomes() {
	wait $await_pid
	is "$1" "$(tail -n 1 /run/await)" "$2"
}

# How long is waited for what does ring
ample_ms=60000

judge 'an alarm rings when its time has come' \
	./alarm punctual "$one" "/dev/$(sim_made ptp a 1)" 3 2000
await_begin "$two" 2 $ample_ms
becomes 'and on a clock of its own rate' rang

echo 100000000 >$sim/a/two/drift_ppb
await_begin "$two" 3 $ample_ms
becomes 'on a fast clock it rings by this clock' rang
echo -100000000 >$sim/a/two/drift_ppb
await_begin "$two" 3 $ample_ms
becomes 'on a slow clock it rings by this clock, not before' rang
echo 0 >$sim/a/two/drift_ppb

await_begin "$one" 1000 $ample_ms
# Nothing else interrupts: who awaits the alarm has set it.
settled() {
	before=$(cat $sim/a/interrupts)
	usleep 1500000
	[ "$(cat $sim/a/interrupts)" -eq "$before" ]
}
wait_until 30 settled
echo 2000$ns >$sim/a/one/offset_ns
check 'a step over its time is noticed at once' [ "$(cat $sim/a/interrupts)" -gt "$before" ]
becomes 'it rings when the clock steps over its time' rang
# On a busy machine it may be due before that, and is set again.
while :; do
	echo 2000$ns >$sim/a/one/offset_ns
	begin=$(uptime_s)
	await_begin "$one" 3 4500
	echo 0 >$sim/a/one/offset_ns
	[ $(($(uptime_s) - begin)) -ge 2 ] || break
	wait $await_pid
done
becomes 'it is silent when the clock steps back before' silent
await_begin "$one" 1000 $ample_ms
date -s "@$(($(date +%s) + 2000))" >/dev/null
becomes 'it rings when the system'\''s clock, which it follows, is set past its time' rang
date -s "@$(($(date +%s) - 2000))" >/dev/null

await_begin "$two" 1000 1500
echo 2000$ns >$sim/a/one/offset_ns
becomes 'it is silent when another clock steps' silent
echo 0 >$sim/a/one/offset_ns

is 'a disabled alarm can be set' "$(./alarm set "$one" 1000 0)" 0
wait_until 30 settled
echo 2000$ns >$sim/a/one/offset_ns
sleep 1
is 'and does not ring' "$(cat $sim/a/interrupts)" "$before"
echo 0 >$sim/a/one/offset_ns

await_begin "$one" -10 $ample_ms
becomes 'an alarm in the past rings at once' rang
is 'an RTC without alarm refuses it' "$(./alarm set "$none" 10 1)" 22 # EINVAL

judge 'of 200 alarms that are set, ring and are set again none is lost or doubled' \
	./alarm rounds "$one" 200 $sim/a/one/offset_ns
echo 0 >$sim/a/one/offset_ns

# What a broken device may do
for fault in bad-type bad-clock-id bad-clock-id=0 short-answer,type=notification no-answer,type=notification; do
	echo "$fault,times=1" | sed '/type=/!s/,/,type=notification,/' >$sim/a/faults
	await_begin "$one" 1000 1500
	echo 2000$ns >$sim/a/one/offset_ns
	becomes "a wrong notification rings nothing: $fault" silent
	echo 0 >$sim/a/one/offset_ns
done
echo >$sim/a/faults

# The clock whose alarm is stormed for has no RTC that could care.
requests=$(cat $sim/a/requests)
echo alarm-storm=20000 >$sim/a/faults
await_begin "$one" 2 $ample_ms
becomes 'an alarm rings in a storm of notifications' rang
check 'and the clock can be read' cat /sys/class/rtc/"${one##*/}"/time
echo >$sim/a/faults

# A driver that comes anew must not find the alarm of another (D-alarm-reset).
echo 0 >$sim/a/live
echo 1 >$sim/a/retain_alarms
sim_on a
vdev=$(cat $sim/a/dev_name)
wait_until 10 find_rtcs
find_rtcs
is 'an alarm is set' "$(./alarm set "$one" 1000 1)" 0
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/unbind
echo 2000$ns >$sim/a/one/offset_ns
interrupts=$(cat $sim/a/interrupts)
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/bind
sleep 1
is 'and has not outlived its driver, whatever the device keeps' \
	"$(cat $sim/a/interrupts)" "$interrupts"
sim_remove a
