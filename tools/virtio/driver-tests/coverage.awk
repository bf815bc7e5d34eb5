# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What "llvm-cov show" prints of some files, to how many of each one's lines were run
# and which were not, and a KTAP line: whether they are at least PERCENT of all.

function end_run() {
	if (first)
		missed = missed " " first (last > first ? "-" last : "")
	first = 0
}

function end_file() {
	end_run()
	if (lines)
		printf "# coverage of %-26s %5.1f %% of %3d lines%s%s\n", file ":",
			100 * run / lines, lines, missed ? ", without" : "", missed
	all_lines += lines
	all_run += run
	lines = run = 0
	missed = ""
}

BEGIN {
	FS = "|"
	print "1..1"
}

/^[^ ].*\.c:$/ {
	end_file()
	file = $0
	sub(/:$/, "", file)
	sub(/.*\//, "", file)
	next
}

# Number, how often it was run, itself; no count for what is no code.
NF >= 3 && $2 ~ /[0-9]/ {
	lines++
	if ($2 ~ /^ *0$/) {
		if (!first)
			first = $1 + 0
		last = $1 + 0
	} else {
		run++
		end_run()
	}
}

END {
	end_file()
	if (!all_lines) {
		print "not ok - line coverage of the driver is known"
		exit
	}
	printf "# coverage of the driver: %.1f %% of %d lines\n", 100 * all_run / all_lines, all_lines
	printf "%sok - the inputs run at least %d %% of the lines of the driver\n",
		100 * all_run < percent * all_lines ? "not " : "", percent
}
