#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 700
#
# The device is ended and started again while it is read: calls end with errors that the
# driver promises, readings go on, and alarms set before are there and ring.

. ./lib.sh
. ./daemon_lib.sh
plan 28

# What readers have that keep $state
state=/run/state
least() {
	cut -d ' ' -f 1 $state
}
failed() {
	tr -s ' ' <$state | cut -d ' ' -f 2
}
has_more_than() {
	[ "$(least)" -gt $1 ]
}
has_failed_more_than() {
	[ "$(failed)" -gt $1 ]
}

utc=$(ptp_of 0)
one=$(rtc_of 1)
two=$(rtc_of 2)
three=$(rtc_of 3)
# The device is away for a little more than ten seconds.  Readers look at
# this when they start.
patience=/sys/module/virtio_rtc/parameters/read_timeout_ms
was=$(cat $patience)
echo 1000 >$patience
./readers "$utc" 8 $state >/run/readers &
readers=$!
check 'eight readers are at work' wait_until 30 has_more_than 20

for signal in TERM KILL; do
	./alarm await "$one" 8 200000 >/run/one &
	first=$!
	./alarm await "$two" 40 200000 >/run/two &
	second=$!
	began=$(uptime_s)
	is "SIG$signal: an alarm is set" "$(./alarm set "$three" 3600 1)" 0
	wait_until 10 test -s /run/one -a -s /run/two
	before=$(failed)
	note "event: restart-$signal"
	check "SIG$signal: readings fail while the device is away" \
		wait_until 60 has_failed_more_than "$before"
	check "SIG$signal: all eight readers go on" wait_until 60 has_more_than $(($(least) + 20))
	set -- $(./alarm show "$three")
	is "SIG$signal: an alarm set before is there" "$1" 1
	near "SIG$signal: with its time" "$2" 3600 $(($(uptime_s) - began + 2))
	wait $first
	is "SIG$signal: one that was due meanwhile rings" "$(tail -n 1 /run/one)" rang
	wait $second
	is "SIG$signal: one that is due later rings" "$(tail -n 1 /run/two)" rang
done
kill $readers
wait $readers
is 'the readers saw no error but those of the table, and only right times' $? 0
sed 's/^#*/#/' /run/readers
check 'alarms ring when it is time' ./alarm punctual "$one" "$utc" 2 2000

echo "$was" >$patience

name='Virtio PTP type 1, variant 0'
is_there() {
	ptp_named "$name"
}
is_gone() {
	! ptp_named "$name"
}
reads_right() {
	./ptp extended "$(ptp_named "$name")" 100
}

note 'event: plug'
check 'another device is plugged in' wait_until 60 is_there
./ptp hold "$(ptp_named "$name")" >/run/hold &
holder=$!
wait_until 10 grep -q reading /run/hold
note 'event: unplug'
wait $holder
is 'one that reads it while it is taken out gets ENODEV' $? 0
check 'it is gone' wait_until 60 is_gone
note 'event: gone'
check 'it is back, from another process' wait_until 60 is_there
check 'and is read' reads_right

state=/run/state_of_other
./readers "$(ptp_named "$name")" 8 $state >/run/readers &
readers=$!
wait_until 30 has_more_than 20
note 'event: kill'
check 'readings fail when its process is killed' wait_until 60 has_failed_more_than 0
note 'event: again'
check 'it can be taken out all the same' wait_until 60 is_gone
kill $readers
wait $readers
is 'eight readers saw no error but those of the table' $? 0
sed 's/^#*/#/' /run/readers
note 'event: gone-again'
check 'it is back once more' wait_until 60 is_there
check 'and is read once more' reads_right
check 'the first device goes on' ./ptp extended "$utc" 100
