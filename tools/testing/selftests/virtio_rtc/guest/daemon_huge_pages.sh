#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 200
#
# Memory that a front end has in huge pages may come and go, or be taken away, as any other,
# also by parts that are smaller than such a page.

echo 16 >/proc/sys/vm/nr_hugepages
export CMOCKA_MESSAGE_OUTPUT=TAP LD_LIBRARY_PATH=/test VHOST_USER_RTC=/test/vhost-user-rtc
export HUGE_PAGES=1
./memory-changes-test 2>&1
