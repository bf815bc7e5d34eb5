# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The simulated device and the specification, and what the suite says of one that
# does not keep to it.
# Guests: 7.3-amd64 6.1-amd64 7.3-arm64
# Long: 6.1-amd64 *-arm64
# Debug: no

scenario_tests='conformance.sh conformance_faults.sh'
scenario_cmdline='modprobe.blacklist=virtio_rtc'

scenario_files() {
	cp "$here/../conformance/sim.known" "$1/conformance.known"
	# What is left out is known of this guest.
	[ "$kernel-$arch" != 7.3-amd64 ] ||
		cut -f 1 "$here/../conformance/sim.left-out" >"$1/conformance.left-out"
	cp "$("$here/build-conformance" "$kernel-$arch")" "$1"
	cp "$here/../guest/sim_lib.sh" "$1"
	cat >"$1/conformance.setup" <<-'END'
		. ./sim_lib.sh
		modprobe configfs
		mount -t configfs configfs /sys/kernel/config
		modprobe virtio_rtc_sim
		sim_clock a/utc cross=1
		sim_clock a/mono type=monotonic base=raw cross=1
		sim_clock a/smeared type=utc-smeared variant=noon-linear alarm=1
		sim_clock a/other type=utc-smeared alarm=1
		echo 1 >$sim/a/retain_alarms
		sim_on a
	END
}
