# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The machine is paused, with the project's own device.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no

# For how many seconds
: ${still:=10}
scenario_tests='stand_still.sh'
# It stands still for longer than a reading waits.
scenario_cmdline='virtio_rtc.read_timeout_ms=5000'
scenario_timeout=1200
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'

scenario_run() {
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	await_event pause $machine_pid || return
	sleep 2
	tell qemu stop
	sleep $still
	tell qemu cont
	wait $machine_pid
}

scenario_files() {
	cp "$guest_programs/follow" "$guest_programs/alarm" "$1"
	phc2sys_files "$1"
	echo "EVENTS=pause STILL=$still ALARM=1 KEEPER=chronyd" >"$1/stand_still.params"
}
