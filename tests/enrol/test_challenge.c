/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "enrol/attempt.h"

static const struct {
	const char *given;
	enum enrol_reason expected;
	const char *why;
} cases[] = {
	{NULL, ENROL_CHALLENGE_MISSING, "none"},
	{"wrong!", ENROL_CHALLENGE_INVALID, "another of the same length"},
	{"secre", ENROL_CHALLENGE_INVALID, "the beginning of it"},
	{"secrets", ENROL_CHALLENGE_INVALID, "more than it"},
	{"Secret", ENROL_CHALLENGE_INVALID, "in another case"},
	{"secret", ENROL_SUCCESS, "the one that is wanted"},
};

Test(challenge, only_the_profiles_own_passes)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct try_out try_out;

		try_out_init(&try_out, FIXTURE_RSA_CLIENT, cases[i].given);
		cr_expect_eq(challenge_check(&try_out.attempt), cases[i].expected, "%s", cases[i].why);
		try_out_free(&try_out);
	}
}

Test(challenge, a_profile_without_one_lets_nobody_in)
{
	struct try_out try_out;

	try_out_init(&try_out, FIXTURE_RSA_CLIENT, "secret");
	try_out.profile.challenge = (gnutls_datum_t){NULL, 0};
	cr_expect_eq(challenge_check(&try_out.attempt), ENROL_CHALLENGE_INVALID);
	try_out_free(&try_out);
}
