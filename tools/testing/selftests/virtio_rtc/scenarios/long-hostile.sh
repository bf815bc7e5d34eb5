# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# As hostile.sh, with a million answers and a hundred thousand notifications.  On the debug
# kernel there are 50 000: what is said of more does not find room in its log.
# Guests: 7.3-amd64 6.1-amd64 debug-amd64
# Debug: no
# Long: yes

answers=1000000
notifications=100000
# The guest chooses one.
seed=
[ "$kernel" != debug ] || answers=50000
scenario_timeout=7200
. "$here/../scenarios/hostile.sh"
