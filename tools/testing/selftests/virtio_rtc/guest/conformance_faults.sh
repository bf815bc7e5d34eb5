#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 1000
#
# The conformance suite notices a device that does not keep to a rule: each of its
# tests fails with the fault that stands beside its name.  What no fault can break is
# left to "make mutants".  After conformance.sh, which made the device.

. ./lib.sh
. ./sim_lib.sh

table="
reserved-bits,type=cfg			reserved: reserved bytes of answers are zero
wrong-status=0,type=clock-cap		V-inconsistent: reserved bytes that are not zero get EINVAL
wrong-status=0,type=set-alarm-enabled	V-inconsistent: flags that no feature allows get EINVAL
wrong-status=0,type=cross-cap		V-inconsistent: the counter that is none gets EINVAL
wrong-status=0,type=cross-cap		status: an unknown counter gets EOPNOTSUPP
wrong-status=5,every=2			status: an unknown message gets EOPNOTSUPP
wrong-status=4,type=read		status: an unknown clock gets ENODEV
wrong-status=2,type=read-alarm		V-feature: without the feature alarm messages get ENODEV
wrong-status=2,type=read-alarm		V-feature: alarm messages of a clock without alarm get ENODEV
short-answer=2,type=read		V-size: an answer has its size
wrong-status=0,type=read		V-size: a request that is too short gets EINVAL
wrong-status=5,every=2			V-size: a header that is too short gets EINVAL
wrong-status=0,type=read		V-size: too little room for the answer gets EINVAL
wrong-status=5,type=read,every=2	V-size: larger buffers are fine, and the rest is ignored
wrong-status=5,type=read,every=2	V-size: buffers may consist of any descriptors
no-answer,type=cfg,every=2		V-status-space: without room for a status the buffer is used all the same
wrong-status=0,every=2			V-size: a request of no bytes gets EINVAL
wrong-status=5,type=read		V-read: each clock can be read
clock-count=9				clocks: their ids are dense, from 0
clock-type=238				clocks: each is of a type that is defined
reading=12345				clocks: they count nanoseconds
smearing=1				V-variant: a clock has a variant that fits its type
unknown-flags=128,type=clock-cap	V-feature: without the feature no flag is set
unknown-flags=128,type=clock-cap	V-feature: with the feature no undefined flag is set
late-answer=100,type=read,every=3	V-order: readings of one clock come in order and do not go back
reading=5,every=3			V-mono: a monotonic clock never goes back
wrong-status=5,type=read-cross		V-cap: CROSS_CAP says yes exactly when READ_CROSS succeeds
counter-offset				V-cross: counter and reading are of one instant
clock-type=1,every=2			V-cap: capabilities stay, also over a reset
wrong-status=5,type=cfg,every=2		reset: a device works again after a reset with requests under way
unknown-flags=128,type=read-alarm	V-alarm: an alarm is initially disabled, at time 0
unknown-flags=128,type=read-alarm	V-alarm: any time is accepted, and read back
unknown-flags=128,type=read-alarm	V-alarm: enabling and disabling keep the time
bad-clock-id				V-alarm-read: an alarm rings once, not before its time
no-answer,type=notification		V-alarm: one set to a time that is over rings at once
no-answer,type=notification		V-alarm: one enabled after its time rings, and not before
alarm-storm=1000			V-alarm: a disabled alarm does not ring
bad-type				V-alarm: a notification waits for a buffer
alarm-storm=1000			V-alarm: disabling stops a notification that waits
unknown-flags=128,type=read-alarm	V-retain: time and state survive a reset together, or neither does
no-answer,type=notification	V-retain: a retained alarm that is reached rings after the reset
"
# What no fault can break
rest='V-feature: with the feature a clock has an alarm'

driver=/sys/bus/virtio/drivers/virtio_rtc_conformance
only=/sys/module/virtio_rtc_conformance/parameters/only
device=$(cat $sim/a/dev_name)
# The order in which the suite has them is no matter.
plan $(($(echo "$table" | grep -c .) + 2))

# results NAME: what the suite says of this test alone
results() {
	echo "$1" >$only
	echo "virtio_rtc_test: $1" >/dev/kmsg
	echo "$device" >$driver/unbind
	echo "$device" >$driver/bind
	dmesg | awk -v mark="virtio_rtc_test: $1" 'index($0, mark) { on = 1; said = "" }
		on { said = said "\n" $0 } END { print said }' |
		sed -n 's/^\(\[[^]]*\] \)\?\(virtio_rtc_conformance: \)\?\(\(not \)\?ok [0-9]* - \)/\3/p'
}

echo "$table" | grep . >/run/table
while read -r line; do
	fault=${line%%	*}
	name=${line##*	}
	echo "$fault" >$sim/a/faults
	is "with $fault \"$name\" fails" "$(results "$name")" "not ok 1 - $name"
done </run/table
echo >$sim/a/faults
is 'without a fault one passes' "$(results "$name")" "ok 1 - $name"

unbroken() {
	sed -n 's/^ok [0-9]* - //p' /run/suite | sed 's/ # SKIP.*//' | while read -r name; do
		[ "$name" = "$rest" ] || grep -qF "	$name" /run/table || echo "$name"
	done
}
is 'each test but one has a fault that it notices' "$(unbroken)" ''
