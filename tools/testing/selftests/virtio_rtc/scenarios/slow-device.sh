# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A device in another process, which waits 25 ms before each reading and 25 ms
# before each answer.
# Guests: 7.3-* 6.1-amd64
# Long: *-arm64

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock=utc --delay=25,25"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'
scenario_tests='read_slow.sh'

scenario_files() {
	cp "$guest_programs/bench_ptp" "$1"
}
