// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks: which of them runs, and what they wait for.  Time is what is said here.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include "fiber.h"
#include "world.h"

/* No wait is longer than the driver says, with what it can be set to. */
#define WAIT_MAX	(3700ull * NSEC_PER_SEC)

/* More often than this time does not pass without an end of it. */
#define FUEL		20000

/*
 * What a turn of a loop that spins takes, and one that does not give way.  The driver looks
 * for an answer for 100 us: these are some twenty turns, and at each point of each of them
 * anything can happen.
 */
#define RELAX_NS	(5 * NSEC_PER_USEC)
#define TRY_NS		(500)

enum state {
	IDLE,
	READY,
	ASLEEP,
};

struct task_struct {
	struct fiber fiber;
	enum state state;
	void (*job)(unsigned long arg);
	unsigned long arg;
	const void *channel;
	u64 deadline;
	bool interruptible;
	bool signal;
	unsigned int locks;
	unsigned int no_preempt;
	unsigned int rcu;
	struct work_struct *work;
};

static struct task_struct tasks[NUM_TASKS], *running;

/* The tasks of a state, as bits: most are idle at most times. */
static unsigned int ready, asleep;
static unsigned int preferred;
static int countdown;
static bool ended, frozen, look;
static int (*next_event)(void);
static u64 now;
static unsigned int fuel, relaxed;
static struct work_struct *queued;

static struct workqueue_struct workqueues[2] = { [1].freezable = true };
struct workqueue_struct *system_wq = &workqueues[0];
struct workqueue_struct *system_freezable_wq = &workqueues[1];
suspend_state_t pm_suspend_target_state;

static void set_state(struct task_struct *task, enum state state)
{
	unsigned int bit = 1u << (task - tasks);

	task->state = state;
	ready = state == READY ? ready | bit : ready & ~bit;
	asleep = state == ASLEEP ? asleep | bit : asleep & ~bit;
}

static void run_jobs(void *arg)
{
	struct task_struct *task = arg;

	for (;;) {
		task->job(task->arg);
		BUG_ON(task->locks || task->no_preempt || task->rcu);
		set_state(task, IDLE);
		task->signal = false;
		fiber_leave();
	}
}

void tasks_init(int (*event)(void))
{
	static bool initialised;
	unsigned int i;

	for (i = 0; i < NUM_TASKS && !initialised; i++)
		fiber_init(&tasks[i].fiber, run_jobs, &tasks[i]);
	initialised = true;

	BUG_ON(ready || asleep || queued);
	next_event = event;
	countdown = 0;
	ended = false;
	frozen = false;
	look = true;
	preferred = TASK_ADMIN;
	now = 1000 * NSEC_PER_SEC;
	fuel = FUEL;
	relaxed = 0;
	pm_suspend_target_state = PM_SUSPEND_ON;
}

bool task_start(enum task_id id, void (*job)(unsigned long arg), unsigned long arg)
{
	struct task_struct *task = &tasks[id];

	if (task->state != IDLE)
		return false;

	task->job = job;
	task->arg = arg;
	set_state(task, READY);
	return true;
}

bool task_is_idle(enum task_id id)
{
	return tasks[id].state == IDLE;
}

void task_prefer(enum task_id id)
{
	preferred = id;
}

void task_signal(enum task_id id)
{
	struct task_struct *task = &tasks[id];

	if (task->state == IDLE)
		return;
	task->signal = true;
	if (task->state == ASLEEP && task->interruptible)
		set_state(task, READY);
}

void tasks_pass(u64 ns)
{
	now += ns;
}

void tasks_freeze(bool freeze)
{
	frozen = freeze;
}

void tasks_make_look(bool on)
{
	look = on;
}

/* Work */

void shim_init_work(struct work_struct *work, void (*func)(struct work_struct *work))
{
	*work = (struct work_struct){ .func = func };
}

static void unqueue(struct work_struct *work)
{
	struct work_struct **at;

	for (at = &queued; *at; at = &(*at)->next) {
		if (*at == work) {
			*at = work->next;
			work->pending = false;
			return;
		}
	}
}

bool shim_queue_work(struct workqueue_struct *wq, struct work_struct *work,
		     unsigned long delay, bool again)
{
	bool pending = work->pending;

	if (work->canceled || (pending && !again))
		return false;

	if (pending)
		unqueue(work);
	work->wq = wq;
	work->due = now + (u64)delay * NSEC_PER_JIFFY;
	work->pending = true;
	work->next = queued;
	queued = work;
	return !pending;
}

void shim_cancel_work(struct work_struct *work)
{
	might_sleep();
	work->canceled = true;
	unqueue(work);
	while (work->running)
		shim_sleep(work, SHIM_NO_TIMEOUT, false);
	work->canceled = false;
}

struct work_struct *current_work(void)
{
	return running ? running->work : NULL;
}

static bool may_run(const struct work_struct *work)
{
	return !work->running && !(frozen && work->wq->freezable);
}

/* The work may free itself. */
static void do_work(unsigned long arg)
{
	struct work_struct *work = (struct work_struct *)arg;

	work->func(work);
	running->work = NULL;
	work->running = false;
	shim_wake(work);
}

static void start_work(void)
{
	struct work_struct *work, *next;
	unsigned int id;

	for (work = queued; work; work = next) {
		next = work->next;
		if (work->due > now || !may_run(work))
			continue;
		for (id = TASK_WORKER; id < TASK_USER && !task_is_idle(id); id++)
			;
		if (id == TASK_USER)
			return;
		unqueue(work);
		work->running = true;
		tasks[id].work = work;
		task_start(id, do_work, (unsigned long)work);
	}
}

