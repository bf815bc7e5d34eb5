#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A legacy device is refused: what it would answer is waited for in vain.

. ./lib.sh
plan 7

# A time-out is not what ends it.
rmmod virtio_rtc
lines=$(($(dmesg | wc -l) + 1))
start=$(cut -d . -f 1 /proc/uptime)
check 'the module loads' modprobe virtio_rtc request_timeout_ms=60000
took=$(($(cut -d . -f 1 /proc/uptime) - start))
dmesg | tail -n +$lines | grep 'virtio_rtc virtio' >/run/said
check 'a legacy device is refused at once' [ $took -lt 30 ]
is 'by one line' "$(wc -l </run/said)" 1
check 'that names the remedy' grep -q -e '-global virtio-mmio.force-legacy=false' /run/said
is 'the driver has no device' "$(ls /sys/bus/virtio/drivers/virtio_rtc | grep -c '^virtio[0-9]')" 0
./virtio-rtc check >/run/check
check 'virtio-rtc check says that it is a legacy device' grep -q '^WRONG .*\[legacy-device\]$' /run/check
./virtio-rtc >/run/show
check 'and virtio-rtc alone' grep -q '^WRONG .*\[legacy-device\]$' /run/show
