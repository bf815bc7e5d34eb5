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
# 32-bit kernels, which the driver is only built for.
build_only=
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

say() {
	echo "virtio_rtc: $*" >&2
}

die() {
	say "error: $*"
	exit 1
}

# A package root is made and entered with mounts, which only root may do.
need_root() {
	[ "$(id -u)" -eq 0 ] ||
		die "making and entering the package root needs root: run 'sudo make ${VIRTIO_RTC_GOAL:-root}'"
}
