# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The links that the shipped udev rules make, whatever clocks there are.
# Guests: 7.3-amd64 6.1-arm64

scenario_tests='udev_links.sh'

scenario_files() {
	cp "$top/tools/udev/60-virtio-rtc.rules" "$here/../guest/sim_lib.sh" "$1"
}
