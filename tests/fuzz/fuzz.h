/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * What a fuzz target is: tries the SIZE bytes at DATA and returns 0. A broken promise ends the process
 * (abort, or a sanitizer's finding); nothing of one call may be left for the next but what is the same for
 * all.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Changes one encoding of the ASN.1 message of SIZE bytes at DATA (at most MAX_SIZE afterwards) and keeps the
 * lengths around it right; the new size. A target whose input is ASN.1 has FUZZ_ASN1 in its file.
 */
size_t fuzz_mutate_asn1(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#define FUZZ_ASN1                                                                                            \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);          \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)           \
	{                                                                                                    \
		return fuzz_mutate_asn1(data, size, max_size, seed);                                         \
	}

/* Ends the process when CONDITION, a promise, is broken; unlike assert it is never compiled away. */
#define FUZZ_PROMISE(condition)                                                                              \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			abort();                                                                             \
	} while (0)

#endif
