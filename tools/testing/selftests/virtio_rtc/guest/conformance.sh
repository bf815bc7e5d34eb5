#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 200
#
# The device keeps to the specification, but for what is known of it: the file
# conformance.known has the names of rules that it does not keep to, each of which
# has to fail, so that the list stays true.  So has conformance.left-out, if it is there,
# those of tests that have to be left out, and no other may be.

. ./lib.sh
if [ "$1" ]; then
	only="only=$1"
fi

# The suite takes a device that no other driver has.
[ ! -e conformance.setup ] || . ./conformance.setup
# Devices that are named on the command line only
modprobe -q virtio_mmio
modprobe -q virtio_ring
# Long enough for any answer or alarm that does come on a busy machine; a device that is known
# to owe some is waited for each time.
patience=30000
[ ! -s conformance.known ] || patience=10000
insmod ./virtio_rtc_conformance.ko patience_ms=$patience ring_ms=$patience ${only:+"$only"}

# As it was printed: results and notes, without the kernel's timestamps
dmesg | sed -n 's/^\(\[[^]]*\] \)\?\(virtio_rtc_conformance: \)\?//p' |
	awk '/^KTAP version 1/ { on = 1; next } on; /end of the conformance suite/ { exit }' >/run/suite
# One that is missing, if the suite did not come so far.
planned=$(sed -n 's/^1\.\.//p' /run/suite)
plan "${planned:-1}"

# left_out_as_known NAME REASON: whether it is left out as it is said to be.  That a
# machine was too slow is said nowhere.
left_out_as_known() {
	[ -e conformance.left-out ] || return 0
	case $2 in
	*'too long'*) return 0 ;;
	esac
	if grep -qxF "$1" conformance.left-out; then
		[ "$2" ]
	else
		[ ! "$2" ]
	fi
}

while read -r line; do
	case $line in
	'ok '*) said=pass ;;
	'not ok '*) said=fail ;;
	'#   '*)
		notes="$notes
$line"
		continue
		;;
	*) continue ;;
	esac
	name=${line#*- }
	why=${name#* # SKIP }
	[ "$why" != "$name" ] || why=
	if [ "$said" = pass ] && grep -qxF "${name%% # SKIP*}" conformance.known; then
		echo "not ok - $name"
		echo "#   it is said to fail, but does not any more"
	elif ! left_out_as_known "${name%% # SKIP*}" "$why"; then
		echo "not ok - ${name%% # SKIP*}"
		echo "#   ${why:-it is said to be left out, but is not}"
	elif [ "$said" = pass ]; then
		echo "ok - $name"
	elif grep -qxF "$name" conformance.known; then
		echo "ok - $name (known not to be so)"
	else
		echo "not ok - $name"
	fi
	[ -z "$notes" ] || printf '%s\n' "$notes" | sed 1d | head -n 20
	notes=
done </run/suite
