# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What a read costs, on the device BENCH_DEVICE, and with the module BENCH_PEER
# as well if there is one.  Daemons that look for requests do so for BENCH_POLL_US;
# with BENCH_UNPOLLED that is vhost-user-rtc, and beside it is one that does not look.
# With BENCH_SLOW the daemon has another clock, which is slow.
# BENCH_BUSY processes run beside.  Not a test: host/bench runs it.
# Guests: none

scenario_tests='bench.sh'
scenario_timeout=1800

case ${BENCH_DEVICE:=qemu} in
qemu)
	scenario_devices='-device virtio-rtc-pci'
	;;
qemu-viommu)
	scenario_devices='-device virtio-rtc-pci,iommu_platform=on'
	case $arch in
	amd64)
		scenario_devices="-device intel-iommu $scenario_devices"
		scenario_cmdline='intel_iommu=on'
		;;
	arm64)
		scenario_devices="-machine iommu=smmuv3 $scenario_devices"
		;;
	*)
		die "no IOMMU is known for $arch"
		;;
	esac
	;;
qemu-swiotlb)
	scenario_devices='-device virtio-rtc-pci,iommu_platform=on'
	scenario_cmdline='swiotlb=force'
	;;
vhost-user-rtc | vhost-user-rtc-polling)
	scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock utc"
	scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
		-device vhost-user-rtc-pci,chardev=rtc'
	if [ "$BENCH_DEVICE" != vhost-user-rtc ] || [ "${BENCH_UNPOLLED-}" ]; then
		scenario_daemon="$scenario_daemon --poll-us=$BENCH_POLL_US"
	fi
	if [ "${BENCH_SLOW-}" ]; then
		scenario_daemon="$scenario_daemon --clock monotonic
			--fault=late-answer=2,type=read,clock=1"
	fi
	if [ "${BENCH_UNPOLLED-}" ]; then
		scenario_devices="$scenario_devices
			-chardev socket,path=/tmp/other.sock,id=other
			-device vhost-user-rtc-pci,chardev=other"
	fi
	;;
sim)
	;;
*)
	die "no device named $BENCH_DEVICE to measure"
	;;
esac

# ran PID: the processor time that it took, in ns
ran() {
	cut -d ' ' -f 1 "/proc/$1/schedstat"
}

# What chronyd's readings cost the daemons, in us of processor time each second
with_two_daemons() {
	another_daemon --clock=maybe-smeared || return
	run_qemu "$1" &
	machine_pid=$!
	for driver in own peer; do
		[ "$BENCH_BUSY" = 0 ] || break
		[ $driver = own ] && pid=$daemon_pid || pid=$other_pid
		for use in chronyd nobody; do
			await_event "$use $driver" $machine_pid || break
			before=$(ran $pid)
			sleep 10
			echo "# bench driver=$driver operation=$use readers=-" \
				"daemon=$((($(ran $pid) - before) / 10000)) allocations=-" >>"$out/results"
		done
	done
	status=0
	wait $machine_pid || status=$?
	kill $other_pid
	return $status
}

scenario_run() {
	if [ "${BENCH_UNPOLLED-}" ]; then
		with_two_daemons "$1"
	else
		run_qemu "$1"
	fi
}

scenario_files() {
	cp "$guest_programs/bench_ptp" "$1"
	cat >"$1/bench.params" <<-END
		DEVICE=$BENCH_DEVICE
		ROUNDS=${BENCH_ROUNDS:-3}
		BUSY=$BENCH_BUSY
		SLOW_CLOCK=${BENCH_SLOW-}
		TWO_DAEMONS=${BENCH_UNPOLLED-}
		SECONDS_EACH=${BENCH_SECONDS:-1}
	END
	[ -z "${BENCH_PEER-}" ] || cp "$BENCH_PEER" "$1/peer.ko"
}
