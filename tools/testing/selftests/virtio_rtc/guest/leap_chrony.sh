#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 900
#
# The leap second of 2016, with chronyd as Debian and virtio-rtc-chrony have it and with
# each kind of clock that /dev/ptp_virtio can be: one after the other.

. ./lib.sh
. ./chrony.sh
kinds='utc smeared:noon-linear smeared:utc-sls maybe-smeared'
plan 20

udev_rules
for kind in $kinds; do
	note "event: $kind"
	check "$kind: the device is there" wait_until 60 test -e /dev/ptp_virtio
	check "$kind: chronyd starts" chrony_start
	check "$kind: chronyd uses the clock" wait_until 30 chrony_uses
	chrony_uses || chrony_says
	./abide "$kind" "$(realpath /dev/ptp_virtio)"
	chrony_stop
	for device in /sys/bus/virtio/drivers/virtio_rtc/virtio*; do
		echo "${device##*/}" >/sys/bus/virtio/drivers/virtio_rtc/unbind
	done
	wait_until 20 test ! -L /dev/ptp_virtio
done
