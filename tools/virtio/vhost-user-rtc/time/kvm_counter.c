// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What KVM tells of a guest's time-stamp counter.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm_counter.h"

static const struct kvm_watched nothing = KVM_WATCHED_NONE;

static int open_folder(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Reads a number that is all of a file, but for the line's end. */
static bool read_number(int fd, int64_t *number)
{
	char text[32];
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
	char *end;

	if (size <= 0)
		return false;
	text[size] = '\0';
	errno = 0;
	*number = strtoll(text, &end, 10);
	return !errno && end != text && (!*end || *end == '\n');
}

/* One that need not be there is 0 then: without scaling KVM has no files of it. */
static bool read_file(int folder, const char *name, bool needed, int64_t *number)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good;

	*number = 0;
	if (fd < 0)
		return !needed && errno == ENOENT;
	good = read_number(fd, number);
	close(fd);
	return good;
}

/*
 * While a virtual processor runs a machine of the guest's own, KVM has that one's offset
 * there. It says so in a file that old kernels lack, and does so a little longer.
 */
static const char *read_processor(int folder, struct kvm_counter *counter, bool *is_nested)
{
	int64_t offset, again, mode, ratio, bits;

	if (!read_file(folder, "tsc-offset", true, &offset) ||
	    !read_file(folder, "guest_mode", false, &mode) ||
	    !read_file(folder, "tsc-offset", true, &again))
		return "its offset cannot be read";
	*is_nested = mode || again != offset;
	if (!read_file(folder, "tsc-scaling-ratio", false, &ratio) ||
	    !read_file(folder, "tsc-scaling-ratio-frac-bits", false, &bits) ||
	    ratio < 0 || bits < 0 || bits > 62)
		return "its scaling cannot be read";
	*counter = (struct kvm_counter) {
		.offset = offset,
		.numerator = ratio ? ratio : 1,
		.denominator = ratio ? UINT64_C(1) << bits : 1,
	};
	return NULL;
}

static void watch(int folder, unsigned int number, struct kvm_watched *watched)
{
	kvm_watched_close(watched);
	watched->offset = openat(folder, "tsc-offset", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	watched->mode = openat(folder, "guest_mode", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	watched->number = number;
}

/* Takes one processor, which has to agree with those before it. */
static const char *take_processor(int folder, unsigned int number, struct kvm_counter *found,
				  struct kvm_watched *watched)
{
	struct kvm_counter one;
	bool is_nested;
	const char *problem = read_processor(folder, &one, &is_nested);

	/* The others know. */
	if (problem || is_nested)
		return problem;
	if (!found->processors) {
		*found = one;
		watch(folder, number, watched);
	} else if (one.offset != found->offset || one.numerator != found->numerator ||
		   one.denominator != found->denominator) {
		return "its virtual processors have different counters";
	} else if (number < watched->number) {
		/* They are listed in any order. */
		watch(folder, number, watched);
	}
	found->processors++;
	return NULL;
}

static const char *take_machine(DIR *machine, struct kvm_counter *found,
				struct kvm_watched *watched)
{
	const struct dirent *entry;
	const char *problem = NULL;
	unsigned int folders = 0;

	while (!problem && (entry = readdir(machine))) {
		unsigned int number;
		int folder;

		if (sscanf(entry->d_name, "vcpu%u", &number) != 1)
			continue;
		folder = open_folder(dirfd(machine), entry->d_name);
		if (folder < 0)
			return "a virtual processor cannot be looked at";
		problem = take_processor(folder, number, found, watched);
		close(folder);
		folders++;
	}
	if (!problem && !found->processors)
		problem = folders ? "its virtual processors run machines of its own at this time" :
				    "it has no virtual processors";
	return problem;
}

/* Whether a name is PID-FD of this process */
static bool is_of(const char *name, pid_t pid)
{
	int of, end = 0;

	return sscanf(name, "%d-%*d%n", &of, &end) == 1 && end && !name[end] && of == pid;
}

/* The name of the only machine of a process */
static const char *find_machine(DIR *all, pid_t pid, char *name, size_t size)
{
	const struct dirent *entry;

	*name = '\0';
	while ((entry = readdir(all))) {
		if (!is_of(entry->d_name, pid))
			continue;
		if (*name)
			return "the process has several machines";
		snprintf(name, size, "%s", entry->d_name);
	}
	return *name ? NULL : "the process has no machine there";
}

const char *kvm_counter_find(const char *folder, pid_t pid, struct kvm_counter *found,
			     struct kvm_watched *watched)
{
	DIR *all = opendir(folder);
	const char *problem;
	DIR *machine = NULL;
	char name[256];
	int fd;

	*found = (struct kvm_counter) { 0 };
	*watched = nothing;
	if (!all)
		return "the folder cannot be looked at";
	problem = find_machine(all, pid, name, sizeof(name));
	if (!problem) {
		fd = open_folder(dirfd(all), name);
		machine = fd < 0 ? NULL : fdopendir(fd);
		problem = machine ? take_machine(machine, found, watched) :
				    "its folder cannot be looked at";
	}
	if (machine)
		closedir(machine);
	closedir(all);
	if (problem)
		kvm_watched_close(watched);
	return problem;
}

bool kvm_counter_is(const struct kvm_watched *watched, uint64_t offset)
{
	int64_t now, mode;

	if (watched->offset < 0 || !read_number(watched->offset, &now))
		return false;
	if ((uint64_t)now == offset ||
	    (watched->mode >= 0 && read_number(watched->mode, &mode) && mode))
		return true;
	/* It may have left that machine in between. */
	return watched->mode >= 0 && read_number(watched->offset, &now) &&
	       (uint64_t)now == offset;
}

void kvm_watched_close(struct kvm_watched *watched)
{
	if (watched->offset >= 0)
		close(watched->offset);
	if (watched->mode >= 0)
		close(watched->mode);
	*watched = nothing;
}
