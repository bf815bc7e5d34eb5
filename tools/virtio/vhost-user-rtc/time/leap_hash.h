/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash of a leap-seconds.list: SHA-1 of the digits of its times and offsets.
 * It tells a file that was damaged, not one that somebody forged.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef LEAP_HASH_H
#define LEAP_HASH_H

#include <stddef.h>
#include <stdint.h>

#define LEAP_HASH_WORDS	5

/**
 * struct leap_hash - a hash that is being computed
 *
 * All members are private.
 */
struct leap_hash {
	/* private: */
	uint32_t state[LEAP_HASH_WORDS];
	uint64_t size;
	uint8_t block[64];
};

/**
 * leap_hash_begin - begin
 * @hash: To be set up.
 */
void leap_hash_begin(struct leap_hash *hash);

/**
 * leap_hash_add - go on
 * @hash: The hash.
 * @data: More bytes.
 * @size: Their number.
 */
void leap_hash_add(struct leap_hash *hash, const void *data, size_t size);

/**
 * leap_hash_end - finish
 * @hash: The hash, which is used up.
 * @words: Receives it.
 */
void leap_hash_end(struct leap_hash *hash, uint32_t words[LEAP_HASH_WORDS]);

#endif /* LEAP_HASH_H */
