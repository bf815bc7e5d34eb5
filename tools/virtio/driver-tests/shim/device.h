/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices, their memory, and the clocks of the system.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SHIM_DEVICE_H
#define SHIM_DEVICE_H

#include "sync.h"
#include <linux/clocksource_ids.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/rtc.h>

/* Devices */

struct device;
struct device_driver;
struct kobj_uevent_env;

struct attribute {
	const char *name;
};

struct attribute_group {
	const char *name;
	struct attribute **attrs;
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
};

#define __ATTR_RO(_name)	{ .attr.name = #_name, .show = _name##_show }
#define sysfs_attr_init(attr)	((void)(attr))
#define DEVICE_ATTR_RO(_name)						\
	struct device_attribute dev_attr_##_name = {			\
		.attr.name = #_name, .show = _name##_show,		\
	}
#define ATTRIBUTE_GROUPS(_name)						\
	static const struct attribute_group _name##_group = {		\
		.attrs = _name##_attrs,					\
	};								\
	static const struct attribute_group *_name##_groups[] = {	\
		&_name##_group, NULL,					\
	}

struct bus_type {
	const char *name;
	int (*match)(struct device *dev, const struct device_driver *driver);
	const struct attribute_group **dev_groups;
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
	const struct cpumask *(*irq_get_affinity)(struct device *dev, unsigned int vector);
	void (*shutdown)(struct device *dev);
	int (*num_vf)(struct device *dev);
};

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	void *owner;
	void (*shutdown)(struct device *dev);
};

struct shim_resource {
	struct shim_resource *next;
	void (*release)(void *data);
	void *data;
	const void *group;
};

struct device_node;

struct kobject {
	bool is_told;
};

enum kobject_action {
	KOBJ_CHANGE,
};

struct device {
	struct kobject kobj;
	struct device *parent;
	const struct bus_type *bus;
	struct device_driver *driver;
	struct device_node *of_node;
	void (*release)(struct device *dev);
	const struct attribute_group **groups;
	char name[32];
	unsigned int references;
	bool added;
	bool may_wake;
	bool awake;
	struct shim_resource *resources;
};

