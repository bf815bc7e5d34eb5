#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What sysfs says of a clock is so, and what debugfs counts did happen.

. ./lib.sh
. ./sim_lib.sh
plan 28

clocksource=/sys/devices/system/clocksource/clocksource0/current_clocksource
sim_load
# Another one comes first, so that a clock has other numbers than its RTC and its PTP clock.
sim_clock first/utc alarm=1
sim_clock first/smeared type=utc-smeared alarm=1
sim_on first
sim_clock a/utc cross=1
sim_clock a/noon type=utc-smeared variant=noon-linear alarm=1
sim_clock a/future type=9
sim_on a
device=$(cat $sim/a/dev_name)
vdev=/sys/bus/virtio/devices/$device
debug=/sys/kernel/debug/virtio_rtc-$device
ptp=$(sim_made ptp a 0)
rtc=$(sim_made rtc a 1)

# facts M: all of clock M, by the names of the files
facts() {
	(cd "$vdev/clock$1" && for f in *; do
		echo "$f=$(cat $f)"
	done | xargs)
}

is 'there is a folder for each clock' "$(cd "$vdev" && echo clock*)" 'clock0 clock1 clock2'
is 'a UTC clock is what it is' "$(facts 0)" \
	"alarm=no cross_timestamps=yes ptp=$ptp rtc=none type=0 variant=0"
is 'a smeared clock as well' "$(facts 1)" \
	"alarm=yes cross_timestamps=no-device ptp=$(sim_made ptp a 1) rtc=$rtc type=3 variant=1"
is 'and one that became nothing' "$(facts 2)" \
	'alarm=no cross_timestamps=no-ptp ptp=none rtc=none type=9 variant=0'
documented() {
	for f in "$vdev"/clock0/*; do
		grep -q "^What:.*/clockM/${f##*/}$" sysfs-bus-virtio-rtc || echo "${f##*/}"
	done
}
is 'each file is documented' "$(documented)" ''
before=$(cat $sim/a/requests)
facts 0 >/dev/null
is 'facts send no request' "$(cat $sim/a/requests)" "$before"

was=$(cat $clocksource)
echo acpi_pm >$clocksource
is 'that the clocksource is wrong is said' "$(cat "$vdev/clock0/cross_timestamps")" no-clocksource
echo "$was" >$clocksource
is 'and only while it is' "$(cat "$vdev/clock0/cross_timestamps")" yes

# count NAME: what was counted
count() {
	sed -n "s/^$1 //p" "$debug/requests"
}

# more NAME BEFORE: how many more than before
more() {
	echo $(($(count "$1") - $2))
}

is 'each request is counted' "$(count requests)" "$(cat $sim/a/requests)"
ok=$(count answers_ok)
./ptp gettime "/dev/$ptp" >/dev/null
is 'an answer is counted by its status' "$(more answers_ok "$ok")" 1

echo 'wrong-status=5,type=read,times=1' >$sim/a/faults
./ptp gettime "/dev/$ptp" >/dev/null 2>&1
is 'and not with another one' "$(more answers_ok "$ok") $(count answers_eio)" '1 1'
echo 'wrong-status=9,type=read,times=1' >$sim/a/faults
./ptp gettime "/dev/$ptp" >/dev/null 2>&1
is 'one that nobody knows too' "$(count answers_other)" 1
echo >$sim/a/faults

times() {
	awk '{ n += $2 } END { print n + 0 }' "$debug/answer_times"
}
is 'the histogram has all answers' "$(times)" "$(count requests)"

# slow BOUND: how many answers took at least that many ns
slow() {
	awk -v bound="$1" '$1 == "inf" || $1 / 2 >= bound { n += $2 } END { print n + 0 }' \
		"$debug/answer_times"
}
sleeps=$(count sleeps)
interrupts=$(count interrupts)
was_slow=$(slow 67108864)
sim_delays a 100 50
./ptp gettime "/dev/$ptp" >/dev/null
sim_delays a 0 0
is 'a slow answer is in its place' "$(($(slow 67108864) - was_slow))" 1
is 'its task slept' "$(more sleeps "$sleeps")" 1
check 'and was woken by an interrupt' [ "$(more interrupts "$interrupts")" -ge 1 ]
sleeps=$(count sleeps)
./ptp gettime "/dev/$ptp" >/dev/null
is 'for a quick answer nobody sleeps' "$(more sleeps "$sleeps")" 0

timeout=/sys/module/virtio_rtc/parameters/request_timeout_ms
was=$(cat $timeout)
is 'no request had no answer yet' "$(count timeouts) $(count late_answers)" '0 0'
echo 100 >$timeout
echo 'late-answer=5000,type=read,times=1' >$sim/a/faults
./ptp gettime "/dev/$ptp" >/dev/null 2>&1
echo "$was" >$timeout
is 'a request without an answer is counted' "$(count timeouts)" 1
is 'its answer has not come' "$(count late_answers)" 0
# It is seen when somebody looks.
come() {
	./ptp gettime "/dev/$ptp"
	[ "$(count late_answers)" -gt 0 ]
}
wait_until 60 come
is 'when it has, it is counted' "$(count late_answers)" 1
echo >$sim/a/faults

patience=${timeout%/*}/read_timeout_ms
was=$(cat $patience)
echo 60000 >$patience
sim_delays a 5000 0
before=$(cat $sim/a/in_flight)
./ptp gettime "/dev/$ptp" >/dev/null 2>&1 &
wait_until 10 sh -c "! grep -q '^$before\$' $sim/a/in_flight"
kill -9 $!
wait $!
is 'a signal is counted' "$(count signals)" 1
sim_delays a 0 0
echo "$was" >$patience

alarms=$(sed -n 's/^alarms //p' "$debug/alarms")
is 'there was no alarm' "$alarms" 0
is 'an alarm rings' "$(./alarm await "/dev/$rtc" 2 60000 | tail -n 1)" rang
check 'and is counted' grep -q '^alarms [1-9]' "$debug/alarms"

undocumented() {
	cut -d ' ' -f 1 "$debug/requests" "$debug/alarms" | while read -r name; do
		grep -q "\`\`$name\`\`" virtio_rtc_look.rst || echo "$name"
	done
}
is 'each counter is documented' "$(undocumented)" ''

sim_remove first
sim_remove a
is 'the facts go with the device' "$(ls -d "$vdev"/clock* 2>/dev/null)" ''
is 'and so do the counters' "$(ls -d "$debug" 2>/dev/null)" ''
