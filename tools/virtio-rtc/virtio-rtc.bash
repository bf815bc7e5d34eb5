# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# bash's completion for virtio-rtc

_virtio_rtc() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local word words='check watch --json --help --version' clocks

	# "=" is a word of its own for bash.
	[ "$previous" != = ] || previous=${COMP_WORDS[COMP_CWORD - 2]}
	[ "$current" != = ] || { previous=${COMP_WORDS[COMP_CWORD - 1]}; current=; }
	if [ "$previous" = --clock ]; then
		clocks=$(cd /sys/class/ptp 2>/dev/null && grep -l 'Virtio PTP' ptp*/clock_name 2>/dev/null)
		mapfile -t COMPREPLY < <(compgen -W "${clocks//\/clock_name/}" -- "$current")
		return
	fi
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		check) words='--json' ;;
		watch) words='--clock= --interval= --count=' ;;
		esac
	done
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
}
complete -F _virtio_rtc virtio-rtc
