/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "gateway/gateway_private.h"

static const struct {
	const char *text;
	enum err expected;
	const char *path;
	const char *why;
} encoded[] = {
	{"", ERR_SYNTAX, "", "nothing"},
	{"scep", ERR_SYNTAX, "", "not absolute"},
	{"%2Fscep", ERR_OK, "/scep", "a slash is a slash, also escaped"},
	{"/a%", ERR_SYNTAX, "", "an escape of nothing"},
	{"/a%4", ERR_SYNTAX, "", "half an escape"},
	{"/a%xy", ERR_SYNTAX, "", "no hex digits"},
	{"/a%00", ERR_SYNTAX, "", "NUL"},
	{"/a%0a", ERR_SYNTAX, "", "a line feed"},
	{"/a%7f", ERR_SYNTAX, "", "DEL"},
	{"/a%C2%85", ERR_SYNTAX, "", "a C1 control character"},
	{"/a\tb", ERR_SYNTAX, "", "a raw tab"},
	{"/a%ff", ERR_SYNTAX, "", "not UTF-8"},
	{"/%c0%af", ERR_SYNTAX, "", "an overlong slash"},
	{"/%e2%82", ERR_SYNTAX, "", "UTF-8 cut short"},
	{"/..", ERR_SYNTAX, "", "above the root"},
	{"/a/../..", ERR_SYNTAX, "", "above the root by a detour"},
	{"/%2e%2e/a", ERR_SYNTAX, "", "above the root, escaped"},
	{"//..", ERR_SYNTAX, "", "empty segments are none to step back from"},
	{"/./../a", ERR_SYNTAX, "", "neither is a dot"},
	{"/", ERR_OK, "/", "the root"},
	{"/.", ERR_OK, "/", "a dot"},
	{"///", ERR_OK, "/", "slashes"},
	{"/scep", ERR_OK, "/scep", "as it is"},
	{"/scep/", ERR_OK, "/scep/", "a slash at the end stays"},
	{"//scep///corp//", ERR_OK, "/scep/corp/", "repeated slashes"},
	{"/scep/./corp/.", ERR_OK, "/scep/corp/", "dots"},
	{"/scep/x/../corp", ERR_OK, "/scep/corp", "a step back"},
	{"/scep/x/..", ERR_OK, "/scep/", "a step back at the end"},
	{"/scep/..", ERR_OK, "/", "a step back to the root"},
	{"/a/b/%2e%2E/c", ERR_OK, "/a/c", "a step back, escaped"},
	{"/a%2f..%2fb", ERR_OK, "/b", "slashes escaped, too"},
	{"/a/%252e%252e/b", ERR_OK, "/a/%2e%2e/b", "decoded once"},
	{"/a/...", ERR_OK, "/a/...", "three dots are a name"},
	{"/a/.b/c.", ERR_OK, "/a/.b/c.", "dots inside names"},
	{"/cgi-bin/pkiclient.exe", ERR_OK, "/cgi-bin/pkiclient.exe", "what Cisco asks for"},
	{"/a+b%20c", ERR_OK, "/a+b c", "plus stays, an escaped space is one"},
	{"/%C3%A9%e2%82%ac", ERR_OK, "/\xc3\xa9\xe2\x82\xac", "UTF-8"},
	{"/a%3Fb%23c", ERR_OK, "/a?b#c", "escaped delimiters are characters"},
};

Test(path, is_decoded_once_and_normalised)
{
	for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++) {
		char path[GATEWAY_PATH_SIZE] = "unset";
		const char *text = encoded[i].text;

		cr_expect_eq(path_normalise(text, strlen(text), true, path), encoded[i].expected, "%s",
			     encoded[i].why);
		cr_expect_str_eq(path, encoded[i].path, "%s", encoded[i].why);
	}
}

Test(path, is_taken_as_it_is_where_the_web_server_has_decoded_it)
{
	char path[GATEWAY_PATH_SIZE];

	cr_expect_eq(path_normalise("/a\nb", 4, false, path), ERR_SYNTAX, "control characters stay refused");
	cr_expect_eq(path_normalise("/a\0b", 4, false, path), ERR_SYNTAX, "NUL as well");
	cr_expect_eq(path_normalise("/%2e%2e//b", 10, false, path), ERR_OK);
	cr_expect_str_eq(path, "/%2e%2e/b");
}

