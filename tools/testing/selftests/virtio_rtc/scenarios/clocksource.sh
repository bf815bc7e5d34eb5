# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The system's clock leaves the counter, and comes back to it, while chronyd reads the
# simulated device.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no

scenario_tests='clocksource.sh'

scenario_files() {
	cp "$here/../guest/sim_lib.sh" "$1"
	chrony_files "$1"
}
