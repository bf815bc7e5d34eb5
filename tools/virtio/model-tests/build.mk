# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Tests and fuzzers of the device model and of its faults. A part of ../Makefile.

rtc_model := $(model_sources) model-tests/world.c

$(eval $(call test,message_test,model-tests/message_test.c model-tests/requests.c \
	model-tests/check.c $(rtc_model)))
$(eval $(call test,clock_test,model-tests/clock_test.c model-tests/check.c $(rtc_model)))
$(foreach t,expiry notification reset,$(eval $(call test,alarm_$(t)_test, \
	model-tests/alarm_$(t)_test.c model-tests/check.c $(rtc_model))))
$(eval $(call test,random_test,model-tests/random_test.c model-tests/sequence.c \
	model-tests/check.c $(rtc_model)))
$(eval $(call test,fault_test,model-tests/fault_test.c model-tests/requests.c \
	model-tests/check.c $(rtc_model) $(fault_sources)))

$(eval $(call test,fault_room_test,model-tests/fault_room_test.c model-tests/check.c \
	$(fault_sources)))

tests += rules_test
scripts += rules_test
$(out)/rules_test: model-tests/rules_test.sh
	@install -D -m 755 $< $@

$(eval $(call fuzzer,model_fuzz,model-tests/model_fuzz.c model-tests/sequence.c $(rtc_model),\
	model-tests/corpus/model))
$(eval $(call fuzzer,fault_fuzz,model-tests/fault_fuzz.c $(fault_sources),\
	model-tests/corpus/fault))
