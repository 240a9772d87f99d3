/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "scep/private.h"

#define SIX "POSTPKIOperation\nSHA-256\nSHA-512\nAES\nSCEPStandard\nRenewal\n"

static const struct {
	char *extra[4];
	size_t count;
	const char *expected;
	const char *why;
} cases[] = {
	{{NULL}, 0, SIX, "the six of every profile, in this order, each with its LF"},
	{{(char[]){"SHA-384"}}, 1, SIX "SHA-384\n", "what strongSwan 5.9.8 needs (clients.md 16)"},
	{{(char[]){""}, (char[]){"DES3"}},
	 2,
	 SIX "DES3\n",
	 "an empty line would switch every capability on (W14b)"},
	{{(char[]){"aes"}, (char[]){"Renewal"}}, 2, SIX, "no word twice"},
};

Test(capabilities, are_the_six_and_then_the_profiles_own)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct config_scep_profile config = {
			.extra_caps = {(char **)(uintptr_t)cases[i].extra, cases[i].count}};
		struct scep_profile profile = {.config = &config};
		gnutls_datum_t expected = bytes_view_text(cases[i].expected);

		cr_assert_eq(scep_caps_prepare(&profile), ERR_OK);
		cr_expect(bytes_equal(&profile.caps, &expected), "%s", cases[i].why);
		bytes_free(&profile.caps);
	}
}
