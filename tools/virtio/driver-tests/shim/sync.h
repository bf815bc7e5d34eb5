/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks, and what they wait for each other with.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef SHIM_SYNC_H
#define SHIM_SYNC_H

#include "base.h"

#define HZ	1000
#define NSEC_PER_JIFFY	(NSEC_PER_SEC / HZ)

/* Each reading of a clock takes a moment. */
u64 shim_now(void);

#define jiffies			((unsigned long)(shim_now() / NSEC_PER_JIFFY))
#define time_before(a, b)	((long)((a) - (b)) < 0)
#define time_after(a, b)	time_before(b, a)
#define msecs_to_jiffies(ms)	((unsigned long)(ms))
#define ktime_get_mono_fast_ns()	shim_now()
#define ktime_get()		((ktime_t)shim_now())
#define ktime_sub(a, b)		((ktime_t)((u64)(a) - (u64)(b)))
#define ktime_add_ns(a, ns)	((ktime_t)((u64)(a) + (u64)(ns)))
#define ktime_to_ms(t)		((t) / NSEC_PER_MSEC)
#define ktime_before(a, b)	((a) < (b))

/* Locks: a task that holds one is never interrupted, and never sleeps. */

typedef struct spinlock {
	bool held;
} spinlock_t;

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
bool spin_trylock(spinlock_t *lock);

#define spin_lock_irq(lock)		spin_lock(lock)
#define spin_unlock_irq(lock)		spin_unlock(lock)
#define spin_lock_irqsave(lock, flags)	((flags) = 0, spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))
#define spin_trylock_irqsave(lock, flags) ((flags) = 0, spin_trylock(lock))
#define lockdep_assert_held(lock)	BUG_ON(!(lock)->held)

struct mutex {
	bool held;
};

void might_sleep(void);
void mutex_init(struct mutex *lock);
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

/* For as long as one task is in one of these, synchronize_rcu() waits. */
void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
void preempt_disable(void);
void preempt_enable(void);

/* Waiting: until somebody wakes it, a signal comes, or time is up. */

#define SHIM_NO_TIMEOUT	U64_MAX

/**
 * shim_sleep() - let others run until there is a reason to go on
 * @channel: what shim_wake() is called with
 * @deadline: in ns of shim_now()
 * @interruptible: whether a signal is a reason
 */
void shim_sleep(const void *channel, u64 deadline, bool interruptible);

/**
 * shim_wake() - wake all tasks that wait
 * @channel: what for
 */
void shim_wake(const void *channel);

typedef struct wait_queue_head {
	bool ready;
} wait_queue_head_t;

#define init_waitqueue_head(head)	((head)->ready = true)
#define wake_up(head)			shim_wake(head)
#define wake_up_all(head)		shim_wake(head)

#define shim_wait_event(head, condition, timeout, interruptible) ({	\
	u64 _end = shim_now() + (timeout) * NSEC_PER_JIFFY;		\
	long _left = -1;						\
	might_sleep();							\
	while (_left < 0) {						\
		if (condition)						\
			_left = max(((long)_end - (long)shim_now()) /	\
				    NSEC_PER_JIFFY, 1L);		\
		else if (shim_now() >= _end)				\
			_left = 0;					\
		else if ((interruptible) && signal_pending(current))	\
			break;						\
		else							\
			shim_sleep(head, _end, interruptible);		\
	}								\
	_left < 0 ? -ERESTARTSYS : _left;				\
})
#define wait_event_timeout(head, condition, timeout)			\
	shim_wait_event(&(head), condition, timeout, false)
#define wait_event_interruptible_timeout(head, condition, timeout)	\
	shim_wait_event(&(head), condition, timeout, true)

struct completion {
	unsigned int done;
};

#define init_completion(completion)	((completion)->done = 0)
#define reinit_completion(completion)	((completion)->done = 0)

#define complete(completion)	((completion)->done++, shim_wake(completion))
#define wait_for_completion_timeout(completion, timeout)		\
	shim_wait_event(completion, (completion)->done && (completion)->done--, \
			timeout, false)
#define wait_for_completion_interruptible_timeout(completion, timeout)	\
	shim_wait_event(completion, (completion)->done && (completion)->done--, \
			timeout, true)

/* Tasks */

struct task_struct;
struct task_struct *shim_current(void);
bool shim_signal_pending(const struct task_struct *task);

#define current			shim_current()
#define signal_pending(task)	shim_signal_pending(task)

bool single_task_running(void);
bool need_resched(void);

/* The system never goes down here. */
enum system_states {
	SYSTEM_RUNNING,
	SYSTEM_HALT,
	SYSTEM_POWER_OFF,
	SYSTEM_RESTART,
};

#define system_state	SYSTEM_RUNNING

typedef enum {
	PM_SUSPEND_ON,
	PM_SUSPEND_MEM = 3,
} suspend_state_t;

extern suspend_state_t pm_suspend_target_state;

/* Work: a task of its own does it. */

struct workqueue_struct {
	bool freezable;
};

struct work_struct {
	void (*func)(struct work_struct *work);
	struct workqueue_struct *wq;
	struct work_struct *next;
	u64 due;
	bool pending;
	bool running;
	bool canceled;
};

struct delayed_work {
	struct work_struct work;
};

extern struct workqueue_struct *system_wq, *system_freezable_wq;

void shim_init_work(struct work_struct *work, void (*func)(struct work_struct *work));
bool shim_queue_work(struct workqueue_struct *wq, struct work_struct *work,
		     unsigned long delay, bool again);
void shim_cancel_work(struct work_struct *work);
struct work_struct *current_work(void);

#define WORK_BUSY_RUNNING	2
#define work_busy(work)		((work)->running ? WORK_BUSY_RUNNING : 0)

#define INIT_WORK(work, func)		shim_init_work(work, func)
#define INIT_DELAYED_WORK(delayed, func) shim_init_work(&(delayed)->work, func)
#define to_delayed_work(item)		container_of(item, struct delayed_work, work)
#define schedule_work(work)		shim_queue_work(system_wq, work, 0, false)
#define schedule_delayed_work(delayed, delay) \
	shim_queue_work(system_wq, &(delayed)->work, delay, false)
#define queue_delayed_work(wq, delayed, delay) \
	shim_queue_work(wq, &(delayed)->work, delay, false)
#define mod_delayed_work(wq, delayed, delay) \
	shim_queue_work(wq, &(delayed)->work, delay, true)
#define cancel_delayed_work_sync(delayed) shim_cancel_work(&(delayed)->work)
#define cancel_work_sync(work)		shim_cancel_work(work)

#endif /* SHIM_SYNC_H */
