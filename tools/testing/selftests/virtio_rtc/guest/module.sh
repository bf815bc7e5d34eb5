#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What the module says of itself, and its parameters.

. ./lib.sh
plan 13

parameters=/sys/module/virtio_rtc/parameters

is 'its alias is that of a virtio clock device of any vendor' \
	"$(modinfo -F alias virtio_rtc)" 'virtio:d00000011v*'
is 'its license is GPL' "$(modinfo -F license virtio_rtc)" GPL
is 'each parameter is described' "$(modinfo -F parm virtio_rtc | cut -d : -f 1 | sort | tr '\n' ' ')" \
	"$(ls $parameters | sort | tr '\n' ' ')"

rtc_of_device() {
	for r in /sys/class/rtc/rtc*; do
		case $(realpath "$r") in
		*/virtio[0-9]*) echo "$r" ;;
		esac
	done
}

is 'without the parameter a clock that may step has no RTC' "$(rtc_of_device)" ''
is 'rtc_may_step is off' "$(cat $parameters/rtc_may_step)" N
rmmod virtio_rtc
check 'rtc_may_step=1 is accepted' modprobe virtio_rtc rtc_may_step=1
rtc=$(rtc_of_device)
is 'with it the UTC clock has an RTC' "$(echo "$rtc" | wc -w)" 1
rtc=/dev/${rtc##*/}
udevadm settle --timeout=30

agrees() {
	before=$(./ptp gettime /dev/ptp0)
	seconds=$(cat "/sys/class/rtc/${rtc#/dev/}/since_epoch")
	after=$(./ptp gettime /dev/ptp0)
	[ "$seconds" -ge "${before%?????????}" ] && [ "$seconds" -le "${after%?????????}" ]
}
check 'the RTC shows the time of the PTP clock' agrees
check 'hwclock can read it' thrice hwclock --show --utc --rtc "$rtc"
check 'the RTC cannot be set: its time is the host'\''s' \
	sh -c "! hwclock --systohc --utc --rtc $rtc"
check 'without an alarm in the device there is none in the RTC' \
	[ ! -e "/sys/class/rtc/${rtc#/dev/}/wakealarm" ]

rmmod virtio_rtc
check 'a value that is none is refused' sh -c '! modprobe virtio_rtc rtc_may_step=perhaps'
check 'and the module still loads without' modprobe virtio_rtc
