# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors

#: Build and install, for one's own kernel:
#:   make [modules]    build drivers/virtio/virtio_rtc.ko for the running kernel
#:   make install      install the module and the udev rules (DESTDIR=...)
#:   make rules_install  the udev rules alone
#:   make tools        build build/vhost-user-rtc, a virtio RTC device, and
#:                     build/virtio-rtc, which shows and checks a guest's
#:   make clean        remove what was built, but not the cache
#:   Variables: KDIR, a kernel's build folder; ARCH, CROSS_COMPILE, CC, LLVM
#:   (LLVM=1 by itself if the kernel was built with clang);
#:   CONFIG_VIRTIO_RTC_{PTP,ARM,X86,CLASS}=n leaves a part out,
#:   CONFIG_VIRTIO_RTC_SIM=m also builds the simulated device.
#:
#: Hand it on:
#:   make dist         the sources, in build/virtio-rtc-VERSION.tar.xz
#:   make deb          Debian packages, in build/deb (as root; in a clean Debian)
#:   make patch        build/virtio-rtc-KERNEL.patch, for those who build kernels
#:                     (KERNEL=6.1|6.12|7.3, as Debian has them; as root)
#:
#: See and test it in guests on Debian's kernels (as root; needs no KVM):
#:   make demo         boot a guest that takes its time from its host
#:                     (ARCH=amd64|arm64, KERNEL=6.1|6.12|7.3,
#:                     DEVICE=qemu|sim|vhost-user-rtc)
#:   make check        all tests but -debug, -systems and -long; ends with "N passed, N failed"
#:   make lint         builds without a warning, sparse, checkpatch, kernel-doc
#:   make check-tools  tests of the device in user space
#:   make check-guests tests in guests on all kernels (SCENARIO=, KERNEL=, ARCH=)
#:   make check-debug  guests' tests on a kernel that checks itself: KASAN, lockdep...
#:   make check-systems  whole Debians with the packages, DKMS, systemd and chrony
#:   make check-long   tests that take hours: tools/testing/selftests/virtio_rtc/long
#:                     lists them, and long scenarios come with them (LONG=NAME)
#:   make kunit        the kernel's unit tests, on User-Mode Linux
#:   make mutants      show that the tests notice when the code is broken (UNIT=, MUTANT=)
#:   make bench        measure what a read costs (DEVICE=, PEER=mainline|uncounted|
#:                     unpolled|alone|MODULE; see host/bench)
#:   make conformance  does a device keep to the specification? (DEVICE=qemu|sim|
#:                     vhost-user-rtc)
#:   make conformance-initramfs  a kernel and a file system that ask that of another
#:                     VMM's device, in build/conformance
#:   make htmldocs     the guides as HTML, in build/htmldocs
#:   make root         only fill the cache: package root, kernels, guests
#:   Variables: VIRTIO_RTC_CACHE, the folder of the cache (default:
#:   ~/.cache/virtio_rtc); VIRTIO_RTC_MIRROR, a Debian mirror (default: apt's).

# make takes a space for the end of a name: say so at once, in one line.
spaces = $(if $(filter 0 1,$(words $(2))),,$(error $(1) has a space in it, which make cannot \
	build with: $(2)))
ifneq ($(MAKECMDGOALS),help)
$(call spaces,the path of this folder,$(CURDIR))
$(call spaces,KDIR,$(KDIR))
endif

version := $(shell cat VERSION)
KDIR ?= /lib/modules/$(shell uname -r)/build
# What its uname -r says; Debian 12's kernel.release is something else.
release = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)
# Where udev says that it looks.
UDEVDIR ?= $(or $(shell pkg-config --variable=udevdir udev 2>/dev/null),/lib/udev)
rules_dir := $(DESTDIR)$(UDEVDIR)/rules.d
bench := tools/testing/selftests/virtio_rtc

