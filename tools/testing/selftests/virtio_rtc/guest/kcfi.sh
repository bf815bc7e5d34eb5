#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The kernel does end calls by pointers to functions of another type, so what was done
# with the driver before this was checked.

. ./lib.sh
plan 3

modprobe lkdtm
log=/run/before
dmesg >$log
is 'no call of the tests before this was one' "$(grep -c 'CFI failure' $log)" 0
sh -c 'echo CFI_FORWARD_PROTO >/sys/kernel/debug/provoke-crash/DIRECT' 2>/dev/null
is 'the kernel ends the call of its own test' \
	"$(dmesg | grep -c 'CFI failure at lkdtm_indirect_call')" 1
is 'and does not go on with it' "$(dmesg | grep -c 'survived mismatched prototype')" 0
# That was asked for.
dmesg -c >/dev/null
echo "virtio_rtc_test: kcfi.sh" >/dev/kmsg
