# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The leap second at the end of 2016 and chronyd.  A device of each kind is plugged in
# a minute and a half before it, when the test asks for it.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
#
# Four leap seconds take as many minutes, and more.
# Long: yes

scenario_tests='leap_chrony.sh'
scenario_timeout=1200
scenario_devices='-device pcie-root-port,id=slot1,chassis=1
	-device pcie-root-port,id=slot2,chassis=2 -device pcie-root-port,id=slot3,chassis=3
	-device pcie-root-port,id=slot4,chassis=4'

scenario_run() {
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	number=0
	daemons=
	for kind in utc smeared:noon-linear smeared:utc-sls maybe-smeared; do
		await_event $kind $machine_pid || break
		number=$((number + 1))
		socket=/tmp/leap-$number.sock
		"$tools/vhost-user-rtc" --socket-path=$socket --clock=$kind \
			--start-time=2016-12-31T23:58:30Z >>"$out/daemon.log" 2>&1 &
		daemons="$daemons $!"
		until [ -S $socket ]; do
			kill -0 $! || return
			sleep 0.1
		done
		tell qemu "chardev-add socket,id=leap$number,path=$socket" \
			"device_add vhost-user-rtc-pci,chardev=leap$number,bus=slot$number"
	done
	status=0
	wait $machine_pid || status=$?
	kill $daemons 2>/dev/null || true
	return $status
}

scenario_files() {
	cp "$guest_programs/abide" "$1"
	chrony_files "$1"
}
