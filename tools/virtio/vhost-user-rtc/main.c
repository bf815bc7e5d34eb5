// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vhost-user-rtc: a virtio RTC device as a vhost-user back-end.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/control.h"
#include "device/device.h"
#include "device/state.h"
#include "base/event_loop.h"
#include "base/foreign.h"
#include "transport/listener.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/sandbox.h"
#include "base/service_manager.h"
#include "options.h"
#include "time/leap_source.h"

struct daemon {
	struct options options;
	struct event_loop loop;
	struct event_source signals;
	struct listener listener;
	bool listening;
	bool failed;
	struct state state;
	struct control control;
	struct device *device;
};

static int complain(const char *what, int err)
{
	log_error("%s: %s", what, strerror(-err));
	return err;
}

static void signals_ready(struct event_source *source, uint32_t events)
{
	struct daemon *d = container_of(source, struct daemon, signals);
	struct signalfd_siginfo signal;

	(void)events;
	if (read(source->fd, &signal, sizeof(signal)) != sizeof(signal))
		return;
	if (signal.ssi_signo == SIGHUP)
		leap_source_reload(&d->options.leap);
	else
		event_loop_stop(&d->loop);
}

static void leap_seconds_changed(void *priv)
{
	struct daemon *d = priv;

	device_time_set(d->device);
}

static int watch_leap_seconds(struct daemon *d)
{
	d->options.leap.changed = leap_seconds_changed;
	d->options.leap.priv = d;
	return leap_source_watch(&d->options.leap, &d->loop);
}

static void alarms_changed(void *priv)
{
	struct daemon *d = priv;

	state_changed(&d->state);
}

static void alarm_expired(void *priv, uint16_t clock)
{
	struct daemon *d = priv;

	control_event(&d->control, "alarm %u", clock);
}

static int take_commands(struct daemon *d)
{
	int err;

	d->control.path = d->options.control_path;
	d->control.device = d->device;
	d->control.config = &d->options.config;
	d->control.loop = &d->loop;
	err = control_open(&d->control);
	return err ? complain(d->control.path, err) : 0;
}

static int keep_alarms(struct daemon *d)
{
	d->state.path = d->options.state_path;
	d->state.device = d->device;
	d->state.config = &d->options.config;
	d->state.loop = &d->loop;
	return state_load(&d->state);
}

/* Signals become events; those that ask to end, so that the socket is removed. */
static int init_signals(struct daemon *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	d->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d->signals.ready = signals_ready;
	if (d->signals.fd < 0)
		return -errno;
	return event_loop_add(&d->loop, &d->signals, EPOLLIN);
}

static void connected(void *priv, int fd)
{
	struct daemon *d = priv;
	struct vhost_user *session = device_session(d->device);
	int err;

	/* One that comes back can be faster than the news that it had left. */
	if (vhost_user_is_open(session) && vhost_user_peer_left(session))
		vhost_user_close(session, NULL);
	else if (vhost_user_is_open(session) && vhost_user_overdue(session))
		vhost_user_close(session, "it owes a message, and another one has come");
	if (vhost_user_is_open(session)) {
		log_peer_warning("second front end refused, there is one already");
		foreign_close(fd);
		return;
	}
	err = vhost_user_open(session, fd);
	if (err)
		complain("cannot serve the front end", err);
	else
		control_event(&d->control, "connected");
}

static void closed(void *priv, bool failed)
{
	struct daemon *d = priv;

	control_event(&d->control, "disconnected");
	if (d->listening)
		return;
	/* There is no way for another front end to come. */
	d->failed = failed;
	event_loop_stop(&d->loop);
}

/* Returns 1 for a listening socket, 0 for a connected one, or what is wrong. */
static int is_listening(int fd)
{
	socklen_t size = sizeof(int);
	int value;

	/* vhost-user passes descriptors, and has messages in a stream. */
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &size) < 0)
		return -errno;
	if (value != AF_UNIX)
		return -EAFNOSUPPORT;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size) < 0)
		return -errno;
	if (value != SOCK_STREAM)
		return -EPROTOTYPE;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) < 0)
		return -errno;
	return value;
}

/* Begins to serve or to wait for front ends, as the user asked for. */
static int open_socket(struct daemon *d)
{
	const struct options *o = &d->options;
	int err;

	d->listener.loop = &d->loop;
	d->listener.connected = connected;
	d->listener.priv = d;
	if (o->socket_path) {
		d->listening = true;
		err = listener_listen(&d->listener, o->socket_path, &o->access);
		return err ? complain(o->socket_path, err) : 0;
	}
	err = is_listening(o->fd);
	if (err < 0)
		return complain("--fd", err);
	d->listening = err;
	if (d->listening)
		err = listener_adopt(&d->listener, o->fd);
	else
		err = vhost_user_open(device_session(d->device), o->fd);
	return err ? complain("--fd", err) : 0;
}

/* Sanitizers need more system calls, at the end. */
#if defined(__SANITIZE_ADDRESS__)
#define FILTER	false
#else
#define FILTER	true
#endif

static void give_up(const struct daemon *d)
{
	const char *paths[4] = { NULL };
	unsigned int num = 0;

	if (!d->options.sandbox)
		return;
	if (d->options.socket_path)
		paths[num++] = d->options.socket_path;
	if (d->options.control_path)
		paths[num++] = d->options.control_path;
	if (d->options.state_path)
		paths[num++] = d->options.state_path;
	sandbox_enter(paths, FILTER);
}

static int serve(struct daemon *d)
{
	int err = open_socket(d);

	if (err)
		return err;
	service_manager_ready();
	give_up(d);
	err = event_loop_run(&d->loop);
	if (err)
		complain("cannot wait for events", err);
	if (d->listening)
		listener_release(&d->listener);
	vhost_user_close(device_session(d->device), NULL);
	return err;
}

/* Each alarm has a descriptor: as many as are allowed, not as are usual. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct daemon d = { 0 };
	int err;

	log_begin();
	allow_descriptors();
	options_parse(&d.options, argc, argv);
	err = event_loop_init(&d.loop);
	if (!err)
		err = init_signals(&d);
	if (!err)
		err = foreign_init();
	if (err) {
		complain("cannot begin to wait for events", err);
		return EXIT_FAILURE;
	}
	d.options.config.closed = closed;
	d.options.config.alarms_changed = alarms_changed;
	d.options.config.expired = alarm_expired;
	d.options.config.priv = &d;
	d.device = device_create(&d.loop, &d.options.config, &err);
	if (!d.device) {
		complain("cannot make the device", err);
		return EXIT_FAILURE;
	}
	err = watch_leap_seconds(&d);
	if (err) {
		complain("cannot watch the leap seconds", err);
		return EXIT_FAILURE;
	}
	err = keep_alarms(&d);
	if (err) {
		complain("cannot keep alarms", err);
		return EXIT_FAILURE;
	}
	if (take_commands(&d))
		return EXIT_FAILURE;
	err = serve(&d);
	control_release(&d.control);
	state_release(&d.state);
	leap_source_release(&d.options.leap);
	device_destroy(d.device);
	close(d.signals.fd);
	event_loop_release(&d.loop);
	options_release(&d.options);
	return err || d.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
