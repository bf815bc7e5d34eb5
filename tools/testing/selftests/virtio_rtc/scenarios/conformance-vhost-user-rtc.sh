# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The daemon, with a clock of each kind, and the specification.  When the test asks for
# it, a second one is plugged in, which has a leap second soon: in twenty seconds, or as
# much later as the guest took to come so far.
# Guests: 7.3-amd64 6.1-amd64 7.3-arm64
# Long: 6.1-amd64 *-arm64
# Debug: no

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc,alarm --clock=tai --clock=monotonic --clock=smeared:unspecified,alarm
	--clock=smeared:noon-linear --clock=smeared:utc-sls --clock=maybe-smeared"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc -device pcie-root-port,id=free-slot'
scenario_tests='conformance.sh conformance_leap.sh'
scenario_cmdline='modprobe.blacklist=virtio_rtc'

scenario_run() {
	began=$(date +%s)
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	leap_pid=
	if await_event leap $machine_pid; then
		before=$(($(date +%s) - began))
		[ $before -gt 20 ] || before=20
		[ $before -lt 250 ] || before=250
		"$tools/vhost-user-rtc" --socket-path=/tmp/leap.sock --clock=utc --clock=tai \
			--clock=monotonic --clock=smeared:unspecified --clock=smeared:noon-linear \
			--clock=smeared:utc-sls \
			--start-time="$(date -u -d "2017-01-01 UTC - $before seconds" +%Y-%m-%dT%H:%M:%SZ)" \
			>>"$out/daemon.log" 2>&1 &
		leap_pid=$!
		until [ -S /tmp/leap.sock ]; do
			kill -0 $leap_pid || return
			sleep 0.1
		done
		tell qemu 'chardev-add socket,id=leap,path=/tmp/leap.sock' \
			'device_add vhost-user-rtc-pci,chardev=leap,bus=free-slot'
	fi
	status=0
	wait $machine_pid || status=$?
	[ -z "$leap_pid" ] || kill $leap_pid 2>/dev/null || true
	return $status
}

scenario_files() {
	cp "$here/../conformance/vhost-user-rtc.known" "$1/conformance.known"
	# What is left out is known of this guest.
	[ "$kernel-$arch" != 7.3-amd64 ] ||
		cut -f 1 "$here/../conformance/vhost-user-rtc.left-out" >"$1/conformance.left-out"
	cp "$("$here/build-conformance" "$kernel-$arch")" "$1"
}
