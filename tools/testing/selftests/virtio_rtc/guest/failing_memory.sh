#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 300
#
# Memory can run out anywhere.  Let each allocation of a probe fail in turn:
# the driver gives up, or does without, and leaves nothing behind.

. ./lib.sh
. ./sim_lib.sh
plan 4

sim_load
sim_clock a/utc
sim_clock a/smeared type=utc-smeared alarm=1
sim_on a
device=$(cat $sim/a/dev_name)
driver=/sys/bus/virtio/drivers/virtio_rtc

# Allocations of every kind count, but only those of a task that asks for it.
# Those of whole pages are the large ones, such as the requestq's slots.
for kind in failslab fail_page_alloc; do
	echo 0 >/sys/kernel/debug/$kind/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/$kind/verbose
done

# bind N: bind the device, with this task's Nth allocation failing.  $left is what
# then is left of N: 0 if it came to that.  There is no other process in between
# and no file to be opened, whose allocations would count as well.
exec 4>$driver/bind
bind() {
	echo "$1" >/proc/self/fail-nth
	echo "$device" >&4
	read -r left </proc/self/fail-nth
	echo 0 >/proc/self/fail-nth
} 2>/dev/null

works() {
	[ -e "$driver/$device" ] && ./ptp gettime "/dev/$(sim_made ptp a 0)" >/dev/null
}

# Nobody here waits for what udev makes of a hundred clocks.
udevadm control --exit
echo "$device" >$driver/unbind
bound=0
failed=0

# Let the first allocation fail, then the second, until a probe has no more.
fail_each() {
	n=0
	left=0
	while [ "$left" = 0 ] && [ $n -lt 2000 ]; do
		n=$((n + 1))
		left=0
		bind $n
		if [ -e "$driver/$device" ]; then
			bound=$((bound + 1))
			echo "$device" >$driver/unbind
		else
			failed=$((failed + 1))
		fi
	done
}

# What the kernel allocates for itself in between, such as kmemleak's notes, is
# not always the same and can stand before an allocation of the probe.  It will
# not do so twice.
fail_each
fail_each
note "about $n allocations: $failed probes failed, $bound succeeded"
check 'allocations of a probe can be made to fail' [ $failed -gt 20 ]
check 'they all have been' [ "$left" -gt 0 ]
echo "$device" >$driver/bind
check 'afterwards the device can be bound' [ -e "$driver/$device" ]
check 'and its clocks be read' wait_until 10 works
sim_remove a
