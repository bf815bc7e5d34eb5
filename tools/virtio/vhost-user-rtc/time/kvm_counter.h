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
 * kvm_counter_find - look for the guest of a process
 * @folder: KVM's folder in debugfs, or wherever that can be seen.
 * @pid: The process, which has one machine.
 * @found: Receives what all of its virtual processors say.
 * @watched: Receives a descriptor for kvm_counter_offset(), to be closed.
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *kvm_counter_find(const char *folder, pid_t pid, struct kvm_counter *found,
			     int *watched);

/**
 * kvm_counter_offset - the offset of one virtual processor, as it is now
 * @watched: The descriptor of kvm_counter_find().
 * @offset: Receives it.
 *
 * Return: Whether the machine is still there.
 */
bool kvm_counter_offset(int watched, uint64_t *offset);

#endif /* KVM_COUNTER_H */
