# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# How a guest is booted.  Sourced by run-guest.

# KVM's device node may exist without being usable, so boot something: a
# kernel that finds no initial file system panics, which ends QEMU, in a second.
kvm_works() {
	[ -w /dev/kvm ] || return 1
	probe=$cache/.kvm-$(cat /proc/sys/kernel/random/boot_id)
	if [ ! -e "$probe" ]; then
		rm -f "$cache"/.kvm-*
		timeout -k 1 20 "$qemu" -accel kvm $machine -cpu host -m 256M \
			-nodefaults -display none -no-reboot \
			-serial "file:/tmp/kvm-probe" -kernel "/kernels/$kernel-$arch/vmlinuz" \
			-append "$console panic=-1" >/dev/null 2>&1 &&
			grep -q 'Linux version' /tmp/kvm-probe &&
			echo yes >"$probe" || echo no >"$probe"
	fi
	[ "$(cat "$probe")" = yes ]
}

# Sets $machine and $ports (QEMU's arguments), $qemu, $console and $results_port.
choose_machine() {
	ports='-serial chardev:console -serial chardev:results'
	case $arch in
	amd64)
		qemu=qemu-system-x86_64
		machine='-machine q35'
		# Whether the timer interrupts is tried for so short a time that a busy
		# host can make it fail, and the kernel panic.
		console='console=ttyS0 no_timer_check'
		results_port=ttyS1
		;;
	arm64)
		qemu=qemu-system-aarch64
		machine='-machine virt,gic-version=3'
		console=console=ttyAMA0
		results_port=ttyAMA1
		;;
	riscv64)
		qemu=qemu-system-riscv64
		machine='-machine virt'
		console=console=ttyS0
		# The board has one port.
		ports='-serial chardev:console -device pci-serial,chardev=results'
		results_port=ttyS1
		;;
	s390x)
		qemu=qemu-system-s390x
		machine='-machine s390-ccw-virtio'
		console=console=ttyS0
		# A console of lines and one of characters, each of which there may be one.
		# The kernel writes to both, in the latter between the lines of results.
		ports='-device sclplmconsole,chardev=console -device sclpconsole,chardev=results'
		results_port=ttysclp0
		;;
	esac
}

# An emulated guest has this host's counter, and measures its rate in so short a time
# that on a busy host it can be wrong several times over.  Say what it is.
counter_rate() {
	[ "$arch" = amd64 ] && [ "$(dpkg --print-architecture)" = amd64 ] || return 0
	{
		"$guest_programs/cross" now tsc
		sleep 0.2
		"$guest_programs/cross" now tsc
	} | awk 'NR == 1 { counter = $1; time = $2 }
		NR == 2 { printf "tsc_early_khz=%d", ($1 - counter) * 1e6 / ($2 - time) }'
}

# What the kernel of an emulated guest is told of its counter.  Emulated processors do not
# run in step, which old kernels take for a fault of it; on a busy machine any kernel takes
# the counters of two for two, and goes by the HPET, of which one processor is given what
# another one read before.
emulated_counter() {
	[ "$arch" != amd64 ] || echo "tsc=reliable $(counter_rate)"
}

# A guest that stands still for a second is no device that gives no answer: a reading waits
# as long as any other request.  Tests of what a second does say so themselves.
driver_options='virtio_rtc.read_timeout_ms=30000'

# run_qemu INITRD [ARGUMENT...]: returns QEMU's status, 124 when it had to be ended.
run_qemu() (
	initrd=$1
	shift
	# A vhost-user device needs memory that can be shared.
	machine="$machine,memory-backend=mem"
	set -- "$@" -initrd "$initrd" -m 512M -smp 2 \
		-object memory-backend-memfd,id=mem,size=512M,share=on \
		-nodefaults -display none -no-reboot -rtc base=utc,clock=host \
		-chardev "file,id=console,path=$out/console.log,append=on" \
		-chardev "file,id=results,path=$out/results,append=on" $ports \
		-kernel "/kernels/$kernel-$arch/vmlinuz"
	if [ "$arch" = "$(dpkg --print-architecture)" ] && kvm_works; then
		set -- -accel kvm -cpu host "$@"
	else
		set -- -accel tcg,thread=multi -cpu max "$@"
		console="$console $(emulated_counter)"
	fi
	if [ "$scenario_dts" != cat ]; then
		$qemu $machine,dumpdtb=/tmp/machine.dtb "$@" $scenario_devices
		dtc -q -I dtb -O dts /tmp/machine.dtb | $scenario_dts |
			dtc -q -I dts -O dtb -o /tmp/edited.dtb
		set -- -dtb /tmp/edited.dtb "$@"
	fi
	timeout -k 5 "$scenario_timeout" $qemu $machine "$@" $scenario_devices \
		-append "$console panic=-1 log_buf_len=4M $driver_options $scenario_cmdline" \
		>>"$out/qemu.log" 2>&1
)

choose_machine
