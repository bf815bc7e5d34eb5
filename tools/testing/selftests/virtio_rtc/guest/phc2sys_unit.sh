# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# phc2sys as its unit runs it.  There is no systemd here: this starts the unit's command
# while there is a clock, and again when it has ended.  Sourced after chrony.sh.

phc2sys_command=$(sed -n 's/^ExecStart=//p' virtio-rtc-phc2sys.service)

phc2sys_start() {
	cp systemctl /usr/bin/
	# The rule is for machines with systemd.
	mkdir -p /run/systemd/system
	cp 61-virtio-rtc-phc2sys.rules /etc/udev/rules.d/
	udev_rules
	wait_until 30 test -e /dev/ptp_virtio
	phc2sys_unit &
}

phc2sys_unit() {
	while [ ! -e /run/stopped ]; do
		if [ -e /dev/ptp_virtio ]; then
			echo "$phc2sys_command" >>/run/starts
			eval "$phc2sys_command" >>/run/phc2sys.log 2>&1
		fi
		sleep 1
	done
}

phc2sys_starts() {
	wc -l </run/starts
}

phc2sys_stop() {
	touch /run/stopped
	kill "$(pidof phc2sys)"
}
