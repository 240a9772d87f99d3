/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <limits.h>

#include "base/clock.h"

static const struct {
	time_t time;
	const char *text;
	const char *why;
} times[] = {
	{LONG_MAX, "invalid-time", "a year that no calendar has"},
	{LONG_MIN, "invalid-time", "the same before our era"},
	{0, "1970-01-01T00:00:00Z", "the epoch"},
	{-1, "1969-12-31T23:59:59Z", "before the epoch"},
	{951782399, "2000-02-28T23:59:59Z", "the end of a February"},
	{951782400, "2000-02-29T00:00:00Z", "a leap day"},
	{2147483648, "2038-01-19T03:14:08Z", "beyond 32 bits"},
	{2524608000, "2050-01-01T00:00:00Z", "where GeneralizedTime begins"},
	{253402300799, "9999-12-31T23:59:59Z", "the latest notAfter"},
};

Test(clock, times_are_written_as_rfc_3339)
{
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char text[CLOCK_TEXT_SIZE];

		clock_format(times[i].time, text);
		cr_expect_str_eq(text, times[i].text, "%s: %s", times[i].why, text);
	}
}

Test(clock, stands_where_it_is_fixed_and_goes_on_after)
{
	clock_fix(951782400);
	cr_expect_eq(clock_now(), 951782400);
	cr_expect_eq(clock_now(), 951782400);
	clock_fix(0);
	cr_expect_geq(clock_now(), 1700000000, "the real time");
}

Test(clock, measuring_never_goes_back_and_is_not_fixed)
{
	uint64_t before = clock_monotonic_ns();

	clock_fix(1);
	cr_expect_geq(clock_monotonic_ns(), before);
	cr_expect_gt(before, 0);
}
