#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The lines for BusyBox's mdev make the links that udev's rules make, as clocks
# come and go.

. ./lib.sh
. ./sim_lib.sh
plan 7

# linked LINK NAME: it points to the clock of this name, or nowhere.
linked() {
	[ "$2" ] || { [ ! -L "/dev/$1" ]; return; }
	clock=$(readlink "/dev/$1") && grep -q -x "$2" "/sys/class/ptp/$clock/clock_name"
}

soon() {
	name=$1
	shift
	check "$name" wait_until 20 linked "$@"
}

add() {
	device=$1
	shift
	sim_clock "$device/clock" "$@"
	sim_on "$device"
}

cp virtio-rtc.conf /etc/mdev.conf
sim_load
add early type=utc-maybe-smeared
udevadm settle --timeout=30
mdev -s
soon 'mdev -s links a clock that was there before' ptp_virtio 'Virtio PTP type 4, variant 0'
mdev -df &
mdev=$!
wait_until 10 awk -v pid=$mdev '$2 == 15 && $3 == pid { found = 1 } END { exit !found }' \
	/proc/net/netlink
add utc type=utc
soon 'UTC takes the link from a clock that may smear' ptp_virtio 'Virtio PTP type 0, variant 0'
add smeared type=utc-smeared
add tai type=tai
soon 'TAI has a link of its own' ptp_virtio_tai 'Virtio PTP type 1, variant 0'
soon 'a smeared clock does not take the link from UTC' ptp_virtio 'Virtio PTP type 0, variant 0'
sim_remove utc
soon 'without UTC it goes to the smeared clock' ptp_virtio 'Virtio PTP type 3, variant 0'
sim_remove smeared
sim_remove early
soon 'and then there is none' ptp_virtio ''
sim_remove tai
soon 'nor one of TAI' ptp_virtio_tai ''
kill $mdev
rm -f /etc/mdev.conf
