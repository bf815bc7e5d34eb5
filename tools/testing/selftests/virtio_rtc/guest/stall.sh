#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 300
#
# The device stops for half a minute.  chronyd has an NTP server as well, another chronyd:
# it takes over, whoever asks chronyd something has his answer, and the device is used
# again by itself.

. ./lib.sh
. ./chrony.sh
plan 7

# Milliseconds since the boot
now() {
	echo $(($(cut -d ' ' -f 1 /proc/uptime | tr -d .) * 10))
}

# What chronyd uses, in /run/selected; how long it took to answer, in $took.
ask() {
	asked=$(now)
	timeout 20 chronyc -n -c sources >/run/sources
	took=$(($(now) - asked))
	selected=$(sed -n 's/^[#^],\*,\([^,]*\),.*/\1/p' /run/sources)
}

check 'chronyd starts' chrony_start
check 'chronyd uses the device' wait_until 30 chrony_uses
chrony_uses || chrony_says

# The server leaves the system's clock alone and tells the time of the other device.
ip link set lo up
mkdir -p /run/server
cat >/run/server/conf <<-END
	refclock PHC $(ptp_named 'Virtio PTP type 4, variant 0') poll -1 dpoll -1
	allow 127.0.0.1
	bindaddress 127.0.0.1
	cmdport 0
	bindcmdaddress /
	pidfile /run/server/pid
END
check 'a server runs' chronyd -u root -x -f /run/server/conf
chronyc add server 127.0.0.1 minpoll 0 maxpoll 0 iburst >&2
server_answers() {
	chronyc -n -c sources | grep -q '^^,[*+-],127.0.0.1,'
}
check 'chronyd has the server as well' wait_until 30 server_answers

# What chronyc takes on this machine when nothing is wrong
usual=0
for n in 1 2 3 4 5 6 7 8 9 10; do
	ask
	[ $took -le $usual ] || usual=$took
done

note 'event: stall'
began=$(now)
worst=0
server=
back=
while [ $(($(now) - began)) -lt 150000 ] && [ ! "$back" ]; do
	ask
	[ $took -le $worst ] || worst=$took
	case $selected in
	127.0.0.1) server=${server:-$(($(now) - began))} ;;
	PHCV) [ ! "$server" ] || back=$(($(now) - began)) ;;
	esac
	usleep 200000
done
note "chronyc took $worst ms at most, $usual ms before; the server took over after ${server:-no} ms," \
	"the device after ${back:-no} ms"
check 'chronyd answers within 2 s all the time' [ $worst -le $((usual + 2000)) ]
check 'the server takes over' [ "$server" ]
check 'the device is used again when it is back' [ "$back" ]
[ "$back" ] || chronyc -n sources | sed 's/^/#   /'
kill "$(cat /run/chrony/chronyd.pid)" "$(cat /run/server/pid)"
