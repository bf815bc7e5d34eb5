# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# "make demo": chronyd takes the time from QEMU's own device.
# Guests: none

scenario_devices='-device virtio-rtc-pci'
scenario_tests='demo.sh'
scenario_timeout=600

scenario_files() {
	cp "$top/tools/udev/60-virtio-rtc.rules" "$here/../guest/demo.chrony.conf" "$1"
	cp "$guest_programs/ptp" "$1"
}
