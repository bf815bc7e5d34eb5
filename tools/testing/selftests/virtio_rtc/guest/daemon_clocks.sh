#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 120
#
# Each clock of vhost-user-rtc is there, by its exact name, and has the time of
# the host's.

. ./lib.sh
. ./daemon_lib.sh
. ./host.params
plan 33

is 'udev has loaded the driver by its alias' "$(grep -c '^virtio_rtc ' /proc/modules)" 1

# As guests with encrypted memory demand it
is 'the device takes memory by way of the platform' \
	"$(cut -c 34 "$(dirname "$(grep -l d00000011 /sys/bus/virtio/devices/*/modalias)")/features")" 1

utc=$(ptp_of 0)
ns=000000000
# CLOCK, its type and variant, how far it is ahead of UTC ("-": not known)
id=0
while read -r name type ahead; do
	clock=$(ptp_of $id)
	id=$((id + 1))
	is "clock $name has its exact name" \
		"$(cat "/sys/class/ptp/${clock#/dev/}/clock_name")" \
		"Virtio PTP type ${type%,*}, variant ${type#*,}"
	check "100 calls of PTP_SYS_OFFSET_EXTENDED on clock $name succeed" \
		./ptp extended "$clock" 100
	[ "$ahead" != - ] || continue
	check "clock $name is ahead of UTC by $ahead s, to the ns" \
		./ptp apart "$utc" "$clock" "${ahead#0}${ahead:+$ns}" 500
done <<-END
	utc			0,0	-
	tai			1,0	$HOST_TAI_UTC
	monotonic		2,0	-
	smeared			3,0	0
	smeared:noon-linear	3,1	0
	smeared:utc-sls		3,2	0
	maybe-smeared		4,0	0
END
is 'there are no other PTP clocks' "$(ls /sys/class/ptp | wc -l)" $id

# The host was asked before the guest started, which on a busy machine takes its time,
# but not as long as the quarter of an hour that a wrong time zone would make; and is asked
# now, by the machine's own RTC.
now=$(seconds_of "$utc")
uptime=$(cut -d . -f 1 /proc/uptime)
note "host $HOST_SECONDS at start, UTC $now, up $uptime s"
check 'UTC agrees with the time of the host at start' \
	[ $((now - HOST_SECONDS)) -ge 0 -a $((now - HOST_SECONDS - uptime)) -lt 900 ]
same_time 'UTC agrees with the machine'\''s RTC' 2 cat /sys/class/rtc/rtc0/since_epoch

# When the host started, in hundredths of a second: before the monotonic clock was read,
# and after it
start=$(($(./ptp gettime "$utc") / 10000000))
monotonic=$(($(./ptp gettime "$(ptp_of 2)") / 10000000))
end=$(($(./ptp gettime "$utc") / 10000000))
note "the host started from $((start - monotonic)) to $((end - monotonic))," \
	"by its own word $((HOST_TIME_CS - HOST_UPTIME_CS))"
check 'the monotonic clock is the time since the start of the host' \
	[ $((HOST_TIME_CS - HOST_UPTIME_CS)) -ge $((start - monotonic - 100)) -a \
	$((HOST_TIME_CS - HOST_UPTIME_CS)) -le $((end - monotonic + 100)) ]

rtcs=
for i in 0 1 2 3 4 5 6; do
	[ -z "$(rtc_of $i)" ] || rtcs="$rtcs$i "
done
is 'just the smeared clocks, which never step, are RTCs' "$rtcs" '3 4 5 '

# The shell prefers its own hwclock.
hwclock=/usr/sbin/hwclock
shown_by_hwclock() {
	shown=$($hwclock --show --utc --rtc "$1") && date -d "${shown%%.*}" +%s
}
for i in 3 5; do
	rtc=$(rtc_of $i)
	same_time "hwclock --show prints the time of clock $i" 2 shown_by_hwclock "$rtc"
	date -s '2001-02-03 04:05:06' >/dev/null
	check "hwclock --hctosys takes the time from clock $i" \
		thrice $hwclock --hctosys --utc --rtc "$rtc"
	same_time "and has set a wrong system clock right" 1 date +%s
done

is 'a clock of the host cannot be set from the guest' \
	"$($hwclock --systohc --utc --rtc "$(rtc_of 3)" 2>&1 | grep -c 'RTC_SET_TIME')" 1
