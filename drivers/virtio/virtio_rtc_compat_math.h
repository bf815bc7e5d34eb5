/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arithmetic that older kernels lack.
 *
 * Copyright (C) The virtio_rtc contributors
 */

#ifndef _VIRTIO_RTC_COMPAT_MATH_H_
#define _VIRTIO_RTC_COMPAT_MATH_H_

#include <linux/types.h>

/**
 * viortc_compat_mul_div() - multiply and divide without losing bits
 * @a: a factor, no larger than @div
 * @mul: the other factor
 * @div: divisor, from 1 to 2^63
 *
 * The generic mul_u64_u64_div_u64() of older kernels drops bits of large
 * products.
 *
 * Return: @a * @mul / @div, rounded down.
 */
static inline u64 viortc_compat_mul_div(u64 a, u64 mul, u64 div)
{
	u64 quotient = 0, rest = 0;
	int bit;

	for (bit = 63; bit >= 0; bit--) {
		quotient <<= 1;
		rest <<= 1;
		if (rest >= div) {
			rest -= div;
			quotient++;
		}
		if (!(mul >> bit & 1))
			continue;
		rest += a;
		if (rest >= div) {
			rest -= div;
			quotient++;
		}
	}

	return quotient;
}

#endif /* _VIRTIO_RTC_COMPAT_MATH_H_ */
