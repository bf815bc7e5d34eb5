# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What the tests on the simulated device share.  Sourced after lib.sh.

sim=/sys/kernel/config/virtio-rtc-sim

# The driver, so that udev has nothing to load, and the device.
sim_load() {
	modprobe configfs
	grep -q ' /sys/kernel/config ' /proc/mounts || mount -t configfs configfs /sys/kernel/config
	modprobe virtio_rtc
	modprobe virtio_rtc_sim
}

# sim_clock DEVICE/CLOCK [ATTRIBUTE=VALUE...]
sim_clock() {
	clock=$sim/$1
	mkdir -p "$clock"
	shift
	for attribute; do
		echo "${attribute#*=}" >"$clock/${attribute%%=*}" || return
	done
}

sim_on() {
	echo 1 >"$sim/$1/live"
}

# sim_delays DEVICE BEFORE AFTER, in ms
sim_delays() {
	echo $(($2 * 1000)) >"$sim/$1/request_delay_us"
	echo $(($3 * 1000)) >"$sim/$1/response_delay_us"
}

# Take a device away, with its directories.
sim_remove() {
	echo 0 >"$sim/$1/live"
	for clock in "$sim/$1"/*/; do
		[ ! -d "$clock" ] || rmdir "$clock"
	done
	rmdir "$sim/$1"
}

# Print the name (ptpN, rtcN) of what became of a clock, of class ptp or rtc:
# sim_made ptp DEVICE ID.  Clocks are registered by their ids.
sim_made() {
	dev=/sys/bus/virtio/devices/$(cat "$sim/$2/dev_name")
	case $1 in
	ptp) ls "$dev/ptp" 2>/dev/null | sort -V | sed -n "$(($3 + 1))p" ;;
	rtc) ls "$dev"/*.clock"$3"/rtc 2>/dev/null ;;
	esac
}

# judge NAME COMMAND...: like check, for programs that print notes.
judge() {
	judge_name=$1
	shift
	if "$@"; then
		pass "$judge_name"
	else
		fail "$judge_name"
	fi
}
