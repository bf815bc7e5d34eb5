#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 900
#
# A slow but healthy device, with chronyd's usual polling and with the one that the guide
# has for such a device: how far off the system's clock is, by what the simulated device
# shows, and how long chronyc waits.

. ./lib.sh
. ./sim_lib.sh
. ./chrony.sh
plan 20

# Milliseconds since the boot
now() {
	echo $(($(cut -d ' ' -f 1 /proc/uptime | tr -d .) * 10))
}

# Half a minute of how far the system's clock is off, to /run/away.
measure() {
	./ptp away $sim/a/utc/reading 30 >/run/away.now
	mv /run/away.now /run/away
}

# The longest that chronyc waits for an answer meanwhile, in ms.
longest_wait() {
	longest=0
	while [ ! -e /run/away ]; do
		asked=$(now)
		timeout 20 chronyc -n -c tracking >&2
		took=$(($(now) - asked))
		[ $took -le $longest ] || longest=$took
		usleep 100000
	done
	echo $longest
}

sim_load
sim_clock a/utc base=raw
sim_on a
for ms in 0 50 100; do
	sim_delays a $((ms / 2)) $((ms / 2))
	for polls in -1 3; do
		[ "$ms $polls" != '0 3' ] || continue
		case="$ms ms, poll $polls"
		mkdir -p /etc/default
		echo "REFCLOCK='refid PHCV poll $polls dpoll $polls'" >/etc/default/virtio-rtc-chrony
		rm -f /run/chrony-dhcp/virtio-rtc.conf
		check "$case: chronyd starts" chrony_start
		check "$case: chronyd uses the clock" wait_until 60 chrony_uses
		chrony_uses || chrony_says
		sleep 20
		rm -f /run/away
		measure &
		longest=$(longest_wait)
		wait $!
		read -r median most </run/away
		note "slow: $case: the system's clock is off by $median us, $most us at most;" \
			"chronyc waits $longest ms at most"
		# A reading is somewhere between the two of the system's clock.
		check "$case: the system's clock is as near as a reading can tell" \
			[ "${most:-999999}" -le $((ms * 500 + 5000)) ]
		# 25 readings, and a busy machine
		check "$case: chronyc has its answers" [ "$longest" -le $((ms * 25 + 3000)) ]
		chrony_stop
	done
done
