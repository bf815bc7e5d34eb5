#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# Memory comes and goes while the device is read: no reading fails, and the device takes
# rings and requests that are in memory which came later.

. ./lib.sh
. ./daemon_lib.sh
plan 29

memory=/sys/devices/system/memory
kB() {
	awk '/^MemTotal:/ { print $2 }' /proc/meminfo
}

# blocks STATE: those that are in this state
blocks() {
	grep -l -x "$1" $memory/memory*/state
}
has_new_blocks() {
	[ "$(blocks offline)" ]
}
# on HOW: new memory is used
on() {
	for b in $(blocks offline); do
		echo "$1" >"$b" || return
	done
}
is_more_than() {
	[ "$(kB)" -gt $1 ]
}
is_less_than() {
	[ "$(kB)" -lt $1 ]
}

state=/run/state
least() {
	cut -d ' ' -f 1 $state
}
has_more_than() {
	[ "$(least)" -gt $1 ]
}
# go_on NAME: the readers do, without an error so far.
go_on() {
	check "$1: all eight readers go on" wait_until 30 has_more_than $(($(least) + 20))
	is "$1: no reading failed" "$(tr -s ' ' <$state | cut -d ' ' -f 2)" 0
}

start_readers() {
	rm -f $state
	./readers "$(ptp_of 0)" 8 $state >/run/readers &
	readers=$!
	wait_until 10 test -s $state
}
end_readers() {
	kill $readers
	wait $readers
	is "$1" $? 0
	sed 's/^#*/#/' /run/readers
}

is_copied() {
	[ "$(cat /sys/kernel/debug/swiotlb/io_tlb_used)" -gt 0 ]
}
check 'buffers are copied, as with encrypted memory' is_copied
start_readers
check 'eight readers are at work' wait_until 30 has_more_than 20
first=$(kB)

note 'event: dimm'
check 'a module of memory is plugged in' wait_until 30 has_new_blocks
go_on 'plugged in'
# The kernel's own memory, now that there is some above 4 GB, is from there.
check 'it is used' on online_kernel
wait_until 10 is_more_than $((first + 100000))
go_on 'used'
end_readers 'readers saw only right times'

vdev=$(basename "$(echo /sys/bus/virtio/drivers/virtio_rtc/virtio*)")
driver=/sys/bus/virtio/drivers/virtio_rtc
echo "$vdev" >$driver/unbind
echo "$vdev" >$driver/bind
start_readers
go_on 'with rings in new memory'
check 'alarms ring, too' ./alarm punctual "$(rtc_of 1)" "$(ptp_of 1)" 1 10000

# What may go again is not for the kernel itself.
second=$(kB)
note 'event: two-dimms'
another() {
	wait_until 30 has_new_blocks && on online_movable &&
		wait_until 10 is_more_than $((second + 100000))
}
check 'another module is used' another
note 'event: one-dimm'
check 'and taken out' wait_until 30 is_less_than $((second + 1000))
go_on 'taken out'

echo online_movable >$memory/auto_online_blocks
for mb in 256 64 512 0; do
	note "event: more-$mb"
	wanted=$((second + mb * 1024))
	case $mb in
	256 | 512) check "virtio-mem grows to $mb MB" wait_until 60 is_more_than $((wanted - 1000)) ;;
	*) check "it shrinks to $mb MB" wait_until 60 is_less_than $((wanted + 1000)) ;;
	esac
	go_on "$mb MB"
done
end_readers 'readers saw only right times in all that'
