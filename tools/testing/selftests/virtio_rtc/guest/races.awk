# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The log of a kernel that looks for data races, without those of the kernel's own: of
# these no function of this project has a part.  vring_interrupt() looks without any lock
# whether there is something in a ring, whoever uses it with his own: that is virtio_ring.c's.
#
# A stack begins with KCSAN's own functions with some compilers, and ends with what an
# interrupt has interrupted.  Ours is a race whose accesses we made, or what we called did.

function is_ours() {
	if (first ~ /vring_interrupt|more_used|virtio_break_device/ &&
	    first !~ /viortc|virtio_rtc/)
		return 0
	return ours
}

/BUG: KCSAN/ {
	printf "%s", report
	report = $0 "\n"
	first = ""
	ours = depth = 0
	next
}

report {
	report = report $0 "\n"
	if (/====================/) {
		if (is_ours())
			printf "%s", report
		report = ""
	} else if (/ by (task|interrupt)/) {
		depth = 0
	} else if (/ asm_(common|sysvec)/) {
		depth = deepest
	} else if (/\+0x[0-9a-f]+\/0x/ && !/ (print_report|kcsan_|_*tsan_)/) {
		if (!depth)
			first = first $0
		if (depth < deepest && /viortc|virtio_rtc/)
			ours = 1
		depth++
	}
	next
}

# virtqueue_get_buf() alone is three functions.
BEGIN { deepest = 5 }

{ print }

# One that has no end
END { printf "%s", report }
