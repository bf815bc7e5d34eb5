# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The simulated device, in its shapes and with its faults.
# Long: 6.12-amd64 6.12-arm64

scenario_tests='sim_clocks.sh sim_alarms.sh sim_faults.sh sim_devices.sh sim_remove.sh'

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$here/../guest/sim_lib.sh" "$1"
}
