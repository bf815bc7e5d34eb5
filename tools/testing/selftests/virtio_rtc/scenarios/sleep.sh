# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The machine sleeps, with the project's own device: a PC, S3; another one, which has no
# such state, to idle.
# Guests: 7.3-* 6.1-*
# Debug: no
# Long: yes

: ${keeper:=chronyd}
scenario_tests='stand_still.sh'
# The reset of waking takes the alarm away, which the driver sets again.
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --retain-alarms=no
	--clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'

scenario_files() {
	cp "$guest_programs/follow" "$guest_programs/alarm" "$guest_programs/ptp" "$1"
	phc2sys_files "$1"
	# A PC's RTC wakes it from S3 only: see suspend.sh.
	[ "$arch" = amd64 ] && mode=mem || mode=freeze
	echo "EVENTS=$mode STILL=20 ALARM=1 KEEPER=$keeper" >"$1/stand_still.params"
}
