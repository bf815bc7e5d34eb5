/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef OPTIONS_H
#define OPTIONS_H

#include "device/device.h"
#include "time/leap_source.h"
#include "transport/listener.h"

/**
 * struct options - what the user wants
 * @socket_path: Where to listen, or NULL.
 * @access: Who may connect there.
 * @fd: The socket to use, connected or listening, or -1.
 * @state_path: Where alarms are kept, or NULL.
 * @control_path: Where commands are taken, or NULL.
 * @sandbox: Give up what is not needed.
 * @counter_spec: What @config's counter points into.
 * @leap: Where @config's leap seconds come from.
 * @config: The device; without what main() adds.
 */
struct options {
	const char *socket_path;
	struct listener_access access;
	int fd;
	const char *state_path;
	const char *control_path;
	bool sandbox;
	char *counter_spec;
	struct leap_source leap;
	struct device_config config;
};

/**
 * options_parse - understand the command line
 * @options: Receives it; not to be moved afterwards.
 * @argc: As main() got it.
 * @argv: As main() got it; changed here, and must stay.
 *
 * Does not return if the command line asks for something to be printed, or if
 * it is wrong: then the process ends with status 1 after a line that says why.
 */
void options_parse(struct options *options, int argc, char **argv);

/**
 * options_release - free what options_parse() made
 * @options: The options.
 */
void options_release(struct options *options);

#endif /* OPTIONS_H */
