# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What the tests on vhost-user-rtc share.  Sourced after lib.sh.

# Print the device file of the PTP clock with the given id: all clocks have one,
# registered in the order of their ids.
ptp_of() {
	ls /sys/bus/virtio/drivers/virtio_rtc/virtio*/ptp | sort -V |
		sed -n "$(($1 + 1))s|^|/dev/|p"
}

# Print the device file of the clock's RTC, if it has one.
rtc_of() {
	ls /sys/bus/virtio/drivers/virtio_rtc/virtio*/virtio*.clock"$1"/rtc 2>/dev/null |
		sed 's|^|/dev/|'
}

# Print the time of a PTP clock in seconds.
seconds_of() {
	./ptp gettime "$1" | sed 's/.\{9\}$//'
}

# same_time NAME TOLERANCE COMMAND...: what the command prints is the time of clock 0, in
# seconds, give or take, while it ran.  It may fail twice.
same_time() {
	same_name=$1
	tolerance=$2
	shift 2
	for try in 1 2 3; do
		from=$(seconds_of "$(ptp_of 0)")
		printed=$("$@") && break
	done
	to=$(seconds_of "$(ptp_of 0)")
	if [ "$printed" -ge $((from - tolerance)) ] && [ "$printed" -le $((to + tolerance)) ]; then
		pass "$same_name"
	else
		fail "$same_name" "got '$printed', not from '$from' to '$to', give or take $tolerance"
	fi
}

# near NAME VALUE WANTED TOLERANCE
near() {
	if [ "$2" -ge $(($3 - $4)) ] && [ "$2" -le $(($3 + $4)) ]; then
		pass "$1"
	else
		fail "$1" "got '$2', not '$3', give or take $4"
	fi
}
