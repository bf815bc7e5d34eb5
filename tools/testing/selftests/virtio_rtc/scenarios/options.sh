# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Each combination of the driver's options, as lint has built it.
# Guests: 7.3-amd64 6.1-arm64
# Debug: no

scenario_devices='-device virtio-rtc-pci'
scenario_cmdline='modprobe.blacklist=virtio_rtc'
scenario_tests='options.sh'

scenario_files() {
	cp -r "$top/build/options/$kernel-$arch" "$1/options"
	rm -rf "$1/options/build"
}
