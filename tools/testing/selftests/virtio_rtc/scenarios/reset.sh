# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Devices are reset while chronyd and eight others read them: QEMU's, whose PCI function
# is reset, and the simulated one, which says that it needs it.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

scenario_tests='reset.sh'
# A function can be reset that is behind a port.
scenario_devices='-device pcie-root-port,id=slot0 -device virtio-rtc-pci,bus=slot0'
# The driver notices by readings that wait as long as they do by default.
scenario_cmdline='virtio_rtc.read_timeout_ms=1000'

scenario_files() {
	cp "$guest_programs/follow" "$guest_programs/readers" "$here/../guest/sim_lib.sh" "$1"
	chrony_files "$1"
}
