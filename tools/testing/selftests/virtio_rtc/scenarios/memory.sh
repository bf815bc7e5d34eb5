# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The machine gets more memory and loses it again while it uses the project's own device,
# which shares all of it, by the DMA API and copies, as guests with encrypted memory do.
# Guests: 7.3-amd64 6.1-amd64
# Long: 6.1-amd64
# Debug: no

scenario_tests='daemon_memory.sh'
scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --log-level=debug
	--clock=utc --clock=smeared:noon-linear,alarm"
# Each part of a virtio-mem device's memory is a region of its own, as it is plugged.
scenario_devices='-m slots=4,maxmem=4G
	-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc,iommu_platform=on
	-object memory-backend-memfd,id=more,size=1G,share=on,reserve=off
	-device virtio-mem-pci,id=grows,memdev=more,dynamic-memslots=on'
scenario_cmdline='memhp_default_state=offline swiotlb=force'

# next EVENT COMMAND...: the machine is told that when the guest asks for the event.
next() {
	await_event $1 $machine_pid || return
	shift
	tell qemu "$@"
}

scenario_run() {
	run_qemu "$1" $(monitor qemu) &
	machine_pid=$!
	next dimm 'object_add memory-backend-memfd,id=dimm,size=128M,share=on' \
		'device_add pc-dimm,id=dimm,memdev=dimm'
	next two-dimms 'object_add memory-backend-memfd,id=other,size=128M,share=on' \
		'device_add pc-dimm,id=other,memdev=other'
	next one-dimm 'device_del other'
	next more-256 'qom-set grows requested-size 256M'
	next more-64 'qom-set grows requested-size 64M'
	next more-512 'qom-set grows requested-size 512M'
	next more-0 'qom-set grows requested-size 0'
	wait $machine_pid
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$guest_programs/readers" \
		"$here/../guest/daemon_lib.sh" "$1"
}
