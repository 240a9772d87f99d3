/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a fuzz target is: tries the SIZE bytes at DATA and returns 0. A broken promise ends the process
 * (abort, or a sanitizer's finding); nothing of one call may be left for the next but what is the same for
 * all.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process when CONDITION, a promise, is broken; unlike assert it is never compiled away. */
#define FUZZ_PROMISE(condition)                                                                              \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			abort();                                                                             \
	} while (0)

#endif
