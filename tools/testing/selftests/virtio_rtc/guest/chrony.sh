# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# chronyd as a Debian has it, with what this project ships.  There is no systemd
# here, so chrony_start does what its units do.  Sourced after lib.sh.

# udev_rules: with the links that are shipped
udev_rules() {
	cp 60-virtio-rtc.rules /etc/udev/rules.d/
	udevadm control --reload
	udevadm trigger --settle --action=add --subsystem-match=ptp
}

# chrony_start [LINE...]: with lines of configuration besides
chrony_start() {
	mkdir -p /etc/chrony/conf.d /var/log/chrony /run/chrony-dhcp
	chmod 750 /run/chrony
	udev_rules
	# On a Debian it is the link that starts the unit.
	wait_until 30 test -e /dev/ptp_virtio
	cp /usr/share/chrony/chrony.conf /etc/chrony/chrony.conf
	cp virtio-rtc.conf /etc/chrony/conf.d/
	printf '%s\n' "$@" 'log refclocks' >/etc/chrony/conf.d/test.conf
	./systemctl start virtio-rtc-chrony.service
	chronyd -u root -l /run/chronyd.log >&2 || return
	./virtio-rtc-chrony started
}

chrony_stop() {
	chronyd=$(cat /run/chrony/chronyd.pid)
	kill "$chronyd"
	while kill -0 "$chronyd" 2>/dev/null; do
		usleep 100000
	done
}

# What chronyd is about, for whoever looks into a failure
chrony_says() {
	{
		chronyc -n sources
		cat /run/chrony-dhcp/virtio-rtc.conf
		tail -n 5 /run/chronyd.log
		tail -n 3 /var/log/chrony/refclocks.log
		ls -l /dev/ptp*
		date
	} 2>&1 | sed 's/^/#   /'
}

# chrony_uses [NAME]: the source is selected.
chrony_uses() {
	timeout 2 chronyc -n -c sources 2>/dev/null | grep -q "^[#^],\*,${1:-PHCV},"
}

# chrony_units: before chrony_start; have udev do what it does on a Debian.
chrony_units() {
	mkdir -p /usr/libexec
	cp virtio-rtc-chrony /usr/libexec/
	cp systemctl /usr/bin/
	# The rule is for machines with systemd.
	mkdir -p /usr/libexec /run/systemd/system
	cp 61-virtio-rtc-chrony.rules /etc/udev/rules.d/
}
