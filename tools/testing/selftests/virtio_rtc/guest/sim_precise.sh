#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 300
#
# Cross-timestamps are exact to the nanosecond, or refused.  The device's clocks
# are the system's own plus an offset, so the right answer is known.

. ./lib.sh
. ./sim_lib.sh
plan 20

offset=123456789012345
clocksource=/sys/devices/system/clocksource/clocksource0

sim_load
# Clock 0 follows CLOCK_REALTIME, clock 1 CLOCK_MONOTONIC_RAW, and drifts.
sim_clock a/follows cross=1 offset_ns=$offset
sim_clock a/free cross=1 base=raw offset_ns=-$offset drift_ppb=12345 type=tai
sim_clock a/plain type=monotonic
sim_on a
follows=/dev/$(sim_made ptp a 0)
free=/dev/$(sim_made ptp a 1)
plain=/dev/$(sim_made ptp a 2)
note "clocksource $(cat $clocksource/current_clocksource)"

is 'a clock that can do cross-timestamps says so' "$(./ptp cross "$follows")" 1
is 'one that cannot says so' "$(./ptp cross "$plain")" 0
is 'and refuses them as not supported' "$(./ptp precise "$plain")" 95 # EOPNOTSUPP

# Where one step of the clock's rate is 0.15 ppm, 100 ms add up to some ns: how far off
# calls of 100 ms are, and how many ms calls take that are off by 1 ns.
case $ARCH in
amd64) max=5 exact_ms=2 ;;
*) max=1 exact_ms=100 ;;
esac

judge 'without delay 2000 cross-timestamps are exact to 1 ns' \
	./precise offset "$follows" 2000 $offset 1 1 $exact_ms
judge 'without delay 2000 results are what the device saw, to 1 ns' \
	./precise truth "$free" 2000 1 $sim/a/free/last_read $exact_ms
sim_delays a 1 1
judge 'with 1 ms before and after the reading 2000 are exact to 1 ns' \
	./precise offset "$follows" 2000 $offset 1 1 $exact_ms
judge 'and 200 results are what the device saw, to 1 ns' \
	./precise truth "$free" 200 1 $sim/a/free/last_read $exact_ms
sim_delays a 50 50
judge "with 50 ms before and after the reading 200 are exact to $max ns, half of them to 1 ns" \
	./precise offset "$follows" 200 $offset $max 1 100
judge "and 50 results are what the device saw, to $max ns" \
	./precise truth "$free" 50 $max $sim/a/free/last_read 100

sim_delays a 20 20
judge 'while the clock is slewed the error stays within what the change of rate explains' \
	./precise slew "$follows" 100 $offset 400
judge 'a clock stepped by a second during the request makes it fail' \
	./precise step "$follows" 10 $offset 1000000000 20
judge 'a clock stepped by a microsecond during the request makes it fail' \
	./precise step "$follows" 10 $offset 1000 20
judge 'after all of this it is exact again' \
	./precise offset "$follows" 20 $offset $max 1 100

# A counter value that is none of this system's
sim_delays a 0 0
for fault in counter-offset counter-offset=0xffffffff00000000 counter-offset=0x8000000000000000; do
	echo $fault >$sim/a/faults
	is "a counter value out of range makes it fail: $fault" \
		"$(./ptp precise "$follows")" 34 # ERANGE
done
echo >$sim/a/faults

# Another clocksource: the counter has nothing to do with the system's clock.
own=$(cat $clocksource/current_clocksource)
other=
for c in $(cat $clocksource/available_clocksource); do
	case $c in
	tsc* | arch_sys_counter) ;;
	*) other=$c ;;
	esac
done
if [ "$other" ]; then
	# It takes its time.
	sim_delays a 100 300
	judge "a clocksource changed to $other and back during the request makes it fail" \
		./precise switch "$follows" 5 $offset 150 "$other" "$own"
	sim_delays a 0 0
	echo "$other" >$clocksource/current_clocksource
	is "on clocksource $other cross-timestamps are refused" \
		"$(./ptp precise "$follows")" 95 # EOPNOTSUPP
	echo "$own" >$clocksource/current_clocksource
	judge "and back on clocksource $own they are exact again" \
		./precise offset "$follows" 20 $offset 1 1 $exact_ms
else
	for name in 'changed and back during the request makes it fail' \
		'that is not the counter is refused' 'back to what it was makes it exact again'; do
		skip "a clocksource $name" 'there is only one here'
	done
fi

# Where it is always another counter, one line says that there are none.
echo counter-offset >$sim/a/faults
for n in 1 2 3 4 5 6 7 8 9 10; do
	./ptp precise "$follows" >/dev/null
done
said() {
	dmesg | grep -c 'is not between'
}
lines=$(said)
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	./ptp gettime "$follows" >/dev/null
	sleep 1
done
is 'a counter that is another one is not spoken of for ever' "$(said)" "$lines"
sim_remove a
