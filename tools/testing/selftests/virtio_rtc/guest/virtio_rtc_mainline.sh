#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# "virtio-rtc" tells the kernel's own driver from this project's, and shows what that
# tells of clocks.

. ./lib.sh
plan 10

cp 60-virtio-rtc.rules /etc/udev/rules.d/
udevadm control --reload
modprobe ptp
check 'the driver of the kernel loads' insmod mainline.ko
udevadm settle --timeout=30

./virtio-rtc >/run/show
is 'the status is 0' $? 0
sed 's/^/# /' /run/show
check 'its driver is shown' grep -q '^virtio[0-9]*: pci, driver virtio_rtc$' /run/show
check 'its clock is shown in words' grep -q '^    shows  *UTC, steps at leap seconds (type 0)$' /run/show
check 'the clock is read' grep -q "^    system's clock  *[0-9.]* [mun]*s \(ahead\|behind\), " /run/show
is 'what only this driver counts is not shown' "$(grep -c 'since the driver was bound' /run/show)" 0

./virtio-rtc check >/run/check
sed 's/^/# /' /run/check
check 'that it is another driver is noted' grep -q '^note .*\[other-driver\]$' /run/check
check 'and by virtio-rtc alone' grep -q '^note .*\[other-driver\]$' /run/show
rmmod virtio_rtc
modprobe virtio_rtc
udevadm settle --timeout=30
./virtio-rtc check >/run/check
check 'and of the right one that it is that' grep -q '^good .*\[driver\]$' /run/check
is 'which is not noted' "$(grep -c 'other-driver' /run/check)" 0
