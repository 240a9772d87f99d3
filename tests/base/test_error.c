/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/error.h"

Test(error, unknown_values_have_a_text_too)
{
	cr_expect_str_eq(err_text((enum err)(ERR_CONFIG + 1)), "unknown error");
	cr_expect_str_eq(err_text((enum err)1000000), "unknown error");
}

Test(error, every_value_has_a_text_of_its_own)
{
	for (int i = ERR_OK; i <= ERR_CONFIG; i++) {
		cr_expect_str_neq(err_text((enum err)i), "unknown error", "%d", i);
		for (int j = ERR_OK; j < i; j++)
			cr_expect_str_neq(err_text((enum err)i), err_text((enum err)j), "%d and %d", i, j);
	}
	cr_expect_str_eq(err_text(ERR_EXPIRED), "outside its validity period");
}
