#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
# Timeout: 500
#
# On a host whose clock steps, inserts a leap second or is told the offset of TAI the
# device's clocks do as its manual page says.

cat >refused <<END
#!/bin/sh
exec /test/without_adjtimex /test/vhost-user-rtc "\$@"
END
chmod +x refused
export CMOCKA_MESSAGE_OUTPUT=TAP LD_LIBRARY_PATH=/test VHOST_USER_RTC=/test/vhost-user-rtc
./set-host-test 2>&1
