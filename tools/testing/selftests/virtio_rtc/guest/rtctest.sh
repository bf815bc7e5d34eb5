#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 400
#
# What the kernel's rtctest says of an RTC: each of its tests by its name.

. ./lib.sh

rtc=$(ls -d /sys/bus/virtio/devices/*/*.clock*/rtc/rtc*)
TZ=UTC ./rtctest "/dev/${rtc##*/}" >/run/rtctest 2>&1
tests=$(sed -n 's/^1\.\.//p' /run/rtctest)
plan $((${tests:-0} + 1))
check 'rtctest has eight tests, or more' [ "${tests:-0}" -ge 8 ]
sed -n 's/^# *[^ ]*rtctest\.c:[0-9]*:/#   /p' /run/rtctest
# One that was left out has shown nothing.
sed -n 's/^\(ok\|not ok\) [0-9]* *\(- \)\?\(.*\)/\1 - rtctest: \3/p' /run/rtctest |
	sed '/# *SKIP/s/^ok/not ok/; s/ # *SKIP/ was left out/'
