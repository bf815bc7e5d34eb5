#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# "virtio-rtc" shows each clock as it is.

. ./lib.sh
. ./sim_lib.sh
plan 23

./virtio-rtc >/run/show
is 'without a device the status is 1' $? 1

cp 60-virtio-rtc.rules /etc/udev/rules.d/
udevadm control --reload
sim_load
sim_clock a/utc cross=1 offset_ns=5000000000
sim_clock a/smeared type=utc-smeared variant=noon-linear alarm=1
sim_clock a/mono type=monotonic
sim_clock a/plain type=utc-smeared variant=utc-sls
sim_on a
udevadm settle --timeout=30
ptp=$(sim_made ptp a 0)
smeared=$(sim_made ptp a 1)
plain=$(sim_made ptp a 3)
rtc=$(sim_made rtc a 1)

# of CLOCK LINE: what is said about a clock
of() {
	awk -v clock="/dev/$1" -v line="$2" '
		$1 ~ /^\/dev\/ptp/ { on = $1 == clock }
		on && index($0, "    " line) == 1 {
			sub("^    " line " +", ""); print; exit
		}' /run/show
}

./virtio-rtc >/run/show
is 'with a device the status is 0' $? 0
sed 's/^/# /' /run/show
is 'a clock is shown in words' "$(of "$ptp" shows)" 'UTC, steps at leap seconds (type 0)'
is 'a way to smear as well' "$(of "$smeared" shows)" \
	'UTC without steps, leap seconds are smeared (type 3, variant 1: from the noon before to the noon after)'
is 'the link is shown at its clock' "$(of "$ptp" links)" /dev/ptp_virtio
is 'a clock without links has none' "$(of "$smeared" links)" none
is 'an RTC is shown at its clock' "$(of "$smeared" RTC | sed 's/,.*//')" "/dev/$rtc"
is 'and what its alarm can do' "$(of "$smeared" RTC | sed 's/.*, //')" 'with an alarm that can wake the system'
is 'an RTC without an alarm is said to have none' "$(of "$plain" RTC | sed 's/.*, //')" 'without an alarm'
is 'a clock without an RTC has none' "$(of "$ptp" RTC)" none
is 'cross-timestamps are shown' "$(of "$ptp" cross-timestamps)" yes
is 'a clock without them says why' "$(of "$smeared" cross-timestamps | cut -d : -f 1,2 | cut -c 1-21)" \
	'no: the device cannot'
is 'the offset of the clock is right' "$(of "$ptp" "system's clock" | sed 's/\(5\.0000\)[0-9]*/\1/')" \
	'5.0000 s behind, +- 1 ns (by a cross-timestamp)'
check 'a clock of another epoch is not compared' \
	grep -q "system's clock    not to be compared" /run/show
is 'what the driver counted is shown' \
	"$(sed -n 's/^    requests  *\([0-9]*\), 0 without an answer in time$/\1/p' /run/show | grep -c '^[1-9]')" 1
is 'nobody uses a clock that nobody has open' "$(of "$ptp" 'used by')" nobody
sleep 100 <"/dev/$ptp" &
wait_until 10 sh -c "./virtio-rtc | grep -q 'used by.*sleep'"
./virtio-rtc >/run/show
is 'a program that has it open is named' "$(of "$ptp" 'used by' | sed 's/ (.*//')" sleep
kill $!

is 'JSON has the same' "$(./virtio-rtc --json |
	grep -c '"type": 3, "variant": 1, .*"rtc": [0-9][0-9]*, "alarm": true, "wake_alarm": true,')" 1
./virtio-rtc watch --clock="$ptp" --interval=0.01 --count=5 >/run/watch
is 'watch reads again and again' "$(grep -c "^$ptp: system's clock -5\\.0000" /run/watch)" 5
mkdir -p /dev/pts
grep -q ' /dev/pts ' /proc/mounts || mount -t devpts devpts /dev/pts
./terminal 80 24 ./virtio-rtc watch --clock="$ptp" --interval=0.01 --count=20 >/run/plot
is 'on a terminal it plots a point for each' "$(tr '\033' '\n' </run/plot | awk '
	/^.J/ { points = 0 } { points += gsub(/\*/, "") } END { print points }')" 20
check 'a device that gives nothing is said to' sh -c '
	echo 100 >/sys/module/virtio_rtc/parameters/request_timeout_ms
	echo no-answer >'"$sim"'/a/faults
	./virtio-rtc | grep -q "reading  *none: Connection timed out"
	status=$?
	echo >'"$sim"'/a/faults
	exit $status'
is 'requests that had none are counted' \
	"$(./virtio-rtc | sed -n 's/.*, \([0-9]*\) without an answer in time$/\1/p' | grep -c '^[1-9]')" 1
check 'and noted by check' sh -c './virtio-rtc check | grep -q "^note .*\[timeouts\]$"'
sim_remove a
