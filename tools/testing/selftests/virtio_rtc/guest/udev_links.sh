#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# /dev/ptp_virtio is UTC; without it a smeared clock, without that one that may
# smear.  It follows as clocks come and go.  /dev/ptp_virtio_tai is TAI.

. ./lib.sh
. ./sim_lib.sh
plan 12

cp 60-virtio-rtc.rules /etc/udev/rules.d/
udevadm control --reload
sim_load

# linked NAME: the name of the clock that the link points to.
linked() {
	udev_settled
	[ -e "/dev/$1" ] || return 0
	clock=$(realpath "/dev/$1")
	cat "/sys/class/ptp/${clock#/dev/}/clock_name"
}

# add DEVICE ATTRIBUTE...: a device with one such clock.
add() {
	device=$1
	shift
	sim_clock "$device/clock" "$@"
	sim_on "$device"
}

utc='Virtio PTP type 0, variant 0'
tai='Virtio PTP type 1, variant 0'
noon='Virtio PTP type 3, variant 1'
maybe='Virtio PTP type 4, variant 0'

add mono type=monotonic
is 'a monotonic clock has no link' "$(linked ptp_virtio)$(linked ptp_virtio_tai)" ''
add maybe type=utc-maybe-smeared
is 'a clock that may smear gets the link when there is no better one' "$(linked ptp_virtio)" "$maybe"
add tai type=tai
is 'TAI has a link of its own' "$(linked ptp_virtio_tai)" "$tai"
is 'TAI does not take the link from UTC'\''s kind' "$(linked ptp_virtio)" "$maybe"
add noon type=utc-smeared variant=noon-linear
is 'a smeared clock takes the link from one that may smear' "$(linked ptp_virtio)" "$noon"
add utc type=utc
is 'UTC takes the link from a smeared clock' "$(linked ptp_virtio)" "$utc"
add late type=utc-smeared
is 'a smeared clock that comes later does not take it from UTC' "$(linked ptp_virtio)" "$utc"
sim_remove late
sim_remove utc
is 'without UTC the link goes back to the smeared clock' "$(linked ptp_virtio)" "$noon"
sim_remove noon
is 'and without that to the one that may smear' "$(linked ptp_virtio)" "$maybe"
sim_remove maybe
is 'and then there is none' "$(linked ptp_virtio)" ''
is 'TAI kept its link' "$(linked ptp_virtio_tai)" "$tai"
sim_remove tai
is 'until it went too' "$(linked ptp_virtio_tai)" ''
sim_remove mono
