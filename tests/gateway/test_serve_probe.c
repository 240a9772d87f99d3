/* SPDX-License-Identifier: BSD-2-Clause */
/* The real gateway_serve and the doctor's probe, over a Unix socket. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gateway/probe.h"
#include "gateway/served.h"

TestSuite(serve_probe, .init = set_up, .timeout = 60);

#define KEY   "0123456789abcdef0123456789abcdef"
#define NONCE "00112233445566778899aabbccddeeff"

/* Asks for /show with a token made with KEY; *TEXT of SIZE bytes gets the body. */
static void ask(const char *key, gnutls_datum_t *lines, char *text, size_t size)
{
	char token[PROBE_TOKEN_SIZE];
	char query[sizeof token + 32];
	const struct fcgi_param params[] = {
		{"REQUEST_METHOD", "GET"},
		{"REQUEST_URI", "/show"},
		{"QUERY_STRING", query},
		{"REMOTE_ADDR", "192.0.2.7"},
		{"HTTPS", "on"},
		{"SERVER_PROTOCOL", "HTTP/1.1"},
		{"HTTP_X_SSL_CLIENT_CERT", "abc"},
		{NULL, NULL},
	};
	int fd = fcgi_connect(where);
	struct fcgi_reply reply;

	cr_assert_eq(probe_token_make(key, NONCE, time(NULL), "/show", token), ERR_OK);
	(void)snprintf(query, sizeof query, PROBE_PARAMETER "=%s", token);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, params) && fcgi_stdin(fd, NULL));
	fcgi_read(fd, &reply);
	cr_expect_eq(reply.status, 200);
	(void)probe_answer_check(KEY, &reply.body, lines);
	(void)snprintf(text, size, "%.*s", (int)reply.body.size, (char *)reply.body.data);
	fcgi_reply_free(&reply);
	(void)close(fd);
}

/* "nonce ...", and who we are at the socket. */
static void expect_answer(const char *text, const char *listed)
{
	char expected[512];

	(void)snprintf(
		expected, sizeof expected,
		"nonce " NONCE "\npeer unix uid %lu\npeer-listed %s\nremote-addr 192.0.2.7\n"
		"client-address 192.0.2.7\nclient-listed %s\nhttps yes\nprotocol HTTP/1.1\ncertificate ",
		(unsigned long)getuid(), listed, listed);
	cr_expect_eq(strncmp(text, expected, strlen(expected)), 0, "%s", text);
	cr_expect_not_null(strstr(text, "\nreached HTTP_X_SSL_CLIENT_CERT 3\nhmac "), "%s", text);
}

Test(serve_probe, the_program_never_sees_it)
{
	struct gateway_trust trust = {0};
	gnutls_datum_t lines;
	char text[2048];

	serve((struct gateway_options){.probe_key = KEY});
	ask(KEY, &lines, text, sizeof text);
	expect_answer(text, "no");
	cr_expect_eq(stop(), EXIT_SUCCESS);
	set_up();
	cr_assert_eq(trust_add(&trust, "unix"), ERR_OK);
	cr_assert_eq(trust_add(&trust, "192.0.2.0/24"), ERR_OK);
	serve((struct gateway_options){.probe_key = KEY, .trust = &trust});
	ask(KEY, &lines, text, sizeof text);
	expect_answer(text, "yes");
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve_probe, without_the_key_it_is_the_programs_request)
{
	gnutls_datum_t lines;
	char text[2048];

	serve((struct gateway_options){.probe_key = KEY});
	ask("0123456789abcdef0123456789abcdeg", &lines, text, sizeof text);
	cr_expect_not_null(strstr(text, "|/show|" PROBE_PARAMETER "=" NONCE), "%s", text);
	cr_expect_eq(lines.size, 0);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	set_up();
	serve((struct gateway_options){.probe_key = NULL});
	ask(KEY, &lines, text, sizeof text);
	cr_expect_not_null(strstr(text, "|/show|" PROBE_PARAMETER "=" NONCE), "nobody has a key: %s", text);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}
