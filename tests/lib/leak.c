/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Leaks on purpose, to prove that the sanitizer build turns red on it (contrib/run-tests); no test of its own
 * worth.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(leak, passes_but_leaks)
{
	char *volatile lost = malloc(64);
	cr_assert(lost != NULL);
	lost = NULL;
}
