#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 180
#
# A device that answers wrongly, late or not at all costs its users an error,
# and no more.

. ./lib.sh
. ./sim_lib.sh
plan 48

sim_load
timeout_ms=/sys/module/virtio_rtc/parameters/request_timeout_ms
# Long enough for any answer that does come on a busy machine
ample_ms=30000
echo $ample_ms >$timeout_ms
echo $ample_ms >${timeout_ms%/*}/read_timeout_ms
sim_clock a/utc cross=1
sim_clock a/smeared type=utc-smeared alarm=1
sim_on a
vdev=$(cat $sim/a/dev_name)
clock=/dev/$(sim_made ptp a 0)

# What clock_gettime() says: "right", "wrong", or the error.
gettime() {
	before=$(cat $sim/a/utc/reading)
	reading=$(./ptp gettime "$clock" 2>&1) || {
		echo "${reading##*: }"
		return
	}
	after=$(cat $sim/a/utc/reading)
	if [ "$before" -le "$reading" ] && [ "$reading" -le "$after" ]; then
		echo right
	else
		echo wrong
	fi
}

readings_are_right() {
	[ "$(gettime)" = right ]
}

# A clock that gave no answer in time is waited for again after four times that.
while read -r fault wanted; do
	case $wanted in
	'Connection timed out') echo 500 >$timeout_ms ;;
	esac
	echo "$fault" >$sim/a/faults
	is "a reading with $fault: $wanted" "$(gettime)" "$wanted"
	echo >$sim/a/faults
	echo $ample_ms >$timeout_ms
	check "after it, the clock is read as ever" wait_until 5 readings_are_right
done <<-END
	wrong-status=2,type=read Operation not supported
	wrong-status=3,type=read No such device
	wrong-status=4,type=read Invalid argument
	wrong-status=5,type=read Input/output error
	wrong-status=127,type=read Input/output error
	short-answer,type=read Protocol error
	short-answer=16,type=read Protocol error
	long-answer,type=read Protocol error
	reserved-bits right
	unknown-flags right
	no-answer,times=1 Connection timed out
	late-answer=5000,times=1 Connection timed out
END

# Buffers that the device keeps are lost to the driver until a reset.  The late
# answer from above must have come by then, or it would give one back.
wait_until 10 sh -c "[ \$(cat $sim/a/in_flight) -le 1 ]"
echo no-answer >$sim/a/faults
echo 20 >$timeout_ms
n=0
while [ $n -lt 40 ]; do
	gettime >/dev/null
	usleep 100000
	n=$((n + 1))
done
is 'a device with all buffers makes each read time out' "$(gettime)" 'Connection timed out'
echo >$sim/a/faults
usleep 100000
is 'even when it has got better' "$(gettime)" 'Connection timed out'
echo $ample_ms >$timeout_ms
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/unbind
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/bind
wait_until 10 test -c "$clock"
is 'but not when it has been reset' "$(gettime)" right

# Late answers must not be taken for answers to later requests.
echo 100 >$timeout_ms
echo late-answer=300,every=2,type=read >$sim/a/faults
wrong=
n=0
while [ $n -lt 20 ]; do
	[ "$(gettime)" != wrong ] || wrong=1
	n=$((n + 1))
done
is 'among late answers no read gets a wrong one' "$wrong" ''
echo >$sim/a/faults
wait_until 10 readings_are_right

# An answer that comes after a reset is none that the driver knows.
echo 500 >$timeout_ms
echo stale-answer,type=read,times=1 >$sim/a/faults
is 'an answer that waits for a reset is missed' "$(gettime)" 'Connection timed out'
echo $ample_ms >$timeout_ms
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/unbind
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/bind 2>/dev/null
case $(gettime) in
wrong) fail 'and gives nobody a wrong time after it' ;;
*) pass 'and gives nobody a wrong time after it' ;;
esac
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/unbind 2>/dev/null
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/bind
wait_until 10 test -c "$clock"
is 'all is well after one more' "$(gettime)" right

# A signal ends a wait.
echo no-answer,times=1 >$sim/a/faults
begin=$(cut -d . -f 1 /proc/uptime)
timeout 1 ./ptp gettime "$clock" >/dev/null 2>&1
check 'a signal ends a read that waits' [ $(($(cut -d . -f 1 /proc/uptime) - begin)) -lt 25 ]
echo >$sim/a/faults

# A device that fails altogether
echo no-answer,type=read,times=1 >$sim/a/faults
before=$(cat $sim/a/in_flight)
./ptp gettime "$clock" >/run/reading 2>&1 &
pid=$!
wait_until 10 sh -c "! grep -q '^$before\$' $sim/a/in_flight"
echo 1 >$sim/a/needs_reset
wait $pid
echo >$sim/a/faults
is 'a device that needs a reset ends reads with an error' \
	"$(sed 's/.*: //' /run/reading)" 'Input/output error'
check 'and is right again by itself' wait_until 5 readings_are_right
echo 1 >$sim/a/needs_reset
readings_fail() {
	[ "$(gettime)" = 'Input/output error' ]
}
wait_until 5 readings_fail
is 'a second time within a minute it fails at once' "$(gettime)" 'Input/output error'
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/unbind
echo "$vdev" >/sys/bus/virtio/drivers/virtio_rtc/bind
wait_until 10 test -c "$clock"
is 'until it was reset' "$(gettime)" right

# Silent about cross-timestamps alone
echo 250 >${timeout_ms%/*}/read_timeout_ms
echo no-answer,type=read-cross >$sim/a/faults
n=0
while [ $n -lt 16 ]; do
	./ptp precise "$clock" >/dev/null 2>&1
	usleep 250000
	n=$((n + 1))
done
is 'cross-timestamps without an answer are none, however short the wait for one is' \
	"$(cat "/sys/bus/virtio/devices/$vdev/clock0/cross_timestamps")" failing
echo $ample_ms >${timeout_ms%/*}/read_timeout_ms
is 'and cost no reading' "$(gettime)" right
echo >$sim/a/faults
sim_remove a

# A device that cannot even say what it is
echo 300 >$timeout_ms
for fault in no-answer short-answer wrong-status clock-count=0xffff,type=cfg \
	wrong-status,type=clock-cap wrong-status,type=cross-cap,times=1 \
	wrong-status,type=set-alarm no-answer,type=set-alarm; do
	sim_clock b/utc cross=1
	sim_clock b/smeared type=utc-smeared alarm=1
	echo $fault >$sim/b/faults
	sim_on b
	check "a device that fails when it is probed can be taken away: $fault" sim_remove b
done
check 'the driver can be removed' rmmod virtio_rtc
check 'and the simulated device' rmmod virtio_rtc_sim
