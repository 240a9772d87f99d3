/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "config/value.h"

static const struct {
	const char *text;
	bool valid;
	unsigned seconds;
	const char *why;
} durations[] = {
	{"", false, 0, "nothing"},
	{"90", false, 0, "no unit"},
	{"s", false, 0, "no number"},
	{"1d", false, 0, "Go has no days"},
	{"-1s", false, 0, "negative"},
	{"+1s", false, 0, "a sign"},
	{"1h 30m", false, 0, "a blank"},
	{"1h30", false, 0, "the last unit missing"},
	{"1 s", false, 0, "a blank before the unit"},
	{"1S", false, 0, "an upper-case unit"},
	{"500ms", false, 0, "half a second"},
	{"1.s", false, 0, "nothing behind the point"},
	{".5h", false, 0, "nothing before the point"},
	{"1.0000001h", false, 0, "too fine"},
	{"1234567890s", false, 0, "too many digits"},
	{"999999999h", false, 0, "beyond what seconds fit in"},
	{"596523h596523h", false, 0, "beyond it as a sum"},
	{"0", true, 0, "zero needs no unit"},
	{"0s", true, 0, "zero"},
	{"90s", true, 90, "seconds"},
	{"1h30m", true, 5400, "hours and minutes"},
	{"60m", true, 3600, "minutes"},
	{"720h", true, 2592000, "hours"},
	{"1.5h", true, 5400, "a fraction"},
	{"500ms500ms", true, 1, "milliseconds that make a whole second"},
	{"1000000us", true, 1, "microseconds"},
	{"30m1h", true, 5400, "any order, as in Go"},
};

Test(duration, is_read_as_go_reads_it)
{
	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
		unsigned seconds = 77;

		cr_expect_eq(config_duration(durations[i].text, &seconds), durations[i].valid, "%s: '%s'",
			     durations[i].why, durations[i].text);
		if (durations[i].valid)
			cr_expect_eq(seconds, durations[i].seconds, "%s: %u", durations[i].why, seconds);
	}
}
