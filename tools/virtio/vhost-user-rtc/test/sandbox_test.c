// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the daemon has given up while it serves.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"
#include "frontend.h"
#include "base/macros.h"

/* The number that a line of the daemon's status has */
static int status_of(const struct frontend *f, const char *key)
{
	char path[64], line[128];
	FILE *file;
	int value = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", f->daemon);
	file = fopen(path, "r");
	check(file, "no %s", path);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			value = atoi(line + strlen(key));
	fclose(file);
	return value;
}

static void privileges_and_system_calls_are_given_up(void **state)
{
	const char *const without[] = { "--no-sandbox", NULL };
	const char *const *const args[] = { NULL, without };
	struct frontend f;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		bool given_up = !args[i];

		frontend_spawn(&f, args[i]);
		frontend_start(&f, ALL_FEATURES);
		frontend_populate(&f, 4);
		frontend_set_alarm(&f, 0, frontend_read(&f, 0) + 100000000, true);
		assert_int_equal(frontend_notification(&f, PATIENCE_MS), 0);
		/* In a container there may be a filter around all of this. */
		check(status_of(&f, "NoNewPrivs:") == given_up || !given_up, "not given up");
		check(status_of(&f, "Seccomp_filters:") ==
		      given_up + atoi(getenv("FILTERS_AROUND")), "%d filters",
		      status_of(&f, "Seccomp_filters:"));
		frontend_end(&f);
	}
}

static void only_the_folders_of_its_files_can_be_changed(void **state)
{
	char folder[64], away[80], file[96], option[112], said[4096] = "";
	const char *const args[] = { option, NULL };
	struct frontend f;

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 0) {
		print_message("this kernel has no Landlock\n");
		skip();
	}
	snprintf(folder, sizeof(folder), "/tmp/vhost-user-rtc-test-%d.d", getpid());
	snprintf(away, sizeof(away), "%s.away", folder);
	snprintf(file, sizeof(file), "%s/state", folder);
	snprintf(option, sizeof(option), "--state=%s", file);
	check(!mkdir(folder, 0700), "no folder");
	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	frontend_set_alarm(&f, 0, 5, true);
	frontend_end(&f);
	assert_int_equal(access(file, F_OK), 0);

	frontend_spawn(&f, args);
	frontend_start(&f, ALL_FEATURES);
	frontend_read(&f, 0);
	/* Another one in its place is none of its own. */
	check(!rename(folder, away) && !mkdir(folder, 0700), "no other folder");
	frontend_set_alarm(&f, 0, 6, true);
	frontend_hang_up(&f);
	assert_int_equal(frontend_wait_exit(&f), 0);
	frontend_said(&f, said, sizeof(said));
	check(strstr(said, "Permission denied"), "%s", said);
	assert_int_equal(access(file, F_OK), -1);
	frontend_end(&f);

	snprintf(file, sizeof(file), "%s/state", away);
	unlink(file);
	rmdir(away);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(privileges_and_system_calls_are_given_up),
		cmocka_unit_test(only_the_folders_of_its_files_can_be_changed),
	};
	struct frontend self = { .daemon = getpid() };
	char around[16];

	/* Sanitizers need more than the program does. */
	setenv("VHOST_USER_RTC", getenv("VHOST_USER_RTC_PLAIN"), 1);
	snprintf(around, sizeof(around), "%d", status_of(&self, "Seccomp_filters:"));
	setenv("FILTERS_AROUND", around, 1);
	return cmocka_run_group_tests_name("vhost-user-rtc: sandbox", tests, NULL, NULL);
}
