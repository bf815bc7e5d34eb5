# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# As smoke.sh, on other such machines.
# Guests: 6.12rt-amd64 6.1-s390x 7.2-s390x 7.2-riscv64
# Debug: no
# Long: yes

. "$here/../scenarios/smoke.sh"
