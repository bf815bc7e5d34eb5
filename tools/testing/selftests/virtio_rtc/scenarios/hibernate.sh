# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The machine hibernates to a disk, and goes on in another QEMU, with the project's own
# device, which went on meanwhile.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

: ${keeper:=chronyd}
scenario_tests='hibernate.sh'
scenario_timeout=600
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock
	--clock=utc --clock=smeared:noon-linear,alarm"
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc
	-drive if=none,id=swap,format=raw,file=/tmp/swap -device virtio-blk-pci,drive=swap'
scenario_modules='kernel/drivers/block/virtio_blk.*'

scenario_run() {
	# No larger than what is written to it, which is in memory.
	truncate -s 512M /tmp/swap
	run_qemu "$1" || return
	# Where it did not hibernate the test is over.
	! grep -q '^# end' "$out/results" || return 0
	# Until the alarm was due that the test has set
	sleep 60
	run_qemu "$1"
}

scenario_files() {
	cp "$guest_programs/follow" "$guest_programs/alarm" "$guest_programs/ptp" \
		"$here/../guest/sim_lib.sh" "$1"
	phc2sys_files "$1"
	echo "KEEPER=$keeper" >"$1/keeper.params"
}
