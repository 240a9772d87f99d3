/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading bodies needs a web server: test_serve.c does that. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "gateway/gateway_private.h"

static const struct {
	const char *text;
	bool number;
	bool given;
	size_t length;
} cases[] = {
	{"x", false, true, 0},
	{"-1", false, true, 0},
	{"+1", false, true, 0},
	{" 1", false, true, 0},
	{"1 ", false, true, 1},
	{"1x", false, true, 1},
	{"0x10", false, true, 0},
	{"1,1", false, true, 1},
	{NULL, true, false, 0},
	{"", true, false, 0},
	{"0", true, true, 0},
	{"007", true, true, 7},
	{"1048576", true, true, 1048576},
	{"18446744073709551615", true, true, SIZE_MAX},
	{"18446744073709551616", true, true, SIZE_MAX},
	{"99999999999999999999999999999999999999999", true, true, SIZE_MAX},
};

Test(body, content_length_is_a_number_or_not_given)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t length;
		bool given;

		cr_expect_eq(body_length(cases[i].text, &given, &length), cases[i].number, "%s",
			     cases[i].text);
		cr_expect_eq(given, cases[i].given, "%s", cases[i].text);
		cr_expect_eq(length, cases[i].length, "%s", cases[i].text);
	}
}
