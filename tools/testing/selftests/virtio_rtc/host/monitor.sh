# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What scenarios share that do something to a machine while it runs, when its test
# asks for it by a line "# event: NAME", or that have a second daemon.  Sourced by run-guest
# and, for the machine of a whole Debian, by check-system.

# monitor NAME: prints QEMU's arguments for a monitor of this name.
monitor() {
	mkfifo "/tmp/$1.in" "/tmp/$1.out"
	cat "/tmp/$1.out" >>"$out/monitor.log" &
	echo "-chardev pipe,id=monitor,path=/tmp/$1 -mon chardev=monitor,mode=readline"
}

# tell NAME COMMAND...: QEMU does one after the other, if it is still there.
tell() {
	monitor_name=$1
	shift
	printf '%s\n' "$@" | timeout 10 tee "/tmp/$monitor_name.in" >/dev/null
}

# await_event NAME PID [FILE]: until the test asks for it, there; fails when the process
# has ended.
await_event() {
	until cat "${3:-$out/results}" 2>/dev/null | tr -d '\r' | grep -q -x "# event: $1"; do
		kill -0 "$2" 2>/dev/null || return
		sleep 0.2
	done
}

# another_daemon OPTION...: a second one, the process $other_pid, at /tmp/other.sock
another_daemon() {
	"$tools/vhost-user-rtc" --socket-path=/tmp/other.sock "$@" >>"$out/daemon.log" 2>&1 &
	other_pid=$!
	until [ -S /tmp/other.sock ]; do
		kill -0 $other_pid || return
		sleep 0.1
	done
}
