/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/gateway_private.h"
#include "gateway/probe.h"

#define NOW   1795248000
#define KEY   "0123456789abcdef0123456789abcdef"
#define NONCE "00112233445566778899aabbccddeeff"
#define PATH  "/scep/corp"

static unsigned debug_lines;

static void count(const char *line)
{
	debug_lines += strstr(line, "\"debug\"") != NULL;
}

static void set_up(void)
{
	clock_fix(NOW);
	log_open("test", LOG_LEVEL_DEBUG, LOG_TARGET_STDERR);
	log_capture(count);
	debug_lines = 0;
}
TestSuite(probe, .init = set_up);

/* "certctl-probe=TOKEN" for PATH at NOW + OFFSET. Points to static memory. */
static const char *query(const char *key, int offset, const char *path)
{
	static char text[64 + PROBE_TOKEN_SIZE];
	char token[PROBE_TOKEN_SIZE];

	cr_assert_eq(probe_token_make(key, NONCE, NOW + offset, path, token), ERR_OK);
	(void)snprintf(text, sizeof text, PROBE_PARAMETER "=%s", token);
	return text;
}

static const char *good(void)
{
	return query(KEY, 0, PATH);
}

static const char *const no_parameters[] = {NULL};

/* Asks for PATH as METHOD with QUERY; RESPONSE's body is freed by the caller. */
static bool ask(const char *key, enum request_method method, const char *text, const char *const *environment,
		struct response *response)
{
	struct request request = {
		.method = method, .path = PATH, .query = text, .client_address = "192.0.2.7"};
	struct peer peer = {.local = true, .user = 33};
	struct probe_facts facts = {&request, (char *const *)(uintptr_t)environment, &peer, true, "192.0.2.1",
				    false};

	*response = (struct response){0};
	return probe_answer(key, &facts, response);
}

/* Expects that nothing is answered to it, and that it leaves DEBUG lines. */
static void falls_through(const char *key, enum request_method method, const char *text, unsigned debug,
			  const char *why)
{
	struct response response;

	debug_lines = 0;
	cr_expect_not(ask(key, method, text, no_parameters, &response), "%s", why);
	cr_expect_eq(response.status, 0, "%s", why);
	cr_expect_eq(response.body.size, 0, "%s", why);
	cr_expect_eq(debug_lines, debug, "%s", why);
	bytes_free(&response.body);
}

