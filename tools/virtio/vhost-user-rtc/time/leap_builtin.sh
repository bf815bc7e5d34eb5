#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# usage: leap_builtin.sh [FILE] >leap_builtin.c
#
# Print the table of leap seconds that is built in, made from a leap-seconds.list
# (default: tzdata's). To be run before a release.

set -eu
file=${1:-/usr/share/zoneinfo/leap-seconds.list}
cat <<END
// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The leap seconds that are built in. Made by leap_builtin.sh, do not edit.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "leap.h"

END
awk '
	/^#@/ { expires = $2 - 2208988800 }
	/^[0-9]/ {
		# The first is the state of 1972 and no leap second.
		if (begun)
			entries = entries sprintf("\t\t{ %d, %d },\n", $1 - 2208988800, $2)
		begun = 1
		num++
	}
	END {
		printf "const struct leap_table leap_builtin = {\n"
		printf "\t.num = %d,\n\t.expires = %d,\n", num - 1, expires
		printf "\t.second = {\n%s\t},\n};\n", entries
	}' "$file"
