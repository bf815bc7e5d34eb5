# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# The driver under a hostile device, in one process. A part of ../Makefile.
#
# The kernel's own virtio_ring.c and virtio.c are built in, of the source in
# KERNEL_SOURCE, which the package root has. Of its headers some are taken as they
# are; what the others declare is in shim/.

KERNEL_SOURCE ?= /kernels/source

rtc_driver := $(out)/driver
rtc_driver_headers := $(rtc_driver)/include/.made
rtc_driver_real := linux/list.h linux/container_of.h linux/poison.h linux/err.h \
	linux/virtio.h linux/virtio_config.h linux/virtio_ring.h linux/virtio_features.h \
	linux/virtio_byteorder.h linux/device-id/virtio.h \
	linux/clocksource_ids.h linux/kconfig.h uapi/linux/virtio_config.h \
	uapi/linux/virtio_ring.h uapi/linux/virtio_types.h uapi/linux/virtio_ids.h
# Of these nothing but what shim/ has is used.
rtc_driver_shimmed := linux/types.h linux/scatterlist.h linux/spinlock.h linux/device.h \
	linux/gfp.h linux/dma-mapping.h linux/completion.h linux/bits.h linux/bug.h \
	linux/string.h linux/compiler.h linux/compiler_types.h linux/build_bug.h linux/stddef.h \
	linux/const.h linux/slab.h linux/module.h linux/hrtimer.h linux/kmsan.h linux/irqreturn.h \
	linux/idr.h linux/kernel.h linux/of.h linux/cache.h linux/jiffies.h linux/kobject.h linux/property.h linux/ktime.h \
	linux/math64.h linux/mutex.h linux/nospec.h linux/pm_wakeup.h linux/ptp_clock_kernel.h linux/rcupdate.h \
	linux/sched.h linux/sched/signal.h linux/sched/stat.h linux/suspend.h \
	linux/timekeeping.h linux/version.h linux/wait.h linux/workqueue.h asm/barrier.h \
	linux/virtio_anchor.h xen/xen.h generated/autoconf.h \
	linux/log2.h linux/minmax.h linux/atomic.h linux/bitops.h linux/errno.h linux/printk.h linux/sysfs.h linux/debugfs.h linux/seq_file.h linux/tracepoint.h trace/define_trace.h

$(rtc_driver_headers): driver-tests/build.mk $(wildcard $(KERNEL_SOURCE)/Makefile)
	@rm -rf $(@D)
	@for h in $(rtc_driver_shimmed); do \
		mkdir -p $$(dirname $(@D)/$$h) && echo '#include "shim/device.h"' >$(@D)/$$h; \
	done
	@for h in $(rtc_driver_real); do \
		mkdir -p $$(dirname $(@D)/$$h) && \
		echo "#include \"$(KERNEL_SOURCE)/include/$$h\"" >$(@D)/$$h; \
	done
	@for h in virtio_ids virtio_types virtio_ring virtio_config; do \
		[ -e $(@D)/linux/$$h.h ] || echo "#include <uapi/linux/$$h.h>" >$(@D)/linux/$$h.h; \
	done
	@echo '#include_next <linux/rtc.h>' >$(@D)/linux/rtc.h
	@touch $@

kernel_version = $(shell sed -n 's/^$(1) = //p' $(KERNEL_SOURCE)/Makefile)
rtc_driver_flags = -std=gnu11 -D_GNU_SOURCE -D__KERNEL__ -include driver-tests/shim/device.h \
	-DLINUX_VERSION_CODE=$$(($(call kernel_version,VERSION) << 16 | \
		$(call kernel_version,PATCHLEVEL) << 8)) \
	'-DKERNEL_VERSION(a,b,c)=((a) << 16 | (b) << 8 | (c))' \
	$(addprefix -DCONFIG_,PM PM_SLEEP VIRTIO_RTC_PTP=1 VIRTIO_RTC_CLASS=1 VIRTIO_RTC_X86=1) \
	-I$(rtc_driver)/include -I$(top)/include -Idriver-tests -Imodel-tests -MMD -MP \
	-O3 -g -fwrapv
# Comparisons are with small numbers, which are found without a look at each.  How deep
# a stack is says nothing where there are several.
rtc_driver_sanitize := $(sanitize),fuzzer-no-link -fno-sanitize-coverage=trace-cmp,stack-depth \
	-fsanitize-address-use-after-return=never
rtc_driver_warnings := -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers \
	$(if $(WERROR),-Werror)

