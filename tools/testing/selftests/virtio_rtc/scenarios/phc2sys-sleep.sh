# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# As sleep.sh: phc2sys keeps the system's clock.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

keeper=phc2sys
. "$here/../scenarios/sleep.sh"
