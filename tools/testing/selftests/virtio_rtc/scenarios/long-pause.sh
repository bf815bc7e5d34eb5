# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# As pause.sh: the machine is paused for a minute.
# Guests: 7.3-amd64 6.1-amd64
# Debug: no
# Long: yes

still=60
. "$here/../scenarios/pause.sh"
