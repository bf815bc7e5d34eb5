# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Tests and fuzzers of the device model, its faults, and of leap seconds. A
# part of ../Makefile.

rtc_model := drivers/virtio/virtio_rtc_model.c rtc-model/world.c
rtc_fault := drivers/virtio/virtio_rtc_fault.c
rtc_leap := vhost-user-rtc/leap.c
rtc_leap_file := $(rtc_leap) vhost-user-rtc/leap_file.c

$(eval $(call test,message_test,rtc-model/message_test.c rtc-model/check.c $(rtc_model)))
$(eval $(call test,alarm_test,rtc-model/alarm_test.c rtc-model/check.c $(rtc_model)))
$(eval $(call test,random_test,rtc-model/random_test.c rtc-model/sequence.c rtc-model/check.c \
	$(rtc_model)))
$(eval $(call test,fault_test,rtc-model/fault_test.c $(rtc_fault)))
$(eval $(call test,leap_test,rtc-model/leap_test.c $(rtc_leap)))
$(eval $(call test,leap_file_test,rtc-model/leap_file_test.c $(rtc_leap_file)))
$(eval $(call test,host_tai_test,rtc-model/host_tai_test.c $(rtc_leap_file)))

tests += rules_test
$(out)/rules_test: rtc-model/rules_test.sh
	@install -D -m 755 $< $@

$(eval $(call fuzzer,model_fuzz,rtc-model/model_fuzz.c rtc-model/sequence.c $(rtc_model),rtc-model/corpus/model))
$(eval $(call fuzzer,fault_fuzz,rtc-model/fault_fuzz.c $(rtc_fault),rtc-model/corpus/fault))
$(eval $(call fuzzer,leap_fuzz,rtc-model/leap_fuzz.c $(rtc_leap_file),rtc-model/corpus/leap))
