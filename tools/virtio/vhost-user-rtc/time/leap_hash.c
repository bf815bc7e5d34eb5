// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hash of a leap-seconds.list: SHA-1, of FIPS 180.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <string.h>

#include "leap_hash.h"

static uint32_t rotate(uint32_t word, unsigned int by)
{
	return word << by | word >> (32 - by);
}

static uint32_t round_function(unsigned int i, const uint32_t s[LEAP_HASH_WORDS])
{
	if (i < 20)
		return ((s[1] & s[2]) | (~s[1] & s[3])) + 0x5a827999;
	if (i < 40)
		return (s[1] ^ s[2] ^ s[3]) + 0x6ed9eba1;
	if (i < 60)
		return ((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])) + 0x8f1bbcdc;
	return (s[1] ^ s[2] ^ s[3]) + 0xca62c1d6;
}

static void add_block(struct leap_hash *hash)
{
	uint32_t s[LEAP_HASH_WORDS];
	uint32_t w[80];
	unsigned int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)hash->block[4 * i] << 24 | hash->block[4 * i + 1] << 16 |
		       hash->block[4 * i + 2] << 8 | hash->block[4 * i + 3];
	for (; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(s, hash->state, sizeof(s));
	for (i = 0; i < 80; i++) {
		uint32_t first = rotate(s[0], 5) + round_function(i, s) + s[4] + w[i];

		memmove(s + 1, s, 4 * sizeof(*s));
		s[2] = rotate(s[2], 30);
		s[0] = first;
	}
	for (i = 0; i < LEAP_HASH_WORDS; i++)
		hash->state[i] += s[i];
}

void leap_hash_begin(struct leap_hash *hash)
{
	*hash = (struct leap_hash) {
		.state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 },
	};
}

void leap_hash_add(struct leap_hash *hash, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	while (size--) {
		hash->block[hash->size++ % sizeof(hash->block)] = *bytes++;
		if (!(hash->size % sizeof(hash->block)))
			add_block(hash);
	}
}

void leap_hash_end(struct leap_hash *hash, uint32_t words[LEAP_HASH_WORDS])
{
	uint64_t bits = hash->size * 8;
	uint8_t length[8];
	unsigned int i;

	for (i = 0; i < 8; i++)
		length[i] = bits >> (56 - 8 * i);
	leap_hash_add(hash, "\x80", 1);
	while (hash->size % sizeof(hash->block) != sizeof(hash->block) - sizeof(length))
		leap_hash_add(hash, "", 1);
	leap_hash_add(hash, length, sizeof(length));
	memcpy(words, hash->state, sizeof(hash->state));
}
