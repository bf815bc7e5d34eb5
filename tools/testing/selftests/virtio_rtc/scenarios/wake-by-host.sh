# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A machine whose device is on PCI, which cannot wake it, is woken by the host when an
# alarm expires, with the command that vhost-user-rtc(1) has for that.
# Guests: 7.3-amd64 6.1-amd64
# Sets: socat mount
# Long: 6.1-amd64
# Debug: no

scenario_tests='daemon_wake_by_host.sh'
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--control-socket=/run/vm/rtc.control --clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc
	-qmp unix:/run/vm/qmp,server=on,wait=off -trace system_wakeup_request -trace runstate_set'
# A guest that is not woken sleeps for ever.
scenario_timeout=200

scenario_run() {
	# As it is printed
	sed -n '/^while :; do$/,/^done$/ { s/\\e/\\/g; p }' \
		"$top/tools/virtio/vhost-user-rtc/vhost-user-rtc.1" >/tmp/printed
	PATH="$tools:$PATH" sh /tmp/printed >>"$out/qmp.log" 2>&1 &
	run_qemu "$1"
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$here/../guest/daemon_lib.sh" "$1"
	# Where that command has its sockets; outside nobody sees it.
	mkdir -p /run/vm
	mount -t tmpfs vm /run/vm
}
