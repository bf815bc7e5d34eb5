# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What QEMU makes of a device on virtio-mmio if nobody says otherwise.
# Guests: 7.3-arm64 6.1-arm64

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock=utc"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc,chardev=rtc,bus=virtio-mmio-bus.0'
scenario_tests='legacy.sh'

scenario_files() {
	cp "$guest_programs/virtio-rtc" "$1"
}
