// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Giving up what is not needed.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "macros.h"
#include "sandbox.h"

/* Files: what changes them. To read is left to the permissions that there are. */

#define CHANGES	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
		 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
		 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
		 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
		 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
		 LANDLOCK_ACCESS_FS_MAKE_SYM)
#define OURS	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
		 LANDLOCK_ACCESS_FS_MAKE_REG)

/* Allows changes in the folder of a file. */
static int allow_folder(int ruleset, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct landlock_path_beneath_attr rule = { .allowed_access = OURS };
	char folder[PATH_MAX];
	int err = 0;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	rule.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -errno;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		err = -errno;
	close(rule.parent_fd);
	return err;
}

static int restrict_files(const char *const *paths)
{
	const struct landlock_ruleset_attr attr = { .handled_access_fs = CHANGES };
	int ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	int err = 0;

	if (ruleset < 0)
		return -errno;
	for (; *paths && !err; paths++)
		err = allow_folder(ruleset, *paths);
	if (!err && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		err = -errno;
	close(ruleset);
	return err;
}

/* System calls */

#if defined(__x86_64__)
#define THIS_ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH	AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define THIS_ARCH	AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define THIS_ARCH	AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define THIS_ARCH	AUDIT_ARCH_PPC64LE
#else
/* Of no machine: nothing is filtered. */
#define THIS_ARCH	0
#endif

/* Those that there are on some machines only have their older names here. */
static const unsigned int needed[] = {
#ifdef SYS_epoll_wait
	SYS_epoll_wait,
#endif
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_open
	SYS_open, SYS_unlink, SYS_rename, SYS_readlink, SYS_stat, SYS_lstat,
#endif
#ifdef SYS_fstat
	SYS_fstat,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_mmap
	SYS_mmap,
#endif
	/* Where sockets had one for all, the C library may still go by that. */
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
#ifdef SYS_io_pgetevents
	SYS_io_pgetevents,
#endif
	/* Events, time, and messages */
	SYS_epoll_pwait, SYS_epoll_ctl, SYS_ppoll, SYS_timerfd_settime, SYS_timer_settime,
	SYS_clock_gettime, SYS_clock_adjtime, SYS_adjtimex, SYS_recvmsg, SYS_sendmsg, SYS_recvfrom,
	SYS_sendto, SYS_accept4, SYS_getsockopt, SYS_io_setup, SYS_io_submit, SYS_io_getevents,
	SYS_timerfd_create, SYS_clock_nanosleep, SYS_sched_yield, SYS_sched_getscheduler,
	/* Files, of leap seconds, of alarms, and what is left of a socket */
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_close, SYS_fcntl,
	SYS_fstatfs, SYS_lseek, SYS_openat, SYS_unlinkat, SYS_renameat2, SYS_readlinkat,
	SYS_statx, SYS_getdents64, SYS_inotify_add_watch, SYS_inotify_rm_watch,
	/* Memory, and the end */
	SYS_munmap, SYS_mremap, SYS_madvise, SYS_mprotect, SYS_brk, SYS_futex, SYS_getpid,
	SYS_gettid, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_exit,
	SYS_exit_group, SYS_restart_syscall, SYS_getrandom,
};

#define ALLOW		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define LOAD(member)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))

/* One that is not needed is refused, as it would be without the right to it. */
static int restrict_system_calls(void)
{
	struct sock_filter code[2 * ARRAY_SIZE(needed) + 5];
	struct sock_fprog program = { .filter = code };
	unsigned int i, at = 0;

	code[at++] = (struct sock_filter)LOAD(arch);
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0);
	code[at++] = (struct sock_filter)REFUSE;
	code[at++] = (struct sock_filter)LOAD(nr);
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, needed[i],
							  0, 1);
		code[at++] = (struct sock_filter)ALLOW;
	}
	code[at++] = (struct sock_filter)REFUSE;
	program.len = at;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
		return -errno;
	return 0;
}

void sandbox_enter(const char *const *paths, bool filter)
{
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		log_warning("no privileges are given up: %s", strerror(errno));
		return;
	}
	err = restrict_files(paths);
	if (err)
		log_info("no files are given up, Landlock: %s", strerror(-err));
	if (!filter)
		return;
	if (!THIS_ARCH) {
		log_info("no system calls are given up: those of this machine are not known");
		return;
	}
	err = restrict_system_calls();
	if (err)
		log_warning("no system calls are given up: %s", strerror(-err));
}
