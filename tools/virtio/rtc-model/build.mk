# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#

rtc_model := drivers/virtio/virtio_rtc_model.c rtc-model/world.c

$(eval $(call test,message_test,rtc-model/message_test.c rtc-model/check.c $(rtc_model)))
$(eval $(call test,alarm_test,rtc-model/alarm_test.c rtc-model/check.c $(rtc_model)))
$(eval $(call test,random_test,rtc-model/random_test.c rtc-model/sequence.c rtc-model/check.c \
	$(rtc_model)))

tests += rules_test
$(out)/rules_test: rtc-model/rules_test.sh
	@install -D -m 755 $< $@

