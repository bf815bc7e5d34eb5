# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# What there is to build of vhost-user-rtc. A part of ../Makefile.

d := vhost-user-rtc
model_sources := $(addprefix drivers/virtio/virtio_rtc_sim/,model.c model_alarms.c model_clocks.c)
fault_sources := $(addprefix drivers/virtio/virtio_rtc_sim/,faults.c fault_effects.c)
# What the architecture's counter is, the compiler knows.
machine := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
counter_source := counter_source_$(or $(if $(filter x86_64 i%86,$(machine)),x86),$(if \
	$(filter aarch64,$(machine)),arm64),none).c
# The rooms of the house, from the lowest up: each uses those above it in this list.
base_sources := $(addprefix $(d)/base/,event_loop.c event_signal.c foreign.c log.c polling.c \
	sandbox.c service_manager.c)
transport_sources := $(addprefix $(d)/transport/,guest_memory.c listener.c virtqueue.c \
	vhost_user.c vhost_user_handlers.c vhost_user_queue.c vhost_user_stream.c)
leap_sources := $(addprefix $(d)/time/,leap.c leap_builtin.c leap_file.c leap_hash.c host_time.c)
time_sources := $(leap_sources) \
	$(addprefix $(d)/time/,leap_source.c clocks.c counter.c counter_source.c kvm_counter.c \
	$(counter_source))
device_sources := $(model_sources) $(fault_sources) $(addprefix $(d)/device/,alarm_timers.c \
	buffers.c clock_names.c device.c device_access.c device_time.c front_end.c in_flight.c \
	notifications.c requests.c stale.c state.c)
control_sources := $(addprefix $(d)/control/,client.c commands.c control.c)
daemon_sources := $(base_sources) $(transport_sources) $(time_sources) $(device_sources) \
	$(control_sources) \
	$(addprefix $(d)/,main.c options.c)

$(eval $(call program,vhost-user-rtc,$(daemon_sources)))
$(eval $(call sanitized_program,vhost-user-rtc,$(daemon_sources)))

# The tests drive the program itself; most of them, one with sanitizers.  PROGRAM is
# another one that they are to drive.
frontend_sources := $(addprefix $(d)/test/,busy.c frontend.c driver.c processors.c rings.c \
	send.c) model-tests/check.c
daemon_tests := alarms busy_guest clocks control cross_timestamps delayed_answers faults \
	front_end_leaves good_rings hostile_rings log memory_changes messages \
	odd_file_descriptors pause_and_reset polling sandbox \
	reload resources socket state time_limits
$(foreach t,$(daemon_tests),$(eval $(call test,daemon-$(subst _,-,$(t))-test,$(d)/test/$(t)_test.c \
	$(frontend_sources) $(leap_sources))))
check: export VHOST_USER_RTC := $(or $(PROGRAM),$(out)/vhost-user-rtc-sanitized)
check: export VHOST_USER_RTC_VERSION := $(shell cat $(top)/VERSION)
check: export VHOST_USER_RTC_OTHER := $(PROGRAM)
check: export VHOST_USER_RTC_PLAIN := $(or $(PROGRAM),$(BUILD)/vhost-user-rtc)

$(eval $(call bench,read-bench,$(d)/test/read_bench.c $(frontend_sources)))

$(eval $(call aid,reconnect,$(addprefix $(d)/test/,reconnect.c send.c)))
$(eval $(call aid,set-host-test,$(d)/test/set_host_test.c $(frontend_sources) $(leap_sources),\
	-lcmocka))
$(eval $(call aid,memory-changes-test,$(d)/test/memory_changes_test.c $(frontend_sources),\
	-lcmocka))

tests += daemon-options-test
scripts += daemon-options-test
$(out)/daemon-options-test: $(d)/test/options_test.sh
	@install -D -m 755 $< $@

$(eval $(call fuzzer,virtqueue_fuzz,$(d)/test/virtqueue_fuzz.c $(d)/transport/guest_memory.c \
	$(d)/transport/virtqueue.c,$(d)/test/corpus/virtqueue))
# All but the program's beginning; the fuzzers have a log of their own.
fuzzed_sources := $(filter-out %/main.c %/options.c %/client.c %/commands.c %/control.c \
	%/listener.c %/log.c,$(daemon_sources))
$(eval $(call fuzzer,session_fuzz,$(d)/test/session_fuzz.c $(d)/test/fuzz_daemon.c \
	$(d)/test/send.c $(fuzzed_sources),$(d)/test/corpus/session))
$(eval $(call fuzzer,control_fuzz,$(d)/test/control_fuzz.c $(d)/test/fuzz_daemon.c \
	$(d)/control/commands.c $(d)/control/control.c $(fuzzed_sources),$(d)/test/corpus/control))
$(eval $(call fuzzer,state_fuzz,$(d)/test/state_fuzz.c $(fuzzed_sources),\
	$(d)/test/corpus/state))

# When to look, memory, and time, on their own
$(eval $(call test,guest_memory_test,$(d)/test/guest_memory_test.c \
	$(d)/transport/guest_memory.c))
$(eval $(call test,looking_test,$(d)/test/looking_test.c model-tests/check.c))
$(eval $(call test,leap_test,$(d)/test/leap_test.c $(d)/time/leap.c))
$(eval $(call test,turn_test,$(d)/test/turn_test.c $(d)/device/buffers.c))
leap_file_sources := $(addprefix $(d)/time/,leap.c leap_builtin.c leap_file.c leap_hash.c)
$(eval $(call test,leap_file_test,$(d)/test/leap_file_test.c $(leap_file_sources)))
$(eval $(call test,leap_source_test,$(d)/test/leap_source_test.c $(leap_file_sources) \
	$(d)/base/event_loop.c $(d)/base/log.c))
$(eval $(call test,host_time_test,$(d)/test/host_time_test.c $(leap_file_sources)))
$(eval $(call fuzzer,leap_fuzz,$(d)/test/leap_fuzz.c $(leap_file_sources),$(d)/test/corpus/leap))
