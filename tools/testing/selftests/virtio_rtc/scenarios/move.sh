# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The machine goes back to a snapshot, then to one in another QEMU, and is migrated to a
# third one, with QEMU's own device.  Each takes a while, in which it stands still.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

# For how many seconds, and who keeps the system's clock
: ${still:=10} ${keeper:=chronyd}
scenario_tests='stand_still.sh'
# It stands still for longer than a reading waits.
scenario_cmdline='virtio_rtc.read_timeout_ms=5000'
scenario_timeout=1200
scenario_devices='-device virtio-rtc-pci -drive if=none,id=snapshots,file=/tmp/snapshots'

scenario_run() {
	qemu-img create -q -f qcow2 /tmp/snapshots 1G
	run_qemu "$1" $(monitor first) &
	machine_pid=$!
	await_event loadvm $machine_pid || return
	sleep 2
	# Stopped in between, or its counter, which QEMU does not set back, would
	# know of the time that is lost.
	tell first 'savevm one' stop
	sleep $still
	tell first 'loadvm one' cont

	await_event restart $machine_pid || return
	sleep 2
	tell first 'savevm two' quit
	wait $machine_pid
	sleep $still
	run_qemu "$1" $(monitor second) -loadvm two &
	machine_pid=$!

	await_event migrate $machine_pid || return
	sleep 2
	run_qemu "$1" $(monitor third) -S -incoming unix:/tmp/migrate &
	migrated_pid=$!
	until [ -S /tmp/migrate ]; do
		kill -0 $migrated_pid || return
		sleep 0.1
	done
	tell second 'migrate unix:/tmp/migrate' quit
	wait $machine_pid
	sleep $still
	tell third cont
	wait $migrated_pid
}

scenario_files() {
	cp "$guest_programs/follow" "$guest_programs/ptp" "$1"
	phc2sys_files "$1"
	echo "EVENTS='loadvm restart migrate' STILL=$still ALARM=0 KEEPER=$keeper" \
		>"$1/stand_still.params"
}
