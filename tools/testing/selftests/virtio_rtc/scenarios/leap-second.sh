# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The leap second at the end of 2016.  However long the guest took to boot, the
# device is plugged in shortly before it: 25 s, or twice as long as it took to boot
# where that is more (200 s at most), as a slow machine takes its time for that, too.  The machine has
# no other RTC, so the kernel takes its time from this one.  The debug kernel is too
# small for that: it has neither hotplug of PCI devices nor RTC_HCTOSYS.
# Debug: no
# Long: 6.12-* 6.1-arm64

scenario_tests='daemon_leap.sh'
scenario_devices='-device pcie-root-port,id=free-slot
	-chardev pipe,id=monitor,path=/tmp/monitor -object monitor-hmp,id=hmp,chardev=monitor'
case $arch in
amd64) scenario_cmdline='initcall_blacklist=cmos_init' ;;
arm64) scenario_cmdline='initcall_blacklist=pl031_driver_init' ;;
esac
scenario_daemon=leap_daemon

leap_at() {
	"$tools/vhost-user-rtc" --socket-path=/tmp/rtc.sock --start-time="$1" --clock=utc \
		--clock=tai --clock=smeared:noon-linear --clock=smeared:utc-sls &
	trap "kill $!; exit" TERM
}

# The first one is there only to be listening when QEMU is started.
leap_daemon() {
	mkfifo /tmp/monitor.in /tmp/monitor.out
	cat /tmp/monitor.out &
	leap_at 2016-06-01T00:00:00Z
	began=$(date +%s)
	until grep -q '^# ready' "$out/results"; do
		sleep 0.1
	done
	kill $!
	wait $! || true
	before=$((2 * ($(date +%s) - began)))
	[ $before -gt 25 ] || before=25
	[ $before -lt 200 ] || before=200
	leap_at "$(date -u -d "2017-01-01 UTC - $before seconds" +%Y-%m-%dT%H:%M:%SZ)"
	until [ -S /tmp/rtc.sock ]; do
		sleep 0.1
	done
	cat >/tmp/monitor.in <<-END
		chardev-add socket,id=rtc,path=/tmp/rtc.sock
		device_add vhost-user-rtc-pci,chardev=rtc,bus=free-slot
	END
	wait $!
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/leap" "$here/../guest/daemon_lib.sh" "$1"
}
