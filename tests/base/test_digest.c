/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"

/* The digest of COUNT FIELDS in hex. */
static const char *of(const char *const *fields, size_t count)
{
	static char text[TEXT_HEX_SIZE(DIGEST_SIZE)];
	struct digest digest = digest_begin();
	uint8_t out[DIGEST_SIZE];
	gnutls_datum_t view;

	for (size_t i = 0; i < count; i++) {
		view = bytes_view_text(fields[i]);
		digest_field(&digest, &view);
	}
	cr_assert(digest_end(&digest, out));
	view = bytes_view(out, sizeof out);
	text_hex(&view, text);
	return text;
}

Test(digest, where_a_field_ends_counts)
{
	static const struct {
		const char *fields[3];
		size_t count;
		const char *why;
	} cases[] = {
		{{"a", "bc"}, 2, "cut elsewhere"},           {{"abc"}, 1, "one field"},
		{{"ab", "c", ""}, 3, "an empty field more"}, {{"", "ab", "c"}, 3, "an empty field before"},
		{{"c", "ab"}, 2, "another order"},
	};
	char *plain = strdup(of((const char *const[]){"ab", "c"}, 2));

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_neq(of(cases[i].fields, cases[i].count), plain, "%s", cases[i].why);
	free(plain);
}

/* Digests are kept in the database: another form would make every request a new one. */
Test(digest, is_sha256_of_lengths_and_fields)
{
	uint8_t expected[DIGEST_SIZE] = {0};
	char text[TEXT_HEX_SIZE(DIGEST_SIZE)];
	gnutls_datum_t view = bytes_view(expected, sizeof expected);

	cr_assert_eq(gnutls_hash_fast(GNUTLS_DIG_SHA256, "\0\0\0\2ab\0\0\0\1c", 11, expected), 0);
	text_hex(&view, text);
	cr_expect_str_eq(of((const char *const[]){"ab", "c"}, 2), text);
}

Test(digest, a_failure_sticks)
{
	struct digest digest = digest_begin();
	uint8_t out[DIGEST_SIZE];
	const uint8_t zeros[DIGEST_SIZE] = {0};
	const gnutls_datum_t field = BYTES_LITERAL("x");

	memset(out, 1, sizeof out);
	digest.failed = true;
	digest_field(&digest, &field);
	cr_expect_not(digest_end(&digest, out));
	cr_expect_arr_eq(out, zeros, sizeof zeros);
}
