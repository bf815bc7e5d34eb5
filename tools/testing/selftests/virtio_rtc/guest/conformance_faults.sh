#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 1000
#
# The conformance suite notices a device that does not keep to a rule: each of its
# tests fails with the fault that stands beside its name.  "no-leap-second" is a device
# that does not know of the one that it is said to have, and of which clocks are
# stepped meanwhile.  After conformance.sh, which made the device.

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
wrong-status=4,every=2			V-inconsistent: what is not there is said before what is wrong
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
missing-flags,type=clock-cap		V-feature: with the feature a clock has an alarm
late-answer=100,type=read,every=3	V-order: readings of one clock come in order and do not go back
reading=5,every=3			V-mono: a monotonic clock never goes back
wrong-status=5,type=read-cross		V-cap: CROSS_CAP says yes exactly when READ_CROSS succeeds
counter-offset				V-cross: counter and reading are of one instant
counter-offset,every=2			V-cross: the counter of a clock's cross-timestamps never goes back
late-answer=100,type=read-cross,every=3	V-order: cross-timestamps and readings of one clock come in order
clock-type=1,every=3			V-cap: capabilities stay, also over a reset
clock-count=9,every=3			V-cap: capabilities stay, also over a reset
wrong-status=5,type=cfg,every=2		reset: a device works again after a reset with requests under way
unknown-flags=128,type=read-alarm	V-alarm: an alarm is initially disabled, at time 0
unknown-flags=128,type=read-alarm	V-alarm: any time is accepted, and read back
alarm-storm=1				V-alarm: any time is accepted, and read back
bad-clock-id=2				V-alarm: each clock has an alarm of its own
unknown-flags=128,type=read-alarm	V-alarm: enabling and disabling keep the time
bad-clock-id				V-alarm-read: an alarm rings once, not before its time
no-answer,type=notification		V-alarm: one set to a time that is over rings at once
no-answer,type=notification		V-alarm: one enabled after its time rings, and not before
alarm-storm=1000			V-alarm: a disabled alarm does not ring
bad-type				V-alarm: a notification waits for a buffer
alarm-storm=1000			V-alarm: disabling stops a notification that waits
no-answer,type=notification		V-alarm: one that its clock steps over rings, and again after a step back
unknown-flags=128,type=read-alarm	V-retain: time and state survive a reset together, or neither does
no-answer,type=notification		V-retain: a retained alarm that is reached rings after the reset
no-leap-second	V-leap: UTC steps back by a second at the start of the leap second, and only there
no-leap-second	V-leap: a smeared clock never steps
no-leap-second	V-leap: noon-linear is slower by 1/86401 around midnight
no-leap-second	V-leap: UTC-SLS is slower by 0.1 % before midnight, and not after it
no-leap-second	V-leap: TAI and monotonic clocks go on
"

driver=/sys/bus/virtio/drivers/virtio_rtc_conformance
parameters=/sys/module/virtio_rtc_conformance/parameters
device=$(cat $sim/a/dev_name)
# The order in which the suite has them is no matter.
plan $(($(echo "$table" | grep -c .) + 3))

# results NAME: what the suite says of this test alone, or of those that begin so
results() {
	echo "$1" >$parameters/only
	echo "virtio_rtc_test: $1" >/dev/kmsg
	echo "$device" >$driver/unbind
	echo "$device" >$driver/bind
	dmesg | awk -v mark="virtio_rtc_test: $1" 'index($0, mark) { on = 1; said = "" }
		on { said = said "\n" $0 } END { print said }' |
		sed -n 's/^\(\[[^]]*\] \)\?\(virtio_rtc_conformance: \)\?\(\(not \)\?ok [0-9]* - \)/\3/p'
}

# step DEVICE/CLOCK S: to so far from where it was made
step() {
	echo "${2}000000000" >"$sim/$1/offset_ns"
}

# Each time that the suite asks for it, which it has done $steps times
step_when_asked() {
	while sleep 0.1; do
		asked=$(dmesg | grep -c '# step clock')
		[ "$asked" -ne "$steps" ] || continue
		steps=$asked
		case $(dmesg | grep '# step clock' | tail -n 1) in
		*ahead*) step a/smeared 7200 ;;
		*back*) step a/smeared 0 ;;
		esac
	done
}

echo "$table" | grep . >/run/table

# The clocks of device b show midnight in so many seconds, which is enough for a machine
# that is busy to begin watching, or once more.  Two are stepped shortly before.
ahead=25
midnight=1483228800
echo none >$parameters/only
for clock in utc 'tai type=tai' 'mono type=monotonic' 'any type=utc-smeared' \
	'noon type=utc-smeared variant=noon-linear' 'sls type=utc-smeared variant=utc-sls'; do
	sim_clock b/$clock base=raw
done
sim_on b
echo $midnight >$parameters/leap_at
device=$(cat $sim/b/dev_name)
for try in 1 2 3; do
	now=$(($(cat $sim/a/utc/reading) / 1000000000))
	for clock in utc tai any noon sls; do
		step b/$clock $((midnight - ahead - now))
	done
	step b/mono 0
	(
		until [ $(cat $sim/b/utc/reading) -gt $((midnight - 2))000000000 ]; do
			sleep 0.2
		done
		step b/mono 1
		step b/any $((midnight - ahead - now + 1))
	) &
	results V-leap >/run/leap
	wait
	sed 's/^/# /' /run/leap
	# What was left out, or passed by chance
	grep -q '^ok' /run/leap || break
done
echo 0 >$parameters/leap_at
device=$(cat $sim/a/dev_name)
sim_remove b

# wait_for ANSWER ALARM: so many ms, before there is none.  Where none comes nobody waits for
# long, and where one does it may be slow: the machine is busy.
wait_for() {
	echo "$1" >$parameters/patience_ms
	echo "$2" >$parameters/ring_ms
}

echo 2000 >$parameters/step_ms
while read -r line; do
	fault=${line%%	*}
	name=${line##*	}
	if [ "$fault" = no-leap-second ]; then
		said=$(grep -F -- "- $name" /run/leap | sed 's/ok [0-9]* /ok 1 /')
	else
		case $fault in
		no-answer*) wait_for 2000 3000 ;;
		*) wait_for 30000 30000 ;;
		esac
		# What a fault does now and then may not be seen; and on a busy machine a test
		# may be left out.
		for try in 1 2 3; do
			echo "$fault" >$sim/a/faults
			said=$(results "$name")
			case $said in
			'ok '*) ;;
			*) break ;;
			esac
		done
	fi
	is "with $fault \"$name\" fails" "$said" "not ok 1 - $name"
done </run/table
echo >$sim/a/faults
wait_for 30000 30000
name='V-read: each clock can be read'
is 'without a fault one passes' "$(results "$name")" "ok 1 - $name"

echo 30000 >$parameters/step_ms
steps=$(dmesg | grep -c '# step clock')
step_when_asked &
stepper=$!
name='V-alarm: one that its clock steps over rings, and again after a step back'
is 'so does the one that asks for steps, if they are done' "$(results "$name")" "ok 1 - $name"
kill $stepper
step a/smeared 0

unbroken() {
	sed -n 's/^ok [0-9]* - //p' /run/suite | sed 's/ # SKIP.*//' | while read -r name; do
		grep -qF "	$name" /run/table || echo "$name"
	done
}
is 'each test has a fault that it notices' "$(unbroken)" ''
