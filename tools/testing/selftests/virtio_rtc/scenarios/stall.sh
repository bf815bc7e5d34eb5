# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The project's own device stops for a while, and chronyd has an NTP server as well, which
# has its time from another device, one that goes on.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no

scenario_tests='stall.sh'
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock=utc"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc
	-chardev socket,path=/tmp/other.sock,id=other
	-device vhost-user-rtc-pci,chardev=other'

scenario_run() {
	another_daemon --clock=maybe-smeared || return
	run_qemu "$1" &
	machine_pid=$!
	await_event stall $machine_pid || return
	kill -STOP $daemon_pid
	await_event 'go on' $machine_pid || true
	kill -CONT $daemon_pid
	status=0
	wait $machine_pid || status=$?
	kill $other_pid
	return $status
}

scenario_files() {
	chrony_files "$1"
}
