#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A machine of libvirt's has the device, where its description says.

. ./lib.sh
. ./daemon_lib.sh
plan 4

is 'the device is at its address' \
	"$(readlink -f /sys/bus/virtio/drivers/virtio_rtc/virtio* | grep -c '/0000:00:1d.0/')" 1
is 'it has the clocks that it has by default' "$(cat /sys/class/ptp/*/clock_name | sort | tr '\n' ',')" \
	'Virtio PTP type 0, variant 0,Virtio PTP type 1, variant 0,Virtio PTP type 2, variant 0,Virtio PTP type 3, variant 1,'
check 'which are read' ./ptp extended "$(ptp_of 0)" 100
check 'and ring' ./alarm punctual "$(rtc_of 3)" "$(ptp_of 3)" 1 10000
