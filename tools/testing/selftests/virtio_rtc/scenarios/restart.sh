# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The project's own device is ended and started again under a running machine.  QEMU does
# not connect to it again, so one device has a front end between QEMU and itself that
# does; another one is taken out of the machine meanwhile, or plugged in anew afterwards.
# Guests: 7.3-amd64 6.1-amd64
# Long: 6.1-amd64
# Debug: no

scenario_tests='daemon_restart.sh'
scenario_timeout=900
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --state=/tmp/alarms
	--clock=utc --clock=smeared:noon-linear,alarm --clock=smeared:utc-sls,alarm
	--clock=smeared:unspecified,alarm"
scenario_devices='-chardev socket,path=/tmp/front.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc
	-device pcie-root-port,id=free-slot'

# start_other, end_other: the device of the other kind
start_other() {
	"$tools/vhost-user-rtc" --socket-path=/tmp/other.sock --clock=tai \
		>>"$out/other.log" 2>&1 &
	other_pid=$!
	until [ -S /tmp/other.sock ]; do
		kill -0 $other_pid || return
		sleep 0.1
	done
}

# end_other SIGNAL
end_other() {
	kill $1 $other_pid
	{ wait $other_pid; } 2>/dev/null || true
	rm -f /tmp/other.sock
}

plug() {
	tell qemu 'chardev-add socket,id=other,path=/tmp/other.sock' \
		'device_add vhost-user-rtc-pci,id=other,chardev=other,bus=free-slot'
}

# unplug EVENT: by which the guest says that it has let the device go
unplug() {
	n=0
	until cat "$out/results" | tr -d '\r' | grep -q -x "# event: $1"; do
		kill -0 $machine_pid 2>/dev/null || return
		# A guest that is busy may not hear of it.
		[ $((n % 25)) -ne 0 ] || tell qemu 'device_del other'
		n=$((n + 1))
		sleep 0.2
	done
	sleep 1
	tell qemu 'chardev-remove other'
}

# Are the alarms in the file that the guest has just set: to some seconds from then, and to
# an hour?  Half a second after that they are kept, whatever comes.
alarms_are_kept() {
	awk -v now="$(date +%s)" '
		{ ahead = $3 / 1e9 - now }
		$1 == 1 && ahead > -20 || $1 == 2 && $4 == "on" && ahead > 0 ||
			$1 == 3 && $4 == "on" && ahead > 3565 { kept++ }
		END { exit kept != 3 }' /tmp/alarms 2>/dev/null
}

# restart SIGNAL: of the device; it is away for some seconds.
restart() {
	kill $1 $daemon_pid
	{ wait $daemon_pid; } 2>/dev/null || true
	sleep 12
	$scenario_daemon >>"$out/daemon.log" 2>&1 &
	daemon_pid=$!
}

scenario_run() {
	build_aids
	"$tools/tools/reconnect" /tmp/front.sock /tmp/rtc.sock 2>>"$out/reconnect.log" &
	until [ -S /tmp/front.sock ]; do
		kill -0 $! || return
		sleep 0.1
	done
	start_other
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	for signal in TERM KILL; do
		await_event restart-$signal $machine_pid || return
		n=0
		until alarms_are_kept || [ $n -ge 150 ]; do
			n=$((n + 1))
			sleep 0.2
		done
		restart -$signal
	done

	await_event plug $machine_pid || return
	plug
	await_event unplug $machine_pid || return
	unplug gone
	end_other -TERM
	start_other
	plug
	# And one that nobody expects
	await_event kill $machine_pid || return
	end_other -KILL
	start_other
	await_event again $machine_pid || return
	unplug gone-again
	plug
	status=0
	wait $machine_pid || status=$?
	kill $other_pid
	return $status
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$guest_programs/readers" \
		"$here/../guest/daemon_lib.sh" "$1"
}
