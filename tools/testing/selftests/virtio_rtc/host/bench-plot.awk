# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# awk -v title=TITLE -v other=NAME -f bench-plot.awk RESULTS
#
# An SVG of how the windows of all boots are distributed: what share of them is
# no longer than a time.

BEGIN {
	width = 640
	height = 360
	left = 60
	right = 25
	top = 40
	bottom = 50
	colour["own"] = "#0b62a4"
	colour["peer"] = "#c2410c"
	name["own"] = "virtio_rtc"
	name["peer"] = other
}

# "# window DRIVER NS COUNT"
$2 == "window" {
	ns = $4 > 0 ? $4 + 0 : 1
	windows[$3, ns] += $5
	total[$3] += $5
	if (!(ns in known)) {
		known[ns]
		classes[++n] = ns
	}
}

function log10(x) {
	return log(x) / log(10)
}

function x_of(ns) {
	return left + (log10(ns) - first) / (last - first) * (width - left - right)
}

function y_of(share) {
	return height - bottom - share * (height - top - bottom)
}

function text(x, y, anchor, words) {
	printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, words
}

function line(x1, y1, x2, y2) {
	printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>\n", x1, y1, x2, y2
}

function duration(exponent) {
	split("ns us ms s", unit, " ")
	return 10 ^ (exponent % 3) " " unit[int(exponent / 3) + 1]
}

function curve(driver,    i, sum) {
	printf "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"", colour[driver]
	for (i = 1; i <= n; i++) {
		if (!((driver, classes[i]) in windows))
			continue
		printf "%.1f,%.1f ", x_of(classes[i]), y_of(sum / total[driver])
		sum += windows[driver, classes[i]]
		printf "%.1f,%.1f ", x_of(classes[i]), y_of(sum / total[driver])
	}
	print "\"/>"
}

END {
	if (!n)
		exit 1
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && classes[j - 1] > classes[j]; j--) {
			swap = classes[j]
			classes[j] = classes[j - 1]
			classes[j - 1] = swap
		}
	first = int(log10(classes[1]))
	last = int(log10(classes[n])) + 1

	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n", width, height
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
	text(width / 2, 20, "middle", "Windows of PTP_SYS_OFFSET_EXTENDED, " title)
	for (e = first; e <= last; e++) {
		line(x_of(10 ^ e), y_of(0), x_of(10 ^ e), y_of(1))
		text(x_of(10 ^ e), height - bottom + 18, "middle", duration(e))
	}
	for (share = 0; share <= 4; share++) {
		line(left, y_of(share / 4), width - right, y_of(share / 4))
		text(left - 6, y_of(share / 4) + 4, "end", share * 25 " %")
	}
	text(width / 2, height - 10, "middle", "window no longer than")
	split("peer own", drivers, " ")
	for (k = 1; k <= 2; k++) {
		if (!(drivers[k] in total))
			continue
		curve(drivers[k])
		printf "<g fill=\"%s\">", colour[drivers[k]]
		text(width - right - 10, height - bottom - 18 * k, "end", name[drivers[k]])
		print "</g>"
	}
	print "</svg>"
}
