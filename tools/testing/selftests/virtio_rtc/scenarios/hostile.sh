# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The simulated device, when it does anything.
# Long: 6.* *-arm64
#
# 100 000 answers take too long on the debug kernel.
# Debug: no

# How many answers and notifications
: ${answers:=100000} ${notifications:=10000}
# A change is not to fail by what chance finds in code that it leaves alone.
: ${seed=1}
scenario_tests='hostile.sh'

scenario_files() {
	cp "$guest_programs/ptp" "$guest_programs/alarm" "$here/../guest/sim_lib.sh" "$1"
	echo "ANSWERS=$answers NOTIFICATIONS=$notifications SEED=${SEED-$seed}" >"$1/hostile.params"
	# More answers take longer.
	[ "$answers" -le 100000 ] ||
		sed -i "s/^# Timeout: .*/# Timeout: $((answers * 6 / 1000))/" "$1/hostile.sh"
}
