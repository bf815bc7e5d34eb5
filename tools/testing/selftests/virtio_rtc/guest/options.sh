#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Every combination of the driver's options loads, takes the device into use,
# and makes of its clock what was configured and nothing else.

. ./lib.sh
plan 32

drivers=/sys/bus/virtio/drivers/virtio_rtc

count() {
	ls "/sys/class/$1" | grep -c "^$1[0-9]"
}

rtcs=$(count rtc)
for ptp in y n; do
	for class in y n; do
		for counter in y n; do
			name="PTP=$ptp CLASS=$class counter=$counter"
			check "$name: loads" \
				insmod options/$ptp-$class-$counter/virtio_rtc.ko rtc_may_step=1
			is "$name: has the device" "$(ls $drivers | grep -c '^virtio[0-9]')" 1
			is "$name: PTP clocks and RTCs" "$(count ptp) $(($(count rtc) - rtcs))" \
				"$([ $ptp = y ] && echo 1 || echo 0) $([ $class = y ] && echo 1 || echo 0)"
			check "$name: can be unloaded" rmmod virtio_rtc
		done
	done
done
