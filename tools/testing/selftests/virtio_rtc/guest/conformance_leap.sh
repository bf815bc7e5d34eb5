#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# At a leap second each clock does what the specification says.  After conformance.sh,
# which loaded the suite; the host plugs in a device that has one soon.

. ./lib.sh
plan 7

parameters=/sys/module/virtio_rtc_conformance/parameters
echo V-leap >$parameters/only
# The one at the end of 2016
echo 1483228800 >$parameters/leap_at
note 'event: leap'

# As it was printed since this test began
said() {
	dmesg | sed -n 's/^\(\[[^]]*\] \)\?\(virtio_rtc_conformance: \)\?//p' |
		awk '/virtio_rtc_test: conformance_leap.sh/ { on = 1 } on'
}

check 'the device is plugged in and tested' \
	wait_until 330 sh -c "dmesg | awk '/virtio_rtc_test: conformance_leap.sh/ { on = 1 } on' |
		grep -q 'end of the conformance suite'"
said | while read -r line; do
	case $line in
	'ok '*' # SKIP '*) fail "${line#*- }" ;;
	'ok '*) pass "${line#*- }" ;;
	'not ok '*) fail "${line#*- }" ;;
	'#   '*) echo "$line" ;;
	esac
done
is 'nothing else is' "$(said | grep -c '^\(not \)\?ok ')" 5
