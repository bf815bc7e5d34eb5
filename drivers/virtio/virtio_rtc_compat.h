/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that depends on the kernel, behind the names of the newest one.
 * Versions do not tell what a distribution's kernel has: Kbuild looks into its
 * headers, and defines VIORTC_LACKS_... for what they lack.  In a kernel tree
 * what is left of this file is what the newest kernel needs.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_COMPAT_H_
#define _VIRTIO_RTC_COMPAT_H_

#include <linux/cache.h>
#include <linux/clocksource_ids.h>
#include <linux/dma-mapping.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/version.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#endif

#ifndef kzalloc_obj
#define kzalloc_obj(obj)		kzalloc(sizeof(obj), GFP_KERNEL)
#define kzalloc_objs(obj, count)	kcalloc(count, sizeof(obj), GFP_KERNEL)
#define kvzalloc_objs(obj, count)	kvcalloc(count, sizeof(obj), GFP_KERNEL)
#endif

#ifndef __dma_from_device_group_begin
#define __dma_from_device_group_begin(group)	\
	u8 __dma_from_device_group_begin__##group[0] __aligned(ARCH_DMA_MINALIGN)
#define __dma_from_device_group_end(group)	\
	u8 __dma_from_device_group_end__##group[0] __aligned(ARCH_DMA_MINALIGN)
#endif

/* Where it is not known it is not accepted. */
#ifndef VIRTIO_F_NOTIFICATION_DATA
#define VIRTIO_F_NOTIFICATION_DATA	38
#endif

#ifdef VIORTC_LACKS_CSID_X86_TSC

/* Clocksources of x86 have no ids yet: see ktime_get_snapshot_id() below. */
#define CSID_X86_TSC		((enum clocksource_ids)(CSID_MAX + 1))
#define CSID_X86_TSC_EARLY	CSID_X86_TSC

#endif

#ifdef VIORTC_LACKS_VIRTQUEUE_INFO

struct virtqueue_info {
	const char *name;
	vq_callback_t *callback;
};

static inline int viortc_compat_find_vqs(struct virtio_device *vdev,
					 unsigned int nvqs,
					 struct virtqueue *vqs[],
					 struct virtqueue_info vqs_info[],
					 struct irq_affinity *desc)
{
	vq_callback_t *callbacks[2];
	const char *names[2];
	unsigned int i;

	for (i = 0; i < nvqs; i++) {
		callbacks[i] = vqs_info[i].callback;
		names[i] = vqs_info[i].name;
	}

	return virtio_find_vqs(vdev, nvqs, vqs, callbacks, names, desc);
}

#define virtio_find_vqs viortc_compat_find_vqs

/* Makes the find_vqs() of a transport one that such a kernel can call. */
#define VIORTC_COMPAT_FIND_VQS(find_vqs)				\
static int find_vqs##_compat(struct virtio_device *vdev, unsigned int nvqs, \
			     struct virtqueue *vqs[],			\
			     vq_callback_t *callbacks[],		\
			     const char * const names[],		\
			     const bool *ctx, struct irq_affinity *desc)	\
{									\
	struct virtqueue_info infos[2];					\
	unsigned int i;							\
									\
	if (nvqs > ARRAY_SIZE(infos))					\
		return -ENOENT;						\
	for (i = 0; i < nvqs; i++) {					\
		infos[i].name = names[i];				\
		infos[i].callback = callbacks[i];			\
	}								\
									\
	return find_vqs(vdev, nvqs, vqs, infos, desc);			\
}

#define VIORTC_FIND_VQS(find_vqs) find_vqs##_compat

#else

#define VIORTC_COMPAT_FIND_VQS(find_vqs)
#define VIORTC_FIND_VQS(find_vqs) find_vqs

#endif

#ifdef VIORTC_LACKS_HRTIMER_SETUP

static inline void
viortc_compat_hrtimer_setup(struct hrtimer *timer,
			    enum hrtimer_restart (*function)(struct hrtimer *),
			    clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}

#define hrtimer_setup viortc_compat_hrtimer_setup

#endif

/* Its faults are in no header, and where they are mended this does no harm. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0) && \
	!defined(mul_u64_u64_div_u64)

#include "virtio_rtc_compat_math.h"
#define mul_u64_u64_div_u64 viortc_compat_mul_div

#endif

/* Older kernels have no such members then, and none calls them. */
#ifdef CONFIG_PM
#define VIORTC_PM_OPS(_freeze, _restore)	\
	.freeze = _freeze,			\
	.restore = _restore,
