# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What all host-side scripts share.  Sourced, with $here set to the folder of
# these scripts.

here=$(cd "$here" && pwd -P)
top=$(cd "$here/../../../../.." && pwd -P)
cache=${VIRTIO_RTC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/virtio_rtc}
export VIRTIO_RTC_CACHE="$cache"

# The guests that every test runs in: version of the kernel and architecture.
all_guests='6.1-amd64 6.12-amd64 7.3-amd64 6.1-arm64 6.12-arm64 7.3-arm64'
# 32-bit kernels, which the driver is only built for.  bookworm has lists of
# packages of all architectures on every mirror that was seen.
build_only='6.1-armhf'
# Those for which every combination of options is built and loaded: the newest
# and the oldest, one of each architecture.
option_kernels='7.3-amd64 6.1-arm64'

# The words by which ./part knows what is in /kernels/NAME.
recipe_of() {
	case $1 in
	[0-9]*) echo "kernel ${1%-*} ${1#*-}" ;;
	*) echo "$1" | tr - ' ' ;;
	esac
}

# What make needs to build for ARCH, with the same compiler everywhere.
make_args() {
	case $1 in
	amd64) echo "ARCH=x86_64 CROSS_COMPILE=x86_64-linux-gnu- CC=x86_64-linux-gnu-gcc-14" ;;
	arm64) echo "ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- CC=aarch64-linux-gnu-gcc-14" ;;
	armhf) echo "ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf- CC=arm-linux-gnueabihf-gcc-14" ;;
	esac
}

# What the package root needs to build for ARCH (see need), and to boot it.
sets_to_build() {
	case $1 in
	amd64) ;;
	*) echo "$1" ;;
	esac
}

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
	while :; do
		sleep 8 >/dev/null 2>&1 &
		pause=$!
		wait $pause
		said=$(tail -c 2000 "$2" 2>/dev/null | tr '\r' '\n' | grep -v '^ *$' |
			tail -n 1 | cut -c 1-110)
		say "$1, $(($(date +%s) - began)) s: $said"
	done
}

# A package root is made and entered with mounts, which only root may do.
need_root() {
	[ "$(id -u)" -eq 0 ] ||
		die "making and entering the package root needs root: run 'sudo make ${VIRTIO_RTC_GOAL:-root}'"
}
