#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 300
#
# A device is bound again, its alarms are due while its clock cannot be read or is gone,
# the system sleeps in a storm of notifications, and without the RTC that was to wake it.

. ./lib.sh
. ./sim_lib.sh
plan 17

driver=/sys/bus/virtio/drivers/virtio_rtc

said() {
	dmesg | tail -n +"$lines" | grep -q "$1"
}

listen() {
	lines=$(($(dmesg | wc -l) + 1))
}

# Nothing in the machine wakes it then: the host does.
falls_asleep() {
	echo mem >/sys/power/state
}

# It would wait for whoever keeps the system awake.
may_sleep() {
	timeout 20 cat /sys/power/wakeup_count
}

# The machine's only RTC: the kernel sets the system's clock by it, if at all.  What it
# sets it to is right to half a second.
device=$(basename "$(ls -d $driver/virtio*)")
is 'the RTC is /dev/rtc0' "$(ls /sys/bus/virtio/devices/"$device"/*.clock1/rtc)" rtc0
utc_is_there() {
	utc=$(ptp_named 'Virtio PTP type 0, variant 0') && [ -c "$utc" ]
}
wait_until 10 utc_is_there
worst=0
for n in 1 2 3 4 5; do
	before=$(./ptp offset "$utc")
	echo "$device" >$driver/unbind
	echo "$device" >$driver/bind
	wait_until 10 utc_is_there
	step=$((($(./ptp offset "$utc") - before) / 1000))
	[ ${step#-} -le $worst ] || worst=${step#-}
done
note "the system's clock went $worst us at most while the driver was bound, $((before / 1000)) us off"
check 'binding the driver does not step a clock that is right' [ $worst -le 50000 ]
date -s "@$(($(date +%s) - 3600))" >&2
echo "$device" >$driver/unbind
echo "$device" >$driver/bind
wait_until 10 utc_is_there
off=$(($(./ptp offset "$utc") / 1000000))
check 'one that is an hour off is set by the RTC' [ ${off#-} -le 1500 ]

# The RTC core removes these files with the RTC locked, which their readers wait for.
read_files() {
	while [ ! -e /run/rebound ]; do
		read -r seconds </sys/class/rtc/rtc0/since_epoch
	done 2>/dev/null
}
rebind_often() {
	n=0
	while [ $n -lt 50 ]; do
		echo "$device" >$driver/unbind
		echo "$device" >$driver/bind
		n=$((n + 1))
	done
	: >/run/rebound
}
for n in 1 2 3 4; do
	read_files &
done
rebind_often &
check 'who reads the files of an RTC does not hold its removal up' \
	wait_until 60 test -e /run/rebound
echo "$device" >$driver/unbind

# The device fails once when it is asked whether it has cross-timestamps.
sim_load
sim_clock a/smeared type=utc-smeared alarm=1
sim_clock a/utc cross=1 base=raw
echo wrong-status=5,type=cross-cap,times=2 >$sim/a/faults
sim_on a
clock=/dev/$(sim_made ptp a 1)
wait_until 10 test -c "$clock"
has_cross_timestamps() {
	[ "$(./ptp precise "$clock")" = 0 ]
}
check 'a failure when the device is probed is no verdict about cross-timestamps for ever' \
	wait_until 30 has_cross_timestamps
rtc=/dev/$(sim_made rtc a 0)

# await_begin SECONDS: goes on when the alarm is set.
await_begin() {
	rm -f /run/await
	./alarm await "$rtc" "$1" 60000 >/run/await 2>&1 &
	await_pid=$!
	wait_until 5 test -s /run/await
}
await_begin 3
echo wrong-status=5,type=read,clock=0,times=3 >$sim/a/faults
wait $await_pid
is 'an alarm rings although its clock could not be read when it was due' \
	"$(tail -n 1 /run/await)" rang
echo >$sim/a/faults
check 'the system may sleep after it' may_sleep

# A storm of notifications for a clock with an RTC, over a sleep
alarms() {
	sed -n 's/^alarms //p' "/sys/kernel/debug/virtio_rtc-$(cat $sim/a/dev_name)/alarms"
}
tries_to_sleep() {
	echo $(($(cat /sys/power/suspend_stats/success) + $(cat /sys/power/suspend_stats/fail)))
}
before=$(alarms)
tried=$(tries_to_sleep)
echo alarm-storm=1000000 >$sim/a/faults
n=0
while [ $n -lt 3 ]; do
	./ptp gettime "$clock" >/dev/null
	falls_asleep 2>/dev/null
	n=$((n + 1))
done
echo >$sim/a/faults
check 'a storm of alarms comes, and the system tries to sleep all the same' \
	[ "$(alarms)" -gt "$before" -a "$(tries_to_sleep)" -ge $((tried + 3)) ]
await_begin 2
wait $await_pid
is 'alarms ring after it' "$(tail -n 1 /run/await)" rang

# Each notification has the RTC core read a clock of which the device says that it is gone.
listen
before=$(alarms)
began=$(uptime_s)
n=0
while [ $n -lt 200 ]; do
	printf '%s\n' alarm-storm=1 wrong-status=3,type=read,clock=0 >$sim/a/faults
	# The device is at work when it is asked something.
	./ptp gettime "$clock" >/dev/null
	n=$((n + 1))
done
echo >$sim/a/faults
lost=$(dmesg | tail -n +"$lines" | grep -c 'alarm lost')
note "$lost lines in the log for $(($(alarms) - before)) alarms"
# Ten in five seconds
check 'a device cannot fill the log by that' \
	[ "$lost" -ge 1 -a "$lost" -le $((($(uptime_s) - began) * 2 + 20)) ]

# The clock with the alarm is gone after a reset.
check 'the system falls asleep and wakes' falls_asleep
await_begin 1000
echo wrong-status=3,type=clock-cap,clock=0 >$sim/a/faults
listen
falls_asleep
check 'a clock is lost while the system sleeps' said 'clock 0: lost in the reset'
echo alarm-storm=1000 >$sim/a/faults
sleep 1
check 'its alarms do not keep the system awake' may_sleep
check 'nor does the RTC that it had' falls_asleep
kill $await_pid
echo >$sim/a/faults

# The kernel's alarm timers have chosen the first RTC that wakes: this one.
sim_remove a
./alarm timer 60 >/run/timer 2>&1 &
timer=$!
wait_until 5 grep -q waiting /run/timer
listen
check 'the system falls asleep without the RTC that was to wake it' falls_asleep
check 'and the log says that it will not' said 'the RTC that was to wake the system is gone'
wait $timer
is 'the timer expires while the system is awake' "$(tail -n 1 /run/timer)" rang