# What the kernel's configuration says.
config := $(KDIR)/include/config/auto.conf
has = $(shell grep -s '^CONFIG_$(1)=y' $(config))
kernel_arch := $(shell sed -n 's,^\# Linux/\([a-z0-9_]*\) .*,\1,p' $(config) 2>/dev/null)

# Modules are built with the kernel's own compiler, if nobody says otherwise.
ifeq ($(LLVM)$(filter command,$(origin CC)),)
llvm := $(if $(call has,CC_IS_CLANG),$(if $(call has,LD_IS_LLD),LLVM=1,CC=clang))
endif

# Debian's headers go by what they were made for, whatever ARCH says.
x86 = $(patsubst i386,x86,$(patsubst x86_64,x86,$(1)))
ifneq ($(and $(ARCH),$(kernel_arch)),)
ifneq ($(call x86,$(ARCH)),$(call x86,$(kernel_arch)))
wrong_arch := wrong-arch
endif
endif

# The simulated device is built for it all the same.
ifneq ($(and $(call has,VIRTIO_RTC),$(if $(CONFIG_VIRTIO_RTC_SIM),,y)),)
built_in := built-in
endif

.PHONY: modules
modules: $(KDIR) $(wrong_arch) $(built_in) for-this-kernel
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(llvm) modules

# Kernels of one version look alike to Kbuild, for Debian's share their headers: what is
# here may have been built for another.
.PHONY: for-this-kernel
for-this-kernel:
	@[ -z '$(release)' ] || [ "$$(cat .built-for 2>/dev/null)" = '$(release)' ] || \
		{ $(remove_objects) && echo '$(release)' >.built-for; }

remove_objects = rm -f modules.order Module.symvers .module-common.o .*.cmd && \
	find drivers/virtio \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name modules.order -o -name '.*.cmd' -o -name '.*.d' \) -exec rm {} +

.PHONY: wrong-arch
wrong-arch:
	$(error $(KDIR) is of a kernel with ARCH=$(kernel_arch), not $(ARCH): set ARCH or KDIR)

.PHONY: built-in
built-in:
	$(error the kernel of $(KDIR) has a driver for the device built in, and cannot load another)

$(KDIR):
	$(error there is no $@: install the kernel's headers (linux-headers-...), or set KDIR)

# Some kernels' modules_install leaves depmod out for modules of others.
.PHONY: install
install: modules rules_install
	$(MAKE) -C $(KDIR) M=$(CURDIR) \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	if [ -e $(DESTDIR)/lib/modules/$(release)/modules.order ]; then \
		depmod -b "$(DESTDIR)/" $(release); \
	fi

.PHONY: rules_install
rules_install:
	install -d $(rules_dir)
	install -m 644 tools/udev/*.rules $(rules_dir)

.PHONY: tools
tools:
	$(MAKE) -C tools/virtio
	$(MAKE) -C tools/virtio-rtc

.PHONY: clean
clean:
	rm -rf build .built-for
	$(remove_objects)

# What git knows, as it is in the folder.
.PHONY: dist
dist:
	@git ls-files --error-unmatch VERSION >/dev/null || { echo \
		'make dist packs what git knows, and git does not know this folder' >&2; exit 1; }
	@mkdir -p build
	@git ls-files -z | tar -c -J --null --verbatim-files-from -T - --sort=name \
		--owner=0 --group=0 --numeric-owner --mtime="@$$(git log -1 --format=%ct)" \
		--transform='s,^,virtio-rtc-$(version)/,S' \
		-f build/virtio-rtc-$(version).tar.xz
	@echo build/virtio-rtc-$(version).tar.xz

# The following enter the package root and guests.
in_bench := root root-debug demo check lint check-tools check-guests check-debug check-long kunit \
	mutants bench deb patch check-systems conformance conformance-initramfs htmldocs
.PHONY: $(in_bench)
$(in_bench):
	@$(MAKE) --no-print-directory -C $(bench) $@

.PHONY: help
help:
	@sed -n -E 's/^#: ?//p' Makefile
