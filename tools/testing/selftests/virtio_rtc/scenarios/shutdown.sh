# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Before another kernel is started the driver takes the device back, which would write
# to that one's memory; on virtio-mmio nobody else does.  What the guest writes to the
# device's registers says whether.
# Guests: *-arm64
# Long: 6.12-*
# Debug: no

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock=utc
	--fault=no-answer,type=read"
scenario_devices='-global virtio-mmio.force-legacy=false
	-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc,chardev=rtc,bus=virtio-mmio-bus.0'
scenario_tests='shutdown.sh'
scenario_timeout=240

scenario_run() {
	status=0
	run_qemu "$1" -trace virtio_mmio_write_offset -D "$out/trace.log" &
	machine_pid=$!
	# Nobody's answer comes within the hour that they wait.
	until grep -q '^# end' "$out/results" || ! kill -0 $machine_pid 2>/dev/null; do
		sleep 0.5
	done
	ended=$(date +%s)
	wait $machine_pid || status=$?
	took=$(($(date +%s) - ended))
	# Register 0x70 is the status; 0 written to it is a reset.
	echo 1..2 >>"$out/results"
	[ $took -lt 60 ] && verdict=ok || verdict='not ok'
	echo "$verdict - readers that wait do not hold it up" >>"$out/results"
	last=$(sed -n 's/^.*virtio_mmio_write offset 0x70 value \(0x[0-9a-f]*\).*/\1/p' \
		"$out/trace.log" | tail -n 1)
	case $last in
	0x0) echo 'ok - the device is reset before the machine is restarted' ;;
	*) echo "not ok - the device is reset before the machine is restarted: its status is $last" ;;
	esac >>"$out/results"
	return $status
}

scenario_files() {
	cp "$guest_programs/ptp" "$1"
}
