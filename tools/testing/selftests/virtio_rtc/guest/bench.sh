#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 1700
#
# Measure this project's driver, and peer.ko if it is there, turn about; or with two
# daemons this driver on the one that looks for requests, and then on the other; or this
# driver while a task reads a slow clock, and while none does.  Each
# measurement is a line "bench driver=... round=... ", with the values of
# bench_ptp; the windows of a round follow as "window DRIVER NS COUNT".

. ./lib.sh
. ./bench.params
plan 2

mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
drivers=own
[ ! -e peer.ko ] && [ ! "$TWO_DAEMONS$SLOW_CLOCK" ] || drivers='own peer'

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

# The clock of the daemon that a driver stands for
clock_of() {
	case $1 in
	own) clock=$(ptp_named 'Virtio PTP type 0, variant 0') ;;
	peer) clock=$(ptp_named 'Virtio PTP type 4, variant 0') ;;
	esac
}

slow_reader=
stop_slow_reader() {
	[ "$slow_reader" ] || return 0
	kill $slow_reader
	wait $slow_reader
	slow_reader=
}

# use DRIVER: have it drive the device.
use() {
	if [ "$TWO_DAEMONS" ]; then
		[ -d /sys/module/virtio_rtc ] || modprobe virtio_rtc || return
		wait_until 10 clock_of "$1" && clock_of "$1"
		return
	fi
	if [ "$SLOW_CLOCK" ]; then
		[ -d /sys/module/virtio_rtc ] || modprobe virtio_rtc || return
		wait_until 10 find_clock && find_clock || return
		stop_slow_reader
		[ $1 = own ] || return 0
		./bench_ptp -s 1000 gettime "$(ptp_named 'Virtio PTP type 2, variant 0')" >/dev/null &
		slow_reader=$!
		sleep 0.5
		return
	fi
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

# The host measures the rest.
if [ "$TWO_DAEMONS" ] && [ "$BUSY" = 0 ] && [ ! "$broken" ]; then
	mkdir -p /run/chrony
	chmod 750 /run/chrony
	for driver in $drivers; do
		clock_of "$driver"
		echo "refclock PHC $clock poll -1 dpoll -1" >/run/chrony.conf
		chronyd -u root -x -f /run/chrony.conf
		sleep 2
		note "event: chronyd $driver"
		sleep 13
		kill "$(cat /run/chrony/chronyd.pid)"
		sleep 2
		note "event: nobody $driver"
		sleep 13
	done
fi
stop_slow_reader
is 'each measurement worked' "$broken" ''
check 'the driver can be removed after it' rmmod virtio_rtc
