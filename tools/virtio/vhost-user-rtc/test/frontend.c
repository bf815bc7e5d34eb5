// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vhost-user front end: the daemon's life, messages and set-up.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "send.h"
#include "base/macros.h"

#define MAX_ARGS	80

uint64_t host_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

/* The daemon's life */

static void make_memory(struct frontend *f)
{
	bool huge = getenv("HUGE_PAGES");
	struct stat st;
	unsigned int q;

	f->memfd = memfd_create("guest", MFD_CLOEXEC | (huge ? MFD_HUGETLB : 0));
	check(f->memfd >= 0 && !fstat(f->memfd, &st), "cannot make the guest's memory");
	f->file_size = MEM_SIZE;
	/* A block of such a file is a huge page. */
	if (huge)
		f->file_size += -f->file_size % st.st_blksize;
	check(!ftruncate(f->memfd, f->file_size), "cannot make the guest's memory");
	f->mem = mmap(NULL, f->file_size, PROT_READ | PROT_WRITE, MAP_SHARED, f->memfd, 0);
	check(f->mem != MAP_FAILED, "cannot map the guest's memory");
	for (q = 0; q < QUEUES; q++) {
		struct frontend_queue *queue = &f->queue[q];
		uint8_t *rings = f->mem + RINGS(q);

		queue->size = QUEUE_SIZE;
		queue->desc = (struct vring_desc *)rings;
		queue->avail = (struct vring_avail *)(rings + AVAIL);
		queue->used = (struct vring_used *)(rings + USED);
		queue->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		queue->call = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		queue->err = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		check(queue->kick >= 0 && queue->call >= 0 && queue->err >= 0, "no eventfds");
	}
}

/* In the daemon-to-be: a socket that listens, as number 3. */
static void activate(const char *path, unsigned int num)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char text[16];
	int fd;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(fd, 1) < 0)
		_exit(126);
	dup2(fd, 3);
	snprintf(text, sizeof(text), "%d", getpid());
	setenv("LISTEN_PID", text, 1);
	snprintf(text, sizeof(text), "%u", num);
	setenv("LISTEN_FDS", text, 1);
}

/*
 * Starts the daemon with --fd=@fd, or with @option if that is negative, or with @num
 * sockets of a service manager.
 */
