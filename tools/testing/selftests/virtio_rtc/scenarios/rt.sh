# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The driver on kernels for real time, on QEMU's own device.
# Guests: 6.12rt-amd64 7.3rt-amd64
# Debug: no
# Long: yes

scenario_devices='-device virtio-rtc-pci'
scenario_tests='rt.sh'

scenario_files() {
	cp "$guest_programs/inherit" "$guest_programs/ptp" "$1"
}
