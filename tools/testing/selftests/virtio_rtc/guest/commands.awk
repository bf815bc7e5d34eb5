# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Print what stands by itself in a page of reStructuredText, in blocks of code: a line
# each, without the indentation, and with lines that a backslash continues in one.  What
# is no command (a picture, what a program prints) is a block "none" and left out.

function indent_of(line) {
	match(line, /^[ \t]*/)
	return RLENGTH
}

on && NF && indent_of($0) <= outer {
	on = 0
}

on && NF {
	sub(/^[ \t]+/, "")
	line = line $0
	if (sub(/ *\\$/, " ", line))
		next
	print line
	line = ""
}

!on && (/^[ \t]*\.\. code-block:: sh$/ || (/::$/ && !/^[ \t]*\.\. /)) {
	outer = indent_of($0)
	on = 1
}