static void spawn(struct frontend *f, int fd, const char *option, unsigned int num,
		  const char *const *args)
{
	const char *daemon = getenv("VHOST_USER_RTC");
	const char *argv[MAX_ARGS + 3] = { daemon, option };
	int said[2];
	int i;

	check(daemon, "VHOST_USER_RTC does not say which program to test");
	for (i = 0; args && args[i]; i++) {
		check(i < MAX_ARGS, "too many arguments");
		argv[i + 2] = args[i];
	}
	/* The daemon's end is one that makes writers wait, as usual. */
	check(!pipe2(said, O_CLOEXEC) && !fcntl(said[0], F_SETFL, O_NONBLOCK), "no pipe");
	f->daemon = fork();
	check(f->daemon >= 0, "no process");
	if (!f->daemon) {
		/* A test that fails leaves no daemon behind. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(said[1], STDERR_FILENO);
		if (fd >= 0)
			fcntl(fd, F_SETFD, 0);
		if (num)
			activate(f->path, num);
		execv(daemon, (char **)argv);
		_exit(127);
	}
	close(said[1]);
	f->stderr_fd = said[0];
}

void frontend_spawn(struct frontend *f, const char *const *args)
{
	char option[32];
	int pair[2];

	memset(f, 0, sizeof(*f));
	make_memory(f);
	check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "no socket pair");
	snprintf(option, sizeof(option), "--fd=%d", pair[1]);
	spawn(f, pair[1], option, 0, args);
	close(pair[1]);
	f->socket = pair[0];
}

static bool try_connect(struct frontend *f, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	f->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check(f->socket >= 0, "no socket");
	if (!connect(f->socket, (struct sockaddr *)&addr, sizeof(addr)))
		return true;
	close(f->socket);
	f->socket = -1;
	return false;
}

void frontend_connect(struct frontend *f, const char *path)
{
	uint64_t end = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * UINT64_C(1000000);

	while (!try_connect(f, path)) {
		check(host_ns(CLOCK_MONOTONIC) < end, "nobody listens on %s", path);
		sleep_ms(10);
	}
}

void frontend_spawn_listening(struct frontend *f, const char *const *args)
{
	char option[128];

	memset(f, 0, sizeof(*f));
	f->socket = -1;
	make_memory(f);
	snprintf(f->path, sizeof(f->path), "/tmp/vhost-user-rtc-test-%d.sock", getpid());
	snprintf(option, sizeof(option), "--socket-path=%s", f->path);
	spawn(f, -1, option, 0, args);
}

void frontend_spawn_activated(struct frontend *f, unsigned int num, const char *const *args)
{
	memset(f, 0, sizeof(*f));
	f->socket = -1;
	make_memory(f);
	snprintf(f->path, sizeof(f->path), "/tmp/vhost-user-rtc-test-%d.sock", getpid());
	unlink(f->path);
	spawn(f, -1, "--log-level=info", num, args);
}

int frontend_wait_exit(struct frontend *f)
{
	uint64_t end = host_ns(CLOCK_MONOTONIC) + PATIENCE_MS * UINT64_C(1000000);
	int status;

	while (!waitpid(f->daemon, &status, WNOHANG)) {
		if (host_ns(CLOCK_MONOTONIC) > end) {
			kill(f->daemon, SIGKILL);
			fail_msg("the daemon does not end");
		}
		sleep_ms(5);
	}
	f->daemon = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void frontend_pause(struct frontend *f)
{
	int status;

	kill(f->daemon, SIGSTOP);
	check(waitpid(f->daemon, &status, WUNTRACED) == f->daemon && WIFSTOPPED(status),
	      "the daemon does not stop");
}

void frontend_said(struct frontend *f, char *text, size_t size)
{
	ssize_t num = read(f->stderr_fd, text, size - 1);

	text[num > 0 ? num : 0] = '\0';
}

void frontend_hang_up(struct frontend *f)
{
	if (f->socket >= 0)
		close(f->socket);
	f->socket = -1;
}

void frontend_end(struct frontend *f)
{
	char said[4096];
	unsigned int q;
	int status;

	frontend_hang_up(f);
	if (f->daemon) {
		status = frontend_wait_exit(f);
		if (status) {
			frontend_said(f, said, sizeof(said));
			fail_msg("the daemon ended with status %d: %s", status, said);
		}
	}
	for (q = 0; q < QUEUES; q++) {
		close(f->queue[q].kick);
		close(f->queue[q].call);
		close(f->queue[q].err);
	}
	munmap(f->mem, f->file_size);
	close(f->memfd);
	close(f->stderr_fd);
}

void frontend_terminate(struct frontend *f)
{
	frontend_hang_up(f);
	kill(f->daemon, SIGTERM);
	frontend_end(f);
}

unsigned int frontend_open_files(const struct frontend *f)
{
	unsigned int num = 0;
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", f->daemon);
	dir = opendir(path);
	check(dir, "cannot look into %s", path);
	while ((entry = readdir(dir)))
		num += entry->d_name[0] != '.';
	closedir(dir);
	return num;
}

/* Messages */

void frontend_send(struct frontend *f, uint32_t request, uint32_t flags, const void *payload,
		   uint32_t size, const int *fds, unsigned int num_fds)
{
	struct vhost_user_header header = {
		.request = request,
		.flags = VHOST_USER_VERSION | flags,
		.size = size,
	};
	struct iovec iov[] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)payload, .iov_len = size },
	};

	/* A daemon that has hung up already is for the test to find out. */
	if (send_with_fds(f->socket, iov, ARRAY_SIZE(iov), fds, num_fds, 0) < 0)
		check(errno == EPIPE || errno == ECONNRESET, "cannot send: %s", strerror(errno));
}

/* Receives exactly @size bytes, or returns that there is no more. */
static bool receive_all(struct frontend *f, void *to, size_t size)
{
	struct pollfd poll_fd = { .fd = f->socket, .events = POLLIN };
	size_t done = 0;

	while (done < size) {
		ssize_t num;

		check(poll(&poll_fd, 1, PATIENCE_MS) == 1, "the daemon does not answer");
		num = read(f->socket, (uint8_t *)to + done, size - done);
		if (num <= 0)
			return false;
		done += num;
	}
	return true;
}

bool frontend_receive(struct frontend *f, uint32_t request, void *payload, uint32_t size)
{
	struct vhost_user_header header;

	if (!receive_all(f, &header, sizeof(header)))
		return false;
	check(header.request == request, "answer to %u instead of %u", header.request, request);
	check(header.flags == (VHOST_USER_VERSION | VHOST_USER_REPLY), "answer with flags %x",
	      header.flags);
	check(header.size == size, "answer of %u instead of %u bytes", header.size, size);
	return receive_all(f, payload, size);
}

bool frontend_ask(struct frontend *f, uint32_t request, const void *payload, uint32_t size)
{
	uint64_t answer;

	frontend_send(f, request, VHOST_USER_NEED_REPLY, payload, size, NULL, 0);
	check(frontend_receive(f, request, &answer, sizeof(answer)), "no answer to message %u",
	      request);
	return !answer;
}

uint64_t frontend_get(struct frontend *f, uint32_t request)
{
	uint64_t answer;

	frontend_send(f, request, 0, NULL, 0, NULL, 0);
	check(frontend_receive(f, request, &answer, sizeof(answer)), "no answer to message %u",
	      request);
	return answer;
}

bool frontend_hung_up(struct frontend *f)
{
	struct pollfd poll_fd = { .fd = f->socket, .events = POLLIN };
	char byte;

	check(poll(&poll_fd, 1, PATIENCE_MS) == 1, "the daemon neither answers nor hangs up");
	return read(f->socket, &byte, 1) <= 0;
}