#else
#define VIORTC_PM_OPS(_freeze, _restore)
#endif

#ifdef VIORTC_LACKS_RESET_OPS

#define VIORTC_RESET_OPS(prepare, done)

#else

#define VIORTC_RESET_OPS(prepare, done)	\
	.reset_prepare = prepare,	\
	.reset_done = done,

#endif

#ifdef VIORTC_LACKS_SHUTDOWN

#define VIORTC_COMPAT_SHUTDOWN(_shutdown)		\
static void _shutdown##_compat(struct device *dev)	\
{							\
	_shutdown(dev_to_virtio(dev));			\
}

#define VIORTC_SHUTDOWN_OPS(_shutdown)

/*
 * The driver core calls the driver itself then, unless the bus resets devices,
 * as that of the newest 6.1 does.  It complains about a driver that is
 * registered with a function for what its bus does.
 */
static inline void viortc_compat_set_shutdown(struct device *dev,
					      void (*shutdown)(struct device *))
{
	if (!dev->bus->shutdown)
		dev->driver->shutdown = shutdown;
}

#define VIORTC_SET_SHUTDOWN(_vdev, _shutdown)	\
	viortc_compat_set_shutdown(&(_vdev)->dev, _shutdown##_compat)

#else

#define VIORTC_COMPAT_SHUTDOWN(_shutdown)
#define VIORTC_SHUTDOWN_OPS(_shutdown)	\
	.shutdown = _shutdown,
#define VIORTC_SET_SHUTDOWN(_vdev, _shutdown)

#endif

#ifdef VIORTC_LACKS_SNAPSHOT_ID

struct viortc_compat_snapshot {
	u64 cycles;
	u64 hw_cycles;
	ktime_t systime;
	ktime_t monoraw;
	enum clocksource_ids cs_id;
	enum clocksource_ids hw_csid;
	u32 clock_was_set_seq;
	u8 cs_was_changed_seq;
	u8 valid;
};

static inline void
viortc_compat_get_snapshot(clockid_t clock_id,
			   struct viortc_compat_snapshot *snapshot)
{
	struct system_time_snapshot now;
#if defined(CONFIG_X86) && defined(VIORTC_LACKS_CSID_X86_TSC)
	u64 tsc = rdtsc_ordered();
#endif

	ktime_get_snapshot(&now);

#if defined(CONFIG_X86) && defined(VIORTC_LACKS_CSID_X86_TSC)
	/*
	 * A clocksource whose value lies between two readings of the counter
	 * around it reads that counter.
	 */
	if (now.cs_id == CSID_GENERIC &&
	    now.cycles - tsc <= rdtsc_ordered() - tsc)
		now.cs_id = CSID_X86_TSC;
#endif

	*snapshot = (struct viortc_compat_snapshot){
		.cycles = now.cycles,
		.systime = now.real,
		.monoraw = now.raw,
		.cs_id = now.cs_id,
		.hw_csid = CSID_GENERIC,
		.clock_was_set_seq = now.clock_was_set_seq,
		.cs_was_changed_seq = now.cs_was_changed_seq,
		.valid = clock_id == CLOCK_REALTIME,
	};
}

#define system_time_snapshot viortc_compat_snapshot
#define ktime_get_snapshot_id viortc_compat_get_snapshot

/* struct system_device_crosststamp: the clock is always CLOCK_REALTIME. */
#define sys_systime sys_realtime

static inline clockid_t
viortc_crosststamp_clock_id(const struct system_device_crosststamp *cts)
{
	return CLOCK_REALTIME;
}

/* Nobody looks at it there. */
static inline void
viortc_crosststamp_set_counter(struct system_device_crosststamp *cts,
			       enum clocksource_ids cs_id, u64 cycles)
{
}

#else

static inline clockid_t
viortc_crosststamp_clock_id(const struct system_device_crosststamp *cts)
{
	return cts->clock_id;
}

static inline void
viortc_crosststamp_set_counter(struct system_device_crosststamp *cts,
			       enum clocksource_ids cs_id, u64 cycles)
{
	cts->sys_counter = (struct system_counterval_t){
		.cycles = cycles,
		.cs_id = cs_id,
	};
}

#endif

#endif /* _VIRTIO_RTC_COMPAT_H_ */
