# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# On a kernel that clang has built, and that checks the type of each function that it
# calls by a pointer: what has the kernel call those of the driver and of the simulated
# device.  See host/check-clang.
# Guests: none

. "$here/../scenarios/smoke.sh"
scenario_devices=
simulated=yes
scenario_tests='smoke.sh reload.sh sim_clocks.sh sim_alarms.sh kcfi.sh'

scenario_files() {
	smoke_files "$1"
	cp "$guest_programs/alarm" "$1"
}
