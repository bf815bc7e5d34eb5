# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What there is to be seen: the program virtio-rtc, in guests that are set up right
# and wrong, what sysfs and debugfs tell, and tracepoints; and what the guides say to type.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no

scenario_tests='virtio_rtc_show.sh virtio_rtc_check.sh facts.sh trace.sh guides.sh'

scenario_files() {
	cp "$guest_programs/virtio-rtc" "$guest_programs/ptp" "$guest_programs/alarm" \
		"$guest_programs/terminal" "$1"
	cp "$top/Documentation/admin-guide/virtio_rtc_look.rst" \
		"$top/Documentation/ABI/testing/sysfs-bus-virtio-rtc" "$top/tools/udev/60-virtio-rtc.rules" \
		"$here/../guest/sim_lib.sh" "$here/../commands" "$1"
}
