# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# QEMU's own device: one UTC clock, no alarm, no cross-timestamps.
# Long: 6.12-arm64

scenario_devices='-device virtio-rtc-pci'
# There the use of the DMA mappings is checked, which a device that lives with
# the system's memory does without.
[ "$kernel" != debug ] || scenario_devices="$scenario_devices,iommu_platform=on"
scenario_tests='clock.sh read_path.sh module.sh udev.sh suspend.sh reload.sh'

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/bench_ptp" "$guest_programs/readers" \
		"$top/tools/udev/60-virtio-rtc.rules" "$1"
}
