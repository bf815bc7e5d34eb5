# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Results of a unit of tests, host's or guest's: a file of KTAP lines, in which
# tests announce their plans ("1..N") and "# end" says that the unit came to
# its end.  Sourced.

# count_results FILE: print "PASSED FAILED".  From the plans it is known how
# many results are missing; those, and the missing end, count as failed.
count_results() {
	awk '
		{ sub(/\r$/, "") }
		/^1\.\.[0-9]+/ { plan += substr($0, 4) }
		/^ok / { passed++ }
		/^not ok / { failed++ }
		/^# end$/ { ended = 1 }
		END {
			missing = plan - passed - failed
			if (missing < 0)
				missing = -missing
			if (!ended)
				missing++
			print passed + 0, failed + missing
		}' "$1"
}

# report_results NAME FOLDER: leave FOLDER/counts, print one line, and what
# failed.  Returns 1 if anything did.
report_results() {
	count_results "$2/results" >"$2/counts"
	read -r passed failed <"$2/counts"
	echo "$1: $passed passed, $failed failed"
	[ "$failed" -gt 0 ] || return 0
	grep -A 8 '^not ok' "$2/results" | grep -v '^ok' || true
	missing=$((failed - $(grep -c '^not ok' "$2/results" || true)))
	[ $missing -eq 0 ] ||
		echo "# $missing results are missing: a test said less than it planned, or there is no end"
	echo "# all of it is in $2"
	return 1
}
