# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The daemon, with a clock of each kind, and the specification.
# Guests: 7.3-amd64
# Debug: no

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc,alarm --clock=tai --clock=monotonic --clock=smeared:unspecified,alarm
	--clock=smeared:noon-linear --clock=smeared:utc-sls --clock=maybe-smeared"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'
scenario_tests='conformance.sh'
scenario_cmdline='modprobe.blacklist=virtio_rtc'

scenario_files() {
	cp "$here/../conformance/vhost-user-rtc.known" "$1/conformance.known"
	cp "$("$here/build-conformance" "$kernel-$arch")" "$1"
}
