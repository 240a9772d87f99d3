/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static const struct {
	const char *input;
	const char *expected; /* NULL: refused */
	const char *why;
} base64[] = {
	{"A", NULL, "one digit holds no byte"},
	{"QUJD!", NULL, "a character outside the alphabet"},
	{"QU=JD", NULL, "padding in the middle"},
	{"QQ=", NULL, "half the padding"},
	{"QUJD====", NULL, "padding of a whole group"},
	{"QUI_", NULL, "the URL alphabet"},
	{"", "", "nothing"},
	{"QQ==", "A", "two pads"},
	{"QQ", "A", "padding missing (field.md W7f)"},
	{"QUI=", "AB", "one pad"},
	{"QU\r\nJD\t IA==", "ABC ", "line breaks and blanks"},
};

Test(text, base64_as_clients_send_it)
{
	for (size_t i = 0; i < sizeof base64 / sizeof *base64; i++) {
		gnutls_datum_t input = bytes_view_text(base64[i].input);
		gnutls_datum_t expected = bytes_view_text(base64[i].expected);
		gnutls_datum_t output;
		enum err error = text_base64_decode(&input, &output);

		cr_expect_eq(error, base64[i].expected == NULL ? ERR_SYNTAX : ERR_OK, "%s", base64[i].why);
		cr_expect(bytes_equal(&output, &expected), "%s", base64[i].why);
		bytes_free(&output);
	}
}

Test(text, base64_every_byte_both_ways)
{
	unsigned char all[256] = {0};
	gnutls_datum_t bytes = bytes_view(all, sizeof all);

	for (unsigned i = 0; i < sizeof all; i++)
		all[i] = (unsigned char)i;
	for (bytes.size = 0; bytes.size < sizeof all; bytes.size++) {
		char *encoded = text_base64_encode(&bytes);
		gnutls_datum_t input = bytes_view_text(encoded);
		gnutls_datum_t decoded;

		cr_assert_eq(text_base64_decode(&input, &decoded), ERR_OK);
		cr_expect(bytes_equal(&decoded, &bytes));
		bytes_free(&decoded);
		free(encoded);
	}
}

static const struct {
	const char *bytes;
	size_t size;
	bool valid;
	const char *why;
} utf8[] = {
	{"a\0b", 3, false, "NUL"},
	{"\xc0\x80", 2, false, "overlong NUL"},
	{"\xe0\x80\xaf", 3, false, "overlong slash"},
	{"\xed\xa0\x80", 3, false, "a surrogate"},
	{"\xf4\x90\x80\x80", 4, false, "above U+10FFFF"},
	{"\xe2\x82", 2, false, "cut short"},
	{"\x80", 1, false, "a continuation byte alone"},
	{"", 0, true, "nothing"},
	{"plain", 5, true, "ASCII"},
	{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, true, "two, three and four bytes"},
};

Test(text, utf8_is_checked_strictly)
{
	for (size_t i = 0; i < sizeof utf8 / sizeof *utf8; i++) {
		gnutls_datum_t bytes = bytes_view(utf8[i].bytes, utf8[i].size);

		cr_expect_eq(text_is_utf8(&bytes), utf8[i].valid, "%s", utf8[i].why);
	}
}

static const struct {
	const char *bytes;
	size_t size;
	size_t room;
	const char *expected;
	const char *why;
} printable[] = {
	{"a\nb\0c\x7f", 6, 16, "a?b?c?", "controls, NUL and DEL"},
	{"\xc2\x85\xff", 3, 16, "??", "a C1 control and a stray byte"},
	{"abcdefgh", 8, 8, "abcd...", "cut where it does not fit"},
	{"abcdefg", 7, 8, "abcdefg", "fits to the byte"},
	{"\xe2\x82\xac\xe2\x82\xac", 6, 7, "\xe2\x82\xac\xe2\x82\xac", "whole characters that fit"},
	{"\xe2\x82\xac\xe2\x82\xac", 6, 6, "...", "never half a character"},
};

Test(text, printable_is_safe_to_show)
{
	for (size_t i = 0; i < sizeof printable / sizeof *printable; i++) {
		gnutls_datum_t bytes = bytes_view(printable[i].bytes, printable[i].size);
		char text[32];

		cr_expect_str_eq(text_printable(&bytes, text, printable[i].room), printable[i].expected, "%s",
				 printable[i].why);
	}
}

Test(text, hex_both_ways_and_refusals)
{
	gnutls_datum_t bytes;

	cr_expect_eq(text_unhex("abc", &bytes), ERR_SYNTAX, "an odd number of digits");
	cr_expect_eq(text_unhex("zz", &bytes), ERR_SYNTAX, "not a digit");
	cr_assert_eq(text_unhex("00fF10", &bytes), ERR_OK);
	cr_expect_eq(bytes.size, 3);
	cr_expect_eq(memcmp(bytes.data, "\x00\xff\x10", 3), 0);
	bytes_free(&bytes);
}

Test(text, names_are_path_segments)
{
	char longest[LIMIT_PROFILE_NAME + 2];

	memset(longest, 'a', sizeof longest);
	longest[LIMIT_PROFILE_NAME + 1] = '\0';
	cr_expect_not(text_is_name(""), "empty");
	cr_expect_not(text_is_name("-a"), "leading hyphen");
	cr_expect_not(text_is_name("a-"), "trailing hyphen");
	cr_expect_not(text_is_name("Corp"), "upper case");
	cr_expect_not(text_is_name("a/b"), "slash");
	cr_expect_not(text_is_name(longest), "too long");
	longest[LIMIT_PROFILE_NAME] = '\0';
	cr_expect(text_is_name(longest), "as long as allowed");
	cr_expect(text_is_name("my-iot-2"));
}
