#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The command line of vhost-user-rtc (the program is in $VHOST_USER_RTC).

set -u
daemon=$VHOST_USER_RTC
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0
failed=0

result() {
	number=$((number + 1))
	[ "$1" = ok ] || failed=1
	echo "$1 $number - $2"
}

# refused NAME WORDS ARG...: it exits with 1 after one line that has WORDS.
refused() {
	name=$1
	words=$2
	shift 2
	timeout 60 "$daemon" "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	# That a table of leap seconds is old is no part of the answer.
	sed -i '/has expired/d' "$dir/err"
	if [ $status -eq 1 ] && [ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" -eq 1 ] &&
		grep -qF -e "$words" "$dir/err"; then
		result ok "$name"
	else
		result 'not ok' "$name"
		echo "# status $status: $(cat "$dir/out" "$dir/err")"
	fi
}

# printed NAME WORDS ARG...: it exits with 0 and prints something that has WORDS.
printed() {
	name=$1
	words=$2
	shift 2
	if timeout 60 "$daemon" "$@" >"$dir/out" 2>"$dir/err" &&
		[ ! -s "$dir/err" ] && grep -qF -e "$words" "$dir/out"; then
		result ok "$name"
	else
		result 'not ok' "$name"
		echo "# $(cat "$dir/out" "$dir/err")"
	fi
}

refused 'a socket is needed' 'one of --socket-path and --fd'
refused 'two sockets are too many' 'exclude each other' --socket-path="$dir/s" --fd=3
refused 'a descriptor is a number' '--fd=x is not' --fd=x
refused 'a descriptor must be open' 'Bad file descriptor' --fd=99
refused 'a descriptor must be a socket' 'socket' --fd=0
refused 'a folder for the socket must be there' 'No such file' --socket-path="$dir/no/s"
refused 'a file is not replaced by the socket' 'in use' --socket-path="$dir/out"
refused 'an empty path is none' 'Invalid argument' --socket-path=
refused 'a path has a largest length' 'too long' \
	--socket-path="$(printf '%0200d' 0)"
refused 'a mode of no number' '--socket-mode=rw is not' --socket-path="$dir/s" --socket-mode=rw
refused 'a mode of more than permissions' 'is not of the form' --socket-path="$dir/s" --socket-mode=4755
refused 'a group that is not there' 'is no group' --socket-path="$dir/s" --socket-group=nobody-has-this
refused 'a mode without a path' 'are for --socket-path' --fd=9 --socket-mode=0600
refused 'an unknown clock' '--clock=ut is no clock' --fd=9 --clock=ut
refused 'an unknown property of a clock' '--clock=utc,alarms is no clock' --fd=9 --clock=utc,alarms
refused 'a smeared clock without its variant' 'is no clock' --fd=9 --clock=smeared
refused 'clocks and none' 'exclude each other' --fd=9 --no-clocks --clock=utc
refused 'an unknown fault' 'is of no known name' --fd=9 --fault=earthquake
refused 'a malformed fault' 'is not of the form' --fd=9 --fault=no-answer,sometimes
refused 'a delay of no number' '--delay=soon is not' --fd=9 --delay=soon
refused 'a delay of three numbers' '--delay=1,2,3 is not' --fd=9 --delay=1,2,3
refused 'a delay of hours' 'is not of the form' --fd=9 --delay=1,3600001
refused 'a time to poll that is none' 'is not a number up to 1000000' --fd=9 --poll-us=long
refused 'a time to poll in which nothing can be found' 'is too short' --fd=9 --poll-us=3
refused 'a time to poll of more than a second' 'is not a number up to 1000000' --fd=9 --poll-us=1000001
refused 'alarms to be retained or not' 'none of yes, no and always' --fd=9 --retain-alarms=maybe
refused 'a start time of a date only' '--start-time=2016-12-31 is not' --fd=9 --start-time=2016-12-31
refused 'a start time without its zone' 'is not of the form' --fd=9 --start-time=2016-12-31T00:00:00
refused 'a start time in a leap second' 'is not of the form' --fd=9 --start-time=2016-12-31T23:59:60Z
refused 'a start time out of range' 'before 1970 or after' --fd=9 --start-time=1969-12-31T23:59:59Z
refused 'a start time that soon is out of range' 'before 1970 or after' --fd=9 --start-time=2500-01-01T00:00:00Z
refused 'a start time on February 30' 'is no date' --fd=9 --start-time=2016-02-30T00:00:00Z
refused 'a start time on a leap day of no leap year' 'is no date' --fd=9 --start-time=2023-02-29T00:00:00Z
refused 'a file of leap seconds that is not there' 'No such file' --fd=9 --leap-file="$dir/no"
mkfifo "$dir/fifo"
refused 'a pipe as file of leap seconds' 'not a file' --fd=9 --leap-file="$dir/fifo"
refused 'a device as file of leap seconds' 'not a file' --fd=9 --leap-file=/dev/zero
refused 'a file of leap seconds that is none' '/proc/version:1' --fd=9 --leap-file=/proc/version
refused 'an unknown counter of guests' 'is no counter of guests' --fd=9 --counter=pit
refused 'a counter without its source' 'source=' --fd=9 --counter=x86-tsc,offset=0
refused 'a counter without its offset' 'offset= is missing' --fd=9 --counter=x86-tsc,source=monotonic,ratio=1/1
refused 'another kind of counter without a ratio' 'ratio= is missing' --fd=9 \
	--counter=x86-tsc,source=monotonic,offset=0
refused 'a counter that this host does not have' 'no counter that this host has' --fd=9 \
	--counter=x86-tsc,source=hourglass,offset=0
refused 'a ratio by 0' 'is not of the form N/D' --fd=9 --counter=arm-vct,source=monotonic,offset=0,ratio=1/0
refused 'a ratio of one number' 'is not of the form N/D' --fd=9 --counter=arm-vct,source=monotonic,offset=0,ratio=16
refused 'a negative ratio' 'is not of the form N/D' --fd=9 --counter=arm-vct,source=monotonic,offset=0,ratio=-1/16
refused 'an offset of 65 bits' 'is neither a number' --fd=9 --counter=arm-vct,source=monotonic,offset=0x10000000000000000,ratio=1/1
refused 'an offset of letters' 'is neither a number' --fd=9 --counter=arm-vct,source=monotonic,offset=ten,ratio=1/1
refused 'a word too many for a counter' 'is not known' --fd=9 --counter=arm-vct,scale=2
refused 'a word without its value' 'needs a value' --fd=9 --counter=arm-vct,source
refused 'an offset besides the one that KVM tells' 'has offset and ratio' --fd=9 \
	--counter=x86-tsc,source=monotonic,kvm=/x,offset=0
refused "KVM's counter of another kind" 'kvm= is for x86-tsc' --fd=9 --counter=arm-vct,source=monotonic,kvm=/x
refused 'a counter that is given, if possible' 'if-possible is for kvm=' --fd=9 \
	--counter=arm-vct,source=monotonic,offset=0,ratio=1/1,if-possible
refused 'a possibility with a value' 'takes no value' --fd=9 \
	--counter=x86-tsc,source=monotonic,kvm=/x,if-possible=yes
refused 'a check of a counter that is given' 'is for --counter=x86-tsc,kvm' --check-counter=1
refused 'a check for no process' 'is not the number of a process' --check-counter=me \
	--counter=x86-tsc,source=monotonic,kvm=/x
refused 'two counters' 'given twice' --fd=9 --counter=arm-vct,source=monotonic,offset=0,ratio=1/1 \
	--counter=arm-vct,source=monotonic,offset=0,ratio=1/1
refused 'a counter of its own after one that is possible, twice' 'given twice' --fd=9 \
	--counter=x86-tsc,source=monotonic,kvm=/x,if-possible \
	--counter=arm-vct,source=monotonic,offset=0,ratio=1/1 \
	--counter=arm-vct,source=monotonic,offset=0,ratio=1/1
refused 'an unknown option' 'unrecognized option' --frobnicate
refused 'a word that is no option' "'utc' is not an option" --fd=9 utc


# unprinted NAME OPTION: it fails when nobody gets what it prints.
unprinted() {
	if timeout 60 "$daemon" "$2" >/dev/full 2>"$dir/err"; then
		result 'not ok' "$1"
	else
		grep -q 'cannot print: No space' "$dir/err" && result ok "$1" ||
			result 'not ok' "$1"
	fi
}

unprinted 'capabilities that cannot be printed are an error' --print-capabilities
unprinted 'help that cannot be printed is an error' --help
unprinted 'a version that cannot be printed is an error' --version
refused 'an unknown level of the log' '--log-level=loud is no level' --fd=9 --log-level=loud

printed 'help names each option' '--retain-alarms' --help
printed 'help names the faults' 'alarm-storm' --help
printed 'the version can be asked for' "vhost-user-rtc $VHOST_USER_RTC_VERSION" --version
printed 'capabilities are printed, whatever else is asked for' '"type": "rtc"' --frobnicate \
	--print-capabilities

# What keeps an overflow from becoming more than a crash, with this compiler and library
hardened=ok
[ "${VHOST_USER_RTC_OTHER-}" ] || { readelf -h "$VHOST_USER_RTC_PLAIN" | grep -q 'Type: *DYN' &&
	readelf -d "$VHOST_USER_RTC_PLAIN" | grep -q BIND_NOW &&
	readelf -W --dyn-syms "$VHOST_USER_RTC_PLAIN" | grep -q __stack_chk_fail &&
	readelf -W --dyn-syms "$VHOST_USER_RTC_PLAIN" | grep -q __snprintf_chk || hardened='not ok'; }
result "$hardened" 'the program is hardened if nobody says otherwise'

echo "1..$number"
exit $failed
