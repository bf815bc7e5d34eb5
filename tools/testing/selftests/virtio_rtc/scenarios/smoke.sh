# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A machine, or a kernel, that not everything is tested on: for real time, big endian,
# another architecture.  The device is QEMU's own or, where QEMU has none (s390x), the
# simulated one.
# Guests: 7.3rt-amd64
# Debug: no

case $arch in
s390x) simulated=yes ;;
*) simulated= scenario_devices='-device virtio-rtc-pci' ;;
esac
scenario_tests='smoke.sh reload.sh'

scenario_files() {
	smoke_files "$1"
}

smoke_files() {
	cp "$guest_programs/ptp" "$here/../guest/sim_lib.sh" "$1"
	echo 20 >"$1/rounds"
	[ ! "$simulated" ] || : >"$1/simulated"
}
