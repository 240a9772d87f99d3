/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "gateway/gateway_private.h"

static char logged[1024];

static void keep(const char *line)
{
	(void)snprintf(logged, sizeof logged, "%s", line);
}

static int fill(const struct request_params *params, struct request *request)
{
	static struct request_text text;
	int status;

	logged[0] = '\0';
	log_capture(keep);
	*request = (struct request){0};
	status = request_fill(params, &text, request);
	log_capture(NULL);
	return status;
}

Test(request, refusals_are_logged)
{
	static char longest[LIMIT_PATH + 3];
	const struct {
		struct request_params params;
		int status;
		const char *words;
	} cases[] = {
		{{{[PARAM_REQUEST_URI] = "/"}}, 400, "request method"},
		{{{[PARAM_REQUEST_METHOD] = "", [PARAM_REQUEST_URI] = "/"}}, 400, "request method"},
		{{{[PARAM_REQUEST_METHOD] = "GET"}}, 400, "path of the request"},
		{{{[PARAM_REQUEST_METHOD] = "GET", [PARAM_REQUEST_URI] = longest}},
		 414,
		 "path of the request"},
	};
	struct request request;

	memset(longest, 'x', sizeof longest - 1);
	longest[0] = '/';
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_expect_eq(fill(&cases[i].params, &request), cases[i].status, "case %zu", i);
		cr_expect_not_null(strstr(logged, cases[i].words), "case %zu: %s", i, logged);
		cr_expect_str_eq(request.path, "");
	}
}

static const struct {
	const char *name;
	enum request_method method;
} methods[] = {
	{"GETX", METHOD_OTHER}, {"GE", METHOD_OTHER}, {"get", METHOD_OTHER}, {"PUT", METHOD_OTHER},
	{"GET ", METHOD_OTHER}, {"GET", METHOD_GET},  {"HEAD", METHOD_HEAD}, {"POST", METHOD_POST},
};

Test(request, methods_are_compared_whole)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		struct request_params params = {
			{[PARAM_REQUEST_METHOD] = methods[i].name, [PARAM_REQUEST_URI] = "/"}};
		struct request request;

		cr_assert_eq(fill(&params, &request), 0);
		cr_expect_eq(request.method, methods[i].method, "%s", methods[i].name);
	}
}

static const struct {
	const char *value;
	bool https;
} https[] = {
	{NULL, false},  {"", false},   {"off", false}, {"0", false}, {"one", false}, {"yes", false},
	{"on2", false}, {"11", false}, {"on", true},   {"ON", true}, {"On", true},   {"1", true},
};

Test(request, https_is_what_the_web_server_says)
{
	for (size_t i = 0; i < sizeof https / sizeof *https; i++) {
		struct request_params params = {{[PARAM_REQUEST_METHOD] = "GET",
						 [PARAM_REQUEST_URI] = "/",
						 [PARAM_HTTPS] = https[i].value}};
		struct request request;

		cr_assert_eq(fill(&params, &request), 0);
		cr_expect_eq(request.https, https[i].https, "%s", https[i].value);
	}
}

static const struct {
	const char *value;
	const char *address;
} addresses[] = {
	{NULL, ""},
	{"", ""},
	{"unix:", ""},
	{"localhost", ""},
	{"127.0.0.1:80", ""},
	{"1.2.3", ""},
	{"[::1]", ""},
	{"1.2.3.4\n", ""},
	{"::1", "::1"},
	{"2001:db8::7", "2001:db8::7"},
	{"2001:DB8:0:0::7", "2001:db8::7"},
	{"::ffff:192.0.2.1", "192.0.2.1"},
	{"192.0.2.1", "192.0.2.1"},
};

Test(request, addresses_are_addresses)
{
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct request_params params = {{[PARAM_REQUEST_METHOD] = "GET",
						 [PARAM_REQUEST_URI] = "/",
						 [PARAM_REMOTE_ADDR] = addresses[i].value}};
		struct request request;

		cr_assert_eq(fill(&params, &request), 0);
		cr_expect_str_eq(request.client_address, addresses[i].address);
	}
}

static const struct {
	const char *value;
	const char *type;
	const char *why;
} types[] = {
	{"application/x-pki-message\r\nX: y", "application/x-pki-message??X: y", "a line of its own"},
	{"application/\x01\x7f\xff", "application/???", "nothing that a log could not bear"},
	{NULL, "", "not sent"},
	{"", "", "sent empty, as nginx does without one"},
	{"application/x-pki-message", "application/x-pki-message", "as it should be"},
	{"Application/X-PKI-Message; charset=x", "Application/X-PKI-Message; charset=x", "as it was sent"},
};

Test(request, the_content_type_is_printable)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct request_params params = {{[PARAM_REQUEST_METHOD] = "POST",
						 [PARAM_REQUEST_URI] = "/",
						 [PARAM_CONTENT_TYPE] = types[i].value}};
		struct request request;

		cr_assert_eq(fill(&params, &request), 0, "%s", types[i].why);
		cr_expect_str_eq(request.content_type, types[i].type, "%s: %s", types[i].why,
				 request.content_type);
	}
}

Test(request, the_content_type_is_bounded)
{
	static char value[LIMIT_CONTENT_TYPE + 2];
	struct request_params params = {
		{[PARAM_REQUEST_METHOD] = "POST", [PARAM_REQUEST_URI] = "/", [PARAM_CONTENT_TYPE] = value}};
	struct request request;

	memset(value, 'x', LIMIT_CONTENT_TYPE);
	cr_assert_eq(fill(&params, &request), 0);
	cr_expect_str_eq(request.content_type, value, "as long as may be");
	value[LIMIT_CONTENT_TYPE] = 'x';
	cr_assert_eq(fill(&params, &request), 0);
	cr_expect_eq(strlen(request.content_type), LIMIT_CONTENT_TYPE);
	cr_expect_str_eq(request.content_type + LIMIT_CONTENT_TYPE - 3, "...", "cut, and no longer itself");
}

Test(request, the_query_is_passed_on_raw)
{
	struct request_params params = {
		{[PARAM_REQUEST_METHOD] = "GET", [PARAM_REQUEST_URI] = "/?ignored=1"}};
	struct request request;

	cr_assert_eq(fill(&params, &request), 0);
	cr_expect_str_eq(request.query, "", "not set when it is empty (HAProxy); REQUEST_URI's is not used");
	params.values[PARAM_QUERY_STRING] = "a=%41+";
	cr_assert_eq(fill(&params, &request), 0);
	cr_expect_str_eq(request.query, "a=%41+");
}
