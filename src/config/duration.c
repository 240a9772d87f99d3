/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "config/value.h"

#define SECOND  UINT64_C(1000000000)
#define LONGEST (INT_MAX * SECOND)

/* Longest text of a unit first where one begins with another. */
static const struct {
	const char *text;
	uint64_t nanoseconds;
} units[] = {
	{"ms", SECOND / 1000}, {"us", SECOND / 1000000}, {"ns", 1},
	{"s", SECOND},         {"m", 60 * SECOND},       {"h", 3600 * SECOND},
};

static uint64_t take_unit(const char **text)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t length = strlen(units[i].text);

		if (strncmp(*text, units[i].text, length) == 0) {
			*text += length;
			return units[i].nanoseconds;
		}
	}
	return 0;
}

/* The digits at *TEXT, at most LONGEST of them. */
static bool take_digits(const char **text, int longest, uint64_t *value, uint64_t *scale)
{
	const char *start = *text;

	for (*value = 0, *scale = 1; isdigit((unsigned char)**text); (*text)++) {
		if (*text - start >= longest)
			return false;
		*value = *value * 10 + (uint64_t)(**text - '0');
		*scale *= 10;
	}
	return *text > start;
}

/* One number with its unit, added to *TOTAL nanoseconds. Nine digits before and six behind the point cannot
 * overflow. */
static bool take_part(const char **text, uint64_t *total)
{
	uint64_t whole;
	uint64_t fraction = 0;
	uint64_t scale;
	uint64_t unit;

	if (!take_digits(text, 9, &whole, &scale))
		return false;
	scale = 1;
	if (**text == '.' && ((*text)++, !take_digits(text, 6, &fraction, &scale)))
		return false;
	unit = take_unit(text);
	if (unit == 0 || whole > LONGEST / unit || fraction * unit % scale != 0)
		return false;
	*total += whole * unit + fraction * unit / scale;
	return *total <= LONGEST;
}

bool config_duration(const char *text, unsigned *seconds)
{
	uint64_t total = 0;

	*seconds = 0;
	if (strcmp(text, "0") == 0)
		return true;
	do {
		if (!take_part(&text, &total))
			return false;
	} while (*text != '\0');
	*seconds = (unsigned)(total / SECOND);
	return total % SECOND == 0;
}
