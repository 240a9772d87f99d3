/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one place that asks what time it is, so that tests fix the clock and never the certificates.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Seconds since 1970-01-01T00:00:00Z. */
time_t clock_now(void);

/* Nanoseconds of a clock that never steps, for measuring how long something took. */
uint64_t clock_monotonic_ns(void);

/* Makes clock_now return NOW until it is called with 0. For tests. */
void clock_fix(time_t now);

/* Bytes clock_format needs, final NUL included. */
#define CLOCK_TEXT_SIZE 32

/* Writes TIME in UTC as RFC 3339 (2026-11-21T08:00:00Z) to TEXT of CLOCK_TEXT_SIZE bytes. */
void clock_format(time_t time, char *text);

#endif
