# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The project's own device in another process, with a clock of each kind.
# Long: 6.12-* 6.1-arm64

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc,alarm --clock=tai --clock=monotonic --clock=smeared:unspecified,alarm
	--clock=smeared:noon-linear,alarm --clock=smeared:utc-sls --clock=maybe-smeared"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'
scenario_tests='daemon_clocks.sh daemon_alarms.sh'

up_cs() {
	cut -d ' ' -f 1 /proc/uptime | tr -d .
}

# What the host's clocks show, and its table of leap seconds, which counts
# seconds since 1900.
scenario_files() {
	# Of one moment, however busy the machine is
	for try in 1 2 3 4 5 6 7 8 9 10; do
		up=$(up_cs)
		host_time=$(date +%s%N | cut -c 1-12)
		[ $(($(up_cs) - up)) -gt 50 ] || break
	done
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$guest_programs/virtio-rtc" \
		"$here/../guest/daemon_lib.sh" "$1"
	cat >"$1/host.params" <<-END
		HOST_UPTIME_CS=$up
		HOST_TIME_CS=$host_time
		HOST_TAI_UTC=$(awk -v now="$(date +%s)" '
			/^[0-9]/ && $1 - 2208988800 <= now { offset = $2 }
			END { print offset }' /usr/share/zoneinfo/leap-seconds.list)
	END
}
