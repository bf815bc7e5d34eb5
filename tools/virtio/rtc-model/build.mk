# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Tests and fuzzers of the device model and of its faults. A part of ../Makefile.

rtc_model := $(model_sources) rtc-model/world.c

$(eval $(call test,message_test,rtc-model/message_test.c rtc-model/requests.c \
	rtc-model/check.c $(rtc_model)))
$(eval $(call test,clock_test,rtc-model/clock_test.c rtc-model/check.c $(rtc_model)))
$(foreach t,expiry notification reset,$(eval $(call test,alarm_$(t)_test, \
	rtc-model/alarm_$(t)_test.c rtc-model/check.c $(rtc_model))))
$(eval $(call test,random_test,rtc-model/random_test.c rtc-model/sequence.c rtc-model/check.c \
	$(rtc_model)))
$(eval $(call test,fault_test,rtc-model/fault_test.c rtc-model/requests.c rtc-model/check.c \
	$(rtc_model) $(fault_sources)))

tests += rules_test
scripts += rules_test
$(out)/rules_test: rtc-model/rules_test.sh
	@install -D -m 755 $< $@

$(eval $(call fuzzer,model_fuzz,rtc-model/model_fuzz.c rtc-model/sequence.c $(rtc_model),rtc-model/corpus/model))
$(eval $(call fuzzer,fault_fuzz,rtc-model/fault_fuzz.c $(fault_sources),rtc-model/corpus/fault))
