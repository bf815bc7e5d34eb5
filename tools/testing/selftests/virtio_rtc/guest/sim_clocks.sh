#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 120
#
# Whatever clocks a device has, each becomes what it should, by its exact name,
# and shows what it should.

. ./lib.sh
. ./sim_lib.sh
plan 41

sim_load
ns=000000000
# CLOCK, its attributes, and the PTP clock's type and variant ("-": none)
clocks="
utc		type=utc					0,0
tai		type=tai,offset_ns=37$ns			1,0
mono		type=monotonic,base=raw				2,0
smeared		type=utc-smeared				3,0
noon		type=utc-smeared,variant=noon-linear		3,1
sls		type=utc-smeared,variant=utc-sls		3,2
future		type=utc-smeared,variant=255			3,255
maybe		type=utc-maybe-smeared				4,0
unknown		type=5						-
private		type=0xf0					-
last		type=255					-
past		type=tai,offset_ns=-1500000000$ns		1,0
"
list() {
	echo "$clocks" | grep -v '^$'
}
while read -r name attributes ptp; do
	sim_clock "a/$name" $(echo "$attributes" | tr , ' ')
done <<-END
	$(list)
END
sim_on a

id=0
index=0
while read -r name attributes ptp; do
	is "clock $name has the id by which it was made" "$(cat $sim/a/"$name"/id)" $id
	id=$((id + 1))
	[ "$ptp" != - ] || continue
	clock=$(sim_made ptp a $index)
	index=$((index + 1))
	is "clock $name ($attributes) has its exact name" \
		"$(cat /sys/class/ptp/"$clock"/clock_name)" \
		"Virtio PTP type ${ptp%,*}, variant ${ptp#*,}"
	before=$(cat $sim/a/"$name"/reading)
	reading=$(./ptp gettime "/dev/$clock")
	after=$(cat $sim/a/"$name"/reading)
	check "clock $name shows its time" [ "$before" -le "$reading" -a "$reading" -le "$after" ]
done <<-END
	$(list)
END
# What the device says of itself could be as wrong as its readings are.
before=$(date +%s)
tai=$(./ptp gettime "/dev/$(sim_made ptp a 1)")
after=$(date +%s)
tai=$((${tai%?????????} - 37))
check 'a clock 37 s ahead of the system'\''s is that' \
	[ "$before" -le $tai -a $tai -le "$after" ]
is 'a clock of unknown type is no PTP clock' "$(sim_made ptp a $index)" ''

rtcs() {
	n=0
	while [ $n -lt $id ]; do
		[ -z "$(sim_made rtc "$1" $n)" ] || printf '%s ' $n
		n=$((n + 1))
	done
}
is 'just the smeared clocks, which never step, are RTCs' "$(rtcs a)" '3 4 5 6 '
sim_remove a

# The end of time: the largest reading that there can be
sim_clock b/utc cross=1
sim_clock b/smeared type=utc-smeared
echo 'reading' >$sim/b/faults
sim_on b
clock=/dev/$(sim_made ptp b 0)
rtc=/sys/class/rtc/$(sim_made rtc b 1)
is 'the last ns of a reading is shown' "$(./ptp gettime "$clock")" 18446744073709551615
is 'and as a date in the year 2554' "$(cat "$rtc/date" "$rtc/time" | tr '\n' ' ')" \
	'2554-07-21 23:34:33 '
is 'a cross-timestamp of a time that the kernel cannot hold fails' \
	"$(./ptp precise "$clock")" 75 # EOVERFLOW
echo >$sim/b/faults
is 'what the device is cannot be changed while it is live' \
	"$(echo tai 2>&1 >$sim/b/utc/type)" 'sh: write error: Device or resource busy'
sim_remove b

sim_clock c/tai type=tai variant=utc-sls
is 'a device that contradicts the specification cannot be made' \
	"$(sim_on c 2>&1)" 'sh: write error: Invalid argument'
sim_remove c

mkdir $sim/d
sim_on d
check 'a device without clocks is driven' \
	[ -e "/sys/bus/virtio/devices/$(cat $sim/d/dev_name)/driver" ]
sim_remove d

n=0
while [ $n -lt 300 ]; do
	sim_clock e/$n type=77
	n=$((n + 1))
done
sim_on e
check 'of 300 clocks 256 are used' sh -c 'dmesg | grep -q "using 256 of 300 clocks"'
sim_remove e

rmmod virtio_rtc
modprobe virtio_rtc rtc_may_step=1
sim_clock f/utc
sim_clock f/tai type=tai
sim_clock f/maybe type=utc-maybe-smeared
sim_on f
id=3
is 'with rtc_may_step clocks that step are RTCs too, if they are UTC' "$(rtcs f)" '0 2 '
sim_remove f
