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

# leave_out NAME FOLDER LOG: this unit needs something that cannot be had, as the log
# says; it counts as one failure.
leave_out() {
	why=$(sed -n 's/^virtio_rtc: \(.* cannot be had: .*\)/\1/p' "$3" | tail -n 1)
	echo "${why:-something cannot be had}" >"$2/left-out"
	echo '0 1' >"$2/counts"
	echo "$1: left out: $(cat "$2/left-out")"
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

# took OUT BEGAN: note how long a unit took that began at this time, in s since 1970.
took() {
	echo $(($(date +%s) - $2)) >"$1/seconds"
}
