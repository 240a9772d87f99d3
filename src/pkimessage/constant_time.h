/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Choices about secrets without a branch or an index that depends on them (CWE-208). A mask is all ones for
 * true and 0 for false.
 */
#ifndef PKIMESSAGE_CONSTANT_TIME_H
#define PKIMESSAGE_CONSTANT_TIME_H

#include <limits.h>
#include <stddef.h>

/* VALUE, of which the compiler knows nothing any more. Where it knows that a mask is one of two, it may
 * choose between two pieces of code or two addresses: clang 14 does, in msg_copy_if. */
static inline unsigned msg_opaque(unsigned value)
{
	__asm__("" : "+r"(value));
	return value;
}

/* All ones when A < B; both are below 2^31. */
static inline unsigned msg_mask_less(unsigned a, unsigned b)
{
	return msg_opaque(0u - ((a - b) >> (sizeof a * CHAR_BIT - 1)));
}

/* All ones when A is 0; it is below 2^31. */
static inline unsigned msg_mask_zero(unsigned a)
{
	return msg_mask_less(a, 1);
}

/* Copies the SIZE bytes at SOURCE over those at TARGET where MASK is all ones. */
static inline void msg_copy_if(unsigned mask, unsigned char *target, const unsigned char *source, size_t size)
{
	for (size_t i = 0; i < size; i++)
		target[i] = (unsigned char)((target[i] & ~mask) | (source[i] & mask));
}

#endif
