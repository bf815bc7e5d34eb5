# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# "make demo DEVICE=sim": chronyd takes the time from the simulated device,
# which waits 50 ms before it reads its clock, and 50 ms before it answers.
# Guests: 7.3-*
# Long: debug-amd64

scenario_tests='demo.sh'
scenario_timeout=600

scenario_files() {
	cp "$top/tools/udev/60-virtio-rtc.rules" "$here/../guest/demo.chrony.conf" \
		"$here/../guest/sim_lib.sh" "$1"
	cp "$here/../guest/demo_sim.sh" "$1/demo_device.sh"
}
