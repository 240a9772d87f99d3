/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/limits.h"
#include "config/line.h"

#define LINE(text) text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t size;
	const char *says;
	const char *why;
} refused[] = {
	{LINE("NAME"), "NAME=value", "no '='"},
	{LINE("=value"), "NAME=value", "no name"},
	{LINE("NAME = value"), "blanks around", "blanks, which a shell takes for a command"},
	{LINE("NA ME=value"), "NAME=value", "a blank in the name"},
	{LINE("export"), "NAME=value", "export alone"},
	{LINE("set NAME=value"), "NAME=value", "another command"},
	{LINE("; comment"), "not a comment", "a comment that only systemd knows"},
	{LINE("NAME= value"), "more follows", "a blank before the value"},
	{LINE("NAME=one two"), "more follows", "two words"},
	{LINE("NAME=value # comment"), "more follows",
	 "a comment for a shell, part of the value for systemd"},
	{LINE("NAME='open"), "single quote is not closed", "an open single quote"},
	{LINE("NAME=\"open"), "double quote is not closed", "an open double quote"},
	{LINE("NAME=\"open\\\""), "double quote is not closed", "its end escaped"},
	{LINE("NAME=$HOME"), "single quotes", "a variable"},
	{LINE("NAME=$(openssl rand -hex 32)"), "single quotes", "a command, which nobody would run here"},
	{LINE("NAME=\"$(id)\""), "double ones", "the same in double quotes"},
	{LINE("NAME=\"`id`\""), "double ones", "the older form"},
	{LINE("NAME=a\\b"), "single quotes", "a backslash outside quotes"},
	{LINE("NAME=a&b"), "single quotes", "a shell's ampersand"},
	{LINE("NAME=a;b"), "single quotes", "a shell's semicolon"},
	{LINE("NAME=~/x"), "single quotes", "a home directory"},
	{LINE("NAME=a:~/x"), "single quotes", "a home directory in a list"},
	{LINE("NAME=a\0b"), "UTF-8", "a NUL"},
	{LINE("NAME=a\x01"), "control character", "a control character"},
	{LINE("NAME=a\rb"), "control character", "a carriage return inside"},
	{LINE("NAME=\xff"), "UTF-8", "not UTF-8"},
	{LINE("\xef\xbb\xbfNAME=a"), "NAME=value", "a byte order mark"},
};

Test(line, what_two_readers_would_read_differently_is_refused)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		gnutls_datum_t text = bytes_view(refused[i].text, refused[i].size);
		struct config_line line;
		const char *wrong;

		cr_expect_eq(config_line_parse(&text, &line, &wrong), ERR_SYNTAX, "%s", refused[i].why);
		cr_assert_not_null(wrong, "%s", refused[i].why);
		cr_expect_not_null(strstr(wrong, refused[i].says), "%s: %s", refused[i].why, wrong);
		cr_expect_null(line.name);
		cr_expect_null(line.value);
	}
}

static const struct {
	const char *text;
	const char *name; /* NULL: sets nothing */
	const char *value;
	const char *why;
} accepted[] = {
	{"", NULL, NULL, "an empty line"},
	{" \t", NULL, NULL, "blanks"},
	{"\r", NULL, NULL, "the empty line of a CRLF file"},
	{"# NAME=value", NULL, NULL, "a comment"},
	{"  # comment $( ' ", NULL, NULL, "an indented comment"},
	{"NAME=", "NAME", "", "an empty value"},
	{"NAME=''", "NAME", "", "an empty value in quotes"},
	{"NAME=value", "NAME", "value", "a plain value"},
	{"  NAME=value \t", "NAME", "value", "blanks around it"},
	{"NAME=value\r", "NAME", "value", "CRLF"},
	{"export NAME=value", "NAME", "value", "export"},
	{"export \tNAME=value", "NAME", "value", "export and blanks"},
	{"exported=value", "exported", "value", "a name that begins like export"},
	{"NAME=a=b,c:d/e?f#g%h@i!", "NAME", "a=b,c:d/e?f#g%h@i!", "signs without a meaning"},
	{"NAME=a~b", "NAME", "a~b", "a tilde inside"},
	{"NAME='a b $c `d` \\ \" # e'", "NAME", "a b $c `d` \\ \" # e", "everything in single quotes"},
	{"NAME=\"a b # 'c'\"", "NAME", "a b # 'c'", "double quotes"},
	{"NAME=\"\\\"\\\\\\$\\`\"", "NAME", "\"\\$`", "the four escapes"},
	{"NAME=\"a\\nb\"", "NAME", "a\\nb", "a backslash that escapes nothing"},
	{"NAME='it'\"'\"'s'", "NAME", "it's", "quotes joined"},
	{"NAME=a'b'\"c\"d", "NAME", "abcd", "quotes inside a word"},
	{"CERTCTL_SCEP_PROFILE_MY-IOT_PROFILE_ID=x", "CERTCTL_SCEP_PROFILE_MY-IOT_PROFILE_ID", "x",
	 "a hyphen in a name"},
	{"NAME=\xc3\xa4", "NAME", "\xc3\xa4", "UTF-8"},
};

Test(line, names_and_values)
{
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		gnutls_datum_t text = bytes_view_text(accepted[i].text);
		struct config_line line;
		const char *wrong;

		cr_assert_eq(config_line_parse(&text, &line, &wrong), ERR_OK, "%s", accepted[i].why);
		cr_expect_eq(line.name == NULL, accepted[i].name == NULL, "%s", accepted[i].why);
		if (line.name != NULL && accepted[i].name != NULL) {
			cr_expect_str_eq(line.name, accepted[i].name, "%s", accepted[i].why);
			cr_expect_str_eq(line.value, accepted[i].value, "%s", accepted[i].why);
		}
		config_line_free(&line);
	}
}

Test(line, length_is_limited)
{
	static char text[LIMIT_CONFIG_LINE + 1];
	struct config_line line;
	const char *wrong;
	gnutls_datum_t bytes;

	memset(text, 'x', sizeof text);
	text[1] = '=';
	bytes = bytes_view(text, sizeof text);
	cr_expect_eq(config_line_parse(&bytes, &line, &wrong), ERR_SYNTAX);
	cr_expect_not_null(strstr(wrong, "too long"));
	bytes.size--;
	cr_expect_eq(config_line_parse(&bytes, &line, &wrong), ERR_OK);
	config_line_free(&line);
}
