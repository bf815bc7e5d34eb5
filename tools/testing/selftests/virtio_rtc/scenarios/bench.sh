# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What a read costs, on the device BENCH_DEVICE, and with the module BENCH_PEER
# as well if there is one.  Not a test: host/bench runs it.
# Guests: none

scenario_tests='bench.sh'
scenario_timeout=1800

case ${BENCH_DEVICE:=qemu} in
qemu)
	scenario_devices='-device virtio-rtc-pci'
	;;
vhost-user-rtc)
	scenario_daemon="$tools/vhost-user-rtc --socket-path=/tmp/rtc.sock --clock utc"
	scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
		-device vhost-user-rtc-pci,chardev=rtc'
	;;
sim)
	;;
*)
	die "no device named $BENCH_DEVICE to measure: qemu, vhost-user-rtc or sim"
	;;
esac

scenario_files() {
	cp "$guest_programs/bench_ptp" "$1"
	cat >"$1/bench.params" <<-END
		DEVICE=$BENCH_DEVICE
		ROUNDS=${BENCH_ROUNDS:-3}
		SECONDS_EACH=${BENCH_SECONDS:-1}
	END
	[ -z "${BENCH_PEER-}" ] || cp "$BENCH_PEER" "$1/peer.ko"
}
