#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 900
#
# The machine stands still, by what the scenario does to it or as it sleeps, and who keeps
# the system's clock, chronyd or phc2sys, has it right again soon after.

. ./lib.sh
. ./stand_still.params
. ./keeper.sh
plan $((4 + (4 + ALARM) * $(echo $EVENTS | wc -w)))

keeper_start

for event in $EVENTS; do
	if [ "$ALARM" = 1 ]; then
		# Due while the machine stands still
		./alarm await "/dev/$(ls -d /sys/bus/virtio/devices/*/*.clock*/rtc/rtc* | sed 's|.*/||')" \
			$((STILL / 2 + 2)) $(((STILL + 30) * 1000)) >/run/alarm 2>&1 &
		alarm=$!
		wait_until 10 test -s /run/alarm
	fi
	case $event in
	# It is woken by its own RTC; the device's cannot on this transport.
	mem | freeze) (sleep 3; rtcwake -d /dev/rtc0 -m $event -s $STILL >&2) & ;;
	esac
	note "event: $event"
	./follow $event "$(realpath /dev/ptp_virtio)" 8 $((STILL * 2 / 3)) | tee /run/followed
	! grep -q '^not ok' /run/followed || keeper_says >/dev/console 2>&1
	if [ "$ALARM" = 1 ]; then
		wait $alarm
		is "$event: an alarm that was due meanwhile has rung" "$(tail -n 1 /run/alarm)" rang
	fi
done
keeper_ends
