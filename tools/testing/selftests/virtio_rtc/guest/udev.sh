#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# udev's rules make the links that chrony's users name.

. ./lib.sh
plan 4

rules=/etc/udev/rules.d/60-virtio-rtc.rules

relink() {
	udevadm control --reload
	udevadm trigger --action=change --subsystem-match=ptp
	udev_settled
}

clock=$(ptp_named 'Virtio PTP type 0, variant 0')

is 'without rules there is no link' "$(ls /dev/ptp_virtio 2>/dev/null)" ''

echo 'SUBSYSTEM=="ptp", ATTR{clock_name}=="Virtio PTP type 0, variant 0", SYMLINK += "ptp_virtio"' >$rules
relink
is 'the rule that the driver was announced with makes /dev/ptp_virtio' \
	"$(realpath /dev/ptp_virtio)" "$clock"

cp 60-virtio-rtc.rules $rules
relink
is 'the shipped rules make /dev/ptp_virtio' "$(realpath /dev/ptp_virtio)" "$clock"

unbind() {
	echo "$1" >/sys/bus/virtio/drivers/virtio_rtc/unbind
	udev_settled
	[ ! -e /dev/ptp_virtio ]
}
device=$(basename "$(realpath "/sys/class/ptp/${clock#/dev/}/device")")
check 'the link goes with the clock' unbind "$device"
echo "$device" >/sys/bus/virtio/drivers/virtio_rtc/bind
