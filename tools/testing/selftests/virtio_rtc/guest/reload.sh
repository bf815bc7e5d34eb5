#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# The module and its devices can come and go while programs use the clock.

. ./lib.sh
plan 7

rounds=100
[ ! -e rounds ] || rounds=$(cat rounds)
# A round takes a second there, and what goes wrong is seen in the first ones.
case $KERNEL in
debug | kcsan) rounds=25 ;;
esac
drivers=/sys/bus/virtio/drivers/virtio_rtc
device=$(basename "$(echo $drivers/virtio*)")

name='Virtio PTP type 0, variant 0'

# The reader opens the clock by a link that is there from after its registration
# until after its removal.  The kernels' posix_clock_register() shows a clock
# before it has taken it into use: one that is opened at just that moment
# misses a reference, whatever its driver does.  So does one that was found by the link and
# is opened when the next one has its number: the reader rests meanwhile, outside of the
# kernel.
link=/run/clock
ln -s "$(ptp_named "$name")" $link

# The number of the new clock differs while the reader has the old one open.
clock_is_back() {
	clock=$(ptp_named "$name") || {
		echo "round $i: no clock"
		return 1
	}
	ln -s "$clock" $link
}

reader_rests() {
	kill -STOP $reader
	wait_until 30 grep -q '^State:.T' /proc/$reader/status
}

# A program that has the clock open keeps the module; try again, without a pause: it has
# it closed for moments only.
unload() {
	unload_end=$(($(uptime_s) + 60))
	until rmmod virtio_rtc 2>/run/rmmod; do
		[ "$(uptime_s)" -le $unload_end ] || return 1
	done
}

reload_all() {
	i=0
	while [ $i -lt $rounds ]; do
		unload || {
			echo "round $i: $(cat /run/rmmod)"
			return 1
		}
		rm $link
		reader_rests || return 1
		modprobe virtio_rtc || return 1
		clock_is_back || return 1
		kill -CONT $reader
		i=$((i + 1))
	done
}

rebind_all() {
	i=0
	while [ $i -lt $rounds ]; do
		# Someone must be reading when the device goes.
		rm -f /run/hold
		./ptp hold $link >/run/hold &
		holder=$!
		wait_until 10 grep -q reading /run/hold || return 1
		echo "$device" >$drivers/unbind || return 1
		wait $holder || {
			echo "round $i: the reader got another error than ENODEV: $(cat /run/hold)"
			return 1
		}
		rm $link
		reader_rests || return 1
		echo "$device" >$drivers/bind || return 1
		clock_is_back || return 1
		kill -CONT $reader
		i=$((i + 1))
	done
}

./ptp reader $link >/run/reader &
reader=$!

check "$rounds rounds of unloading and loading the module, with a reader at work" reload_all
check "$rounds rounds of unbinding and binding, the reader of each gets ENODEV" rebind_all

# It rests still if a round went wrong.
kill -CONT $reader
kill $reader
if wait $reader; then
	pass 'the reader saw no other error than that the clock was gone'
else
	fail 'the reader saw no other error than that the clock was gone' "$(cat /run/reader)"
fi
note "$(cat /run/reader) readings"
check 'the reader could read in between' [ "$(cat /run/reader)" -gt 0 ]
is 'one PTP clock is there' "$(ls /sys/class/ptp | wc -l)" 1
check 'the clock still reads right' ./ptp extended $link 10
check 'the module can be unloaded' rmmod virtio_rtc
modprobe virtio_rtc
