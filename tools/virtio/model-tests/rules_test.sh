#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Check that rules.rst is true: it has each rule for a device, the tests that it
# names exist and run, and each test of the model is named.  And what the daemon's
# README.rst says holds an attack exists: tests, and files of tests.
# Runs in tools/virtio, as "make check" does.

set -eu
cd model-tests

rules='V-inconsistent V-status-space V-read V-feature V-order V-mono V-cross V-cap V-size
V-alarm V-alarm-read V-retain V-leap V-variant'
# named FILE: the tests that it names
named() {
	sed -n 's/^  - ``\([a-z0-9_]*\)``$/\1/p' "$1" | sort
}
named=$(named rules.rst)
# tests FILE...: the names of the tests that they run
tests() {
	sed -n 's/^.*\(cmocka_unit_test[a-z_]*\|SIMULATED\|REFUSED_TEST\)(\([a-z0-9_]*\)[,)].*$/\2/p' "$@" | sort
}
exist=$(tests ./*_test.c ../vhost-user-rtc/test/*_test.c)
of_the_model=$(tests message_test.c clock_test.c alarm_*_test.c random_test.c |
	grep -v -x any_sequence_gets_the_answers_of_the_reference)
# What is said of attacks: whatever is no test is a file of the daemon's tests or of the
# test bench.
attacks=$(sed -n 's/^  - *//p' ../vhost-user-rtc/README.rst |
	sed 's/^``\([^`]*\)``\(, in a guest\)\?$/\1/')
files=$(cd ../vhost-user-rtc/test && ls
	cd ../../../testing/selftests/virtio_rtc && ls system/*)
failed=0

result() {
	if [ "$2" ]; then
		echo "not ok $1 - $3"
		echo "# $2"
		failed=1
	else
		echo "ok $1 - $3"
	fi
}

# Those of two lists that are only in the first
only_first() {
	printf '%s\n' "$1" | while read -r line; do
		printf '%s\n' "$2" | grep -q -x -e "$line" || printf '%s ' "$line"
	done
}

echo 1..4
missing=
for rule in $rules; do
	grep -q -x -e "$rule" -e "$rule:.*" rules.rst || missing="$missing $rule"
done
result 1 "$missing" each_rule_is_in_the_table
result 2 "$(only_first "$named" "$exist")" each_test_in_the_table_exists
result 3 "$(only_first "$of_the_model" "$named")" each_test_of_the_model_is_in_the_table
result 4 "$(only_first "$attacks" "$exist
$files")" \
	each_test_in_the_list_of_attacks_exists
exit $failed
