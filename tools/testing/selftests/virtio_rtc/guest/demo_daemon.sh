# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What vhost-user-rtc has besides a UTC clock.  Sourced by demo.sh.

. ./daemon_lib.sh
plan 4

# In this order the clocks are on the command line.
note 'The host runs vhost-user-rtc with a clock of each kind:'
id=0
for name in utc tai monotonic smeared:unspecified smeared:noon-linear smeared:utc-sls \
	maybe-smeared; do
	clock=$(ptp_of $id)
	rtc=$(rtc_of $id)
	now=$(./ptp gettime "$clock" | sed 's/.\{9\}$/.&/')
	note "$(printf '  %-20s %-10s %-32s %20s s  %s' $name "$clock" \
		"\"$(cat "/sys/class/ptp/${clock#/dev/}/clock_name")\"" "$now" "$rtc")"
	id=$((id + 1))
done
is 'there are seven clocks' "$(ls /sys/class/ptp | wc -l)" 7

rtc=$(rtc_of 4)
show /usr/sbin/hwclock --show --utc --rtc "$rtc"
check 'hwclock reads the smeared clock' thrice /usr/sbin/hwclock --show --utc --rtc "$rtc"

# In this mode it waits until the alarm rings.
show timeout 30 rtcwake --verbose --device "$rtc" --mode on --seconds 2
check 'an alarm rings' timeout 30 rtcwake --device "$rtc" --mode on --seconds 1
# On PCI it cannot wake the machine, so rtcwake would refuse other modes.
check 'an alarm can be set' rtcwake -d "$rtc" -m no -s 3600
