#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 240
#
# "virtio-rtc check" finds nothing wrong where nothing is, and names what is.

. ./lib.sh
. ./sim_lib.sh
plan 30

clocksource=/sys/devices/system/clocksource/clocksource0/current_clocksource
conf=/etc/chrony/chrony.conf
mkdir -p /etc/chrony /var/lib/chrony
chmod 750 /run/chrony

# found WORD COMMAND...: the names of findings that a command prints
found() {
	word=$1
	shift
	"$@" | sed -n "s/^$word .*\\[\\(.*\\)\\]\$/\\1/p" | sort -u | xargs
}

# The names of all that is found wrong, which virtio-rtc alone says too
wrong() {
	checked=$(found WRONG ./virtio-rtc check)
	shown=$(found WRONG ./virtio-rtc)
	echo "$checked"
	[ "$checked" = "$shown" ] || echo "virtio-rtc alone: $shown"
}

# The names of all that is noted
notes() {
	found note ./virtio-rtc check
}

# with_chrony LINE...: what is wrong while chronyd runs with this configuration
with_chrony() {
	{
		printf '%s\n' "$@"
		echo 'port 0'
		echo 'cmdport 0'
	} >$conf
	chronyd -u root >&2
	# It is at work once the clock is open, if it has one.
	case $1 in
	'refclock PHC'*) wait_until 20 sh -c './virtio-rtc | grep -q "used by.*chronyd"' ;;
	esac
	wrong
	kill "$(cat /run/chrony/chronyd.pid)"
	wait_until 20 sh -c '! [ -e /run/chrony/chronyd.pid ]'
	rm $conf
}

rm -f /etc/udev/rules.d/60-virtio-rtc.rules
udevadm control --reload
is 'that there is no device' "$(wrong)" no-device

sim_load
sim_clock a/utc cross=1
sim_on a
udev_settled
is 'that the link is missing' "$(wrong)" link-missing
cp 60-virtio-rtc.rules /etc/udev/rules.d/
udevadm control --reload
udevadm trigger --settle --action=add --subsystem-match=ptp
is 'with the link nothing is wrong' "$(wrong)" ''
is 'that no program keeps the clock is noted' "$(notes)" no-keeper
./virtio-rtc check >/run/check
is 'the status is 0 then' $? 0
sed 's/^/# /' /run/check

is 'chronyd that is told is right' "$(with_chrony 'refclock PHC /dev/ptp_virtio poll 0 dpoll 0')" ''
is 'that chronyd is not told' "$(with_chrony '# nothing')" chrony-not-told
echo 60000000000 >$sim/a/utc/offset_ns
is 'a clock that chronyd only looks at may be another time' \
	"$(with_chrony 'refclock PHC /dev/ptp_virtio poll 0 dpoll 0 noselect')" ''
echo 0 >$sim/a/utc/offset_ns
echo 'refclock PHC /dev/ptp_virtio_tai' >$conf
is 'that the configuration names a clock that is not there' "$(wrong)" refclock-missing
rm $conf

phc2sys -s /dev/ptp_virtio -c CLOCK_REALTIME -O 0 >/dev/null 2>&1 &
phc2sys=$!
wait_until 20 sh -c './virtio-rtc | grep -q "used by.*phc2sys"'
is 'phc2sys alone is right' "$(wrong)" ''
is "that there are two masters" \
	"$(with_chrony 'refclock PHC /dev/ptp_virtio poll 0 dpoll 0')" two-masters
kill $phc2sys
wait $phc2sys
phc2sys -s /dev/ptp_virtio -c CLOCK_REALTIME -O 0 -E ntpshm -M 9 >/dev/null 2>&1 &
phc2sys=$!
wait_until 20 sh -c './virtio-rtc | grep -q "used by.*phc2sys"'
is 'a phc2sys that hands samples on is no master' \
	"$(with_chrony 'refclock PHC /dev/ptp_virtio poll 0 dpoll 0')" ''
is 'nor is chronyd wrong that has them from it' "$(with_chrony 'refclock SHM 9 poll 0 dpoll 0')" ''
kill $phc2sys
wait $phc2sys

was=$(cat $clocksource)
echo acpi_pm >$clocksource
./virtio-rtc check >/run/check
is 'that the clocksource is wrong' "$(wrong)" clocksource
is 'the status is 1 then' "$(./virtio-rtc check >/dev/null; echo $?)" 1
check 'and which one is right' grep -q 'echo tsc >' /run/check
echo "$was" >$clocksource
is 'back on the counter nothing is wrong' "$(wrong)" ''
sim_remove a

sim_clock b/tai type=tai
sim_on b
udev_settled
echo acpi_pm >$clocksource
is 'nor is the clocksource wrong for a device without cross-timestamps' "$(wrong)" ''
echo "$was" >$clocksource
check 'a device without cross-timestamps is noted' sh -c './virtio-rtc check | grep -q "^note .*\[no-cross\]$"'
is 'that TAI is taken for UTC' \
	"$(echo 'refclock PHC /dev/ptp_virtio_tai' >$conf; wrong)" tai-as-utc
is 'but not with the option for it' \
	"$(echo 'refclock PHC /dev/ptp_virtio_tai tai' >$conf; wrong)" ''
is 'whatever the source is called' \
	"$(echo 'refclock PHC /dev/ptp_virtio_tai refid TAI' >$conf; wrong)" tai-as-utc
is 'and however lines end' \
	"$(printf 'refclock PHC /dev/ptp_virtio_tai tai\r\n' >$conf; wrong)" ''
sim_remove b

sim_clock c/smeared type=utc-smeared variant=noon-linear
sim_on c
udev_settled
echo 'refclock PHC /dev/ptp_virtio' >$conf
is 'a smeared clock for chrony is right' "$(wrong)" ''
echo 'leapsectz right/UTC' >>$conf
is 'that chrony inserts what the clock smears' "$(wrong)" smeared-with-leap
echo 'leapsecmode ignore' >>$conf
is 'but not where chrony ignores leap seconds' "$(wrong)" ''
rm $conf
sim_remove c

# What virtio-rtc-chrony leaves Debian's configuration as for such a clock
sim_clock d/maybe type=utc-maybe-smeared
sim_on d
udev_settled
printf '%s\n' 'refclock PHC /dev/ptp_virtio' 'leapsectz right/UTC' >$conf
is 'a clock that may smear is right while chrony inserts leap seconds' "$(wrong)" ''
is 'but that is noted' "$(notes)" 'may-smear-with-leap no-cross no-keeper'
echo 'leapsecmode ignore' >>$conf
is 'and not where chrony ignores them' "$(notes)" 'no-cross no-keeper'
rm $conf
sim_remove d

rmmod virtio_rtc_sim virtio_rtc
is 'without modules there is no device' "$(wrong)" no-device
