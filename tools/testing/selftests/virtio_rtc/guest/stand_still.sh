#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 900
#
# The machine stands still, by what the scenario does to it or as it sleeps, and chronyd
# has the system's clock right again soon after.

. ./lib.sh
. ./chrony.sh
. ./stand_still.params
plan $((3 + ALARM + 4 * $(echo $EVENTS | wc -w)))

check 'chronyd starts' chrony_start
chronyd=$(cat /run/chrony/chronyd.pid)
check 'chronyd uses the clock' wait_until 30 chrony_uses

# By itself Debian's chronyd steps the clock in its first three updates only.
updated_at() {
	timeout 2 chronyc -n -c tracking | cut -d , -f 4
}
updated_again() {
	[ "$(updated_at)" != "$last" ]
}
for n in 1 2 3 4 5; do
	last=$(updated_at)
	wait_until 20 updated_again
done

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
	! grep -q '^not ok' /run/followed ||
		cat /run/chronyd.log /var/log/chrony/refclocks.log >/dev/console
	if [ "$ALARM" = 1 ]; then
		wait $alarm
		is "$event: an alarm that was due meanwhile has rung" "$(tail -n 1 /run/alarm)" rang
	fi
done
is 'chronyd is the same all the time' "$(cat /run/chrony/chronyd.pid)" "$chronyd"
kill "$chronyd"
