# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The program virtio-rtc, on the driver that the newest kernel's source has.
# Guests: 7.3-amd64
# Debug: no
# Parts: peer

scenario_devices='-device virtio-rtc-pci'
scenario_tests='virtio_rtc_mainline.sh'
scenario_cmdline='modprobe.blacklist=virtio_rtc'

scenario_files() {
	cp "$guest_programs/virtio-rtc" "$top/tools/udev/60-virtio-rtc.rules" "$1"
	cp "$("$here/part" --key peer)/$arch/virtio_rtc.ko" "$1/mainline.ko"
}
