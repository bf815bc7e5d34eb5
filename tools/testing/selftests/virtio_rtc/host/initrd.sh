# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A guest's file system: its user space from the cache, then what differs from
# run to run.  The kernel unpacks archives that follow one another.  Sourced by
# run-guest.

# Modules of the kernel that a virtio device or a test may need.
kernel_modules='kernel/drivers/virtio kernel/drivers/pps kernel/drivers/ptp kernel/drivers/rtc
	kernel/fs/configfs kernel/drivers/misc/lkdtm'

# chrony_files DIR: puts there what guests' chrony.sh takes.
chrony_files() {
	cp "$here/../guest/chrony.sh" "$here/../guest/systemctl" \
		"$top/tools/udev/60-virtio-rtc.rules" "$top/tools/chrony/61-virtio-rtc-chrony.rules" \
		"$top/tools/chrony/virtio-rtc-chrony" "$top/tools/chrony/virtio-rtc.conf" "$1"
}

# phc2sys_files DIR: and what their phc2sys_unit.sh and keeper.sh take besides.
phc2sys_files() {
	chrony_files "$1"
	cp "$here/../guest/phc2sys_unit.sh" "$here/../guest/keeper.sh" \
		"$top/tools/systemd/virtio-rtc-phc2sys.service" \
		"$top/tools/systemd/61-virtio-rtc-phc2sys.rules" "$1"
}

# build_aids: programs beside the daemon, to $tools/tools; another guest may do so as well.
build_aids() {
	flock "$tools" make -s -C "$top/tools/virtio" BUILD="$tools" CC=gcc-14 WERROR=1 aids \
		>>"$out/aids.log" 2>&1
}

# make_initrd FILE
make_initrd() {
	stage=$(mktemp -d)
	release=$(cat "/kernels/$kernel-$arch/release")
	lib=$stage/usr/lib/modules/$release
	mkdir -p "$lib/updates" "$stage/test/modules"
	for d in $kernel_modules $scenario_modules; do
		# Files have a suffix that depends on the kernel.
		for m in "/kernels/$kernel-$arch/modules/"$d; do
			if [ -e "$m" ]; then
				mkdir -p "$lib/$(dirname "$d")"
				cp -r "$m" "$lib/$(dirname "$d")/"
			fi
		done
	done
	cp "/kernels/$kernel-$arch/modules/modules.builtin" \
		"/kernels/$kernel-$arch/modules/modules.builtin.modinfo" \
		"/kernels/$kernel-$arch/modules/modules.order" "$lib/"
	find "$modules" -name '*.ko' -exec cp {} "$lib/updates/" \;
	depmod -b "$stage/usr" "$release"

	cp "$here/../guest/init" "$stage/init"
	cp "$here/../guest/lib.sh" "$here/../guest/splats" "$here/../guest/races.awk" \
		"$stage/test/"
	for t in $scenario_tests; do
		case $t in
		*.sh) cp "$here/../guest/$t" "$stage/test/" ;;
		*) cp "$guest_programs/$t" "$stage/test/" ;;
		esac
	done
	scenario_files "$stage/test"
	cat >"$stage/test/params" <<-END
		RESULTS=$results_port
		TESTS='$scenario_tests'
		KERNEL=$kernel
		ARCH=$arch
		HOST_SECONDS=$(date +%s)
	END
	(cd "$stage" && find . | cpio -o -H newc --quiet -R 0:0) >"$stage.cpio"
	cat "$("$here/part" --key guest "$arch")/base.cpio" "$stage.cpio" >"$1"
	rm -r "$stage" "$stage.cpio"
}