/* The scheduler */

#define for_each_task(task, set)					\
	for (unsigned int _left = (set); _left &&			\
	     ((task) = &tasks[__builtin_ctz(_left)]); _left &= _left - 1)

static struct task_struct *pick(void)
{
	struct task_struct *task;

	if (queued)
		start_work();
	for_each_task(task, asleep)
		if (task->deadline <= now)
			set_state(task, READY);
	/* The next one from the one preferred on */
	if (!ready)
		return NULL;
	preferred = __builtin_ctz(ready >> preferred ? ready >> preferred << preferred : ready);
	return &tasks[preferred];
}

static void show_tasks(void)
{
	const struct task_struct *task;
	const struct work_struct *work;

	for_each_task(task, ready | asleep)
		fprintf(stderr, "task %td: job %p, work %p, %s until %llu\n", task - tasks,
			(void *)task->job, task->work ? (void *)task->work->func : NULL,
			task->state == READY ? "ready" : "asleep",
			(unsigned long long)task->deadline);
	for (work = queued; work; work = work->next)
		fprintf(stderr, "work %p, due %llu\n", (void *)work->func,
			(unsigned long long)work->due);
}

/* Return: whether there is anything to wait for. */
static bool let_time_pass(bool all)
{
	u64 next = SHIM_NO_TIMEOUT;
	struct task_struct *task;
	struct work_struct *work;

	for_each_task(task, asleep)
		next = min(next, task->deadline);
	if (!asleep && (!all || !queued))
		return false;
	for (work = queued; work; work = work->next)
		if (may_run(work) && work->due > now)
			next = min(next, work->due);

	/* Somebody waits for ever, or nobody ever ends. */
	if (next == SHIM_NO_TIMEOUT || !fuel--) {
		show_tasks();
		BUG();
	}
	now = max(now, next);
	return true;
}

static void take_event(void)
{
	do {
		countdown = ended ? -1 : next_event();
		if (countdown < 0)
			ended = true;
	} while (!countdown);
	if (ended)
		countdown = INT_MAX;
}

void tasks_run(bool all)
{
	for (;;) {
		if (countdown <= 0)
			take_event();
		running = pick();
		if (running)
			fiber_enter(&running->fiber);
		else if (!ended)
			countdown = 0;
		else if (!let_time_pass(all))
			break;
		running = NULL;
	}
}

void shim_point(void)
{
	if (--countdown <= 0 && running && !running->locks)
		fiber_leave();
}

/* Whoever spins gives way: what it spins for may be another task's. */
void shim_relax(void)
{
	now += RELAX_NS;
	relaxed++;
	if (!running)
		return;
	preferred = (preferred + 1) % NUM_TASKS;
	fiber_leave();
}

unsigned int tasks_relaxed(void)
{
	return relaxed;
}

/* What tasks use of it */

u64 shim_now(void)
{
	now += 20;
	return now;
}

struct task_struct *shim_current(void)
{
	return running;
}

bool shim_signal_pending(const struct task_struct *task)
{
	return task->signal;
}

bool single_task_running(void)
{
	return look;
}

bool need_resched(void)
{
	shim_point();
	return !look;
}

void might_sleep(void)
{
	BUG_ON(!running || running->locks || running->no_preempt || running->rcu);
	BUG_ON(running == &tasks[TASK_IRQ]);
}

void shim_sleep(const void *channel, u64 deadline, bool interruptible)
{
	might_sleep();
	BUG_ON(deadline != SHIM_NO_TIMEOUT && deadline > now + WAIT_MAX);
	running->channel = channel;
	running->deadline = deadline;
	running->interruptible = interruptible;
	set_state(running, ASLEEP);
	fiber_leave();
}

void shim_wake(const void *channel)
{
	struct task_struct *task;

	for_each_task(task, asleep)
		if (task->channel == channel)
			set_state(task, READY);
}

void spin_lock_init(spinlock_t *lock)
{
	lock->held = false;
}

/* Who holds a lock is not interrupted, so none is ever found held. */
void spin_lock(spinlock_t *lock)
{
	shim_point();
	BUG_ON(lock->held);
	lock->held = true;
	if (running)
		running->locks++;
}

bool spin_trylock(spinlock_t *lock)
{
	now += TRY_NS;
	spin_lock(lock);
	return true;
}

void spin_unlock(spinlock_t *lock)
{
	BUG_ON(!lock->held);
	lock->held = false;
	if (running)
		running->locks--;
	shim_point();
}

void mutex_init(struct mutex *lock)
{
	lock->held = false;
}

void mutex_lock(struct mutex *lock)
{
	might_sleep();
	while (lock->held)
		shim_sleep(lock, SHIM_NO_TIMEOUT, false);
	lock->held = true;
}

void mutex_unlock(struct mutex *lock)
{
	BUG_ON(!lock->held);
	lock->held = false;
	shim_wake(lock);
}

void rcu_read_lock(void)
{
	running->rcu++;
}

void rcu_read_unlock(void)
{
	running->rcu--;
	shim_wake(tasks);
}

static bool rcu_is_read(void)
{
	const struct task_struct *task;

	for_each_task(task, ready | asleep)
		if (task->rcu)
			return true;
	return false;
}

void synchronize_rcu(void)
{
	might_sleep();
	while (rcu_is_read())
		shim_sleep(tasks, SHIM_NO_TIMEOUT, false);
}

void preempt_disable(void)
{
	running->no_preempt++;
}

void preempt_enable(void)
{
	running->no_preempt--;
}
