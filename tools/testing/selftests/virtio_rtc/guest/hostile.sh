#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 600
#
# A device that does anything, by chance, costs its users errors, and nothing else: the
# kernel has nothing to say, and a device that is right again is used as ever.

. ./lib.sh
. ./sim_lib.sh
. ./hostile.params
plan 7

# It is printed, so that a run can be repeated.
: ${SEED:=$(tr -dc 1-9 </dev/urandom | head -c 9)}
note "seed $SEED, $ANSWERS answers"

sim_load
parameters=/sys/module/virtio_rtc/parameters
echo 20 >$parameters/request_timeout_ms
sim_clock a/utc cross=1
sim_clock a/smeared type=utc-smeared alarm=1 cross=1
sim_clock a/tai type=tai
sim_on a
vdev=$(cat $sim/a/dev_name)
driver=/sys/bus/virtio/drivers/virtio_rtc

# Neither unbinding nor binding needs an answer of such a device.
rebind() {
	[ ! -e "$driver/$vdev" ] || echo "$vdev" >$driver/unbind || return
	echo "$vdev" >$driver/bind 2>/dev/null
	return 0
}

# Each clock that is there is read and asked for alarms, all at once.
round() {
	pids=
	for clock in /sys/bus/virtio/devices/"$vdev"/ptp/ptp*; do
		[ -e "$clock" ] || continue
		for reader in 1 2; do
			./ptp torture /dev/"${clock##*/}" 100 >>/run/torture 2>&1 &
			pids="$pids $!"
		done
	done
	for rtc in /sys/bus/virtio/devices/"$vdev"/*.clock*/rtc/rtc*; do
		[ -e "$rtc" ] || continue
		for reader in 1 2 3 4 5; do
			cat "$rtc"/time
			./alarm set /dev/"${rtc##*/}" 1 1
		done >/dev/null 2>&1
	done
	for pid in $pids; do
		wait "$pid" || return
	done
}

torment() {
	n=0
	idle=0
	: >/run/torture
	while [ "$(cat $sim/a/requests)" -lt "$ANSWERS" ]; do
		printf 'hostile=%u\nalarm-storm=%u\n' $((SEED + n)) $((NOTIFICATIONS / 20)) \
			>$sim/a/faults
		before=$(cat $sim/a/requests)
		rebind || return
		round || return
		n=$((n + 1))
		# One in which the probe failed has nothing to read.
		[ $(($(cat $sim/a/requests) - before)) -gt 50 ] && idle=0 || idle=$((idle + 1))
		[ $idle -lt 100 ] || return
	done
	echo "# $n rounds, $(cat $sim/a/interrupts) interrupts"
}

check "$ANSWERS answers of any kind get promised errors only" torment
grep '^#' /run/torture | awk '{ failed += $2; calls += $4 }
	END { print "# " failed " of " calls " calls failed" }'
check 'most calls are tried' [ "$(wc -l </run/torture)" -gt 10 ]
echo >$sim/a/faults
echo 10000 >$parameters/request_timeout_ms
# Answers that were kept until after a reset still come: into a ring of which the
# driver then wants no more.
rebind
check 'a device that is right again is let go' sh -c "
	[ ! -e $driver/$vdev ] || echo $vdev >$driver/unbind"
check 'and bound' sh -c "echo $vdev >$driver/bind"
clock=/dev/$(sim_made ptp a 0)
before=$(cat $sim/a/utc/reading)
reading=$(./ptp gettime "$clock")
check "its clock is right" sh -c "[ $before -le $reading ] && [ $reading -le $(cat $sim/a/utc/reading) ]"
is 'its cross-timestamps work' "$(./ptp precise "$clock")" 0
is 'its alarm can be set' "$(./alarm set /dev/$(sim_made rtc a 1) 1000 1)" 0
sim_remove a
