#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# What an administrator would do and look at, in a guest whose clock is wrong.

. ./lib.sh
plan 8

log=/var/log/chrony/refclocks.log
wrong_by=3
# How large an offset may be, in ns, where a machine that is busy with something else
# makes it no larger
exact=

show() {
	note
	note "\$ $*"
	"$@" 2>&1 | sed 's/^/#   /'
}

# A device that has to be made first, and what can be expected of it
[ ! -e demo_device.sh ] || . ./demo_device.sh

cp 60-virtio-rtc.rules /etc/udev/rules.d/
udevadm control --reload
udevadm trigger --action=add --subsystem-match=ptp
udev_settled

show grep . /sys/class/ptp/ptp*/clock_name
check 'the driver found a clock' [ -e /sys/class/ptp/ptp0 ]
show ls -l /dev/ptp_virtio
check 'udevd made the link /dev/ptp_virtio' [ -c /dev/ptp_virtio ]

date -s "@$(($(date +%s) - wrong_by))" >/dev/null
note
note "The guest's clock was now set $wrong_by s late, and chronyd is started with:"
grep -v '^#' demo.chrony.conf | grep . | sed 's/^/#   /'
mkdir -p /var/log/chrony /etc/chrony
chmod 750 /run/chrony
cp demo.chrony.conf /etc/chrony/chrony.conf
check 'chronyd starts' chronyd -u root

# The last ten offsets that were measured, without those before the step.
last_offsets() {
	awk '$4 ~ /^[0-9]+$/ { print $7 }' $log | tail -n 10
}

selected() {
	chronyc -n sources | grep -q '^#\* PHCV'
}

# The last ten offsets are those of five seconds.
settled() {
	selected || return 1
	if [ "$exact" ]; then
		leeway=$exact
	else
		leeway=$(./ptp leeway /dev/ptp_virtio 5)
	fi
	last_offsets | awk -v enough="$leeway" '
		{ n++; if ($1 * 1e9 > enough || $1 * 1e9 < -enough) far++ }
		END { exit !(n == 10 && !far) }'
}

if wait_until 30 selected; then
	pass 'chronyd selected PHCV'
else
	fail 'chronyd selected PHCV' "$(chronyc -n sources)"
fi
settles='ten offsets in a row are small'
if wait_until 90 settled; then
	pass "$settles"
else
	fail "$settles" "the last were: $(last_offsets | tr '\n' ' ')"
fi
note "Small is here: no larger than $leeway ns"

note
note "\$ cat $log    (what was measured before the last ten offsets left out)"
head -n 3 $log | sed 's/^/#   /'
head -n 5 $log | tail -n 2 | sed 's/^/#   /'
note '  ...'
tail -n 20 $log | grep -v -e '^=' -e '^ *Date' | sed 's/^/#   /'

# Both programs append whole lines to one file, so that what belongs together
# stays so: strace's pass through awk, as it writes the first half of a line
# when a call begins.
chronyd=$(cat /run/chrony/chronyd.pid)
note
note "\$ strace -y -T -e trace=ioctl -p $chronyd, and new lines of $log between"
timeout 40 strace -o '|exec awk "{ print; fflush() }" >>/run/watched' -y -T -e trace=ioctl -p "$chronyd" 2>/dev/null &
strace=$!
timeout 40 tail -n 0 -f $log >>/run/watched &
tail=$!
wait_until 30 grep -q 'PTP_SYS_OFFSET.* = 0 ' /run/watched
sleep 2
kill $strace $tail
wait $strace $tail
# The samples of a call are thousands of characters, and times are there twice.
grep -v -e '^---' -e '^strace' -e '<detached' /run/watched | sed -e 's, /\*[^*]*\*/,,g' \
	-e 's/, \(clockid=[^,]*, \)\?ts=\[.*\]}/, ts=OMITTED}/' >/run/readable
sed 's/^/#   /' /run/readable
is 'what chronyd did can be read: no line is longer than 200 characters' \
	"$(awk 'length > 200' /run/readable)" ''
show chronyc -n sources
show chronyc -n tracking
show phc_ctl /dev/ptp_virtio get cmp
check 'phc_ctl reads the clock' phc_ctl /dev/ptp_virtio get

# What was shown, each from where it was seen.
node=$(basename "$(readlink -f /dev/ptp_virtio)")
clock=$(cat "/sys/class/ptp/$node/clock_name")
link=$(readlink /dev/ptp_virtio)
source=$(chronyc -n sources | sed -n 's/^#\* \([A-Z]*\) .*/\1/p')
offset=$(last_offsets | awk '{ if ($1 < 0) $1 = -$1; if ($1 > max) max = $1 }
	END { if (NR) printf "%.9f", max }')
how=$(sed -n 's/.*\(PTP_SYS_OFFSET_[A-Z]*\).* = 0 .*/\1/p' /run/readable | sort | uniq -c |
	sort -n | awk 'END { print $2 }')
case $how in
PTP_SYS_OFFSET_EXTENDED) means="the system's time before and after each reading" ;;
PTP_SYS_OFFSET_PRECISE) means='cross-timestamps, of one instant' ;;
*) means= ;;
esac
check 'clock, link, source, offset and how it was read are known at the end' \
	[ "$clock" -a "$link" -a "$source" -a "$offset" -a "$means" ]
note
note 'What was shown:'
note "  clock     \"$clock\", the host's, is /dev/$node"
note "  link      /dev/ptp_virtio -> $link, made by udevd"
note "  source    chronyd selected $source, the clock at that link"
note "  offset    at most $offset s in the last ten measurements"
note "  how read  ioctl $how: $means"
kill "$chronyd"
