# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Cross-timestamps with a device in another process, which computes the guest's
# counter from the host's.  Under emulation the guest's TSC is the host's plus a
# constant, and its virtual count is CLOCK_MONOTONIC plus a constant.  Constants
# change from boot to boot: the guest says what its counter was at a time of the
# monotonic clock, and the host works out the offset and puts it into the file
# that the daemon reads.  The delays are longer than what that is wrong by.
# Long: 6.12-*

scenario_tests='daemon_cross.sh'
scenario_devices='-chardev socket,path=/tmp/rtc.sock,id=rtc
	-device vhost-user-rtc-pci,chardev=rtc'
scenario_daemon=cross_daemon
case $arch in
amd64)
	cross_source=tsc
	cross_counter=x86-tsc,source=tsc
	;;
arm64)
	cross_source=monotonic
	cross_counter=arm-vct,source=monotonic,ratio=1/1
	;;
esac

cross_daemon() {
	: >/tmp/offset
	"$tools/vhost-user-rtc" --socket-path=/tmp/rtc.sock --clock=utc --clock=tai \
		--clock=monotonic --delay=1,1 --counter=$cross_counter,offset=/tmp/offset &
	trap "kill $!; exit" TERM
	start=$(/tmp/programs/cross now $cross_source)
	done=0
	while sleep 0.1; do
		# "# counter: COUNT TIME.", or "# counter: none."
		asked=$(sed -n 's/^# counter: \(.*\)\.$/\1/p' "$out/results" |
			tail -n +$((done + 1)) | head -n 1)
		[ "$asked" ] || continue
		done=$((done + 1))
		case $asked in
		none) : >/tmp/offset ;;
		*)
			/tmp/programs/cross offset $asked $start \
				$(/tmp/programs/cross now $cross_source) >/tmp/offset
			echo "$asked: $(cat /tmp/offset)"
			;;
		esac
	done
}

scenario_files() {
	make -s -C "$here/../guest" CC=gcc-14 O=/tmp/programs /tmp/programs/cross
	cp "$guest_programs/ptp" "$guest_programs/cross" "$here/../guest/daemon_lib.sh" "$1"
}
