# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Who keeps the system's clock, chronyd or phc2sys, as $KEEPER says: four results in all.
# Sourced after lib.sh.

. ./chrony.sh
. ./phc2sys_unit.sh

# By itself Debian's chronyd steps the clock in its first three updates only.
updated_at() {
	timeout 2 chronyc -n -c tracking | cut -d , -f 4
}
updated_again() {
	[ "$(updated_at)" != "$last" ]
}
updated_often() {
	for n in 1 2 3 4 5; do
		last=$(updated_at)
		wait_until 20 updated_again || return
	done
}

is_near() {
	off=$(($(./ptp gettime "$(realpath /dev/ptp_virtio)") / 1000000000 - $(date +%s)))
	[ ${off#-} -le 1 ]
}

stays_near() {
	sleep 5
	is_near
}

keeper_start() {
	case $KEEPER in
	chronyd)
		check 'chronyd starts' chrony_start
		chronyd=$(cat /run/chrony/chronyd.pid)
		check 'chronyd uses the clock' wait_until 30 chrony_uses
		check 'chronyd has it for a while' updated_often
		;;
	phc2sys)
		phc2sys_start
		check 'phc2sys starts' wait_until 30 pidof phc2sys
		date -s "@$(($(date +%s) - 60))" >&2
		check 'phc2sys uses the clock' wait_until 30 is_near
		check 'phc2sys has it for a while' stays_near
		;;
	esac
}

keeper_goes_on() {
	case $KEEPER in
	chronyd) [ "$(cat /run/chrony/chronyd.pid)" = "$chronyd" ] ;;
	# It may end: its unit starts it again.
	phc2sys) wait_until 10 pidof phc2sys ;;
	esac
}

# What it is about, for whoever looks into a failure
keeper_says() {
	case $KEEPER in
	chronyd) cat /run/chronyd.log /var/log/chrony/refclocks.log ;;
	phc2sys) cat /run/phc2sys.log ;;
	esac
}

keeper_ends() {
	check "$KEEPER goes on" keeper_goes_on
	case $KEEPER in
	chronyd) kill "$chronyd" ;;
	phc2sys)
		note "phc2sys was started $(phc2sys_starts) times"
		phc2sys_stop
		;;
	esac
}
