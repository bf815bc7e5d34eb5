#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 240
#
# The device is there and right, on a machine that not everything is tested on.

. ./lib.sh
. ./sim_lib.sh
plan 6

name='Virtio PTP type 0, variant 0'

if [ -e simulated ]; then
	sim_load
	sim_clock smoke/utc type=utc
	sim_on smoke
	udevadm settle --timeout=60
fi

case $KERNEL in
*rt) is 'the kernel is one for real time' "$(uname -v | grep -c PREEMPT_RT)" 1 ;;
clang) is 'the kernel is one of clang' "$(grep -c clang /proc/version)" 1 ;;
*) is 'the machine is what the test is for' "$(uname -m)" "$ARCH" ;;
esac
is 'the driver is loaded' "$(grep -c '^virtio_rtc ' /proc/modules)" 1
is 'there is one PTP clock' "$(ls /sys/class/ptp | wc -l)" 1
is 'the clock has its exact name' "$(cat /sys/class/ptp/*/clock_name)" "$name"
clock=$(ptp_named "$name")

# The device's time is the host's, or the guest's own, which it had from its host.
apart() {
	now=$(./ptp gettime "$clock")
	now=${now%?????????}
	up=$(cut -d . -f 1 /proc/uptime)
	[ $((now - HOST_SECONDS)) -ge 0 ] && [ $((now - HOST_SECONDS - up)) -lt 900 ]
}
check 'it has the time of the host' apart
check '1000 calls of PTP_SYS_OFFSET_EXTENDED succeed, each reading between its timestamps' \
	./ptp extended "$clock" 1000
