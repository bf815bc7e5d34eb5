#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 120
#
# Other people's devices: the driver makes of each what the guide says.

. ./lib.sh
. ./sim_lib.sh
plan 37

sim_load
check 'each of the devices is tested' sh -c "
	[ \$(wc -l <$sim/known_personalities) -eq 8 ]"

names() {
	for clock in /sys/bus/virtio/devices/"$vdev"/ptp/ptp*; do
		[ ! -e "$clock" ] || sed 's/Virtio PTP type \(.*\), variant \(.*\)/\1.\2/' "$clock/clock_name"
	done | tr '\n' ' '
}

# RTCs by clock, with "+" if an alarm can be set
rtcs() {
	for id in 0 1 2; do
		rtc=$(sim_made rtc a $id)
		[ "$rtc" ] || continue
		[ "$(./alarm set "/dev/$rtc" 1000 1)" != 0 ] && alarm='' || alarm=+
		printf '%s%s ' $id $alarm
	done
}

# CLOCK is right, in whole units of so many ns.
is_right() {
	before=$(date +%s)
	reading=$(./ptp gettime "$1") || return
	after=$(date +%s)
	seconds=${reading%?????????}
	[ "$before" -le "$seconds" ] && [ "$seconds" -le "$after" ] &&
		[ $((reading % $2)) -eq 0 ]
}

# Device, PTP clocks, RTCs, what a cross-timestamp of the first comes to (EOPNOTSUPP,
# ERANGE), unit in ns
n=0
while read -r name clocks rtcs precise unit; do
	mkdir -p $sim/a
	echo "$name" >$sim/a/personality
	sim_on a
	vdev=$(cat $sim/a/dev_name)
	clock=/dev/$(sim_made ptp a 0)
	is "$name has its PTP clocks" "$(names)" "$(echo "$clocks" | tr , ' ') "
	check "$name is read right" is_right "$clock" "$unit"
	is "$name has its RTCs" "$(rtcs)" "$(echo "$rtcs" | tr -d - | tr , ' ' | sed 's/.$/& /')"
	is "$name, cross-timestamps" "$(./ptp precise "$clock")" "$precise"
	sim_remove a
done <<-END
	qemu			0.0		-	95	1000
	vhost-device-rtc	3.0,1.0,2.0	0+	95	1
	cloud-hypervisor	4.0		-	95	1
	openvmm			4.0		-	95	1
	5bsd			4.0		-	95	1
	gem5			3.0		0	95	1
	libkrun			0.0		-	95	1
	wrong-counter		0.0,2.0		-	34	1
END

# An alarm without an RTC is of no use to anybody: it must not stay set.
rmmod virtio_rtc
modprobe virtio_rtc rtc_may_step=1
mkdir $sim/b
echo 5bsd >$sim/b/personality
sim_on b
is 'an RTC may be had of a clock that may step, with its alarm' \
	"$(./alarm set "/dev/$(sim_made rtc b 0)" 1000 1)" 0
sim_remove b
mkdir $sim/c
is 'a device that nobody knows has no personality' \
	"$(echo other 2>&1 >$sim/c/personality)" 'sh: write error: Invalid argument'
sim_clock c/tai type=tai
echo libkrun >$sim/c/personality
sim_on c
vdev=$(cat $sim/c/dev_name)
is 'clocks of its own take the place of the others' "$(names)" '1.0 '
is 'what a device is like cannot be changed while it is live' \
	"$(echo qemu 2>&1 >$sim/c/personality)" 'sh: write error: Device or resource busy'
sim_remove c