Test(probe, is_not_there_for_who_has_no_good_token)
{
	static const struct {
		const char *key;
		int offset;
		const char *path;
		const char *why;
	} cases[] = {
		{"0123456789abcdef0123456789abcdeg", 0, PATH, "another key"},
		{"", 0, PATH, "an empty key"},
		{KEY "0", 0, PATH, "a longer key"},
		{KEY, -61, PATH, "older than a minute"},
		{KEY, 61, PATH, "more than a minute ahead"},
		{KEY, -1000000000, PATH, "very old"},
		{KEY, 0, "/scep/corp/", "another path, by a slash"},
		{KEY, 0, "/scep/other", "another path"},
		{KEY, 0, "/", "the root"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		falls_through(KEY, METHOD_GET, query(cases[i].key, cases[i].offset, cases[i].path), 1,
			      cases[i].why);
	falls_through(KEY, METHOD_POST, good(), 0, "a POST");
	falls_through(KEY, METHOD_HEAD, good(), 0, "a HEAD");
	falls_through(KEY, METHOD_OTHER, good(), 0, "another method");
	falls_through(NULL, METHOD_GET, good(), 0, "no key is set");
	falls_through(KEY, METHOD_GET, "operation=GetCACaps", 0, "no probe");
	falls_through(KEY, METHOD_GET, "", 0, "no query");
}

/* What is one change away from a good query. */
Test(probe, of_another_form_falls_through)
{
	char text[2 * (64 + PROBE_TOKEN_SIZE)];
	const size_t value = strlen(PROBE_PARAMETER "=");

	(void)snprintf(text, sizeof text, "%s&%s", good(), good());
	falls_through(KEY, METHOD_GET, text, 1, "given twice");
	(void)snprintf(text, sizeof text, "%s0", good());
	falls_through(KEY, METHOD_GET, text, 1, "a digit more");
	(void)snprintf(text, sizeof text, "%s%%00", good());
	falls_through(KEY, METHOD_GET, text, 1, "a NUL more");
	(void)snprintf(text, sizeof text, "%s%%", good());
	falls_through(KEY, METHOD_GET, text, 1, "a broken escape more");
	(void)snprintf(text, sizeof text, "X%s", good());
	falls_through(KEY, METHOD_GET, text, 0, "another name");
	for (size_t size = value; size < strlen(good()); size++) {
		(void)snprintf(text, sizeof text, "%.*s", (int)size, good());
		falls_through(KEY, METHOD_GET, text, 1, "cut short");
	}
	for (size_t at = value; at < strlen(good()); at++) {
		(void)snprintf(text, sizeof text, "%s", good());
		text[at] = (char)(text[at] == '0' ? '1' : '0');
		falls_through(KEY, METHOD_GET, text, 1, "a character changed");
	}
	(void)snprintf(text, sizeof text, "%s", good());
	text[strlen(text) - 1] = 'A';
	falls_through(KEY, METHOD_GET, text, 1, "upper case");
}

/* The lines of the answer, checked; the caller frees it with the body. */
static void answered(const char *text, const char *const *environment, gnutls_datum_t *body,
		     gnutls_datum_t *lines)
{
	struct response response;

	cr_assert(ask(KEY, METHOD_GET, text, environment, &response), "%s", text);
	cr_expect_eq(response.status, 200);
	cr_assert(probe_answer_check(KEY, &response.body, lines));
	*body = response.body;
}

static void expect_lines(const char *text, const char *const *environment, const char *expected)
{
	gnutls_datum_t body, lines, wanted = bytes_view_text(expected);

	answered(text, environment, &body, &lines);
	cr_expect(bytes_equal(&lines, &wanted), "got:\n%.*s\nwanted:\n%s", (int)lines.size, lines.data,
		  expected);
	bytes_free(&body);
}

#define HEAD(protocol)                                                                                       \
	"nonce " NONCE "\npeer unix uid 33\npeer-listed yes\nremote-addr 192.0.2.1\n"                        \
	"client-address 192.0.2.7\nclient-listed no\nhttps no\nprotocol " protocol "\n"                      \
	"certificate client_absent\n"

Test(probe, tells_what_became_of_the_request)
{
	static const char *const several[] = {"SERVER_PROTOCOL=HTTP/1.0",
					      "HTTP_HOST=a",
					      "SSL_CLIENT_CERT=abc",
					      "HTTPS=on",
					      "HTTP_X=",
					      "HTTP_X=12345678901",
					      "SSL_PROTOCOL=TLSv1.3",
					      "HTTP_A",
					      NULL};
	static const char *const strange[] = {"HTTP_A\n B%\x7f\xc3=x", "SERVER_PROTOCOL=A\nhttps yes", NULL};

	expect_lines(good(), no_parameters, HEAD("-"));
	expect_lines(good(), several,
		     HEAD("HTTP/1.0") "reached HTTP_HOST 1\nreached SSL_CLIENT_CERT 3\nreached HTTP_X 0\n"
				      "reached HTTP_X 11\nreached HTTP_A 0\n");
	expect_lines(good(), strange, HEAD("A%0Ahttps%20yes") "reached HTTP_A%0A%20B%25%7F%C3 1\n");
}

Test(probe, is_answered_within_a_minute_of_either_side_and_among_other_parameters)
{
	char text[256];

	expect_lines(query(KEY, -60, PATH), no_parameters, HEAD("-"));
	expect_lines(query(KEY, 60, PATH), no_parameters, HEAD("-"));
	expect_lines(query(KEY, 0, "//scep/./x/../%63orp"), no_parameters, HEAD("-"));
	(void)snprintf(text, sizeof text, "operation=GetCACaps&%s&pad=AAAA", good());
	expect_lines(text, no_parameters, HEAD("-"));
	cr_expect_eq(debug_lines, 0);
}

Test(probe, answers_are_bounded)
{
	static char name[100 * 1024];
	static const char *many[1000];
	gnutls_datum_t body, lines;
	size_t count = 0;

	memset(name, '\n', sizeof name - 1);
	memcpy(name, "HTTP_", 5);
	for (size_t i = 0; i + 1 < sizeof many / sizeof *many; i++)
		many[i] = name;
	answered(good(), many, &body, &lines);
	for (size_t i = 0; i < lines.size; i++)
		count += lines.data[i] == '\n';
	cr_expect_eq(count, 9 + LIMIT_PROBE_LINES);
	cr_expect_leq(body.size, LIMIT_PROBE_ANSWER);
	bytes_free(&body);
}

Test(probe, the_doctor_takes_no_answer_of_others)
{
	gnutls_datum_t body, lines, shorter;

	answered(good(), no_parameters, &body, &lines);
	cr_expect_not(probe_answer_check("0123456789abcdef0123456789abcdeg", &body, &lines), "another key");
	cr_expect_eq(lines.size, 0);
	for (size_t size = 0; size < body.size; size++) {
		shorter = bytes_view(body.data, size);
		cr_expect_not(probe_answer_check(KEY, &shorter, &lines), "cut to %zu bytes", size);
	}
	for (size_t i = 0; i < body.size; i++) {
		body.data[i] ^= 1;
		cr_expect_not(probe_answer_check(KEY, &body, &lines), "byte %zu changed", i);
		body.data[i] ^= 1;
	}
	cr_expect(probe_answer_check(KEY, &body, &lines));
	bytes_free(&body);
}

Test(probe, no_token_is_made_for_what_is_no_path)
{
	char token[PROBE_TOKEN_SIZE] = "x";

	cr_expect_eq(probe_token_make(KEY, NONCE, NOW, "scep", token), ERR_SYNTAX);
	cr_expect_str_eq(token, "");
	cr_expect_eq(probe_token_make(KEY, NONCE, NOW, "/%zz", token), ERR_SYNTAX);
	cr_expect_eq(probe_token_make(KEY, NONCE, NOW, "/../..", token), ERR_SYNTAX);
}
