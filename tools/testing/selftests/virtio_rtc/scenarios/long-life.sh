# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Driver and devices come and go, sleep and are reset, 500 times each, under readers.
# Guests: 7.3-amd64 6.1-amd64 6.12rt-amd64 debug-amd64 kcsan-amd64
# Debug: no
# Long: yes

scenario_tests='life.sh'
scenario_timeout=7200
# A function can be reset that is behind a port.
scenario_devices='-device pcie-root-port,id=slot0 -device virtio-rtc-pci,bus=slot0'
# As long as by default, for a clock that is silent
scenario_cmdline='virtio_rtc.read_timeout_ms=1000'

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$guest_programs/readers" \
		"$here/../guest/sim_lib.sh" "$1"
	echo "rounds=${ROUNDS:-500}" >"$1/life.params"
}
