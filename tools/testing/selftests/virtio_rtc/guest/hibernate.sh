#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# The machine hibernates while eight tasks read the clock, chronyd or phc2sys uses it,
# and an alarm is set; and goes on in another QEMU, where this test is started again.

. ./lib.sh
. ./sim_lib.sh
. ./keeper.params
. ./keeper.sh

disk=vda
# Long enough for a busy machine to come to a stop before.  It is off for as long, so the
# alarm is due before the machine can be there again.
alarm_s=60

modprobe virtio_blk
wait_until 20 test -b /dev/$disk

# A machine that hibernated goes on where it was: the driver is at work by now, as in
# the initial file system of a Debian it may be.  That returns only if it failed.
if [ "$(dd if=/dev/$disk bs=1 skip=4086 count=9 2>/dev/null)" = S1SUSPEND ]; then
	cat /sys/block/$disk/dev >/sys/power/resume
	plan 1
	fail 'the machine goes on where it was'
	exit
fi

plan 13
utc=$(ptp_named 'Virtio PTP type 0, variant 0')
rtc=$(ls -d /sys/bus/virtio/devices/*/*.clock*/rtc/rtc*)
check 'there is a place to hibernate to' mkswap /dev/$disk
swapon /dev/$disk
keeper_start

# Cross-timestamps need a device that knows this machine's counter.
sim_load
sim_clock cross/0 type=monotonic cross=1
sim_on cross
crossed=/dev/$(sim_made ptp cross 0)
is 'there are cross-timestamps' "$(./ptp precise "$crossed")" 0

hibernate() {
	./alarm await "/dev/${rtc##*/}" $alarm_s 120000 >/run/alarm 2>&1 &
	alarm=$!
	wait_until 10 test -s /run/alarm
	note 'event: hibernate'
	echo shutdown >/sys/power/disk
	echo disk >/sys/power/state || note "it does not: $?"
	wait $alarm
	tail -n 1 /run/alarm >/run/rang
}

(sleep 3; hibernate) &
hibernation=$!
./follow hibernate "$utc" 8 $alarm_s
wait $hibernation
is 'an alarm that was due meanwhile has rung' "$(cat /run/rang)" rang
is 'there are cross-timestamps again' "$(./ptp precise "$crossed")" 0
check 'alarms go on ringing' ./alarm punctual "/dev/${rtc##*/}" \
	"$(ptp_named 'Virtio PTP type 3, variant 1')" 3 2000
keeper_ends
