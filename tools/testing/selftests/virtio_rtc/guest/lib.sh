# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What guest tests in shell share.  A test sources this, announces how many
# results it will print, and prints each with a name that says what is promised:
#
#	plan 2
#	check 'the driver loads' modprobe virtio_rtc
#	is 'a clock has its name' "$(cat name)" 'Virtio PTP type 0, variant 0'
#
# Lines that begin with "#" are notes.

. /test/params

plan() {
	echo "1..$1"
}

note() {
	echo "# $*"
}

# pass NAME, fail NAME [NOTE]
pass() {
	echo "ok - $1"
}

fail() {
	echo "not ok - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$*" | sed 's/^/#   /'
}

skip() {
	echo "ok - $1 # SKIP $2"
}

# check NAME COMMAND...: the command succeeds.  Its notes are passed on.
check() {
	check_name=$1
	shift
	if check_out=$("$@" 2>&1); then
		pass "$check_name"
		printf '%s\n' "$check_out" | grep '^#' || true
	else
		fail "$check_name" "'$*' failed: $check_out"
	fi
}

# is NAME VALUE WANTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got '$2', not '$3'"
	fi
}

# Wait until COMMAND... succeeds, for SECONDS that are ample for a machine that does
# nothing else, and four times that.  Where each try takes long there are ten at least.
wait_until() {
	wait_end=$(($(uptime_s) + 4 * $1))
	tries=10
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || [ "$(uptime_s)" -le $wait_end ] || return 1
		usleep 100000
	done
}

# thrice COMMAND...: until it succeeds.  hwclock waits no longer for the next second than
# some moments, which a busy machine may let pass.
thrice() {
	"$@" || "$@" || "$@"
}

# udevd has nothing to do any more, which on a busy machine takes its time.
udev_settled() {
	for try in 1 2 3 4; do
		! udevadm settle --timeout=30 || return 0
	done
	return 1
}

uptime_s() {
	cut -d . -f 1 /proc/uptime
}

# Print the device (/dev/ptpN) of the PTP clock with this name.
ptp_named() {
	for c in /sys/class/ptp/ptp*; do
		[ "$(cat "$c/clock_name" 2>/dev/null)" != "$1" ] || {
			echo "/dev/${c##*/}"
			return
		}
	done
	return 1
}
