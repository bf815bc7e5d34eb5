# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Cross-timestamps with the simulated device.
# Long: 6.12-* 6.1-arm64

scenario_tests='sim_precise.sh'

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/precise" "$here/../guest/sim_lib.sh" "$1"
}
