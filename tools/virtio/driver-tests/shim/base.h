/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every file of the kernel takes for granted: types, macros, memory.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SHIM_BASE_H
#define SHIM_BASE_H

#include <asm/types.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef __u16 __le16, __be16;
typedef __u32 __le32, __be32;
typedef __u64 __le64, __be64;
typedef u64 dma_addr_t;
typedef u64 phys_addr_t;
typedef unsigned int gfp_t;
typedef s64 ktime_t;

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

/* An errno that user space does not know */
#define ERESTARTSYS	512

#define U64_MAX		UINT64_MAX
#define U32_MAX		UINT32_MAX
#define S64_MAX		INT64_MAX
#define KTIME_MAX	INT64_MAX
#define NSEC_PER_SEC	1000000000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_USEC	1000L
#define PAGE_SIZE	4096UL
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x)	(((x) + PAGE_SIZE - 1) & PAGE_MASK)
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)
#define ARCH_DMA_MINALIGN	64

#define __packed	__attribute__((packed))
#define __aligned(x)	__attribute__((aligned(x)))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define __maybe_unused	__attribute__((unused))
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define __must_check
#define __must_hold(lock)
#define __init		__attribute__((unused))
#define __exit		__attribute__((unused))
#define __user
#define __force
#define __bitwise
#define __cold
#define __counted_by(member)
#define __guarded_by(lock)
#define __private
#define __context_unsafe(comment)
#define __inline__	inline
#define fallthrough	__attribute__((fallthrough))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define barrier()	__asm__ volatile("" : : : "memory")
#define data_race(x)	(x)
#define EXPORT_SYMBOL(name)		struct shim_nothing
#define EXPORT_SYMBOL_GPL(name)		struct shim_nothing
#define MODULE_LICENSE(text)		struct shim_nothing
#define MODULE_DESCRIPTION(text)	struct shim_nothing
#define MODULE_AUTHOR(text)		struct shim_nothing
#define MODULE_PARM_DESC(name, text)	struct shim_nothing
#define MODULE_DEVICE_TABLE(bus, table)	struct shim_nothing
#define THIS_MODULE	NULL
#define KBUILD_MODNAME	"virtio_rtc"

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define BUILD_BUG_ON(condition)	((void)(condition))
#define BUILD_BUG_ON_MSG(condition, text) _Static_assert(!(condition), text)
#define static_assert(condition, ...) _Static_assert(condition, #condition)
#define __same_type(a, b)	__builtin_types_compatible_p(typeof(a), typeof(b))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)

#define min(a, b) ({							\
	typeof(a) _a = (a);						\
	typeof(b) _b = (b);						\
	_a < _b ? _a : _b;						\
})
#define max(a, b) ({							\
	typeof(a) _a = (a);						\
	typeof(b) _b = (b);						\
	_a > _b ? _a : _b;						\
})
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define clamp(value, low, high)	min(max(value, low), high)
#define clamp_t(type, value, low, high) \
	clamp((type)(value), (type)(low), (type)(high))

/*
 * Other tasks and the device may come between two accesses to memory that is
 * shared, so each of these is a place where they do.
 */
void shim_point(void);

#define READ_ONCE(x) ({							\
	shim_point();							\
	*(const volatile typeof(x) *)&(x);				\
})
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))
#define smp_load_acquire(p)	READ_ONCE(*(p))
#define smp_store_release(p, value)	WRITE_ONCE(*(p), value)
#define smp_store_mb(x, value)	WRITE_ONCE(x, value)
#define virt_store_mb(x, value)	WRITE_ONCE(x, value)
#define mb()		barrier()
#define dma_rmb()	barrier()
#define dma_wmb()	barrier()
#define virt_mb()	barrier()
#define virt_rmb()	barrier()
#define virt_wmb()	barrier()
#define cpu_relax()	shim_relax()

void shim_relax(void);

/*
 * What the driver warns of is a fault of the driver; the kernel may be made to
 * warn by the device.
 */
__attribute__((noreturn)) void shim_bug(const char *file, int line,
					const char *what);
void shim_warn(const char *file, int line, const char *what);

#define BUG()			shim_bug(__FILE__, __LINE__, "BUG")
#define BUG_ON(condition)						\
do {									\
	if (unlikely(condition))					\
		shim_bug(__FILE__, __LINE__, #condition);		\
} while (0)
#define WARN_ON(condition) ({						\
	bool _bad = (condition);					\
	if (unlikely(_bad))						\
		shim_warn(__FILE__, __LINE__, #condition);		\
	_bad;								\
})
#define WARN_ON_ONCE(condition)	WARN_ON(condition)
#define dev_WARN_ONCE(dev, condition, ...) WARN_ON(condition)
#define panic(...)		BUG()

__printf(1, 2) void shim_log(const char *format, ...);

