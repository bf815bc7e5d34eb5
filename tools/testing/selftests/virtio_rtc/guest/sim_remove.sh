#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 240
#
# Device and driver can go at any time: requests in flight fail, nobody hangs.

. ./lib.sh
. ./sim_lib.sh
plan 9

sim_load
make_device() {
	sim_clock a/utc cross=1
	sim_clock a/smeared type=utc-smeared alarm=1
}
make_device

# holders NUMBER: start readers that read a clock until it is gone.
holders() {
	clock=/dev/$(sim_made ptp a 0)
	wait_until 30 test -c "$clock"
	# What earlier ones said must not be taken for a word of these.
	rm -f /run/hold.*
	pids=
	n=0
	while [ $n -lt "$1" ]; do
		./ptp hold "$clock" >/run/hold.$n 2>&1 &
		pids="$pids $!"
		n=$((n + 1))
	done
	n=0
	while [ $n -lt "$1" ]; do
		wait_until 30 grep -q reading /run/hold.$n
		n=$((n + 1))
	done
}

# Each reader ended with ENODEV.
holders_ended() {
	held=0
	for pid in $pids; do
		wait "$pid" || held=1
	done
	cat /run/hold.* | grep -v '^reading$' | sed 's/^/# /'
	return $held
}

# The device is unplugged while its readers wait.
unplugged=0
rounds=0
while [ $rounds -lt 10 ]; do
	sim_on a
	sim_delays a 50 50
	holders 4
	echo 0 >$sim/a/live
	holders_ended || unplugged=1
	sim_delays a 0 0
	rounds=$((rounds + 1))
done
is 'a device is unplugged 10 times with four readers waiting for it: each gets ENODEV' \
	"$unplugged" 0

# They wait for one another, too, and are not to give up for that.
patience=/sys/module/virtio_rtc/parameters/read_timeout_ms
before=$(cat $patience)
echo 60000 >$patience
sim_on a
sim_delays a 0 500
holders 40
check 'with 40 readers of one clock half of all buffers are in flight' \
	wait_until 30 sh -c "[ \$(cat $sim/a/in_flight) -eq 16 ]"
begin=$(cut -d . -f 1 /proc/uptime)
echo 0 >$sim/a/live
holders_ended
is 'they all end with ENODEV when it is unplugged' $? 0
check 'at once' [ $(($(cut -d . -f 1 /proc/uptime) - begin)) -lt 30 ]
sim_delays a 0 0
echo "$before" >$patience

# The same for a driver that is unbound, with a device that never answers.
sim_on a
vdev=$(cat $sim/a/dev_name)
holders 4
echo no-answer >$sim/a/faults
sleep 0.2
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/unbind
holders_ended
is 'a driver is unbound from a device that never answers: its readers get ENODEV' $? 0
echo >$sim/a/faults
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/bind
check 'and bound again' wait_until 30 test -c "$clock"

# Delays, faults and steps are changed under readers, then all goes away.
holders 4
n=0
while [ $n -lt 100 ]; do
	sim_delays a $((n % 3)) $((n % 2))
	echo $((n * 1000000)) >$sim/a/utc/offset_ns
	case $((n % 4)) in
	0) echo late-answer=3,every=3 >$sim/a/faults ;;
	1) echo >$sim/a/faults ;;
	esac
	n=$((n + 1))
done
echo 0 >$sim/a/live
holders_ended
is 'a device that changes all the time never gives an error before it is gone' $? 0

# Drivers come and go while devices do.
sim_clock b/utc
(
	n=0
	while [ $n -lt 50 ]; do
		sim_on a && sim_on b && echo 0 >$sim/a/live && echo 0 >$sim/b/live || exit
		n=$((n + 1))
	done
) &
pid=$!
n=0
while [ -d /proc/$pid ] && [ $n -lt 200 ]; do
	rmmod virtio_rtc 2>/dev/null
	modprobe virtio_rtc
	n=$((n + 1))
done
wait $pid
is 'two devices come and go 50 times while the driver is loaded and unloaded' $? 0
check 'the simulated device stays as long as it has directories' \
	sh -c '! rmmod virtio_rtc_sim 2>/dev/null'
sim_remove a
sim_remove b
rmmod virtio_rtc
rmmod virtio_rtc_sim
