# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# A machine of libvirt's has the project's own device, by the description that the guide
# has, and libvirt's own devices of the kind go on beside the installed package.
# Guests: 7.3-amd64
# Sets: libvirt mount
# Long: yes
# Debug: no

scenario_tests='daemon_libvirt.sh'
scenario_daemon=packaged_daemon

# As the units have it
packaged_daemon() {
	mkdir -p /run/vhost-user-rtc/guide
	exec /usr/bin/vhost-user-rtc --socket-path=/run/vhost-user-rtc/guide/rtc.sock \
		--socket-mode=0660 --socket-group=kvm
}

# Nothing of this is seen outside of this boot.
be_a_host() {
	mkdir -p /tmp/usr /tmp/usr.work /etc/libvirt /var/lib/libvirt /var/log/libvirt \
		/var/cache/libvirt
	for d in /run /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do
		mount -t tmpfs host $d
	done
	mount -t sysfs sys /sys
	# The users that the packages make
	cat /etc/passwd - >/tmp/passwd <<-END
		libvirt-qemu:x:64055:104::/var/lib/libvirt:/bin/false
	END
	printf '%s\n' root:x:0: kvm:x:104: libvirt-qemu:x:64055: >/tmp/group
	touch /etc/group
	mount --bind /tmp/passwd /etc/passwd
	mount --bind /tmp/group /etc/group
	mount -t overlay -o lowerdir=/usr,upperdir=/tmp/usr,workdir=/tmp/usr.work usr /usr
	make -s -C "$top/tools/virtio" BUILD="$tools" CC=gcc-14 PREFIX=/usr install >&2
}

# Of what a host would have besides, here is nothing.
start_libvirt() {
	cat >/etc/libvirt/qemu.conf <<-END
		security_driver = "none"
		cgroup_controllers = [ ]
		namespaces = [ ]
		stdio_handler = "file"
	END
	libvirtd >>"$out/libvirtd.log" 2>&1 &
	until [ -S /run/libvirt/libvirt-sock ]; do
		kill -0 $! || return
		sleep 0.1
	done
}

virsh() {
	command virsh -c 'qemu:///system?socket=/run/libvirt/libvirt-sock' "$@" \
		>>"$out/virsh.log" 2>&1
}

# printed: the description in the guide, with the name of the machine and what else it needs
printed() {
	awk '/^\.\. code-block:: xml/ { on = 1; next }
		on && /^[^ ]/ { exit }
		on' "$top/Documentation/admin-guide/virtio_rtc_host.rst" |
		sed "s/'kvm'/'qemu'/; s/NAME/guide/; /^ *\.\.\.\$/ { r $1
			d }"
}

# with_virtiofs: a description of a machine with a folder of the host's
with_virtiofs() {
	cat <<-END
		<domain type='qemu'>
		<name>virtiofs</name>
		<memory unit='MiB'>64</memory>
		<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
		<os><type arch='x86_64' machine='q35'>hvm</type></os>
		<devices>
		<filesystem type='mount'>
		<driver type='virtiofs'/>
		<binary><sandbox mode='chroot'/></binary>
		<source dir='/tmp'/><target dir='folder'/>
		</filesystem>
		</devices>
		</domain>
	END
}

# starts NAME WANTED: a machine with virtiofs can be started, or not.
starts() {
	echo 1..1
	with_virtiofs >/tmp/virtiofs.xml
	if virsh create --paused /tmp/virtiofs.xml; then
		virsh destroy virtiofs
		started=yes
	else
		started=no
	fi
	[ $started = $2 ] && echo "ok - $1" || echo "not ok - $1"
}

scenario_run() {
	start_libvirt || return
	json=50-vhost-user-rtc.json
	starts 'beside the installed package a machine with virtiofs starts' yes >>"$out/results"
	cp /usr/share/vhost-user-rtc/$json /usr/share/qemu/vhost-user/
	starts 'with the description where libvirt looks it does not' no >>"$out/results"
	rm /usr/share/qemu/vhost-user/$json

	cp "/kernels/$kernel-$arch/vmlinuz" "$1" /tmp/
	: >/tmp/results
	cat >/tmp/rest <<-END
		<name>guide</name>
		<memory unit='MiB'>512</memory>
		<vcpu>2</vcpu>
		<os>
		<type arch='x86_64' machine='q35'>hvm</type>
		<kernel>/tmp/vmlinuz</kernel>
		<initrd>/tmp/${1##*/}</initrd>
		<cmdline>$console $(emulated_counter) panic=-1 $driver_options</cmdline>
		</os>
		<features><acpi/><apic/></features>
		<cpu mode='maximum'/>
		<on_reboot>destroy</on_reboot>
		<devices>
		<serial type='file'><source path='/tmp/console'/></serial>
		<serial type='file'><source path='/tmp/results'/></serial>
		</devices>
	END
	printed /tmp/rest >"$out/domain.xml"
	virsh create "$out/domain.xml" || return
	n=0
	while virsh domstate guide; do
		n=$((n + 1))
		[ $n -lt $scenario_timeout ] || virsh destroy guide
		sleep 1
	done
	cat /tmp/results >>"$out/results"
	cat /tmp/console >>"$out/console.log"
}

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$here/../guest/daemon_lib.sh" "$1"
	be_a_host
	ln -s /run/vhost-user-rtc/guide/rtc.sock /tmp/rtc.sock
}
