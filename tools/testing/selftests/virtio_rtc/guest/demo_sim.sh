# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What the demonstration needs on the simulated device.  Sourced by demo.sh.

. ./sim_lib.sh

sim_load
# The clock goes its own way, as a host's does: it takes no notice of what
# chronyd does to the system's.
sim_clock demo/utc cross=1 base=raw drift_ppb=10000
sim_on demo
sim_delays demo 50 50
show grep . $sim/demo/request_delay_us $sim/demo/response_delay_us

# Cross-timestamps are exact, as sim-precise.sh shows, but chronyd sets the rate of the
# system's clock in steps of up to 0.15 ppm, and may be woken late.
exact=100
