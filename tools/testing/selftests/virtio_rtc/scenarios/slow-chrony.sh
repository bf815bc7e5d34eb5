# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# chronyd and a device that takes 50 or 100 ms for an answer: what the guide says of them.
# Guests: 7.3-amd64
# Debug: no
# Long: yes

scenario_tests='slow_chrony.sh'

scenario_files() {
	cp "$guest_programs/ptp" "$here/../guest/sim_lib.sh" "$1"
	chrony_files "$1"
}