void device_initialize(struct device *dev);
__printf(2, 3) int dev_set_name(struct device *dev, const char *format, ...);
int device_add(struct device *dev);
#define device_is_registered(dev) ((dev)->added)
void device_del(struct device *dev);
void device_unregister(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
int device_init_wakeup(struct device *dev, bool enable);
bool device_may_wakeup(const struct device *dev);
#define device_property_read_bool(dev, name) ((void)(dev), true)
void pm_stay_awake(struct device *dev);
void pm_relax(struct device *dev);
void pm_wakeup_hard_event(struct device *dev);
void *devres_open_group(struct device *dev, void *id, gfp_t gfp);
void devres_close_group(struct device *dev, void *id);
int devres_release_group(struct device *dev, void *id);
int shim_add_resource(struct device *dev, void (*release)(void *data), void *data);

int bus_register(const struct bus_type *bus);
void bus_unregister(const struct bus_type *bus);
int driver_register(struct device_driver *driver);
void driver_unregister(struct device_driver *driver);

/* There is one driver, and one device. */
#define module_driver(_driver, _register, _unregister, ...)		\
	int shim_register_driver(void)					\
	{								\
		return _register(&(_driver), ##__VA_ARGS__);		\
	}								\
	void shim_unregister_driver(void);				\
	void shim_unregister_driver(void)				\
	{								\
		_unregister(&(_driver), ##__VA_ARGS__);			\
	}
int shim_register_driver(void);

#define core_initcall(function)						\
	int shim_init_core(void)					\
	{								\
		return function();					\
	}
int shim_init_core(void);
#define module_exit(function)						\
	static void (* const shim_unused_exit)(void) __maybe_unused = function
#define module_param(variable, type, mode)				\
	void *shim_param_##variable = &(variable)
extern void *shim_param_request_timeout_ms, *shim_param_read_timeout_ms;
extern void *shim_param_rtc_may_step;

/* Kernels of confidential guests ask for features; which ones, is theirs. */
#define virtio_check_mem_acc_cb(dev)	false
#define DEFINE_IDA(name)	int name __maybe_unused
#define ida_alloc(ida, gfp)	0
#define ida_free(ida, id)	((void)(ida), (void)(id))
#define ida_destroy(ida)	((void)(ida))
#define dev_of_node(dev)	((struct device_node *)NULL)
#define dev_num_vf(dev)		0
#define of_node_put(node)	((void)(node))
#define of_get_available_child_count(node) ((void)(node), 0)
#define of_get_next_available_child(node, previous) ((struct device_node *)NULL)
#define of_device_is_compatible(node, name) false
#define sysfs_emit(buf, ...)	sprintf(buf, __VA_ARGS__)
#define sysfs_emit_at(buf, at, ...) sprintf((buf) + (at), __VA_ARGS__)
#define add_uevent_var(env, ...) ((void)(env), shim_log(__VA_ARGS__), 0)

/* Memory that the device has */

enum dma_data_direction {
	DMA_BIDIRECTIONAL,
	DMA_TO_DEVICE,
	DMA_FROM_DEVICE,
};

#define DMA_MAPPING_ERROR	(~(dma_addr_t)0)
#define DMA_ATTR_CPU_CACHE_CLEAN	1ul
#define DMA_ATTR_DEBUGGING_IGNORE_CACHELINES	2ul

struct page;

struct scatterlist {
	void *buffer;
	unsigned int offset;
	unsigned int length;
};

#define sg_init_one(sg, memory, size) \
	(*(sg) = (struct scatterlist){ .buffer = (memory), .length = (size) })
#define sg_next(sg)			((void)(sg), (struct scatterlist *)NULL)
#define sg_page(sg)			((struct page *)(sg)->buffer)
#define sg_phys(sg)			((phys_addr_t)(unsigned long)(sg)->buffer)
#define sg_dma_address(sg)		sg_phys(sg)
#define sg_dma_len(sg)			((sg)->length)
#define virt_to_phys(memory)		((phys_addr_t)(unsigned long)(memory))
#define virt_to_page(memory)		((struct page *)(memory))
#define is_vmalloc_addr(memory)		false
#define xen_domain()			true
#define kmsan_handle_dma(...)		((void)0)

dma_addr_t shim_map(void *memory, size_t size, enum dma_data_direction dir);
void shim_unmap(dma_addr_t addr, size_t size, enum dma_data_direction dir);
void *shim_alloc_shared(size_t size, dma_addr_t *addr);

/* The page of a scatterlist is its buffer here. */
#undef offset_in_page
#define offset_in_page(p)		((void)(p), 0)
#define DMA_PAGE(page, offset)		((void *)((char *)(page) + (offset)))
#define dma_map_page_attrs(dev, page, offset, size, dir, attrs) \
	shim_map(DMA_PAGE(page, offset), size, dir)
#define dma_unmap_page_attrs(dev, addr, size, dir, attrs) shim_unmap(addr, size, dir)
#define dma_mapping_error(dev, addr)	((addr) == DMA_MAPPING_ERROR ? -ENOMEM : 0)
#define dma_max_mapping_size(dev)	SIZE_MAX
#define dma_need_sync(dev, addr)	false
#define dma_sync_single_range_for_cpu(...)	((void)0)
#define dma_sync_single_range_for_device(...)	((void)0)
#define dma_alloc_coherent(dev, size, addr, gfp) shim_alloc_shared(size, addr)
#define dma_free_coherent(dev, size, memory, addr) shim_free(memory)

typedef enum {
	IRQ_NONE,
	IRQ_HANDLED,
} irqreturn_t;

/* Time, of a system whose clock runs on the counter */

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

struct system_time_snapshot {
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

struct system_counterval_t {
	u64 cycles;
	enum clocksource_ids cs_id;
	bool use_nsecs;
};

struct system_device_crosststamp {
	clockid_t clock_id;
	ktime_t device;
	struct system_counterval_t sys_counter;
	ktime_t sys_systime;
	ktime_t sys_monoraw;
};

struct ptp_system_timestamp {
	u64 pre;
	u64 post;
};

void ktime_get_snapshot_id(clockid_t clock_id, struct system_time_snapshot *snapshot);
u64 ktime_get_real_ns(void);
#define ktime_get_real_seconds() ((s64)(ktime_get_real_ns() / NSEC_PER_SEC))

#define ptp_read_system_prets(sts)	((sts)->pre = shim_now())
#define ptp_read_system_postts(sts)	((sts)->post = shim_now())

/* What is registered on top of the driver */

#define PTP_CLOCK_NAME_LEN	32

struct ptp_clock;
struct ptp_clock_request;

struct ptp_clock_info {
	void *owner;
	char name[PTP_CLOCK_NAME_LEN];
	int (*gettimex64)(struct ptp_clock_info *info, struct timespec64 *ts,
			  struct ptp_system_timestamp *sts);
	int (*getcrosststamp)(struct ptp_clock_info *info,
			      struct system_device_crosststamp *cts);
	int (*settime64)(struct ptp_clock_info *info, const struct timespec64 *ts);
	int (*adjtime)(struct ptp_clock_info *info, s64 delta);
	int (*adjfine)(struct ptp_clock_info *info, long scaled_ppm);
	int (*enable)(struct ptp_clock_info *info, struct ptp_clock_request *request, int on);
};

int ptp_clock_index(struct ptp_clock *ptp);
struct device *device_find_child_by_name(struct device *parent, const char *name);
int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp[]);
struct ptp_clock *ptp_clock_register(struct ptp_clock_info *info, struct device *parent);
int ptp_clock_unregister(struct ptp_clock *ptp);

struct rtc_class_ops {
	int (*ioctl)(struct device *dev, unsigned int command, unsigned long arg);
	int (*read_time)(struct device *dev, struct rtc_time *tm);
	int (*set_time)(struct device *dev, struct rtc_time *tm);
	int (*read_alarm)(struct device *dev, struct rtc_wkalrm *alarm);
	int (*set_alarm)(struct device *dev, struct rtc_wkalrm *alarm);
	int (*alarm_irq_enable)(struct device *dev, unsigned int enabled);
	int (*param_get)(struct device *dev, struct rtc_param *param);
	int (*param_set)(struct device *dev, struct rtc_param *param);
};

struct rtc_device {
	struct device dev;
	int id;
	const struct rtc_class_ops *ops;
	struct mutex ops_lock;
	unsigned long features[1];
	u64 range_max;
	struct work_struct irqwork;
};

#define rtc_lock(rtc)	mutex_lock(&(rtc)->ops_lock)
#define rtc_unlock(rtc)	mutex_unlock(&(rtc)->ops_lock)

struct rtc_device *devm_rtc_allocate_device(struct device *dev);
int devm_rtc_register_device(struct rtc_device *rtc);
void rtc_update_irq(struct rtc_device *rtc, unsigned long num, unsigned long events);
void rtc_time64_to_tm(s64 time, struct rtc_time *tm);
s64 rtc_tm_to_time64(struct rtc_time *tm);

/* What is shown of it */

struct dentry;

struct seq_file {
	void *private;
};

struct file_operations {
	int (*show)(struct seq_file *file, void *data);
};

#define DEFINE_SHOW_ATTRIBUTE(_name)					\
	static const struct file_operations _name##_fops = { .show = _name##_show }
#define seq_printf(file, ...)	((void)(file), shim_log(__VA_ARGS__))

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group);
#define sysfs_remove_groups(kobj, groups) ((void)(kobj), (void)(groups))
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
void debugfs_create_file(const char *name, int mode, struct dentry *dir, void *data,
			 const struct file_operations *fops);
void debugfs_remove(struct dentry *dir);

/* Tracepoints look at what they are given, and keep nothing of it. */
#define TP_PROTO(...)		__VA_ARGS__
#define TP_ARGS(...)
#define TP_STRUCT__entry(...)	__VA_ARGS__
#define TP_fast_assign(...)	__VA_ARGS__
#define TP_printk(...)
#define __field(type, name)	type name;
#define TRACE_EVENT(_name, _proto, _args, _fields, _assign, _print)	\
	static inline void trace_##_name(_proto)			\
	{								\
		struct { _fields } entry, *__entry = &entry;		\
		_assign							\
		(void)__entry;						\
	}

#endif /* SHIM_DEVICE_H */
