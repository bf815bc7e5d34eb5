# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The program virtio-rtc, in guests that are set up right and wrong.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no

scenario_tests='virtio_rtc_show.sh virtio_rtc_check.sh'
# As in sim-precise.sh.
scenario_cmdline='tsc=reliable'

scenario_files() {
	cp "$guest_programs/virtio-rtc" "$top/tools/udev/60-virtio-rtc.rules" \
		"$here/../guest/sim_lib.sh" "$1"
}
