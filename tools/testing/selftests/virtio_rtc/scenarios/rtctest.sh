# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The kernel's own test of RTCs, of its source, on an RTC of the project's own device.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes
# Parts: source

scenario_tests='rtctest.sh'
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'

scenario_files() {
	selftests=/kernels/source/tools/testing/selftests
	gcc-14 -O2 -static -D_GNU_SOURCE -I/kernels/source/tools/include/uapi -I$selftests \
		-o "$1/rtctest" $selftests/rtc/rtctest.c
}
