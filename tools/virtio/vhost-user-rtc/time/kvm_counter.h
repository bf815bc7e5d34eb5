/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What KVM tells of a guest's time-stamp counter: in debugfs, in a folder for each
 * machine that is named PID-FD, and in there one for each virtual processor.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef KVM_COUNTER_H
#define KVM_COUNTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct kvm_counter - how a guest's counter follows from the host's
 * @offset: What is added, modulo 2^64.
 * @numerator: The ratio of the rates.
 * @denominator: The same.
 * @processors: How many virtual processors say so.
 */
struct kvm_counter {
	uint64_t offset;
	uint64_t numerator;
	uint64_t denominator;
	unsigned int processors;
};

/**
 * struct kvm_watched - descriptors of one virtual processor's files, or -1
 * @offset: Its offset.
 * @mode: Whether it runs a machine of the guest's own.
 * @number: Its number.
 */
struct kvm_watched {
	int offset;
	int mode;
	unsigned int number;
};

#define KVM_WATCHED_NONE	{ .offset = -1, .mode = -1 }

/**
 * kvm_counter_find - look for the guest of a process
 * @folder: KVM's folder in debugfs, or wherever that can be seen.
 * @pid: The process, which has one machine.
 * @found: Receives what all of its virtual processors say, but those that run a machine
 *	of the guest's own at this time.
 * @watched: Receives what kvm_counter_is() looks at, of the first of them; for
 *	kvm_watched_close().
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *kvm_counter_find(const char *folder, pid_t pid, struct kvm_counter *found,
			     struct kvm_watched *watched);

/**
 * kvm_counter_is - is the offset of one virtual processor still what it was?
 * @watched: That of kvm_counter_find().
 * @offset: What it was.
 *
 * Return: Whether it is, or cannot be told at this time as the processor runs a machine of
 *	the guest's own; false if the machine is gone.
 */
bool kvm_counter_is(const struct kvm_watched *watched, uint64_t offset);

/**
 * kvm_watched_close - close the descriptors
 * @watched: That of kvm_counter_find(), or KVM_WATCHED_NONE; which it is afterwards.
 */
void kvm_watched_close(struct kvm_watched *watched);

#endif /* KVM_COUNTER_H */
