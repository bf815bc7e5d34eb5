# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Another kernel is started on virtio-mmio, where nobody but the driver resets the device,
# while readers wait and an alarm is set.  The device then answers them, and the alarm
# comes due; the other kernel looks whether anything is written to its memory.
# Not on 6.12: with the 52-bit addresses of QEMU's processor its kexec_load() has an oops
# of its own, in trans_pgd_create_copy().
# Guests: 7.3-arm64 6.1-arm64
# Debug: no
# Long: yes

scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--control-socket=/tmp/rtc.control
	--clock=utc --clock=tai --clock=smeared:noon-linear,alarm"
scenario_devices='-global virtio-mmio.force-legacy=false
	-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc,chardev=rtc,bus=virtio-mmio-bus.0'
scenario_tests='kexec.sh'
scenario_timeout=300

control() {
	"$tools/vhost-user-rtc" --control=/tmp/rtc.control "$@"
}

scenario_run() {
	run_qemu "$1" &
	machine_pid=$!
	await_event 'late answers' $machine_pid || return
	control fault late-answer=25000,type=read
	await_event watching $machine_pid || return
	# Two hours, when the alarm is an hour away
	control step 2 7200000000000
	wait $machine_pid
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$guest_programs/next_kernel" "$1"
}