rtc_driver_ours := $(patsubst $(top)/%.c,$(rtc_driver)/%.o,\
	$(wildcard $(top)/drivers/virtio/virtio_rtc_*.c))
rtc_driver_ours := $(filter-out %_arm.o,$(rtc_driver_ours))
rtc_driver_kernel := $(addprefix $(rtc_driver)/kernel/,virtio.o virtio_ring.o)
rtc_driver_tests := failing_memory_test moment_test
rtc_driver_mains := driver_fuzz $(rtc_driver_tests)
rtc_driver_shims := $(patsubst %.c,$(rtc_driver)/%.o,\
	$(filter-out $(rtc_driver_mains:%=driver-tests/%.c),$(wildcard driver-tests/*.c)))

$(rtc_driver)/drivers/%.o: $(top)/drivers/%.c $(rtc_driver_headers)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CLANG) $(rtc_driver_flags) $(rtc_driver_sanitize) $(rtc_driver_warnings) -c -o $@ $<

$(rtc_driver)/driver-tests/%.o: driver-tests/%.c $(rtc_driver_headers)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CLANG) $(rtc_driver_flags) $(rtc_driver_warnings) -c -o $@ $<

$(rtc_driver)/kernel/%.o: $(KERNEL_SOURCE)/drivers/virtio/%.c $(rtc_driver_headers)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CLANG) $(rtc_driver_flags) $(rtc_driver_sanitize) -w -c -o $@ $<

rtc_driver_world := $(rtc_driver_ours) $(rtc_driver_kernel) $(rtc_driver_shims)

$(out)/driver_fuzz: $(rtc_driver_world) $(rtc_driver)/driver-tests/driver_fuzz.o
	@echo "  LD      $@"
	@$(CLANG) -g $(sanitize),fuzzer -o $@ $^

$(rtc_driver_tests:%=$(out)/%): $(out)/%: $(rtc_driver_world) $(rtc_driver)/driver-tests/%.o
	@echo "  LD      $@"
	@$(CLANG) -g $(sanitize) -o $@ $^

# Which lines of the driver the inputs run: those in the tree, and those that fuzzing
# has left in build/.
rtc_driver_cov := $(rtc_driver)/cov
rtc_driver_cov_objects := $(patsubst $(rtc_driver)/%,$(rtc_driver_cov)/%,\
	$(rtc_driver_world) $(rtc_driver)/driver-tests/driver_fuzz.o)

$(rtc_driver_cov)/drivers/%.o: $(top)/drivers/%.c $(rtc_driver_headers)
	@mkdir -p $(@D)
	@$(CLANG) $(rtc_driver_flags) $(rtc_driver_sanitize) -fprofile-instr-generate -fcoverage-mapping -w -c -o $@ $<

$(rtc_driver_cov)/%.o: $(rtc_driver)/%.o
	@mkdir -p $(@D)
	@ln -f $< $@

$(rtc_driver_cov)/driver_fuzz: $(rtc_driver_cov_objects)
	@$(CLANG) -g $(sanitize),fuzzer -fprofile-instr-generate -o $@ $^

.PHONY: driver-coverage
driver-coverage: $(rtc_driver_cov)/driver_fuzz
	@mkdir -p $(out)/corpus/driver_fuzz
	@LLVM_PROFILE_FILE=$(rtc_driver_cov)/raw $< -runs=0 driver-tests/corpus \
		$(out)/corpus/driver_fuzz >$(rtc_driver_cov)/log 2>&1
	@llvm-profdata merge -o $(rtc_driver_cov)/data $(rtc_driver_cov)/raw
	@llvm-cov show -instr-profile=$(rtc_driver_cov)/data $< \
		$(wildcard $(top)/drivers/virtio/virtio_rtc_*.c) >$(rtc_driver_cov)/lines
	@awk -v percent=90 -f driver-tests/coverage.awk $(rtc_driver_cov)/lines

# Stacks take turns in a few lines of that machine's assembler.
ifeq ($(shell uname -m),x86_64)
ifneq ($(wildcard $(KERNEL_SOURCE)/Makefile),)
fuzzers += driver_fuzz
corpus_driver_fuzz := driver-tests/corpus
# Some sixty events: longer ones repeat what these do.  Longer inputs of the corpus are cut
# there; driver-coverage runs them whole.
fuzz_options_driver_fuzz := -max_len=192
ifneq ($(shell command -v $(CLANG)),)
tests += $(rtc_driver_tests)
endif
endif
endif
