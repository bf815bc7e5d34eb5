# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The log of a kernel that looks for data races, without those of the kernel's own: of
# these no function of this project has a part.  vring_interrupt() looks without any lock
# whether there is something in a ring, whoever uses it with his own: that is virtio_ring.c's.

function is_ours() {
	if (report ~ /data-race in [^\n]*(vring_interrupt|more_used)/ &&
	    report !~ /data-race in [^\n]*viortc/)
		return 0
	return report ~ /viortc|virtio_rtc/
}

/BUG: KCSAN/ {
	printf "%s", report
	report = $0 "\n"
	next
}

report {
	report = report $0 "\n"
	if (/====================/) {
		if (is_ours())
			printf "%s", report
		report = ""
	}
	next
}

{ print }

# One that has no end
END { printf "%s", report }