#define pr_debug(...)	((void)0)
#define pr_warn(...)	((void)0)
#define dev_name(dev)	((dev)->name)
#define dev_err(dev, ...)		((void)(dev), shim_log(__VA_ARGS__))
#define dev_warn(dev, ...)		dev_err(dev, __VA_ARGS__)
#define dev_info(dev, ...)		dev_err(dev, __VA_ARGS__)
#define dev_warn_once(dev, ...)		dev_err(dev, __VA_ARGS__)
#define dev_err_ratelimited(dev, ...)	dev_err(dev, __VA_ARGS__)
#define dev_warn_ratelimited(dev, ...)	dev_err(dev, __VA_ARGS__)

/* Both run on machines that are little-endian. */
#define cpu_to_le16(x)	((__le16)(x))
#define cpu_to_le32(x)	((__le32)(x))
#define cpu_to_le64(x)	((__le64)(x))
#define le16_to_cpu(x)	((u16)(x))
#define le32_to_cpu(x)	((u32)(x))
#define le64_to_cpu(x)	((u64)(x))
#define cpu_to_be16(x)	__builtin_bswap16(x)
#define cpu_to_be32(x)	__builtin_bswap32(x)
#define cpu_to_be64(x)	__builtin_bswap64(x)
#define be16_to_cpu(x)	__builtin_bswap16(x)
#define be32_to_cpu(x)	__builtin_bswap32(x)
#define be64_to_cpu(x)	__builtin_bswap64(x)

#define GFP_KERNEL	1u
#define GFP_ATOMIC	2u
#define __GFP_NOWARN	0u
#define __GFP_HIGHMEM	0u
#define __GFP_ZERO	0u

/* All memory is zeroed, and counted. */
void *shim_alloc(size_t num, size_t size);
void shim_free(const void *memory);

#define kfree(memory)			shim_free(memory)
#define kzalloc(size, gfp)		shim_alloc(1, size)
#define kmalloc(size, gfp)		shim_alloc(1, size)
#define kcalloc(num, size, gfp)		shim_alloc(num, size)
#define kmalloc_obj(object, ...)	((typeof(object) *)shim_alloc(1, sizeof(object)))
#define kmalloc_objs(object, num, ...)	((typeof(object) *)shim_alloc(num, sizeof(object)))
#define kzalloc_obj(object, ...)	kmalloc_obj(object)
#define kzalloc_objs(object, num, ...)	kmalloc_objs(object, num)
#define kvzalloc(size, gfp)		shim_alloc(1, size)
#define kvfree(memory)			shim_free(memory)
#define struct_size(object, member, num) \
	(sizeof(*(object)) + (num) * sizeof((object)->member[0]))
#define alloc_pages_exact(size, gfp)	shim_alloc(1, size)
#define free_pages_exact(memory, size)	shim_free(memory)

#define set_bit(n, map)		((map)[0] |= 1UL << (n))
#define clear_bit(n, map)	((map)[0] &= ~(1UL << (n)))
#define test_bit(n, map)	(READ_ONCE((map)[0]) >> (n) & 1)
#define test_and_set_bit(n, map) ({					\
	bool _was = test_bit(n, map);					\
	set_bit(n, map);						\
	_was;								\
})
#define test_and_clear_bit(n, map) ({					\
	bool _was = test_bit(n, map);					\
	clear_bit(n, map);						\
	_was;								\
})
#define assign_bit(n, map, value) \
	((value) ? set_bit(n, map) : clear_bit(n, map))
#define cmpxchg(p, old, new) ({						\
	typeof(*(p)) _was = *(p);					\
	if (_was == (old))						\
		*(p) = (new);						\
	_was;								\
})

#define abs(x) ({							\
	s64 _x = (x);							\
	_x < 0 ? -_x : _x;						\
})

static inline int fls64(u64 n)
{
	return n ? 64 - __builtin_clzll(n) : 0;
}

#define ilog2(n)	(fls64(n) - 1)

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

/* The machine's instruction traps if the quotient has more than 64 bits. */
static inline u64 mul_u64_u64_div_u64(u64 a, u64 b, u64 divisor)
{
	unsigned __int128 quotient;

	BUG_ON(!divisor);
	quotient = (unsigned __int128)a * b / divisor;
	BUG_ON(quotient > U64_MAX);
	return quotient;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 b, unsigned int shift)
{
	return ((unsigned __int128)a * b) >> shift;
}

static inline u32 lower_32_bits(u64 n)
{
	return n;
}

static inline u32 upper_32_bits(u64 n)
{
	return n >> 32;
}

/*
 * Whether what comes after a look at an index is done before that has an end.  With one
 * that is out of bounds, 0 is what is used in its place then; here with any.
 */
extern bool shim_speculates;

static inline unsigned long array_index_nospec(unsigned long index,
					       unsigned long size)
{
	BUG_ON(index >= size);
	return shim_speculates ? 0 : index;
}

#endif /* SHIM_BASE_H */
