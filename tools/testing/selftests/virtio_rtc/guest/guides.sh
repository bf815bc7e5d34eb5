#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 240
#
# What README and the guides say to type works as it is printed there: those lines of
# the file "commands" that say "run" or "goes-on", in its order.

. ./lib.sh
. ./sim_lib.sh
plan $(($(grep -c '^\(run\|goes-on\)	' commands) + 1))

# What an administrator has installed
export PATH="$PATH:/test"
# The shell prefers its own.
hwclock() {
	thrice /usr/sbin/hwclock "$@"
}

# of HOW PAGE: lines "HOW<tab>COMMAND" of a page
of() {
	awk -v how="$1" -v page="$2" '
		$1 == "page" && NF == 2 { on = $2 ~ page }
		on && $0 ~ "^(" how ")\t"' commands
}

# goes_on COMMAND: until it is ended
goes_on() {
	sh -c "exec $1" &
	pid=$!
	sleep 3
	kill $pid
	status=$?
	wait $pid
	return $status
}

# types PAGE: its commands, in one shell
types() {
	of 'run|goes-on' "$1" >/run/typed
	(
		while IFS='	' read -r how command; do
			case $how in
			run) eval "$command" </dev/null >/run/said 2>&1 ;;
			goes-on) goes_on "$command" </dev/null >/run/said 2>&1 ;;
			esac && pass "$1: $command" || fail "$1: $command" "$(cat /run/said)"
		done </run/typed
	)
}

# systemd's work
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null

# The page begins without, and takes away what it makes.
! grep -q ' /sys/kernel/config ' /proc/mounts || umount /sys/kernel/config
types virtio_rtc_sim.rst

cp 60-virtio-rtc.rules /etc/udev/rules.d/
udevadm control --reload
sim_load
sim_clock guide/utc cross=1
sim_clock guide/smeared type=utc-smeared alarm=1
sim_on guide
udevadm settle --timeout=30
mkdir -p /etc/chrony /var/lib/chrony
chmod 750 /run/chrony
of chrony.conf admin-guide/virtio_rtc.rst | cut -f 2 >/etc/chrony/chrony.conf
check 'chronyd takes what the guide says' chronyd -u root
wait_until 20 sh -c 'virtio-rtc | grep -q "used by.*chronyd"'

types admin-guide/virtio_rtc.rst
types virtio_rtc_host.rst
types virtio_rtc_look.rst
types README

kill "$(cat /run/chrony/chronyd.pid)"
rm /etc/chrony/chrony.conf
sim_remove guide
