# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# chronyd as a Debian has it, with what this project ships.  There is no systemd
# here, so chrony_start does what its units do.  Sourced after lib.sh.

# chrony_start [LINE...]: with lines of configuration besides
chrony_start() {
	mkdir -p /etc/chrony/conf.d /var/log/chrony /run/chrony-dhcp
	chmod 750 /run/chrony
	cp 60-virtio-rtc.rules /etc/udev/rules.d/
	udevadm control --reload
	udevadm trigger --settle --action=add --subsystem-match=ptp
	cp /usr/share/chrony/chrony.conf /etc/chrony/chrony.conf
	cp virtio-rtc.conf /etc/chrony/conf.d/
	printf '%s\n' "$@" 'log refclocks' >/etc/chrony/conf.d/test.conf
	./virtio-rtc-chrony update
	chronyd -u root -l /run/chronyd.log >&2 || return
	./virtio-rtc-chrony started
}

# chrony_uses [NAME]: the source is selected.
chrony_uses() {
	timeout 2 chronyc -n -c sources 2>/dev/null | grep -q "^[#^],\*,${1:-PHCV},"
}
