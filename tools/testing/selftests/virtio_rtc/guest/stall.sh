#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# The device stops for half a minute, or until the server took over if that takes longer (as
# it may on a busy machine).
# chronyd has an NTP server as well, another chronyd: it takes over, whoever asks chronyd
# something has his answer, and the device is used again by itself.

. ./lib.sh
. ./chrony.sh
plan 8

# Milliseconds since the boot
now() {
	read -r up idle </proc/uptime
	echo $((${up%.*}${up#*.} * 10))
}

# watch_hold_ups PROCESSOR: lines "PROCESSOR FROM TO": a task that does nothing was held up
# there.  So was chronyc if it ran there, by no fault of chronyd's.
watch_hold_ups() {
	# That of this task: $$ is another's.
	read -r self rest </proc/self/stat
	taskset -p -c "$1" "$self" >&2 || return
	from=$(now)
	while :; do
		usleep 100000
		to=$(now)
		[ $((to - from)) -le 300 ] || echo "$1 $from $to"
		from=$to
	done
}

# ask FILE: what chronyd uses, in $selected; from when to when it was asked, in the file.
ask() {
	asked=$(now)
	timeout 20 chronyc -n -c sources >/run/sources
	echo "$asked $(now)" >>"$1"
	selected=$(sed -n 's/^[#^],\*,\([^,]*\),.*/\1/p' /run/sources)
}

# longest FILE: that an answer took, but for what was more than a hold-up that is usual, on
# the processor where that was more: an answer may need both.
longest() {
	awk 'FILENAME == "/run/hold_ups" { cpu[++n] = $1; from[n] = $2; to[n] = $3; next }
		{
			split("", sum)
			most = 0
			for (i = 1; i <= n; i++) {
				held = (to[i] < $2 ? to[i] : $2) - (from[i] > $1 ? from[i] : $1)
				if (held > 300)
					sum[cpu[i]] += held - 300
				if (sum[cpu[i]] > most)
					most = sum[cpu[i]]
			}
			took = $2 - $1 - most
			if (took > worst)
				worst = took
		}
		END { print worst + 0 }' /run/hold_ups "$1"
}

# How long a reading waits is what the driver does by itself: a driver that insmod loads is
# told nothing of the kernel's command line.
both_are_there() {
	ptp_named 'Virtio PTP type 0, variant 0' && ptp_named 'Virtio PTP type 4, variant 0'
}
wait_until 10 rmmod virtio_rtc
insmod "$(modinfo -n virtio_rtc)"
wait_until 30 both_are_there

check 'chronyd starts' chrony_start
check 'chronyd uses the device' wait_until 30 chrony_uses
chrony_uses || chrony_says
check 'which is the one that is going to stop' \
	[ "$(ptp_named 'Virtio PTP type 0, variant 0')" = "$(realpath /dev/ptp_virtio)" ]

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
# chronyd leaves a source that is gone when all that it keeps of another is newer.
chronyc add server 127.0.0.1 minpoll 0 maxpoll 0 maxsamples 4 maxdelaydevratio 1000000 \
	iburst >&2
server_answers() {
	chronyc -n -c sources | grep -q '^^,[*+-],127.0.0.1,'
}
check 'chronyd has the server as well' wait_until 30 server_answers

: >/run/hold_ups
watching=
for processor in $(cd /sys/devices/system/cpu && ls -d cpu[0-9]*); do
	watch_hold_ups "${processor#cpu}" >>/run/hold_ups &
	watching="$watching $!"
done
# What chronyc takes on this machine when nothing is wrong
for n in 1 2 3 4 5 6 7 8 9 10; do
	ask /run/asked_before
done

note 'event: stall'
began=$(now)
server=
goes_on=
back=
while [ $(($(now) - began)) -lt 200000 ] && [ ! "$back" ]; do
	ask /run/asked
	since=$(($(now) - began))
	if [ ! "$goes_on" ]; then
		case $selected in
		127.0.0.1) server=${server:-$since} ;;
		# For a while only, if the device had not stopped yet.
		PHCV) server= ;;
		esac
		if [ "$server" ] && [ $since -ge 30000 ] || [ $since -ge 120000 ]; then
			goes_on=$since
			note 'event: go on'
		fi
	elif [ "$selected" = PHCV ]; then
		back=$((since - goes_on))
	fi
	usleep 200000
done
# One that is not over yet is written down when it is.
sleep 1
kill $watching
usual=$(longest /run/asked_before)
worst=$(longest /run/asked)
check 'chronyd answers within 2 s all the time' [ $worst -le $((usual + 2000)) ]
check 'the server takes over' [ "$server" ]
check 'the device is used again when it is back' [ "$back" ]
note "chronyc took $worst ms at most, $usual ms before; the server took over after ${server:-no} ms;" \
	"the device went on after $goes_on ms and was used again after another ${back:-no} ms"
[ "$server" ] && [ "$back" ] || chrony_says
kill "$(cat /run/chrony/chronyd.pid)" "$(cat /run/server/pid)"
