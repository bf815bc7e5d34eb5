# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# QEMU's own device and the specification.
# Guests: 7.3-amd64
# Debug: no

scenario_devices='-device virtio-rtc-pci'
scenario_tests='conformance.sh'
scenario_cmdline='modprobe.blacklist=virtio_rtc'

scenario_files() {
	cp "$here/../conformance/qemu.known" "$1/conformance.known"
	# What is left out is known of this guest.
	[ "$kernel-$arch" != 7.3-amd64 ] ||
		cut -f 1 "$here/../conformance/qemu.left-out" >"$1/conformance.left-out"
	cp "$("$here/build-conformance" "$kernel-$arch")" "$1"
}
