# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# An alarm wakes a guest that sleeps: on virtio-mmio, whose interrupt can wake
# where the device tree says so.  Nothing else could: the machine's own RTC is
# left out.
# Guests: *-arm64

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-global virtio-mmio.force-legacy=false
	-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc,chardev=rtc,bus=virtio-mmio-bus.0'
scenario_cmdline='initcall_blacklist=pl031_driver_init'
scenario_tests='daemon_wake_up.sh'
# A guest that is not woken sleeps for ever.
scenario_timeout=300
scenario_dts=mark_wakeup_source

# The first bus is at the lowest address.
mark_wakeup_source() {
	sed 's/virtio_mmio@a000000 {/&\n\t\twakeup-source;/'
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$here/../guest/daemon_lib.sh" "$1"
}
