// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/foreign.h"
#include "base/log.h"
#include "base/macros.h"
#include "commands.h"
#include "control.h"

/* What may wait for one that asked for events */
#define MAX_WAITING	65536

static void leave(struct control_client *client)
{
	event_loop_remove(client->control->loop, &client->source);
	foreign_close(client->source.fd);
	free(client->answer);
	*client = (struct control_client) { .source.fd = -1 };
}

/* Waits for what the client sends or, with an answer for it, for room. */
static void wait_for(struct control_client *client)
{
	struct event_loop *loop = client->control->loop;

	event_loop_remove(loop, &client->source);
	if (event_loop_add(loop, &client->source, client->answer ? EPOLLOUT : EPOLLIN))
		leave(client);
}

/* Sends what there is room for. */
static void send_answer(struct control_client *client)
{
	ssize_t num = send(client->source.fd, client->answer + client->sent,
			   client->size - client->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (num < 0 && errno != EAGAIN && errno != EINTR) {
		leave(client);
		return;
	}
	if (num > 0)
		client->sent += num;
	client->stuck = client->sent < client->size;
	if (client->stuck)
		return;
	if (!client->events) {
		leave(client);
		return;
	}
	free(client->answer);
	client->answer = NULL;
	wait_for(client);
}

/* Runs a command that is complete. */
static void run(struct control_client *client)
{
	FILE *answer = open_memstream(&client->answer, &client->size);
	bool events;

	if (!answer) {
		leave(client);
		return;
	}
	events = commands_run(client->control, client->command, answer);
	fclose(answer);
	if (!client->answer || (!client->size && !events)) {
		leave(client);
		return;
	}
	client->events = events;
	if (!client->size) {
		free(client->answer);
		client->answer = NULL;
	}
	wait_for(client);
}

/* Whether a command has come to its end. */
static bool receive(struct control_client *client)
{
	size_t room = sizeof(client->command) - client->received;
	char *end;
	ssize_t num;

	/* There is no room for what else it may have sent. */
	foreign_begin();
	num = recv(client->source.fd, client->command + client->received, room, MSG_DONTWAIT);
	foreign_end();
	if (num < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* One that is told of events has no more to say. */
	if (num <= 0 || client->events) {
		leave(client);
		return false;
	}
	client->received += num;
	end = memchr(client->command, '\n', client->received);
	if (end)
		*end = '\0';
	else if (client->received == sizeof(client->command))
		leave(client);
	return end;
}

static void client_ready(struct event_source *source, uint32_t events)
{
	struct control_client *client = container_of(source, struct control_client, source);

	(void)events;
	if (client->answer)
		send_answer(client);
	else if (receive(client))
		run(client);
}

/*
 * A place for one more. Who has not said a command, or does not take what it asked for,
 * gives way, and of several the first that came.
 */
static struct control_client *find_place(struct control *c)
{
	struct control_client *slow = NULL;
	unsigned int i;
	bool gives_way;

	for (i = 0; i < CONTROL_MAX_CLIENTS; i++) {
		struct control_client *client = &c->client[i];

		if (client->source.fd < 0)
			return client;
		gives_way = client->stuck || (!client->events && !client->answer);
		if (gives_way && (!slow || client->since < slow->since))
			slow = client;
	}
	if (slow)
		leave(slow);
	return slow;
}

static void connected(void *priv, int fd)
{
	static const char full[] = "error: there are too many that wait for events\n";
	struct control *c = priv;
	struct control_client *client = find_place(c);

	if (!client) {
		send(fd, full, strlen(full), MSG_DONTWAIT | MSG_NOSIGNAL);
		log_peer_warning("%s: there are %d already that wait for events", c->path,
				 CONTROL_MAX_CLIENTS);
		foreign_close(fd);
		return;
	}
	client->control = c;
	client->since = c->came++;
	client->source.fd = fd;
	client->source.ready = client_ready;
	wait_for(client);
}

int control_open(struct control *c)
{
	/* Whoever can command the device can be its guest's time. */
	const struct listener_access access = { .mode = 0600, .group = -1 };
	unsigned int i;

	if (!c->path)
		return 0;
	for (i = 0; i < CONTROL_MAX_CLIENTS; i++)
		c->client[i].source.fd = -1;
	c->listener.loop = c->loop;
	c->listener.connected = connected;
	c->listener.priv = c;
	return listener_listen(&c->listener, c->path, &access);
}

/* Adds a line to what waits for a client, if that is not too much. */
static void tell(struct control_client *client, const char *line, size_t size)
{
	bool waited = client->answer;
	size_t waiting = waited ? client->size - client->sent : 0;
	char *answer;

	if (waited && client->sent) {
		memmove(client->answer, client->answer + client->sent, waiting);
		client->sent = 0;
	}
	answer = waiting + size > MAX_WAITING ? NULL : realloc(client->answer, waiting + size);
	if (!answer) {
		leave(client);
		return;
	}
	memcpy(answer + waiting, line, size);
	client->answer = answer;
	client->size = waiting + size;
	if (!waited) {
		client->sent = 0;
		wait_for(client);
	}
}

void control_event(struct control *c, const char *format, ...)
{
	char line[128];
	va_list args;
	unsigned int i;
	int size;

	if (!c->path)
		return;
	va_start(args, format);
	size = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (size < 0 || size >= (int)sizeof(line) - 1)
		return;
	line[size] = '\n';
	for (i = 0; i < CONTROL_MAX_CLIENTS; i++)
		if (c->client[i].source.fd >= 0 && c->client[i].events)
			tell(&c->client[i], line, size + 1);
}

void control_release(struct control *c)
{
	unsigned int i;

	if (!c->path)
		return;
	for (i = 0; i < CONTROL_MAX_CLIENTS; i++)
		if (c->client[i].source.fd >= 0)
			leave(&c->client[i]);
	listener_release(&c->listener);
}
