# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What the guide says to type for perf, trace-cmd and bpftrace, which are on a disk.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes
# Parts: guest-amd64-tracers

scenario_tests='tracers.sh'
scenario_timeout=900
scenario_devices="-drive if=none,id=tracers,format=raw,readonly=on,\
file=$("$here/part" --key guest amd64 tracers)/tracers.ext4
	-device virtio-blk-pci,drive=tracers"
scenario_modules='kernel/drivers/block/virtio_blk.* kernel/fs/ext4 kernel/fs/jbd2
	kernel/fs/mbcache.* kernel/lib kernel/crypto kernel/arch/x86/crypto'

scenario_files() {
	cp "$guest_programs/ptp" "$here/../guest/sim_lib.sh" "$here/../commands" "$1"
}
