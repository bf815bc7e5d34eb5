# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What all host-side scripts share.  Sourced, with $here set to the folder of
# these scripts.

here=$(cd "$here" && pwd -P)
top=$(cd "$here/../../../../.." && pwd -P)
cache=${VIRTIO_RTC_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/virtio_rtc}
export VIRTIO_RTC_CACHE="$cache"
# What apt and others say is looked at.
export LC_ALL=C.UTF-8

# The guests that scenarios run in unless they say otherwise: version of the kernel and architecture.
all_guests='6.1-amd64 6.12-amd64 7.3-amd64 6.1-arm64 6.12-arm64 7.3-arm64'
# Kernels that the driver is only built for: of 32 bits, big endian, for real time.
# ../long has more of them, and recipes/kernel says where all come from.
build_only='6.1-armhf 6.1-s390x 7.3rt-amd64'
# Guests that run only what names them: see scenarios/smoke.sh.
more_guests='7.3rt-amd64 6.12rt-amd64 6.1-s390x 7.2-s390x 7.2-riscv64'
# Those for which every combination of options is built and loaded: the newest
# and the oldest, one of each architecture.
option_kernels='7.3-amd64 6.1-arm64'

# The source of a kernel, in /kernels.
kernel_source() {
	case $1 in
	7.3) echo source ;;
	*) echo "old-source-$1" ;;
	esac
}

# The words by which ./part knows what is in /kernels/NAME.
recipe_of() {
	case $1 in
	[0-9]*) echo "kernel ${1%-*} ${1#*-}" ;;
	kcsan-*) echo "debug ${1#kcsan-} kcsan" ;;
	old-source-*) echo "old-source ${1#old-source-}" ;;
	*) echo "$1" | tr - ' ' ;;
	esac
}

# root_for KERNEL-ARCH: the package root that is built in, as ./part knows it.  What
# kernels of Debian's unstable suite are built with runs only there.
root_for() {
	case $1 in
	7.2-*) echo 'root sid' ;;
	*) echo root ;;
	esac
}

# compiler_of ROOT: the same one for all that is built there
compiler_of() {
	case $1 in
	'root sid') echo gcc-16 ;;
	*) echo gcc-14 ;;
	esac
}

# make_args [KERNEL-]ARCH: what make needs to build for it.
make_args() {
	gcc=$(compiler_of "$(root_for "$1")")
	case ${1##*-} in
	amd64) kernel_arch=x86_64 prefix=x86_64-linux-gnu ;;
	i386) kernel_arch=i386 prefix=x86_64-linux-gnu ;;
	arm64) kernel_arch=arm64 prefix=aarch64-linux-gnu ;;
	armhf) kernel_arch=arm prefix=arm-linux-gnueabihf ;;
	ppc64el) kernel_arch=powerpc prefix=powerpc64le-linux-gnu ;;
	riscv64) kernel_arch=riscv prefix=riscv64-linux-gnu ;;
	s390x) kernel_arch=s390 prefix=s390x-linux-gnu ;;
	esac
	echo "ARCH=$kernel_arch CROSS_COMPILE=$prefix- CC=$prefix-$gcc"
}

# sets_to_build [KERNEL-]ARCH: what the package root needs for it (see need).
sets_to_build() {
	case $1 in
	*amd64 | *i386) ;;
	*) echo "${1##*-}" ;;
	esac
}

# sets_to_boot ARCH: and to boot it.
sets_to_boot() {
	echo "qemu-$1"
}

say() {
	echo "virtio_rtc: $*" >&2
}

die() {
	say "error: $*"
	exit 1
}

# The status of what ends because the mirror does not have a part of it.
cannot_be_had=77

# missing NAME LOG: if it is for that reason that NAME could not be made, say so,
# note it for the rest of this make, and end.
missing() {
	why=$(sed -n 's/^cannot be had: //p' "$2" | tail -n 1)
	[ "$why" ] || return 0
	echo "${VIRTIO_RTC_RUN-} $why" >"$cache/.$1.missing"
	say "$1 cannot be had: $why"
	exit $cannot_be_had
}

# not_again NAME: end if the same make has found NAME missing.
not_again() {
	[ "${VIRTIO_RTC_RUN-}" ] && [ -e "$cache/.$1.missing" ] || return 0
	read -r run why <"$cache/.$1.missing"
	[ "$run" = "$VIRTIO_RTC_RUN" ] || return 0
	say "$1 cannot be had: $why"
	exit $cannot_be_had
}

# show_progress NAME LOG: say every few seconds how far NAME is, from its log.
show_progress() {
	began=$(date +%s)
	trap 'kill $pause 2>/dev/null; exit 0' TERM
	# As long as the script that makes it: one that is interrupted does not end this.
	while kill -0 $$ 2>/dev/null; do
		sleep 8 >/dev/null 2>&1 &
		pause=$!
		wait $pause
		said=$(tail -c 2000 "$2" 2>/dev/null | tr '\r' '\n' | grep -v '^ *$' |
			tail -n 1 | cut -c 1-110)
		say "$1, $(($(date +%s) - began)) s: $said"
	done
}

# wait_for_lock NAME LOG: of descriptor 9, which another make may have that makes NAME.
wait_for_lock() {
	flock --nonblock 9 && return
	say "waiting for another make, which makes $1"
	show_progress "$1" "$2" 9>&- &
	progress=$!
	flock 9
	kill $progress
}

# A package root is made and entered with mounts, which only root may do.
need_root() {
	[ "$(id -u)" -eq 0 ] ||
		die "making and entering the package root needs root: run 'sudo make ${VIRTIO_RTC_GOAL:-root}'"
}
