# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The guest plays the host: vhost-user-rtc runs in it, its clock is set, and it has huge
# pages.
# Guests: 7.3-amd64 6.1-amd64
# Sets: tools
# Long: 6.1-amd64
# Debug: no

scenario_tests='daemon_huge_pages.sh daemon_host.sh'
scenario_devices=

scenario_files() {
	build_aids
	cp "$tools/vhost-user-rtc" "$tools/tools/set-host-test" \
		"$tools/tools/memory-changes-test" \
		"$guest_programs/without_adjtimex" /usr/lib/*/libcmocka.so.0 "$1"
}
