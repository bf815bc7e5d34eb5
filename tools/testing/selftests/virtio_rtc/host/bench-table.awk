# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# awk -v title=TITLE -v conditions=SENTENCE -v other=NAME -f bench-table.awk RESULTS
#
# A table of one device in guests of one architecture, from the results of all
# its boots.  What is shown is the median of the boots' values, of which each is
# the median of its rounds; a ratio is the median of the boots' ratios.

/^# kernel: / {
	boots++
}

# "# bench driver=... round=...", then what bench_ptp says
$2 == "bench" {
	split("", field)
	for (i = 3; i <= NF; i++) {
		split($i, part, "=")
		field[part[1]] = part[2]
	}
	# Counting allocations costs time, so such a run tells nothing else.
	counted = field["allocations"] != "-"
	for (name in field)
		if (counted == (name == "allocations") && field[name] ~ /^[0-9]/)
			add(boots " " field["driver"] " " field["operation"] " " \
				field["readers"] " " name, field[name])
	has[field["driver"]] = 1
}

function add(key, value) {
	values[key, count[key]++] = value
}

# The median of what was added under this key; "" if nothing was.
function median(key,    n, i, j, swap, sorted) {
	n = count[key]
	if (!n)
		return ""
	for (i = 0; i < n; i++) {
		sorted[i] = values[key, i] + 0
		for (j = i; j > 0 && sorted[j - 1] > sorted[j]; j--) {
			swap = sorted[j]
			sorted[j] = sorted[j - 1]
			sorted[j - 1] = swap
		}
	}
	return n % 2 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
}

# What is in the row: fills "row own", "row peer" and "row ratio".
function collect(what,    boot, own, peer) {
	split("", count)
	for (boot = 1; boot <= boots; boot++) {
		own = of_boot[boot " own " what]
		peer = of_boot[boot " peer " what]
		if (own != "")
			add("row own", own)
		if (peer != "")
			add("row peer", peer)
		if (own != "" && peer > 0)
			add("row ratio", own / peer)
	}
}

function show(key, digits,    value) {
	value = median(key)
	return value == "" ? "--" : sprintf("%." digits "f", value)
}

function row(label, what, digits) {
	collect(what)
	if (median("row own") == "" && median("row peer") == "")
		return
	if (has["peer"])
		printf "%-34s  %12s  %12s  %6s\n", label, show("row own", digits),
			show("row peer", digits), show("row ratio", 2)
	else
		printf "%-34s  %12s\n", label, show("row own", digits)
}

function rule() {
	if (has["peer"])
		print "==================================  ============  ============  ======"
	else
		print "==================================  ============"
}

END {
	for (key in count)
		of_boot[key] = median(key)

	print "\n" title
	gsub(/./, "-", title)
	print title "\n\n" conditions "\n"
	rule()
	if (has["peer"])
		printf "%-34s  %12s  %12s  %6s\n", "What", "virtio_rtc", other, "ratio"
	else
		printf "%-34s  %12s\n", "What", "virtio_rtc"
	rule()
	row("window, least (ns)", "extended 1 window_min", 0)
	row("window, median (ns)", "extended 1 window_p50", 0)
	row("window, 90 % are below (ns)", "extended 1 window_p90", 0)
	row("window, 99 % are below (ns)", "extended 1 window_p99", 0)
	row("latency, median (ns)", "gettime 1 latency_p50", 0)
	row("latency, 99 % are below (ns)", "gettime 1 latency_p99", 0)
	row("1 reader: reads/s", "gettime 1 rate", 0)
	row("2 readers: reads/s", "gettime 2 rate", 0)
	row("8 readers: reads/s", "gettime 8 rate", 0)
	row("cross-timestamp, median (ns)", "precise 1 latency_p50", 0)
	row("cross-timestamp, 99 % are below", "precise 1 latency_p99", 0)
	row("processor time/read (ns)", "gettime 1 cpu_ns", 0)
	row("interrupts/read", "gettime 1 interrupts", 3)
	row("sleeps/read", "gettime 1 voluntary", 3)
	row("sleeps/read, 8 readers", "gettime 8 voluntary", 3)
	row("allocations/read", "gettime 1 allocations", 3)
	row("daemon: us/s, chronyd at poll -1", "chronyd - daemon", 0)
	row("daemon: us/s, nobody reads", "nobody - daemon", 0)
	rule()
}
