#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 1700
#
# Measure this project's driver, and peer.ko if it is there, turn about.  Each
# measurement is a line "bench driver=... round=... ", with the values of
# bench_ptp; the windows of a round follow as "window DRIVER NS COUNT".

. ./lib.sh
. ./bench.params
plan 2

mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
drivers=own
[ ! -e peer.ko ] || drivers='own peer'

interrupts=
if [ "$DEVICE" = sim ]; then
	sim=/sys/kernel/config/virtio-rtc-sim/bench
	modprobe configfs
	mount -t configfs configfs /sys/kernel/config
	modprobe virtio_rtc_sim
	mkdir $sim $sim/utc
	echo 1 >$sim/utc/cross
	echo 1 >$sim/live
	interrupts="-i $sim/interrupts"
fi

# The UTC clock; the newest kernel's driver writes the name differently.
find_clock() {
	clock=$(ptp_named 'Virtio PTP type 0, variant 0') ||
		clock=$(ptp_named 'Virtio PTP type 0/variant 0')
}

# use DRIVER: have it drive the device.
use() {
	[ ! -d /sys/module/virtio_rtc ] || rmmod virtio_rtc || return
	case $1 in
	own) modprobe virtio_rtc ;;
	peer) insmod peer.ko ;;
	esac || return
	wait_until 10 find_clock && find_clock
}

# measure OPTION... OPERATION: status 4 means that the clock has no such thing.
measure() {
	./bench_ptp $interrupts "$@" "$clock" >/run/bench
	rc=$?
	[ $rc -ne 4 ] || return 0
	[ $rc -eq 0 ] || broken=1
	sed -n -E \
		-e "s/^operation/# bench driver=$driver round=$round &/p" \
		-e "s/^window/# window $driver/p" /run/bench
}

broken=
round=1
while [ $round -le "$ROUNDS" ] && [ ! "$broken" ]; do
	for driver in $drivers; do
		use $driver || {
			broken=1
			break
		}
		measure -s "$SECONDS_EACH" -w extended
		for readers in 1 2 8; do
			measure -s "$SECONDS_EACH" -r $readers gettime
		done
		measure -s "$SECONDS_EACH" precise
		measure -s "$SECONDS_EACH" -n 1000 -a gettime
	done
	round=$((round + 1))
done
is 'each measurement worked' "$broken" ''
check 'the driver can be removed after it' rmmod virtio_rtc
