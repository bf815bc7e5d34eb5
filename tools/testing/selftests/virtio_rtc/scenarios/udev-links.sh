# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The links that the shipped udev rules make, and the lines for mdev, whatever
# clocks there are.
# Guests: 7.3-amd64 6.1-arm64
# Long: debug-amd64

scenario_tests='mdev_links.sh udev_links.sh'

scenario_files() {
	cp "$top/tools/udev/60-virtio-rtc.rules" "$top/tools/mdev/virtio-rtc.conf" \
		"$here/../guest/sim_lib.sh" "$1"
}