Test(path, length_is_limited_after_decoding)
{
	static char text[3 * LIMIT_PATH + 4];
	char path[GATEWAY_PATH_SIZE];

	memset(text, 'x', sizeof text - 1);
	text[0] = '/';
	cr_expect_eq(path_normalise(text, LIMIT_PATH + 1, true, path), ERR_LIMIT, "one byte over");
	cr_expect_str_eq(path, "");
	cr_expect_eq(path_normalise(text, LIMIT_PATH, true, path), ERR_OK, "as long as allowed");
	cr_expect_eq(strlen(path), LIMIT_PATH);
	for (size_t i = 0; i < LIMIT_PATH; i++)
		memcpy(text + 3 * i, i == 0 ? "%2f" : "%78", 3);
	cr_expect_eq(path_normalise(text, 3 * LIMIT_PATH, true, path), ERR_OK,
		     "as long as allowed, all escaped");
	cr_expect_eq(path_normalise(text, 3 * LIMIT_PATH + 1, true, path), ERR_LIMIT,
		     "longer than that can never fit");
}

static const struct {
	struct request_params params;
	enum err expected;
	const char *path;
	const char *why;
} sources[] = {
	{{{NULL}}, ERR_SYNTAX, "", "no parameter says"},
	{{{[PARAM_REQUEST_URI] = "", [PARAM_SCRIPT_NAME] = ""}}, ERR_SYNTAX, "", "all empty"},
	{{{[PARAM_REQUEST_URI] = "*"}}, ERR_SYNTAX, "", "OPTIONS *"},
	{{{[PARAM_REQUEST_URI] = "/a#b"}}, ERR_SYNTAX, "", "a fragment"},
	{{{[PARAM_REQUEST_URI] = "/a%zz", [PARAM_DOCUMENT_URI] = "/a"}},
	 ERR_SYNTAX,
	 "",
	 "broken ones are not passed over"},
	{{{[PARAM_SCRIPT_NAME] = "scep"}}, ERR_SYNTAX, "", "not absolute"},
	{{{[PARAM_REQUEST_URI] = "ftp://h/scep"}}, ERR_SYNTAX, "", "a scheme that is not HTTP's"},
	{{{[PARAM_REQUEST_URI] = "/scep?a=/../b"}}, ERR_OK, "/scep", "up to the query"},
	{{{[PARAM_REQUEST_URI] = "//scep//x?"}},
	 ERR_OK,
	 "/scep/x",
	 "not a network path: nginx and HAProxy pass it raw"},
	{{{[PARAM_REQUEST_URI] = "http://other/scep?x"}},
	 ERR_OK,
	 "/scep",
	 "the absolute form, which Apache leaves"},
	{{{[PARAM_REQUEST_URI] = "HTTPS://other:8443//scep"}},
	 ERR_OK,
	 "/scep",
	 "the same, other letters, port"},
	{{{[PARAM_REQUEST_URI] = "http://other"}}, ERR_OK, "/", "the absolute form without path"},
	{{{[PARAM_REQUEST_URI] = "http://other?q=/x"}}, ERR_OK, "/", "nor path, but query"},
	{{{[PARAM_REQUEST_URI] = "/a", [PARAM_DOCUMENT_URI] = "/b", [PARAM_SCRIPT_NAME] = "/c"}},
	 ERR_OK,
	 "/a",
	 "the first that is there"},
	{{{[PARAM_DOCUMENT_URI] = "/b%41", [PARAM_SCRIPT_NAME] = "/c"}},
	 ERR_OK,
	 "/b%41",
	 "DOCUMENT_URI is decoded already"},
	{{{[PARAM_SCRIPT_NAME] = "/scep", [PARAM_PATH_INFO] = "/../corp"}},
	 ERR_OK,
	 "/corp",
	 "both parts, then normalised"},
	{{{[PARAM_SCRIPT_NAME] = "/scep"}}, ERR_OK, "/scep", "SCRIPT_NAME alone"},
	{{{[PARAM_PATH_INFO] = "/scep"}}, ERR_OK, "/scep", "PATH_INFO alone"},
};

Test(path, comes_from_the_parameter_that_has_it)
{
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		char path[GATEWAY_PATH_SIZE] = "unset";

		cr_expect_eq(path_from_params(&sources[i].params, path), sources[i].expected, "%s",
			     sources[i].why);
		cr_expect_str_eq(path, sources[i].path, "%s", sources[i].why);
	}
}

Test(path, script_name_and_path_info_together_are_limited)
{
	static char half[LIMIT_PATH / 2 + 2];
	struct request_params params = {{[PARAM_SCRIPT_NAME] = half, [PARAM_PATH_INFO] = half}};
	char path[GATEWAY_PATH_SIZE];

	memset(half, 'x', sizeof half - 1);
	half[0] = '/';
	cr_expect_eq(path_from_params(&params, path), ERR_LIMIT);
	half[sizeof half - 2] = '\0';
	cr_expect_eq(path_from_params(&params, path), ERR_OK);
}
