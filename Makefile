# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors

bench := tools/testing/selftests/virtio_rtc
kernels := 6.1-amd64 6.12-amd64 7.3-amd64 6.1-arm64 6.12-arm64 7.3-arm64 6.12-armhf

.PHONY: root
root:
	@VIRTIO_RTC_GOAL=$@ $(bench)/host/in-root true
	@for k in $(kernels); do $(bench)/host/part kernel $${k%-*} $${k#*-}; done
	@$(bench)/host/part source
