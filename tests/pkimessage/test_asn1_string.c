/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/der.h"
#include "pkimessage/asn1_string.h"

static const struct {
	unsigned tag;
	const char *contents;
	size_t size;
	const char *expected; /* NULL: refused */
	const char *why;
} cases[] = {
	{DER_OCTET_STRING, "a", 1, NULL, "no string type"},
	{0, "a", 1, NULL, "no tag"},
	{DER_UTF8_STRING, "a\0b", 3, NULL, "a NUL"},
	{DER_UTF8_STRING, "\xc3", 1, NULL, "UTF-8 cut short"},
	{DER_UTF8_STRING, "\xc0\x80", 2, NULL, "UTF-8 longer than needed"},
	{DER_UTF8_STRING, "\xed\xa0\x80", 3, NULL, "a surrogate in UTF-8"},
	{DER_PRINTABLE_STRING, "a\0b", 3, NULL, "a NUL"},
	{DER_PRINTABLE_STRING, "gr\xfcn", 4, NULL, "a byte above ASCII"},
	{DER_IA5_STRING, "\x80", 1, NULL, "a byte above ASCII"},
	{DER_T61_STRING, "a\0", 2, NULL, "a NUL"},
	{DER_BMP_STRING, "\0a\0", 3, NULL, "half a character"},
	{DER_BMP_STRING, "\0\0", 2, NULL, "a NUL"},
	{DER_BMP_STRING, "\xd8\x3d", 2, NULL, "a high surrogate alone at the end"},
	{DER_BMP_STRING, "\xd8\x3d\0a", 4, NULL, "a high surrogate before a letter"},
	{DER_BMP_STRING, "\xde\x00\0a", 4, NULL, "a low surrogate first"},
	{DER_UNIVERSAL_STRING, "\0\0\0", 3, NULL, "part of a character"},
	{DER_UNIVERSAL_STRING, "\0\x11\0\0", 4, NULL, "above the last code point"},
	{DER_UNIVERSAL_STRING, "\0\0\xd8\0", 4, NULL, "a surrogate"},
	{DER_UNIVERSAL_STRING, "\xff\xff\xff\xff", 4, NULL, "far above"},
	{DER_UTF8_STRING, "", 0, "", "empty"},
	{DER_BMP_STRING, "", 0, "", "empty"},
	{DER_UTF8_STRING, "gr\xc3\xbcn", 5, "gr\xc3\xbcn", "as it is"},
	{DER_PRINTABLE_STRING, "a@b_c*", 6, "a@b_c*", "characters that are not of the type, but sent"},
	{DER_NUMERIC_STRING, "123", 3, "123", "digits"},
	{DER_VISIBLE_STRING, "abc", 3, "abc", "letters"},
	{DER_IA5_STRING, "a\x7f", 2, "a\x7f", "the last of ASCII"},
	{DER_T61_STRING, "gr\xfcn", 4, "gr\xc3\xbcn", "ISO 8859-1"},
	{DER_BMP_STRING, "\0g\0\xfc \xac", 6, "g\xc3\xbc\xe2\x82\xac", "one, two and three bytes"},
	{DER_BMP_STRING, "\xd8\x3d\xde\x00", 4, "\xf0\x9f\x98\x80",
	 "a pair of surrogates, as Windows writes it"},
	{DER_UNIVERSAL_STRING, "\0\x01\xf6\0\0\0\0a", 8,
	 "\xf0\x9f\x98\x80"
	 "a",
	 "the same in four bytes"},
};

Test(asn1_string, every_type_becomes_utf8_or_is_refused)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t contents = bytes_view(cases[i].contents, cases[i].size);
		struct buffer out = {0};
		enum err error = msg_string_put(&out, cases[i].tag, &contents);

		if (cases[i].expected == NULL) {
			cr_expect_eq(error, ERR_SYNTAX, "0x%02x: %s", cases[i].tag, cases[i].why);
		} else {
			cr_expect_eq(error, ERR_OK, "0x%02x: %s", cases[i].tag, cases[i].why);
			cr_assert_eq(out.size, strlen(cases[i].expected), "0x%02x: %s", cases[i].tag,
				     cases[i].why);
			cr_expect(out.size == 0 || memcmp(out.data, cases[i].expected, out.size) == 0,
				  "0x%02x: %s", cases[i].tag, cases[i].why);
		}
		buffer_wipe(&out);
	}
}