/* Set-up */

void frontend_share_memory(struct frontend *f)
{
	struct vhost_user_mem_table table = {
		.num = 1,
		.region = { {
			.guest_addr = GUEST_BASE,
			.user_addr = USER_BASE,
			.size = MEM_SIZE,
		} },
	};
	const uint32_t size = offsetof(struct vhost_user_mem_table, region[1]);

	frontend_send(f, VHOST_USER_SET_MEM_TABLE, 0, &table, size, &f->memfd, 1);
}

void frontend_negotiate(struct frontend *f, uint64_t features)
{
	uint64_t offered = frontend_get(f, VHOST_USER_GET_FEATURES);
	uint64_t protocol;

	f->features = features;
	check(!(features & ~offered), "features %#llx are not all offered",
	      (unsigned long long)features);
	if (features & BIT(VHOST_USER_F_PROTOCOL_FEATURES)) {
		protocol = frontend_get(f, VHOST_USER_GET_PROTOCOL_FEATURES);
		check(protocol & BIT(VHOST_USER_PROTOCOL_F_REPLY_ACK), "no REPLY_ACK");
		frontend_send(f, VHOST_USER_SET_PROTOCOL_FEATURES, 0, &protocol,
			      sizeof(protocol), NULL, 0);
	}
	frontend_send(f, VHOST_USER_SET_OWNER, 0, NULL, 0, NULL, 0);
	frontend_send(f, VHOST_USER_SET_FEATURES, 0, &features, sizeof(features), NULL, 0);
	frontend_share_memory(f);
}

void frontend_enable_queue(struct frontend *f, unsigned int q, bool enable)
{
	struct vhost_vring_state state = { .index = q, .num = enable };

	frontend_send(f, VHOST_USER_SET_VRING_ENABLE, 0, &state, sizeof(state), NULL, 0);
}

void frontend_start_queue(struct frontend *f, unsigned int q, uint16_t base)
{
	struct frontend_queue *queue = &f->queue[q];
	struct vhost_vring_state num = { .index = q, .num = queue->size };
	struct vhost_vring_state start = { .index = q, .num = base };
	struct vhost_vring_addr addr = {
		.index = q,
		.desc_user_addr = USER_BASE + RINGS(q),
		.avail_user_addr = USER_BASE + RINGS(q) + AVAIL,
		.used_user_addr = USER_BASE + RINGS(q) + USED,
	};
	uint64_t index = q;

	frontend_send(f, VHOST_USER_SET_VRING_NUM, 0, &num, sizeof(num), NULL, 0);
	frontend_send(f, VHOST_USER_SET_VRING_BASE, 0, &start, sizeof(start), NULL, 0);
	frontend_send(f, VHOST_USER_SET_VRING_ADDR, 0, &addr, sizeof(addr), NULL, 0);
	frontend_send(f, VHOST_USER_SET_VRING_ERR, 0, &index, sizeof(index), &queue->err, 1);
	if (f->calls_first)
		frontend_send(f, VHOST_USER_SET_VRING_CALL, 0, &index, sizeof(index),
			      &queue->call, 1);
	frontend_send(f, VHOST_USER_SET_VRING_KICK, 0, &index, sizeof(index), &queue->kick, 1);
	if (!f->calls_first)
		frontend_send(f, VHOST_USER_SET_VRING_CALL, 0, &index, sizeof(index),
			      &queue->call, 1);
}

uint16_t frontend_stop_queue(struct frontend *f, unsigned int q)
{
	struct vhost_vring_state state = { .index = q };

	frontend_send(f, VHOST_USER_GET_VRING_BASE, 0, &state, sizeof(state), NULL, 0);
	check(frontend_receive(f, VHOST_USER_GET_VRING_BASE, &state, sizeof(state)),
	      "the daemon does not say where queue %u stopped", q);
	assert_int_equal(state.index, q);
	return state.num;
}

static void start_queues(struct frontend *f)
{
	unsigned int num = f->features & BIT(VIRTIO_RTC_F_ALARM) ? QUEUES : 1;
	unsigned int q;

	for (q = 0; q < num; q++) {
		memset(f->mem + RINGS(q), 0, RINGS(1));
		f->queue[q].taken = 0;
		frontend_start_queue(f, q, 0);
	}
	for (q = 0; q < num; q++)
		if (f->features & BIT(VHOST_USER_F_PROTOCOL_FEATURES))
			frontend_enable_queue(f, q, true);
}

void frontend_start(struct frontend *f, uint64_t features)
{
	frontend_negotiate(f, features);
	start_queues(f);
}

void frontend_restart(struct frontend *f)
{
	unsigned int q;

	for (q = 0; q < QUEUES; q++)
		if (q == REQUESTQ || f->features & BIT(VIRTIO_RTC_F_ALARM))
			frontend_stop_queue(f, q);
	frontend_send(f, VHOST_USER_SET_FEATURES, 0, &f->features, sizeof(f->features), NULL, 0);
	start_queues(f);
}
