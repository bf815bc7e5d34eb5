# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What only a kernel that checks itself can show.  Of each allocation that fails the
# tests of the tools know more and sooner: driver-tests/failing_memory_test.c.
# Guests: debug-amd64
# Long: yes

scenario_tests='failing_memory.sh'

scenario_files() {
	cp "$guest_programs/ptp" "$here/../guest/sim_lib.sh" "$1"
}
