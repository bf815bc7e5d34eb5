#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 7000
#
# Driver and devices come and go, sleep and are reset, again and again, while eight
# tasks read, another waits for a clock that is silent, and alarms ring.  What leaks or
# hangs or is locked wrongly is found by the kernel, and by the init of these guests.

. ./lib.sh
. ./sim_lib.sh
. ./life.params
plan 13

sim_load
sim_clock a/smeared type=utc-smeared alarm=1
sim_clock a/silent type=monotonic
echo no-answer,type=read,clock=1 >$sim/a/faults
sim_on a
driver=/sys/bus/virtio/drivers/virtio_rtc
pci=$(basename "$(readlink -f "$(ls -d /sys/bus/pci/devices/*/virtio*)/..")")

# As in reload.sh: these links are there while it is safe to open the clocks.
has_clocks() {
	[ "$(sim_made ptp a 1)" ]
}
link() {
	wait_until 30 has_clocks || return
	ln -sf "/dev/$(sim_made ptp a 0)" /run/clock
	ln -sf "/dev/$(sim_made ptp a 1)" /run/silent
}
unlink() {
	rm -f /run/clock /run/silent
}
named() {
	cat "$sim/a/dev_name"
}

ring() {
	trap 'exit 0' TERM
	while :; do
		rtc=$(sim_made rtc a 0)
		[ "$rtc" ] && timeout 20 ./alarm await "/dev/$rtc" 1 3000 >>/run/alarms 2>&1 ||
			usleep 100000
	done
}

# Each of them has read once more.
go_on() {
	read -r least failed </run/readers.state && [ "$least" -gt "$before" ]
}

# again NAME COMMAND...: so many times; the readers go on after each.
again() {
	name=$1
	shift
	i=0
	read -r before failed </run/readers.state
	while [ $i -lt "$rounds" ]; do
		"$@" >/run/round 2>&1 || {
			fail "$name" "round $i: $(cat /run/round)"
			return
		}
		i=$((i + 1))
	done
	wait_until 60 go_on || {
		fail "$name" "no reader goes on: $(cat /run/readers.state)"
		return
	}
	note "$name: $rounds rounds; the reader with the fewest has $least readings, $failed failed"
	pass "$name"
}

rebind() {
	unlink
	named >$driver/unbind && named >$driver/bind && link
}
replug() {
	unlink
	echo 0 >$sim/a/live && echo 1 >$sim/a/live && link
}
# An alarm that rings meanwhile ends it, as it is to: then once more.  No device may refuse.
fall_asleep() {
	echo freeze >/sys/power/state
}
none_refused() {
	! grep . /sys/power/suspend_stats/last_failed_dev
}
sleep_and_wake() {
	# Readers are in the midst of it when the next one begins.
	usleep 50000
	if [ -e /sys/power/pm_test ]; then
		echo 0 >/sys/module/suspend/parameters/pm_test_delay 2>/dev/null
		echo devices >/sys/power/pm_test
		wait_until 30 fall_asleep && none_refused
	else
		wait_until 60 rtcwake -d /dev/rtc0 -m mem -s 15 && none_refused
	fi
}
needs_reset() {
	echo 1 >$sim/a/needs_reset
	# The driver resets a device by itself once a minute; a new one at once.
	rebind
}
reset_function() {
	echo 1 >"/sys/bus/pci/devices/$pci/reset"
}
unload() {
	rmmod virtio_rtc
}
reload() {
	unlink
	named >$driver/unbind || return
	# Whoever has its RTC open closes it now.
	wait_until 30 unload && modprobe virtio_rtc && link
}

link
qemu_clock=
for c in /sys/class/ptp/ptp*; do
	case $(readlink -f "$c") in
	*"/$pci/"*) qemu_clock=/dev/${c##*/} ;;
	esac
done
check 'both devices are there' [ -c "$qemu_clock" -a -e /run/silent ]
./readers /run/clock 8 /run/readers.state >/run/readers.said 2>&1 &
readers=$!
./readers /run/silent 1 /run/silent.state >/run/silent.said 2>&1 &
silent=$!
ring &
ringing=$!
wait_until 10 test -s /run/readers.state

again 'the driver is unbound and bound again' rebind
again 'the device is unplugged and plugged in again' replug
again 'the system sleeps and wakes' sleep_and_wake
again 'the device needs a reset' needs_reset
again 'the module is unloaded and loaded again' reload
./readers "$qemu_clock" 8 /run/qemu.state >/run/qemu.said 2>&1 &
qemu_readers=$!
again 'the PCI function is reset' reset_function
kill $qemu_readers
wait $qemu_readers
is 'its readers saw nothing that is not promised' $? 0
sed -n 's/^#*/#/p' /run/qemu.said

kill $ringing
kill $readers $silent
wait $readers
is 'the readers saw nothing that is not promised, and right times' $? 0
sed -n 's/^#*/#/p' /run/readers.said
wait $silent
is 'nor did who reads the silent clock' $? 0
sed -n 's/^#*/#/p' /run/silent.said
wait $ringing
note "$(grep -c rang /run/alarms) alarms rang"
check 'alarms rang in between' grep -q rang /run/alarms
unlink
sim_remove a
check 'the module can be unloaded' wait_until 30 unload
is 'no line was switched off because its interrupts were nobody'"'"'s' \
	"$(dmesg | grep -c 'nobody cared')" 0
note "of the last 100000 of a line at most $(cat /proc/irq/*/spurious |
	awk '$1 == "unhandled" && $2 > n { n = $2 } END { print n + 0 }') were nobody's"
modprobe virtio_rtc
