# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# As hostile.sh, with a million answers and a hundred thousand notifications.  What is said
# of as many would not find room in the log of the debug kernel, which is slow besides.
# Guests: 7.3-amd64 6.1-amd64 debug-amd64
# Debug: no
# Long: yes

answers=1000000
notifications=100000
[ "$kernel" != debug ] || answers=50000
scenario_timeout=7200
. "$here/../scenarios/hostile.sh"
