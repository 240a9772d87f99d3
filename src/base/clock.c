/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"

#include <stdio.h>

static time_t fixed;

time_t clock_now(void)
{
	return fixed != 0 ? fixed : time(NULL);
}

uint64_t clock_monotonic_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void clock_fix(time_t now)
{
	fixed = now;
}

void clock_format(time_t time, char *text)
{
	struct tm utc;

	if (gmtime_r(&time, &utc) == NULL || strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		(void)snprintf(text, CLOCK_TEXT_SIZE, "%s", "invalid-time");
}
