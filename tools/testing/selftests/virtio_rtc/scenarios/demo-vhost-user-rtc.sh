# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# "make demo DEVICE=vhost-user-rtc": clocks of each kind and an alarm, from the
# project's own device in another process.
# Guests: 7.3-amd64
#
# It shows the debug kernel nothing that other tests do not.
# Debug: no

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc --clock=tai --clock=monotonic --clock=smeared:unspecified
	--clock=smeared:noon-linear,alarm --clock=smeared:utc-sls --clock=maybe-smeared"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'
scenario_tests='demo.sh'
scenario_timeout=600

scenario_files() {
	cp "$top/tools/udev/60-virtio-rtc.rules" "$here/../guest/demo.chrony.conf" \
		"$here/../guest/daemon_lib.sh" "$1"
	cp "$here/../guest/demo_daemon.sh" "$1/demo_device.sh"
	cp "$guest_programs/ptp" "$1"
}
