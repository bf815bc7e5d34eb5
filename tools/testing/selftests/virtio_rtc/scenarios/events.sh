# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What happens to alarms, to an RTC and to the system's clock, in a machine without any
# other RTC: the project's own device, and the simulated one, of which alarms wake.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

scenario_tests='events.sh'
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'
scenario_cmdline='initcall_blacklist=cmos_init'

# It is woken soon, whenever it sleeps.
scenario_run() {
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	while sleep 2 && kill -0 $machine_pid 2>/dev/null; do
		tell qemu system_wakeup || true
	done
	wait $machine_pid
}

scenario_files() {
	cp "$guest_programs/alarm" "$guest_programs/ptp" "$here/../guest/sim_lib.sh" "$1"
}
