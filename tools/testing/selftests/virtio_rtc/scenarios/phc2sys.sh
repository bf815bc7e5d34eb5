# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# phc2sys, as its unit runs it, over a pause and a stall, with the project's own device;
# with QEMU's, which is unplugged and plugged again; and on other clocksources, with the
# simulated one, which knows the machine's counter.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

scenario_tests='phc2sys.sh'
scenario_timeout=900
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock=utc"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc -device pcie-root-port,id=slot1,chassis=1'
# As users have it: phc2sys ends when a reading has no answer in time.
scenario_cmdline='virtio_rtc.read_timeout_ms=1000'

scenario_run() {
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	await_event pause $machine_pid || return
	sleep 2
	tell qemu stop
	sleep 10
	tell qemu cont
	await_event stall $machine_pid || return
	kill -STOP $daemon_pid
	await_event 'go on' $machine_pid || true
	kill -CONT $daemon_pid
	await_event plug $machine_pid || return
	tell qemu 'device_add virtio-rtc-pci,id=clock,bus=slot1'
	await_event unplug $machine_pid || return
	tell qemu 'device_del clock'
	await_event 'plug again' $machine_pid || return
	tell qemu 'device_add virtio-rtc-pci,id=clock,bus=slot1'
	wait $machine_pid
}

scenario_files() {
	cp "$guest_programs/follow" "$guest_programs/ptp" "$here/../guest/sim_lib.sh" "$1"
	phc2sys_files "$1"
}
